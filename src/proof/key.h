/* What prover and verifier agree on before any statement: the chips, their preprocessed columns and
 * the SRS. */
#ifndef ZKB_PROOF_KEY_H
#define ZKB_PROOF_KEY_H

#include "air/chip.h"
#include "curve/g1.h"

typedef struct zkb_chip_key {
    const zkb_chip *chip;
    const zkb_g1_affine *preprocessed; /* commitments of the stacks of its preprocessed columns,
                                          zkb_key_stack_count of them; NULL when none */
    unsigned log_height;  /* of the preprocessed columns, and so of each table; 0 when there are
                             none */
    const zkb_fr *digest; /* zkb_chip_digest of the chip where that is known, or NULL */
} zkb_chip_key;

/* Immutable after zkb_table_key_init. Borrows the chips and commitments. */
typedef struct zkb_table_key {
    const zkb_chip_key *chips;
    size_t chip_count;
    zkb_fr srs_digest;
    zkb_fr digest; /* of all of the above: chips, widths, buses, commitments, SRS */
} zkb_table_key;

/* Columns in one stack of preprocessed columns of height 2^log_height: 2^(max(13, log_height) -
 * log_height). */
uint32_t zkb_key_stack_columns(unsigned log_height);
/* Stacks of so many preprocessed columns. */
uint32_t zkb_key_stack_count(uint32_t columns, unsigned log_height);

/* Checks the chips against each other (bus ids and arities, one provider for each lookup) and
 * computes the digest. Chips, the array and commitments must outlive the key.
 * ZKB_ERROR_ARGUMENT names the chip or bus at fault. */
zkb_status zkb_table_key_init(zkb_table_key *key, const zkb_chip_key *chips, size_t chip_count,
                              const zkb_fr *srs_digest, zkb_error *error) ZKB_MUST_USE;

/* The index of a chip in the key, or key->chip_count when it is not there. */
size_t zkb_table_key_find(const zkb_table_key *key, const zkb_chip *chip);

#endif
