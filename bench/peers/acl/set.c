#include "set.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct lines {
    const char *path;
    gzFile file;
    uint32_t number;
    char text[512];
};

static void refuse(const struct lines *lines, const char *why)
{
    fprintf(stderr, "acl: %s:%" PRIu32 ": %s\n", lines->path, lines->number, why);
    exit(1);
}

static void open_lines(struct lines *lines, const char *path)
{
    lines->path = path;
    lines->number = 0;
    lines->file = gzopen(path, "rb");  // reads what is not compressed as it is
    if (lines->file == NULL)
        refuse(lines, "cannot be opened");
}

static int next_line(struct lines *lines)
{
    lines->number++;
    if (gzgets(lines->file, lines->text, sizeof lines->text) != NULL)
        return 1;
    // A file cut short in transfer must not pass for a smaller set.
    int error = Z_OK;
    gzerror(lines->file, &error);
    if (error != Z_OK)
        refuse(lines, "damaged");
    gzclose(lines->file);
    return 0;
}

// `array` with room for one element more than `count`: it doubles at each power of two.
static void *grow(void *array, uint32_t count, size_t size)
{
    if (count != 0 && (count & (count - 1)) != 0)
        return array;
    void *larger = realloc(array, (count ? 2 * (size_t)count : 1) * size);
    if (larger == NULL) {
        fputs("acl: out of memory\n", stderr);
        exit(1);
    }
    return larger;
}

static int parse_prefix(const char *text, unsigned family, struct prefix *prefix)
{
    char address[64];
    unsigned length;
    if (sscanf(text, "%63[0-9a-fA-F.:]/%u", address, &length) != 2 || length > (family == 6 ? 128u : 32u))
        return 0;
    memset(prefix, 0, sizeof *prefix);
    if (inet_pton(family == 6 ? AF_INET6 : AF_INET, address, prefix->words) != 1)
        return 0;
    for (int i = 0; i < ADDRESS_WORDS; i++)
        prefix->words[i] = ntohl(prefix->words[i]);
    prefix->length = length;
    return 1;
}

static int parse_rule(const char *text, unsigned family, struct rule *rule)
{
    char source[80], destination[80];
    return sscanf(text, "@%79s %79s %" SCNu16 " : %" SCNu16 " %" SCNu16 " : %" SCNu16 " %" SCNx8 "/%" SCNx8,
                  source, destination, &rule->source_port.low, &rule->source_port.high,
                  &rule->destination_port.low, &rule->destination_port.high,
                  &rule->protocol, &rule->protocol_mask) == 8
        && parse_prefix(source, family, &rule->source)
        && parse_prefix(destination, family, &rule->destination);
}

// Trace addresses: one decimal number (IPv4), or 32 hexadecimal digits (IPv6).
static int parse_address(const char *text, unsigned family, uint32_t words[ADDRESS_WORDS])
{
    memset(words, 0, ADDRESS_WORDS * sizeof *words);
    if (family == 4)
        return sscanf(text, "%" SCNu32, words) == 1;
    return strlen(text) == 32
        && sscanf(text, "%8" SCNx32 "%8" SCNx32 "%8" SCNx32 "%8" SCNx32, words, words + 1, words + 2, words + 3) == 4;
}

static int parse_header(const char *text, unsigned family, struct header *header)
{
    char source[40], destination[40];
    return sscanf(text, "%39s %39s %" SCNu16 " %" SCNu16 " %" SCNu8 " %" SCNd32, source, destination,
                  &header->source_port, &header->destination_port, &header->protocol, &header->expected) == 6
        && parse_address(source, family, header->source)
        && parse_address(destination, family, header->destination);
}

void set_read(struct set *set, const char *rules_path, const char *trace_path)
{
    struct lines lines;
    memset(set, 0, sizeof *set);

    open_lines(&lines, rules_path);
    while (next_line(&lines)) {
        if (set->family == 0)
            set->family = strchr(lines.text, '.') != NULL ? 4 : 6;  // a file holds one family
        set->rules = grow(set->rules, set->rule_count, sizeof *set->rules);
        if (!parse_rule(lines.text, set->family, &set->rules[set->rule_count++]))
            refuse(&lines, "not a rule");
    }
    if (set->rule_count == 0)
        refuse(&lines, "no rules");

    open_lines(&lines, trace_path);
    while (next_line(&lines)) {
        set->headers = grow(set->headers, set->header_count, sizeof *set->headers);
        if (!parse_header(lines.text, set->family, &set->headers[set->header_count++]))
            refuse(&lines, "not a header");
    }
    if (set->header_count == 0)
        refuse(&lines, "no headers");
}

void set_free(struct set *set)
{
    free(set->rules);
    free(set->headers);
}
