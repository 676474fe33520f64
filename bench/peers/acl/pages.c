#define _GNU_SOURCE
#include "pages.h"

#include <fcntl.h>
#include <linux/mman.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <unistd.h>

// The kernel can be told to set huge pages aside (nr_hugepages) or to make them as they are mapped (this limit). The
// latter takes only what the tries need from a shared machine, and leaves nothing reserved if the process is killed.
static const char limit_path[] = "/proc/sys/vm/nr_overcommit_hugepages";
// Pages made that way which are mapped now, by anybody: the limit counts them in.
static const char mapped_path[] = "/sys/kernel/mm/hugepages/hugepages-2048kB/surplus_hugepages";
static int limit_file = -1;
static unsigned long limit_before;

static bool read_number(int file, unsigned long *number)
{
    char text[32] = "", *end;
    if (pread(file, text, sizeof text - 1, 0) <= 0)
        return false;
    *number = strtoul(text, &end, 10);
    return end != text;
}

static bool read_mapped(unsigned long *pages)
{
    int file = open(mapped_path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return false;
    bool read = read_number(file, pages);
    close(file);
    return read;
}

static bool write_limit(unsigned long pages)
{
    char text[32];
    int length = snprintf(text, sizeof text, "%lu\n", pages);
    return pwrite(limit_file, text, length, 0) == length;
}

// Mapping makes the kernel find the pages, all or none, before any is touched.
static bool can_map(unsigned megabytes)
{
    size_t bytes = (size_t)megabytes << 20;
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_HUGE_2MB, -1, 0);
    return memory != MAP_FAILED && munmap(memory, bytes) == 0;
}

bool pages_open(unsigned megabytes)
{
    unsigned long mapped;
    limit_file = open(limit_path, O_RDWR | O_CLOEXEC);
    if (limit_file < 0)
        return false;
    // Two processes that each put back what they found would undo each other: the second waits for the first.
    if (flock(limit_file, LOCK_EX) == 0 && read_number(limit_file, &limit_before) && read_mapped(&mapped)) {
        if (write_limit(limit_before + mapped + megabytes / 2) && can_map(megabytes))
            return true;
        write_limit(limit_before);
    }
    close(limit_file);
    limit_file = -1;
    return false;
}

void pages_close(void)
{
    if (limit_file < 0)
        return;
    write_limit(limit_before);
    close(limit_file);
    limit_file = -1;
}
