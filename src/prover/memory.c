#include "prover/memory.h"

#include "base/os/file.h"
#include "proof/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FILE_BYTES = 1 << 20, PATH_BYTES = 1024 };

/* ---- What there is ----------------------------------------------------------------------- */

/* A small text file, or NULL. Freed by the caller. */
static char *read_text(const char *root, const char *path)
{
    char full[2 * PATH_BYTES];
    uint8_t *data;
    size_t size;
    if (snprintf(full, sizeof full, "%s%s", root, path) >= (int)sizeof full) {
        return NULL;
    }
    return zkb_file_read(&data, &size, full, MOST_FILE_BYTES, NULL) == ZKB_OK ? (char *)data : NULL;
}

/* The number in a file; UINT64_MAX when there is none ("max", or no file). */
static uint64_t read_number(const char *root, const char *path)
{
    uint64_t value = UINT64_MAX;
    char *text = read_text(root, path);
    if (text != NULL && text[0] >= '0' && text[0] <= '9') {
        value = strtoull(text, NULL, 10);
    }
    free(text);
    return value;
}

/* The number after `name` at the beginning of a line; 0 when there is none. */
static uint64_t field(const char *text, const char *name)
{
    const size_t length = strlen(name);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0) {
            return strtoull(line + length, NULL, 10);
        }
    }
    return 0;
}

static uint64_t available_of_machine(const char *root)
{
    char *text = read_text(root, "/proc/meminfo");
    const uint64_t kilobytes = text == NULL ? 0 : field(text, "MemAvailable:");
    free(text);
    return kilobytes == 0 ? UINT64_MAX : kilobytes * 1024;
}

/* What a control group leaves: its limit less its use, page cache that can go not counted. */
static uint64_t left_in_group(const char *root, const char *folder, const char *limit_file,
                              const char *usage_file, const char *cache_field)
{
    char path[PATH_BYTES + 64];
    (void)snprintf(path, sizeof path, "%s/%s", folder, limit_file);
    const uint64_t limit = read_number(root, path);
    (void)snprintf(path, sizeof path, "%s/%s", folder, usage_file);
    uint64_t used = read_number(root, path);
    if (limit == UINT64_MAX || used == UINT64_MAX) {
        return limit;
    }
    (void)snprintf(path, sizeof path, "%s/memory.stat", folder);
    char *text = read_text(root, path);
    const uint64_t cache = text == NULL ? 0 : field(text, cache_field);
    free(text);
    used -= cache < used ? cache : used;
    return used < limit ? limit - used : 0;
}

static uint64_t lesser(uint64_t a, uint64_t b) { return a < b ? a : b; }

/* The least of a group and those above it; group is its path, which is shortened in place. */
static uint64_t left_in_groups(const char *root, const char *mount, char *group,
                               const char *limit_file, const char *usage_file,
                               const char *cache_field)
{
    char folder[PATH_BYTES];
    uint64_t left = UINT64_MAX;
    for (;;) {
        if (snprintf(folder, sizeof folder, "%s%s", mount, group) < (int)sizeof folder) {
            left = lesser(left, left_in_group(root, folder, limit_file, usage_file, cache_field));
        }
        char *slash = strrchr(group, '/');
        if (slash == NULL) {
            return left;
        }
        *slash = '\0';
    }
}

/* Lines of /proc/self/cgroup are NUMBER:CONTROLLERS:PATH, without controllers in version 2. */
static uint64_t left_by_line(const char *root, char *line)
{
    char *controllers = strchr(line, ':');
    char *group = controllers == NULL ? NULL : strchr(controllers + 1, ':');
    if (group == NULL) {
        return UINT64_MAX;
    }
    *controllers++ = '\0';
    *group++ = '\0';
    if (controllers[0] == '\0') {
        return left_in_groups(root, "/sys/fs/cgroup", group, "memory.max", "memory.current",
                              "inactive_file ");
    }
    if (strstr(controllers, "memory") != NULL) {
        return left_in_groups(root, "/sys/fs/cgroup/memory", group, "memory.limit_in_bytes",
                              "memory.usage_in_bytes", "total_inactive_file ");
    }
    return UINT64_MAX;
}

uint64_t zkb_memory_available_under(const char *root)
{
    uint64_t available = available_of_machine(root);
    char *text = read_text(root, "/proc/self/cgroup");
    char *rest = text;
    for (char *line; rest != NULL && (line = strsep(&rest, "\n")) != NULL;) {
        available = lesser(available, left_by_line(root, line));
    }
    free(text);
    return available;
}

uint64_t zkb_memory_available(void) { return zkb_memory_available_under(""); }

/* ---- What it takes ----------------------------------------------------------------------- */

/* Tables that every chunk has: ranges and bytes, of 2^16 rows each, and the program's. Then small
 * things, and the step that passes the limit. */
static uint64_t fixed_bytes(const zkb_plan_limits *limits, const zkb_program *program)
{
    enum { LOOKUP_ROWS = 1 << 16, SMALL_BYTES = 20 << 20 };
    return (uint64_t)LOOKUP_ROWS *
               (limits->row_bytes[ZKB_CHIP_RANGE16] + limits->row_bytes[ZKB_CHIP_BYTE_AND]) +
           2 * (uint64_t)program->slot_count * limits->row_bytes[ZKB_CHIP_PROGRAM] + SMALL_BYTES;
}

/* Sums over the setup's points: 2^17 of them at a time for each thread, or a whole stack; then the
 * polynomial of 2^n elements to open. */
static uint64_t commitment_bytes(unsigned n, unsigned threads)
{
    enum { SUM_POINTS = 1 << 17, POINT_BYTES = 256, OPENING_BYTES = 96 };
    const uint64_t rows = (uint64_t)1 << n;
    const uint64_t points = (uint64_t)threads * (rows < SUM_POINTS ? rows : SUM_POINTS);
    return POINT_BYTES * (points > rows ? points : rows) + OPENING_BYTES * rows;
}

/* Polynomials of 2^n coefficients that are gathered or folded at once: sixteen, each with a copy
 * that shrinks and half as much for eq. */
static uint64_t gathering_bytes(unsigned n) { return (uint64_t)(16 * 80) << n; }

uint64_t zkb_worker_memory(const zkb_plan_limits *limits, uint64_t planned, unsigned threads,
                           unsigned log_stack, const zkb_program *program)
{
    const zkb_memory_layout *l = &program->layout;
    const uint64_t machines = 2 * ((uint64_t)l->frame_bytes * l->max_frames + l->heap_bytes +
                                   l->output_bytes + program->writable_bytes);
    const uint64_t commitments = commitment_bytes(log_stack, threads);
    const uint64_t gathering = gathering_bytes(log_stack);
    const uint64_t tables = planned != 0 ? planned : limits->bytes;
    const uint64_t most = tables > commitments ? tables : commitments;
    return machines + fixed_bytes(limits, program) + (most > gathering ? most : gathering);
}

uint64_t zkb_waiting_memory(uint64_t chunks, unsigned log_stack)
{
    uint64_t claims = 0;
    for (uint64_t width = chunks; width > 1; width = (width + ZKB_FOLD_MOST - 1) / ZKB_FOLD_MOST) {
        claims += width < ZKB_FOLD_MOST ? width : ZKB_FOLD_MOST;
    }
    return claims * sizeof(zkb_fr) << log_stack;
}

uint64_t zkb_fold_memory(unsigned n, unsigned threads)
{
    const uint64_t opening = commitment_bytes(n, threads);
    const uint64_t gathering = gathering_bytes(n);
    return opening > gathering ? opening : gathering;
}
