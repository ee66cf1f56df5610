/* The check of a linked program before it runs. */
#ifndef ZKB_VM_CHECK_H
#define ZKB_VM_CHECK_H

#include "vm/program.h"

/* Refuses (ZKB_ERROR_FORMAT, or ZKB_ERROR_UNSUPPORTED for valid BPF that this VM does not
 * have: legacy packet loads, map and platform references) a program unless
 *  - every opcode and selector is one of RFC 9669, and every field that the RFC does not give a
 *    meaning to is zero;
 *  - register numbers are 0..10 and r10 is never written;
 *  - jumps stay inside and never land on the second slot of an LDDW; calls land on a function's
 *    first slot; a LDDW has both slots;
 *  - the last slot is EXIT or an unconditional jump, so that execution cannot run off the end;
 *  - the entry is a function's first slot, and the layout's regions fit their address ranges.
 * The error's index is the slot; its message names slot, opcode and symbol. What passes can be run
 * on any input: it may fault, but never leave its own memory. */
zkb_status zkb_program_check(const zkb_program *program, zkb_error *error) ZKB_MUST_USE;

#define ZKB_MAX_SLOTS (UINT32_C(1) << 22)
/* The most bytes of a region: what 32 bits of offset address, less one segment. */
#define ZKB_MAX_REGION_BYTES (UINT64_C(0x100000000) - ZKB_SEGMENT_BYTES)

/* Bytes of the program region up to its writable part: the read-only bytes rounded up to whole
 * segments. */
uint64_t zkb_program_writable_start(const zkb_program *program);

/* `bytes` rounded up to whole segments. */
uint64_t zkb_round_to_segments(uint64_t bytes);

#endif
