// Looks a trace up in DPDK's rte_acl and prints how fast it was and whether every answer was right.
#define _GNU_SOURCE
#include <getopt.h>
#include <inttypes.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_acl.h>
#include <rte_eal.h>
#include <rte_version.h>

#include "pages.h"
#include "set.h"
#include "tries.h"

static const struct {
    const char *name;
    enum rte_acl_classify_alg value;
} algorithms[] = {
    { "scalar", RTE_ACL_CLASSIFY_SCALAR },
    { "sse", RTE_ACL_CLASSIFY_SSE },
    { "avx2", RTE_ACL_CLASSIFY_AVX2 },
    { "avx512x16", RTE_ACL_CLASSIFY_AVX512X16 },
    { "avx512x32", RTE_ACL_CLASSIFY_AVX512X32 },
};

static const uint32_t bursts[] = { 32, 256 };

struct options {
    const char *rules, *trace, *only;
    double seconds;
    unsigned memory, max_size;  // MiB
    bool try_large_pages, json;
};

static const char usage[] =
    "usage: acl --rules FILE --trace FILE [option ...]\n"
    "  --seconds S       how long to measure each algorithm at each burst (default 1)\n"
    "  --algorithm NAME  only this one of scalar, sse, avx2, avx512x16, avx512x32\n"
    "  --pages auto|4k   auto (default): 2 MiB pages if the machine gives them\n"
    "  --memory MIB      room for the tries (default 2048)\n"
    "  --max-size MIB    rte_acl's own limit for the tries, 0 (default): none; see README.md of bench\n"
    "  --json            one JSON object instead of text\n"
    "Runs on the lowest core it may use: taskset chooses. Status 0 done, 1 refused, failed or answers were wrong, 2 usage.\n";

static void refuse_usage(void)
{
    fputs(usage, stderr);
    exit(2);
}

static double number(const char *text, double least)
{
    char *end;
    double value = strtod(text, &end);
    if (*text == '\0' || *end != '\0' || !(value >= least && value <= 1e6))
        refuse_usage();
    return value;
}

static void read_options(struct options *options, int count, char **arguments)
{
    static const struct option known[] = {
        { "rules", required_argument, NULL, 'r' },    { "trace", required_argument, NULL, 't' },
        { "seconds", required_argument, NULL, 's' },  { "algorithm", required_argument, NULL, 'a' },
        { "pages", required_argument, NULL, 'p' },    { "memory", required_argument, NULL, 'm' },
        { "max-size", required_argument, NULL, 'x' }, { "json", no_argument, NULL, 'j' },
        { "help", no_argument, NULL, 'h' },           { NULL, 0, NULL, 0 },
    };
    *options = (struct options){ .seconds = 1, .memory = 2048, .try_large_pages = true };
    int option;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case 'r': options->rules = optarg; break;
        case 't': options->trace = optarg; break;
        case 's': options->seconds = number(optarg, 0); break;
        case 'a': options->only = optarg; break;
        case 'm': options->memory = number(optarg, 64); break;
        case 'x': options->max_size = number(optarg, 0); break;
        case 'j': options->json = true; break;
        case 'h': fputs(usage, stdout); exit(0);
        case 'p':
            if (strcmp(optarg, "auto") != 0 && strcmp(optarg, "4k") != 0)
                refuse_usage();
            options->try_large_pages = *optarg == 'a';
            break;
        default: refuse_usage();
        }
    }
    if (options->rules == NULL || options->trace == NULL || optind != count)
        refuse_usage();
}

static int lowest_core(void)
{
    cpu_set_t allowed;
    int core = 0;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
        while (core < CPU_SETSIZE - 1 && !CPU_ISSET(core, &allowed))
            core++;
    return core;
}

