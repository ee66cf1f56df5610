/* A second evaluator of BPF programs, written from the text of RFC 9669 for comparison. Slow and
 * plain on purpose: it decodes fields at each step, keeps memory as byte arrays, moves single
 * bytes, and shares no code with the machine. */
#ifndef ZKB_TESTS_VM_REFERENCE_H
#define ZKB_TESTS_VM_REFERENCE_H

#include "vm/program.h"

#define REF_MAX_REGIONS 8
#define REF_MAX_FRAMES 64

typedef struct ref_region {
    uint64_t start;
    uint64_t size;
    bool writable;
    uint8_t *bytes;
} ref_region;

typedef enum ref_stop {
    REF_RUNNING,
    REF_EXITED,
    REF_LOAD_UNMAPPED,
    REF_STORE_UNMAPPED,
    REF_STORE_READ_ONLY,
    REF_MISALIGNED,
    REF_DEPTH,
    REF_TARGET,
    REF_HELPER,
} ref_stop;

typedef struct ref_machine {
    const zkb_program *program;
    uint64_t r[11];
    int64_t pc;
    unsigned depth;
    struct {
        int64_t pc;
        uint64_t saved[5];
    } frames[REF_MAX_FRAMES];
    ref_region regions[REF_MAX_REGIONS];
    unsigned region_count;
    uint64_t count;
    uint64_t output_end;
    ref_stop stop;
    uint64_t fault_address;
} ref_machine;

/* The regions of the memory map, with the two inputs. */
void ref_create(ref_machine *m, const zkb_program *program, const uint8_t *public_input,
                size_t public_bytes, const uint8_t *private_input, size_t private_bytes);
void ref_destroy(ref_machine *m);
/* Executes one instruction; m->stop says whether there is a next. */
void ref_step(ref_machine *m);
/* The aligned word at address; 0 outside memory. */
uint64_t ref_word(const ref_machine *m, uint64_t address);

#endif
