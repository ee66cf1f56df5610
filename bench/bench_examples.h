/* Runs of the example programs, of a given length. */
#ifndef ZKB_BENCH_EXAMPLES_H
#define ZKB_BENCH_EXAMPLES_H

#include "vm/program.h"

enum { ZKB_BENCH_EXAMPLES = 5 };

/* A program, and the public input of a run of it. */
typedef struct zkb_bench_example {
    const char *name;
    zkb_program program;
    uint8_t *input;
    size_t input_bytes;
} zkb_bench_example;

/* Loads FOLDER/NAME.o of the example of this number and makes the input with which it runs longest
 * within `most` instructions. *found is false when no input takes half of them. Ended with
 * zkb_bench_example_clear in any case. */
zkb_status zkb_bench_example_load(zkb_bench_example *out, bool *found, const char *folder,
                                  unsigned number, uint64_t most, zkb_error *error) ZKB_MUST_USE;
void zkb_bench_example_clear(zkb_bench_example *example);

#endif
