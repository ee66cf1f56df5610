/* Claims about polynomials, each at a point of its own, become one claim about one combination of
 * them at one point. The protocol is in docs/protocol.md, section "Gathering". Prover code. */
#ifndef ZKB_PROOF_GATHER_H
#define ZKB_PROOF_GATHER_H

#include "base/arena.h"
#include "field/fr.h"
#include "hash/transcript.h"

/* Bytes of the rounds' messages: two elements for each variable. */
#define ZKB_GATHER_BYTES(variables) (64 * (size_t)(variables))

/* The claim sum_x f(x) eq(point, x), x < 2^variables, counted `weight` times. f holds the first
 * `length` coefficients, at least one; those after are zero. All borrowed. */
typedef struct zkb_gather_term {
    const zkb_fr *f;
    size_t length;
    const zkb_fr *point; /* `variables` coordinates */
    zkb_fr weight;
} zkb_gather_term;

/* Bytes of arena that zkb_gather_prove takes. lengths: those of the terms. */
size_t zkb_gather_scratch(const size_t *lengths, size_t count);

/* Proves v = sum_i weight_i sum_x f_i(x) eq(point_i, x), which the transcript fixes, by a sumcheck
 * from the top variable down. Sends, for each variable: the constant and the square coefficient of
 * the round's polynomial; squeezes its challenge. Writes ZKB_GATHER_BYTES bytes to `messages`.
 * u: the `variables` challenges. scales[i] = weight_i·eq(point_i, u). value: the claim that is
 * left, sum_i scales[i] f_i(u). The messages do not depend on `threads`. */
zkb_status zkb_gather_prove(zkb_fr *u, zkb_fr *scales, zkb_fr *value, uint8_t *messages,
                            zkb_transcript *transcript, zkb_arena *arena,
                            const zkb_gather_term *terms, size_t count, unsigned variables,
                            unsigned threads, zkb_error *error) ZKB_MUST_USE;

#endif
