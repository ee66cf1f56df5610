/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * zkbpf: a zero-knowledge virtual machine for BPF programs. The only installed header.
 *
 * Conventions. Functions that can fail return zkb_status and take, last, an optional zkb_error
 * owned by the caller, which receives the reason. Arguments come in the order context, outputs,
 * in/out, inputs; each length follows its array. Nothing here prints, exits or keeps global
 * state; handles are immutable after creation and may be shared between threads unless a
 * comment says otherwise.
 */
#ifndef ZKBPF_H
#define ZKBPF_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ZKB_API __attribute__((visibility("default")))
#define ZKB_MUST_USE __attribute__((warn_unused_result))
#else
#define ZKB_API
#define ZKB_MUST_USE
#endif

/* ---- Status and errors ------------------------------------------------------------------- */

/* X(name, value, meaning). Values are part of the ABI and never change meaning. */
#define ZKB_STATUS_LIST(X)                                                                         \
    X(ZKB_OK, 0, "success")                                                                        \
    X(ZKB_ERROR_ARGUMENT, 1, "an argument is out of its documented range")                         \
    X(ZKB_ERROR_MEMORY, 2, "out of memory")                                                        \
    X(ZKB_ERROR_IO, 3, "a file cannot be read or written")                                         \
    X(ZKB_ERROR_FORMAT, 4, "a file or byte string is malformed")                                   \
    X(ZKB_ERROR_UNSUPPORTED, 5, "valid, but not supported here")                                   \
    X(ZKB_ERROR_FAULT, 6, "the program faulted")                                                   \
    X(ZKB_ERROR_LIMIT, 7, "a limit was reached")                                                   \
    X(ZKB_ERROR_REJECTED, 8, "the proof is not valid")                                             \
    X(ZKB_ERROR_MISMATCH, 9, "parts that must belong together do not")                             \
    X(ZKB_ERROR_CANCELLED, 10, "cancelled by the caller")                                          \
    X(ZKB_ERROR_INTERNAL, 11, "a defect in zkbpf")

typedef enum zkb_status {
#define ZKB_STATUS_ENUM(name, value, meaning) name = value,
    ZKB_STATUS_LIST(ZKB_STATUS_ENUM)
#undef ZKB_STATUS_ENUM
} zkb_status;

/* Why a call failed. Owned by the caller; any function may overwrite it when it fails. */
typedef struct zkb_error {
    zkb_status status;
    const char *where; /* static string: the module or step that failed */
    uint64_t index;    /* chunk, row, offset or slot that failed; UINT64_MAX when there is none */
    char message[256]; /* one line, NUL-terminated, names the file, the field and the remedy */
} zkb_error;

/* The meaning of a status as a static English string; "unknown status" for other values. */
ZKB_API const char *zkb_status_string(zkb_status status);

/* The library's version, "major.minor.patch", static. */
ZKB_API const char *zkb_version(void);

/* ---- Execution traces --------------------------------------------------------------------- */

/* Registers between two instructions. */
typedef struct zkb_registers {
    uint64_t r[11]; /* r0..r10 */
    uint64_t pc;    /* slot (8-byte unit of code) of the next instruction; UINT32_MAX at the end */
} zkb_registers;

/* An aligned 8-byte word of memory that an instruction touched. */
typedef struct zkb_memory_operation {
    uint64_t address; /* a multiple of 8 */
    uint64_t before;
    uint64_t after; /* equal to before for a load */
} zkb_memory_operation;

/* One executed instruction. */
typedef struct zkb_trace_step {
    zkb_registers before;
    zkb_registers after;
    uint64_t instruction[2]; /* the 8 bytes of its slot, little-endian; LDDW has two slots */
    uint32_t depth;          /* call depth before, 0 in the entry function */
    uint32_t memory_count;   /* 0, 1, or 2 for an access that crosses words */
    zkb_memory_operation memory[2];
} zkb_trace_step;

/* A recorded run, or part of one: immutable. */
typedef struct zkb_trace zkb_trace;

/* Reads a trace file (docs/formats.md). Checks form, checksum and that each step follows from the
 * one before it; the values in it are claims, which a proof checks and this function does not.
 * The caller ends it with zkb_trace_destroy. */
ZKB_API zkb_status zkb_trace_load(zkb_trace **trace, const char *path, zkb_error *error);
/* Writes the file whole or not at all. */
ZKB_API zkb_status zkb_trace_save(const zkb_trace *trace, const char *path, zkb_error *error);
ZKB_API void zkb_trace_destroy(zkb_trace *trace); /* NULL is allowed */

ZKB_API uint64_t zkb_trace_length(const zkb_trace *trace); /* number of steps */
ZKB_API void zkb_trace_initial(zkb_registers *registers, const zkb_trace *trace);
ZKB_API void zkb_trace_final(zkb_registers *registers, const zkb_trace *trace);
/* Step `index`, below the length (else ZKB_ERROR_ARGUMENT). */
ZKB_API zkb_status zkb_trace_get(zkb_trace_step *step, const zkb_trace *trace, uint64_t index);
/* Step `index` as one line of assembly with the registers and memory words that it changed, without
 * a line end, NUL-terminated, cut at `size` bytes. ZKB_TRACE_LINE_BYTES always suffice. */
#define ZKB_TRACE_LINE_BYTES 512
ZKB_API zkb_status zkb_trace_line(char *text, size_t size, const zkb_trace *trace, uint64_t index);

#ifdef __cplusplus
}
#endif

#endif /* ZKBPF_H */
