#include "bench_examples.h"

#include "base/bytes_inline.h"
#include "machine/helpers/helpers.h"
#include "vm/loader.h"
#include "vm/vm.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* What an input of a given size is. */
typedef enum input_kind {
    DECIMAL, /* the size as a number */
    BYTES,   /* so many bytes */
    WORDS,   /* so many words of 64 bits */
    MATRICES /* the size as a word, and two square matrices of words */
} input_kind;

static const struct example {
    const char *name;
    input_kind kind;
    uint64_t most; /* size that the program takes, or that is enough */
} examples[ZKB_BENCH_EXAMPLES] = {{"fibonacci", DECIMAL, 1 << 24},
                                  {"sha256", BYTES, 1 << 20},
                                  {"keccak256", BYTES, 1 << 20},
                                  {"sort", WORDS, 131072},
                                  {"matmul", MATRICES, 90}};

enum { DIGITS = 24, MOST_OUTPUT = 1 << 20 };

static size_t input_size(input_kind kind, uint64_t size)
{
    switch (kind) {
    case DECIMAL:
        return DIGITS; /* and spaces after them */
    case BYTES:
        return size;
    case WORDS:
        return 8 * size;
    default:
        return 8 + 16 * size * size;
    }
}

static void fill_input(uint8_t *out, size_t bytes, input_kind kind, uint64_t size)
{
    uint64_t state = 1;
    if (kind == DECIMAL) {
        (void)snprintf((char *)out, bytes + 1, "%-*" PRIu64, DIGITS, size);
        return;
    }
    for (size_t i = 0; i < bytes; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(state >> 56);
    }
    if (kind == MATRICES) {
        zkb_store64(out, size);
    }
}

static zkb_status make_input(zkb_bench_example *e, input_kind kind, uint64_t size, zkb_error *error)
{
    free(e->input);
    e->input_bytes = input_size(kind, size);
    e->input = malloc(e->input_bytes + 1);
    if (e->input == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "bench", ZKB_NO_INDEX, "out of memory");
    }
    fill_input(e->input, e->input_bytes, kind, size);
    return ZKB_OK;
}

/* Instructions of a run with this input; UINT64_MAX when they are more than `most`. */
static zkb_status count(uint64_t *out, const zkb_bench_example *e, uint64_t most, zkb_error *error)
{
    const zkb_vm_options options = {.helpers = zkb_machine_helpers,
                                    .helper_count = zkb_machine_helper_count};
    zkb_vm *vm;
    zkb_vm_result result;
    ZKB_TRY(zkb_vm_create(&vm, &e->program, e->input, e->input_bytes, NULL, 0, &options, error));
    zkb_vm_run(vm, most, &result);
    zkb_vm_destroy(vm);
    *out = result.outcome == ZKB_OUTCOME_EXITED ? result.count : UINT64_MAX;
    return ZKB_OK;
}

/* The largest size whose run is short enough, by halving: longer inputs take longer. */
static zkb_status find_input(zkb_bench_example *e, bool *found, const struct example *kind,
                             uint64_t most, zkb_error *error)
{
    uint64_t fits = 0;
    uint64_t beyond = kind->most + 1;
    uint64_t instructions = 0;
    while (beyond - fits > 1) {
        const uint64_t size = fits + (beyond - fits) / 2;
        ZKB_TRY(make_input(e, kind->kind, size, error));
        ZKB_TRY(count(&instructions, e, most, error));
        if (instructions <= most) {
            fits = size;
        } else {
            beyond = size;
        }
    }
    ZKB_TRY(make_input(e, kind->kind, fits, error));
    ZKB_TRY(count(&instructions, e, most, error));
    *found = instructions >= most / 2 && instructions <= most;
    return ZKB_OK;
}

zkb_status zkb_bench_example_load(zkb_bench_example *out, bool *found, const char *folder,
                                  unsigned number, uint64_t most, zkb_error *error)
{
    const struct example *kind = &examples[number];
    char *path;
    *out = (zkb_bench_example){.name = kind->name};
    *found = false;
    if (asprintf(&path, "%s/%s.o", folder, kind->name) < 0) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "bench", ZKB_NO_INDEX, "out of memory");
    }
    const char *const paths[] = {path};
    const zkb_status status = zkb_program_load_files(&out->program, NULL, paths, 1, error);
    free(path);
    ZKB_TRY(status);
    out->program.layout.output_bytes = MOST_OUTPUT;
    return find_input(out, found, kind, most, error);
}

void zkb_bench_example_clear(zkb_bench_example *example)
{
    zkb_program_clear(&example->program);
    free(example->input);
    *example = (zkb_bench_example){0};
}
