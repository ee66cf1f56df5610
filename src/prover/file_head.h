/* The first 64 bytes of plan and part files: magic (8 bytes), version, four bytes of the file's
 * own, size, eight more of its own, checksum. */
#ifndef ZKB_PROVER_FILE_HEAD_H
#define ZKB_PROVER_FILE_HEAD_H

#include "base/error.h"

#include <stddef.h>

enum { ZKB_FILE_HEAD_BYTES = 64 };

typedef struct zkb_file_kind {
    char magic[8];
    uint32_t version;
    const char *what;   /* "plan" */
    const char *remedy; /* "make it again ..." */
} zkb_file_kind;

/* Writes magic, version, size and, last, the checksum, which is of everything else. */
void zkb_file_seal(uint8_t *bytes, size_t size, const zkb_file_kind *kind);
/* Checks them. least: bytes that such a file has at least. ZKB_ERROR_FORMAT says of the file `name`
 * what is wrong and what to do. */
zkb_status zkb_file_check(const uint8_t *bytes, size_t size, size_t least,
                          const zkb_file_kind *kind, const char *name,
                          zkb_error *error) ZKB_MUST_USE;

#endif
