/* How much stack each function needs, as far as its code shows. */
#ifndef ZKB_VM_FRAMES_H
#define ZKB_VM_FRAMES_H

#include "vm/program.h"

/* Refuses (ZKB_ERROR_LIMIT) a program that has passed zkb_program_check if a function reaches more
 * than layout.frame_bytes below r10, where its caller's frame lies: by a load, a store or an
 * atomic at r10 - n, or by computing the address r10 - n. An address counts if every path through
 * the function to that instruction leaves the same distance from r10 in the register. Addresses
 * with a part that is known only at run time do not count.
 *
 * The message names the function that reaches furthest, the bytes it needs and the option; the
 * error's index is the slot. ZKB_ERROR_MEMORY when there is no memory for the analysis: at most
 * 50 bytes for each slot. */
zkb_status zkb_program_check_frames(const zkb_program *program, zkb_error *error) ZKB_MUST_USE;

#endif
