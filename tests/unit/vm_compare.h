/* Runs a program on the machine and on the reference, step by step, and asserts that they agree. */
#ifndef ZKB_TESTS_VM_COMPARE_H
#define ZKB_TESTS_VM_COMPARE_H

#include "vm/vm.h"
#include "vm_reference.h"

/* What one comparison covered. */
typedef struct vm_compare_result {
    uint64_t steps;
    ref_stop stop; /* REF_RUNNING when the step limit ended it */
    uint64_t executed[ZKB_OP_COUNT];
} vm_compare_result;

/* Records the program with batches of 7 steps and compares every step (registers, pc, depth,
 * memory words) and the end (fault, address, count, output length, all memory) with the reference;
 * then runs it without recording, in pieces, and compares the end again. Adds to *result. */
void vm_compare(vm_compare_result *result, const zkb_program *program, const uint8_t *public_input,
                size_t public_bytes, const uint8_t *private_input, size_t private_bytes,
                uint64_t max_steps);

/* A program of `slots` slots at `code`, entry 0, with room for data in the caller's hands. Function
 * starts: slot 0 and every target of a local call. Ends with free(program.function_start). */
zkb_program vm_program_of(const zkb_instruction *code, uint32_t slots);

/* A small deterministic generator (splitmix64). */
uint64_t vm_random(uint64_t *state);

#endif
