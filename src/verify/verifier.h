/* The state of one verification, shared by its phases. */
#ifndef ZKB_VERIFY_VERIFIER_H
#define ZKB_VERIFY_VERIFIER_H

#include "proof/challenges.h"
#include "verify/reader.h"

typedef struct zkb_verifier {
    const zkb_table_key *key;
    const zkb_statement *statement;
    const zkb_layout *layout;
    zkb_arena *arena;
    zkb_proof_reader reader;
    zkb_fr alpha;
    zkb_joined_challenges challenges; /* beta_powers first, the rest when squeezed */
} zkb_verifier;

/* Out of the arena, or ZKB_ERROR_MEMORY. */
zkb_status zkb_verifier_alloc(void **out, zkb_verifier *verifier, size_t count, size_t size,
                              zkb_error *error) ZKB_MUST_USE;

/* Checks that the fractions of all leaves and of the boundary terms sum up to zero, down to claims
 * about each table. point: log_leaves coordinates; claims: (P, Q) of each table with interactions.
 * The leaves' claim is checked against them. */
zkb_status zkb_verify_gkr(zkb_fr *point, zkb_fr *claims, zkb_verifier *verifier,
                          zkb_error *error) ZKB_MUST_USE;

/* Checks constraints and the tables' claims down to the columns' evaluations at s. */
zkb_status zkb_verify_joined(zkb_fr *s, zkb_fr *evaluations, zkb_verifier *verifier,
                             const zkb_fr *point, const zkb_fr *claims,
                             zkb_error *error) ZKB_MUST_USE;

#endif
