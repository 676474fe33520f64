// How far two CPUs are from each other: nanoseconds for a cache line to go from one to the other and back.
// pingpong CPU CPU
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUND_TRIPS = 1000, SAMPLES = 200 };

static _Alignas(128) atomic_int ball;

static void stay_on(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) {
        fprintf(stderr, "pingpong: CPU %d cannot be had\n", cpu);
        exit(1);
    }
}

static void *answer(void *cpu)
{
    stay_on(*(int *)cpu);
    for (int i = 0; i < ROUND_TRIPS * SAMPLES; i++) {
        while (atomic_load_explicit(&ball, memory_order_acquire) != 1) {
        }
        atomic_store_explicit(&ball, 0, memory_order_release);
    }
    return NULL;
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int count, char **words)
{
    if (count != 3) {
        fprintf(stderr, "pingpong CPU CPU\n");
        return 2;
    }
    int here = atoi(words[1]), there = atoi(words[2]);
    pthread_t other;
    stay_on(here);
    if (pthread_create(&other, NULL, answer, &there) != 0) {
        perror("pingpong");
        return 1;
    }
    // The least of many short samples: whatever else runs on the two only adds to it.
    double least = 1e18;
    for (int sample = 0; sample < SAMPLES; sample++) {
        double begin = now();
        for (int i = 0; i < ROUND_TRIPS; i++) {
            atomic_store_explicit(&ball, 1, memory_order_release);
            while (atomic_load_explicit(&ball, memory_order_acquire) != 0) {
            }
        }
        double each = (now() - begin) / ROUND_TRIPS;
        least = each < least ? each : least;
    }
    pthread_join(other, NULL);
    printf("%.0f\n", least);
    return 0;
}
