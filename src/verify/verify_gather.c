/* Gatherings and folds, as docs/protocol.md has them. */
#include "verify/verify_gather.h"

#include "poly/eq.h"

zkb_status zkb_verify_rounds(zkb_fr *u, zkb_fr *value, zkb_proof_reader *reader, unsigned variables,
                             const char *where, zkb_error *error)
{
    for (unsigned k = variables; k-- > 0;) {
        zkb_fr sent[2], c1; /* the round's polynomial is sent[0] + c1 X + sent[1] X^2 */
        ZKB_TRY(zkb_reader_elements(sent, 2, reader, where, k, error));
        zkb_transcript_challenge(&u[k], &reader->transcript);
        zkb_fr_sub(&c1, value, &sent[0]);
        zkb_fr_sub(&c1, &c1, &sent[0]);
        zkb_fr_sub(&c1, &c1, &sent[1]);
        zkb_fr_mul(value, &sent[1], &u[k]);
        zkb_fr_add(value, value, &c1);
        zkb_fr_mul(value, value, &u[k]);
        zkb_fr_add(value, value, &sent[0]);
    }
    return ZKB_OK;
}

zkb_status zkb_verify_fold(zkb_checked_claim *out, const uint8_t **at, size_t *left,
                           const zkb_fold_place *place, const zkb_checked_claim *const *claims,
                           const zkb_transcript_hook *hook, zkb_error *error)
{
    const zkb_open_claim *open[ZKB_FOLD_MOST];
    zkb_fr weights[ZKB_FOLD_MOST];
    zkb_fr points[ZKB_FOLD_MOST][ZKB_MERCURY_MAX_VARIABLES];
    for (uint32_t i = 0; i < place->count; i++) {
        open[i] = &claims[i]->open;
    }
    zkb_fold_start(&out->open, weights, points, place, open, hook);
    zkb_proof_reader reader = {.at = *at, .left = *left, .transcript = out->open.transcript};
    ZKB_TRY(zkb_verify_rounds(out->open.point, &out->open.value, &reader, out->open.variables,
                              "run.fold", error));
    zkb_transcript_challenge(&out->open.digest, &reader.transcript);
    out->open.transcript = reader.transcript;
    *at = reader.at;
    *left = reader.left;
    out->count = 0;
    for (uint32_t i = 0; i < place->count; i++) {
        zkb_fr scale;
        zkb_eq_points(&scale, points[i], out->open.point, out->open.variables);
        zkb_fr_mul(&scale, &scale, &weights[i]);
        for (size_t j = 0; j < claims[i]->count; j++) {
            out->points[out->count] = claims[i]->points[j];
            zkb_fr_mul(&out->scalars[out->count++], &claims[i]->scalars[j], &scale);
        }
    }
    return ZKB_OK;
}

zkb_status zkb_verify_opening(zkb_accumulator *out, zkb_arena *arena,
                              const zkb_checked_claim *claim, const uint8_t *opening,
                              zkb_error *error)
{
    const zkb_mercury_claim sum = {.commitments = claim->points,
                                   .coefficients = claim->scalars,
                                   .count = claim->count,
                                   .point = claim->open.point,
                                   .variables = claim->open.variables,
                                   .value = claim->open.value};
    zkb_transcript transcript = claim->open.transcript;
    zkb_mercury_proof proof;
    zkb_status status = zkb_mercury_decode(&proof, opening, error);
    if (status == ZKB_OK) {
        status = zkb_mercury_verify(out, arena, &transcript, &sum, &proof, error);
    }
    if (status != ZKB_OK) { /* a claim that never holds */
        *out = (zkb_accumulator){zkb_g1_generator, ZKB_G1_AFFINE_IDENTITY};
    }
    return status;
}
