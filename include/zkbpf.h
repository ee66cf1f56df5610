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

#ifdef __cplusplus
}
#endif

#endif /* ZKBPF_H */
