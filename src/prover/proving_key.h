/* The structure behind the public handle of proving keys, and the cache of these keys. */
#ifndef ZKB_PROVER_PROVING_KEY_H
#define ZKB_PROVER_PROVING_KEY_H

#include "machine/program_key.h"
#include "prover/config.h"

/* Where a key comes from. */
typedef enum zkb_key_source {
    ZKB_KEY_MADE,  /* made, without a cache or with one that could not be written to */
    ZKB_KEY_KEPT,  /* made, and kept in the cache */
    ZKB_KEY_LOADED /* read from the cache */
} zkb_key_source;

struct zkb_proving_key {
    const zkb_srs *srs; /* borrowed */
    unsigned k;
    unsigned lookup_bits;
    zkb_program_columns columns; /* of a program that is borrowed */
    zkb_machine_key machine;
    char *path; /* of its file in the cache; NULL without one */
    zkb_key_source source;
};

/* Names everything that a program's record is made from: machine version, lookup bits, setup, code,
 * layout and data. */
void zkb_key_digest(zkb_fr *out, const zkb_program *program, const zkb_srs *srs,
                    unsigned lookup_bits);

/* A key file as bytes; *bytes is malloc'd. */
zkb_status zkb_key_file_encode(uint8_t **bytes, size_t *size, const zkb_program_record *record,
                               const zkb_config *config, const zkb_fr *digest,
                               zkb_error *error) ZKB_MUST_USE;
/* ZKB_ERROR_FORMAT says what is wrong with the file that `name` names. The record's points are
 * claims: they are on the curve, and that is all that is known. */
zkb_status zkb_key_file_decode(zkb_program_record *record, const uint8_t *bytes, size_t size,
                               const char *name, const zkb_config *config, const zkb_fr *digest,
                               zkb_error *error) ZKB_MUST_USE;

#endif
