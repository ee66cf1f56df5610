/* zkbpf-plugin --prove: a run of the suite as one that can be proved. */
#ifndef ZKB_CLI_PLUGIN_PROVE_H
#define ZKB_CLI_PLUGIN_PROVE_H

#include "vm/vm.h"

/* uBPF's unwind helper: returns its argument, and a result of 0 ends the program. */
#define ZKB_PLUGIN_UNWIND 5

/* Proves that `program`, started with r1 = the address and r2 = the length of a writable memory,
 * exits, verifies the proof, and gives r0 as the proof states it. The proof is of the program with
 * a few instructions appended: they set r1 and r2, the memory being part of its writable data, and
 * stand for helper 5 (which returns its argument here and ends nothing). Returns an exit status,
 * after reporting if it is not 0. setup: path of a setup file. */
int zkb_plugin_prove(uint64_t *r0, const zkb_program *program, const uint8_t *memory,
                     size_t memory_bytes, const char *setup);

#endif
