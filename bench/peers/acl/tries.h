// An rte_acl context over one set, and the time it takes to look the set's trace up in it.
#pragma once
#include <stdint.h>

#include "set.h"

struct tries {
    struct rte_acl_ctx *context;
    double build_seconds;  // adding the rules and building; reading files is not in it
    uint64_t bytes;        // what the build left allocated: the tries, without the rules
    // What rte_acl reads of a packet, made before anything is timed: one key for each header, and the pointers to them.
    uint8_t *keys;
    const uint8_t **key_pointers;
    uint32_t key_count;
    const struct header *headers;
};

struct measurement {
    unsigned passes;
    double best, median;  // million lookups per second
    uint32_t mismatches;  // in one pass over the trace, at the same burst
};

// `max_size` is rte_acl's limit in bytes; 0 lets it split the rules over more and smaller tries from the start.
// The set has to outlive the tries.
void tries_build(struct tries *tries, const struct set *set, uint64_t max_size);

// Passes over the whole trace until `seconds` are over.
void tries_measure(const struct tries *tries, uint32_t burst, double seconds, struct measurement *result);
