#include "tries.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <rte_acl.h>
#include <rte_byteorder.h>
#include <rte_lcore.h>
#include <rte_malloc.h>

enum {
    MAX_BURST = 4096,
    MAX_PASSES = 1 << 16,
    // Protocol, two addresses of at most four words, two ports.
    MAX_FIELDS = 1 + 2 * ADDRESS_WORDS + 2,
    WORD = sizeof(uint32_t),
};

static void fail(const char *what, int error)
{
    fprintf(stderr, "acl: %s: %s\n", what, strerror(error));
    exit(1);
}

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

// A key in network order: protocol, three bytes of padding, source, destination, source port, destination port.
static unsigned words_of(const struct set *set) { return set->family == 6 ? ADDRESS_WORDS : 1; }
static size_t key_size(const struct set *set) { return WORD * (1 + 2 * words_of(set) + 1); }

// rte_acl reads the first field as one byte and everything after it in groups of four: one word of an address each,
// and both ports together, which therefore have one input index.
static void describe_fields(const struct set *set, struct rte_acl_config *config)
{
    unsigned words = words_of(set), fields = 0, offset = WORD, input = 1;
    config->defs[fields++] = (struct rte_acl_field_def){ .type = RTE_ACL_FIELD_TYPE_BITMASK, .size = 1 };
    for (unsigned i = 0; i < 2 * words; i++, fields++, input++, offset += WORD)
        config->defs[fields] = (struct rte_acl_field_def){
            .type = RTE_ACL_FIELD_TYPE_MASK, .size = WORD, .field_index = fields, .input_index = input, .offset = offset };
    for (unsigned i = 0; i < 2; i++, fields++, offset += sizeof(uint16_t))
        config->defs[fields] = (struct rte_acl_field_def){
            .type = RTE_ACL_FIELD_TYPE_RANGE, .size = sizeof(uint16_t), .field_index = fields, .input_index = input, .offset = offset };
    config->num_fields = fields;
    config->num_categories = 1;
}

static struct rte_acl_field *put_prefix(struct rte_acl_field *field, const struct prefix *prefix, unsigned words)
{
    for (unsigned i = 0; i < words; i++, field++) {
        unsigned before = 32 * i;
        field->value.u32 = prefix->words[i];
        field->mask_range.u32 = prefix->length <= before ? 0 : RTE_MIN(prefix->length - before, 32u);
    }
    return field;
}

static struct rte_acl_field *put_range(struct rte_acl_field *field, struct range range)
{
    field->value.u16 = range.low;
    field->mask_range.u16 = range.high;
    return field + 1;
}

static void put_rule(struct rte_acl_rule *target, const struct set *set, uint32_t index)
{
    const struct rule *rule = &set->rules[index];
    unsigned words = words_of(set);
    target->data.category_mask = 1;
    target->data.priority = RTE_ACL_MAX_PRIORITY - index;  // the highest wins, and the lowest index has to
    target->data.userdata = index + 1;                     // 0 means that nothing matched
    struct rte_acl_field *field = target->field;
    field->value.u8 = rule->protocol;
    field->mask_range.u8 = rule->protocol_mask;
    field = put_prefix(field + 1, &rule->source, words);
    field = put_prefix(field, &rule->destination, words);
    field = put_range(field, rule->source_port);
    put_range(field, rule->destination_port);
}

static uint64_t allocated_bytes(void)
{
    struct rte_malloc_socket_stats stats;
    if (rte_malloc_get_socket_stats(rte_socket_id(), &stats) != 0)
        fail("memory statistics", EINVAL);
    return stats.heap_allocsz_bytes;
}