// EAL pins its main thread to a core of its own choice among all it may use, and keeps threads on the others: so it is
// given exactly one. It also lets vectors of 512 bits lie unused unless told otherwise.
static void start_eal(int core, bool large_pages, unsigned memory)
{
    char core_text[16], memory_text[16];
    snprintf(core_text, sizeof core_text, "%d", core);
    snprintf(memory_text, sizeof memory_text, "%u", memory);
    char *arguments[16] = { "acl", "-l", core_text, "--no-pci", "--no-telemetry", "--log-level=4",
                            "--iova-mode=va", "--force-max-simd-bitwidth=512" };
    int count = 8;
    if (large_pages) {
        arguments[count++] = "--in-memory";
    } else {
        // Here --in-memory is refused, and all memory there will ever be has to be named at the start.
        arguments[count++] = "--no-huge";
        arguments[count++] = "--no-shconf";
        arguments[count++] = "-m";
        arguments[count++] = memory_text;
    }
    if (rte_eal_init(count, arguments) < 0) {
        fputs("acl: EAL did not start\n", stderr);
        exit(1);
    }
}

static void print_head(const struct options *options, const struct set *set, const struct tries *tries, int core, bool large_pages)
{
    const char *pages = large_pages ? "2M" : "4k";
    if (options->json)
        printf("{\"version\":\"%s\",\"family\":%u,\"rules\":%" PRIu32 ",\"packets\":%" PRIu32 ",\"core\":%d,\"pages\":\"%s\","
               "\"build_s\":%.4f,\"bytes\":%" PRIu64 ",\"results\":[",
               rte_version(), set->family, set->rule_count, set->header_count, core, pages, tries->build_seconds, tries->bytes);
    else
        printf("%s, IPv%u, %" PRIu32 " rules, %" PRIu32 " headers, core %d, pages %s\nbuild %.3f s, %.1f MB\n"
               "%-10s %5s %7s %7s %7s %10s   (Mlookups/s)\n",
               rte_version(), set->family, set->rule_count, set->header_count, core, pages, tries->build_seconds, tries->bytes * 1e-6,
               "algorithm", "burst", "best", "median", "passes", "mismatches");
}

static void print_measurement(bool json, bool first, const char *name, uint32_t burst, const struct measurement *it)
{
    if (json)
        printf("%s{\"algorithm\":\"%s\",\"burst\":%" PRIu32 ",\"mlookups_best\":%.3f,\"mlookups_median\":%.3f,\"passes\":%u,\"mismatches\":%" PRIu32 "}",
               first ? "" : ",", name, burst, it->best, it->median, it->passes, it->mismatches);
    else
        printf("%-10s %5" PRIu32 " %7.2f %7.2f %7u %10" PRIu32 "\n", name, burst, it->best, it->median, it->passes, it->mismatches);
    fflush(stdout);
}

int main(int count, char **arguments)
{
    struct options options;
    struct set set;
    struct tries tries;
    read_options(&options, count, arguments);
    set_read(&set, options.rules, options.trace);

    int core = lowest_core();
    atexit(pages_close);  // also when something fails before the tries are there
    bool large_pages = options.try_large_pages && pages_open(options.memory);
    start_eal(core, large_pages, options.memory);
    tries_build(&tries, &set, (uint64_t)options.max_size << 20);
    pages_close();

    print_head(&options, &set, &tries, core, large_pages);
    unsigned measured = 0;
    bool right = true;
    for (unsigned i = 0; i < RTE_DIM(algorithms); i++) {
        if (options.only != NULL && strcmp(options.only, algorithms[i].name) != 0)
            continue;
        // Refused when the CPU cannot or when the library was built without it.
        if (rte_acl_set_ctx_classify(tries.context, algorithms[i].value) != 0)
            continue;
        for (unsigned j = 0; j < RTE_DIM(bursts); j++) {
            struct measurement measurement;
            tries_measure(&tries, bursts[j], options.seconds, &measurement);
            print_measurement(options.json, measured++ == 0, algorithms[i].name, bursts[j], &measurement);
            right &= measurement.mismatches == 0;
        }
    }
    if (options.json)
        puts("]}");
    if (measured == 0)
        fputs("acl: this CPU or this library has no such algorithm\n", stderr);

    rte_acl_free(tries.context);
    set_free(&set);
    return measured != 0 && right ? 0 : 1;
}
