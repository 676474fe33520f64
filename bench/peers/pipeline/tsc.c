/* Megahertz of the time stamp counter, against the clock of the kernel. */
#include <stdio.h>
#include <time.h>
#include <x86intrin.h>

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

int main(void)
{
    double begin = seconds();
    unsigned long long ticks = __rdtsc();
    double end;
    do
        end = seconds();
    while (end - begin < 0.5);
    printf("%.3f\n", (__rdtsc() - ticks) / (end - begin) / 1e6);
    return 0;
}
