/* Integer additions a second, in thousands of millions, of a loop that touches no memory, on each of the given CPUs at once. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MOST_CPUS = 64, SUMS = 8, TURNS = 10000000 };
static const double TIME = 1.0;

struct lane {
    pthread_t thread;
    int cpu;
    double rate;
};

static pthread_barrier_t start;

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static void *add(void *argument)
{
    struct lane *lane = argument;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(lane->cpu, &set);
    if (pthread_setaffinity_np(pthread_self(), sizeof set, &set) != 0) {
        fprintf(stderr, "adds: there is no CPU %d\n", lane->cpu);
        exit(1);
    }
    uint64_t a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0;
    double turns = 0;
    pthread_barrier_wait(&start);
    double begin = seconds();
    double end;
    do {
        for (int turn = 0; turn < TURNS; turn++)
            /* In registers, and no product of the loop, as a compiler would make of it. */
            __asm__ volatile("add $1, %0; add $1, %1; add $1, %2; add $1, %3; add $1, %4; add $1, %5; add $1, %6; add $1, %7"
                             : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(e), "+r"(f), "+r"(g), "+r"(h));
        turns += TURNS;
        end = seconds();
    } while (end - begin < TIME);
    lane->rate = turns * SUMS / (end - begin) / 1e9;
    return NULL;
}

int main(int count, char **words)
{
    static struct lane lanes[MOST_CPUS];
    int cpus = count - 1;
    if (cpus < 1 || cpus > MOST_CPUS) {
        fprintf(stderr, "usage: adds CPU... (1 to %d of them)\n", MOST_CPUS);
        return 2;
    }
    pthread_barrier_init(&start, NULL, cpus);
    for (int each = 0; each < cpus; each++) {
        lanes[each].cpu = atoi(words[each + 1]);
        if (pthread_create(&lanes[each].thread, NULL, add, &lanes[each]) != 0) {
            fprintf(stderr, "adds: no thread could be made\n");
            return 1;
        }
    }
    double rate = 0;
    for (int each = 0; each < cpus; each++) {
        pthread_join(lanes[each].thread, NULL);
        rate += lanes[each].rate;
    }
    printf("%.4f\n", rate);
    return 0;
}
