// A ClassBench rule set and a trace of headers for it, as the files say it.
#pragma once
#include <stdint.h>

// The widest address in words of 32 bits; an IPv4 address fills the first word only.
enum { ADDRESS_WORDS = 4 };

struct prefix {
    uint32_t words[ADDRESS_WORDS];  // host order, most significant word first
    unsigned length;
};

struct range {
    uint16_t low, high;
};

struct rule {
    struct prefix source, destination;
    struct range source_port, destination_port;
    uint8_t protocol, protocol_mask;
};

struct header {
    uint32_t source[ADDRESS_WORDS], destination[ADDRESS_WORDS];
    uint16_t source_port, destination_port;
    uint8_t protocol;
    int32_t expected;  // index of the winning rule, -1 for none
};

struct set {
    unsigned family;  // 4 or 6
    struct rule *rules;
    uint32_t rule_count;
    struct header *headers;
    uint32_t header_count;
};

// Reads both files, plain or gzip-compressed; ends the program with a message naming file and line when it cannot.
void set_read(struct set *set, const char *rules_path, const char *trace_path);
void set_free(struct set *set);
