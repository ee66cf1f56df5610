/* A program, a setup and its keys through the public interface alone. */
#ifndef ZKB_TESTS_API_FIXTURE_H
#define ZKB_TESTS_API_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "zkbpf.h"

/* Bare instructions: sums the public input's bytes in a loop, writes the sum to the output and
 * returns it. */
static const uint8_t sum_program[] = {
    0xb7, 0x00, 0,    0,    0,    0,    0,    0,    /* r0 = 0 */
    0x15, 0x02, 6,    0,    0,    0,    0,    0,    /* if r2 == 0 goto +6 */
    0x71, 0x16, 0,    0,    0,    0,    0,    0,    /* r6 = *(u8 *)(r1 + 0) */
    0x0f, 0x60, 0,    0,    0,    0,    0,    0,    /* r0 += r6 */
    0x07, 0x01, 0,    0,    1,    0,    0,    0,    /* r1 += 1 */
    0x07, 0x02, 0,    0,    0xff, 0xff, 0xff, 0xff, /* r2 -= 1 */
    0x7b, 0x05, 0,    0,    0,    0,    0,    0,    /* *(u64 *)(r5 + 0) = r0 */
    0x05, 0x00, 0xf9, 0xff, 0,    0,    0,    0,    /* goto -7 */
    0x95, 0x00, 0,    0,    0,    0,    0,    0,    /* exit */
};

/* Counts to the input's length, then loads from nowhere. */
static const uint8_t faulting_program[] = {
    0x15, 0x02, 2,    0,    0,    0,    0,    0,    /* if r2 == 0 goto +2 */
    0x07, 0x02, 0,    0,    0xff, 0xff, 0xff, 0xff, /* r2 -= 1 */
    0x05, 0x00, 0xfd, 0xff, 0,    0,    0,    0,    /* goto -3 */
    0x79, 0x20, 0,    0,    0,    0,    0,    0,    /* r0 = *(u64 *)(r2 + 0) */
    0x95, 0x00, 0,    0,    0,    0,    0,    0,    /* exit */
};

enum { INPUT_BYTES = 30, STEPS = 1 + INPUT_BYTES * 7 + 2, CHUNK = 110, CHUNKS = 2 };

typedef struct fixture {
    char folder[64];
    zkb_srs *srs;
    zkb_program *program;
    zkb_config *config;
    zkb_keypair keys;
    uint8_t public_input[INPUT_BYTES];
    zkb_input input;
} fixture;

static inline void must(zkb_status status, const zkb_error *error)
{
    if (status != ZKB_OK) {
        fail_msg("%s", error->message);
    }
}

/* FOLDER/name; good until the next call but three. */
static inline const char *at(const fixture *f, const char *name)
{
    static char paths[4][256];
    static unsigned next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", f->folder, name);
    return path;
}

static inline void fixture_open(fixture *f)
{
    zkb_error error;
    memset(f, 0, sizeof *f);
    strcpy(f->folder, "/tmp/zkbpf-api-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    must(zkb_srs_generate(at(f, "setup"), 13, 2, &error), &error);
    must(zkb_srs_load(&f->srs, at(f, "setup"), &error), &error);
    must(zkb_program_open_bytes(&f->program, sum_program, sizeof sum_program, "sum", NULL, &error),
         &error);
    must(zkb_config_create(&f->config, 10, at(f, "cache"), 8, &error), &error);
    (void)zkb_config_with_threads(zkb_config_with_chunk_size(f->config, CHUNK), 2);
    (void)zkb_config_with_memory(f->config, UINT64_MAX); /* not what the machine has left */
    must(zkb_keypair_load_or_generate(&f->keys, f->config, f->srs, f->program, &error), &error);
    for (unsigned i = 0; i < INPUT_BYTES; i++) {
        f->public_input[i] = (uint8_t)(37 * i + 11);
    }
    f->input = (zkb_input){.public_input = f->public_input, .public_bytes = INPUT_BYTES};
}

static inline void fixture_close(fixture *f)
{
    char command[128];
    zkb_keypair_clear(&f->keys);
    zkb_config_destroy(f->config);
    zkb_program_destroy(f->program);
    zkb_srs_destroy(f->srs);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    assert_int_equal(system(command), 0);
}

#endif