static void build_context(struct tries *tries, const struct set *set, uint64_t max_size)
{
    struct rte_acl_config config = { .max_size = max_size };
    describe_fields(set, &config);

    size_t rule_size = RTE_ACL_RULE_SZ(config.num_fields);
    uint8_t *rules = calloc(set->rule_count, rule_size);
    if (rules == NULL)
        fail("rules", ENOMEM);
    for (uint32_t i = 0; i < set->rule_count; i++)
        put_rule((struct rte_acl_rule *)(rules + i * rule_size), set, i);

    struct rte_acl_param parameters = {
        .name = "set", .socket_id = rte_socket_id(), .rule_size = rule_size, .max_rule_num = set->rule_count };
    double start = now();
    tries->context = rte_acl_create(&parameters);
    if (tries->context == NULL)
        fail("rte_acl_create", rte_errno);
    int status = rte_acl_add_rules(tries->context, (struct rte_acl_rule *)rules, set->rule_count);
    if (status != 0)
        fail("rte_acl_add_rules", -status);
    uint64_t before = allocated_bytes();
    status = rte_acl_build(tries->context, &config);
    if (status != 0)
        fail("rte_acl_build", -status);
    tries->build_seconds = now() - start;
    tries->bytes = allocated_bytes() - before;
    free(rules);
}

static uint8_t *put_address(uint8_t *key, const uint32_t *address, unsigned words)
{
    for (unsigned i = 0; i < words; i++, key += WORD) {
        uint32_t word = rte_cpu_to_be_32(address[i]);
        memcpy(key, &word, WORD);
    }
    return key;
}

static void make_keys(struct tries *tries, const struct set *set)
{
    size_t size = key_size(set);
    unsigned words = words_of(set);
    // The same memory as the tries, so that keys gain from large pages too, as packet buffers would.
    tries->keys = rte_zmalloc("keys", set->header_count * size, RTE_CACHE_LINE_SIZE);
    tries->key_pointers = rte_malloc("key pointers", set->header_count * sizeof *tries->key_pointers, RTE_CACHE_LINE_SIZE);
    if (tries->keys == NULL || tries->key_pointers == NULL)
        fail("keys", ENOMEM);
    for (uint32_t i = 0; i < set->header_count; i++) {
        const struct header *header = &set->headers[i];
        uint8_t *key = tries->keys + i * size;
        uint16_t ports[2] = { rte_cpu_to_be_16(header->source_port), rte_cpu_to_be_16(header->destination_port) };
        tries->key_pointers[i] = key;
        key[0] = header->protocol;
        key = put_address(key + WORD, header->source, words);
        key = put_address(key, header->destination, words);
        memcpy(key, ports, sizeof ports);
    }
    tries->key_count = set->header_count;
    tries->headers = set->headers;
}

void tries_build(struct tries *tries, const struct set *set, uint64_t max_size)
{
    build_context(tries, set, max_size);
    make_keys(tries, set);
}

static uint32_t count_mismatches(const struct tries *tries, uint32_t burst)
{
    uint32_t results[MAX_BURST], wrong = 0;
    for (uint32_t i = 0; i < tries->key_count; i += burst) {
        uint32_t count = RTE_MIN(burst, tries->key_count - i);
        if (rte_acl_classify(tries->context, tries->key_pointers + i, results, count, 1) != 0)
            fail("rte_acl_classify", EINVAL);
        for (uint32_t j = 0; j < count; j++)
            wrong += (int32_t)results[j] - 1 != tries->headers[i + j].expected;
    }
    return wrong;
}

// The answers of a burst overwrite those of the burst before, as in a forwarder that acts on each burst at once.
static double time_pass(const struct tries *tries, uint32_t burst)
{
    uint32_t results[MAX_BURST];
    double start = now();
    for (uint32_t i = 0; i < tries->key_count; i += burst)
        rte_acl_classify(tries->context, tries->key_pointers + i, results, RTE_MIN(burst, tries->key_count - i), 1);
    return now() - start;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

void tries_measure(const struct tries *tries, uint32_t burst, double seconds, struct measurement *result)
{
    static double rates[MAX_PASSES];
    unsigned passes = 0;
    burst = RTE_MIN(burst, (uint32_t)MAX_BURST);
    result->mismatches = count_mismatches(tries, burst);  // warms up, too

    double end = now() + seconds;
    do
        rates[passes++] = tries->key_count / time_pass(tries, burst) * 1e-6;
    while (passes < MAX_PASSES && now() < end);

    qsort(rates, passes, sizeof *rates, by_value);
    result->passes = passes;
    result->best = rates[passes - 1];
    result->median = passes % 2 ? rates[passes / 2] : (rates[passes / 2 - 1] + rates[passes / 2]) / 2;
}
