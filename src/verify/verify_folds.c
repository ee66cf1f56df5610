/* The tree of folds of a run: proof/fold.h says its shape, verify_gather.h what a fold is. */
#include "verify/verify_folds.h"

#include "base/parallel.h"
#include "curve/msm.h"

#include <stdlib.h>

static zkb_status out_of_memory(zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_MEMORY, "run", ZKB_NO_INDEX, "out of memory");
}

zkb_status zkb_claims_create(zkb_claims *out, uint32_t count, zkb_error *error)
{
    *out = (zkb_claims){calloc((size_t)count + 1, sizeof *out->claims), count};
    return out->claims == NULL ? out_of_memory(error) : ZKB_OK;
}

zkb_status zkb_claim_reserve(zkb_checked_claim *claim, size_t terms, zkb_error *error)
{
    claim->points = calloc(terms + 1, sizeof *claim->points);
    claim->scalars = calloc(terms + 1, sizeof *claim->scalars);
    return claim->points == NULL || claim->scalars == NULL ? out_of_memory(error) : ZKB_OK;
}

static void clear_claim(zkb_checked_claim *claim)
{
    free(claim->points);
    free(claim->scalars);
    claim->points = NULL;
    claim->scalars = NULL;
    claim->count = 0;
}

void zkb_claims_clear(zkb_claims *claims)
{
    for (uint32_t i = 0; claims->claims != NULL && i < claims->count; i++) {
        clear_claim(&claims->claims[i]);
    }
    free(claims->claims);
    *claims = (zkb_claims){0};
}

/* The commitment as one point. */
static zkb_status sum_claim(zkb_checked_claim *claim, zkb_error *error)
{
    const zkb_msm_bases bases = {claim->points, claim->count};
    const zkb_msm_scalars terms = {
        .kind = ZKB_MSM_FR, .data = claim->scalars, .count = claim->count};
    zkb_arena arena;
    zkb_g1 sum;
    ZKB_TRY(zkb_arena_create(&arena, zkb_msm_scratch(ZKB_MSM_FR, claim->count, 1), error));
    const zkb_status status = zkb_msm(&sum, &bases, &terms, 1, &arena, error);
    zkb_arena_destroy(&arena);
    if (status == ZKB_OK) {
        zkb_g1_to_affine(&claim->points[0], &sum);
        claim->scalars[0] = zkb_fr_one;
        claim->count = 1;
    }
    return status;
}

/* One group: folded, or moved up. */
static zkb_status fold_group(zkb_checked_claim *out, zkb_fold_messages *messages,
                             zkb_checked_claim *members, const zkb_fold_place *place,
                             zkb_error *error)
{
    const zkb_checked_claim *list[ZKB_FOLD_MOST];
    size_t terms = 0;
    if (place->count == 1) {
        *out = members[0];
        members[0] = (zkb_checked_claim){.count = 0};
        return ZKB_OK;
    }
    for (uint32_t i = 0; i < place->count; i++) {
        list[i] = &members[i];
        terms += members[i].count;
    }
    ZKB_TRY(zkb_claim_reserve(out, terms, error));
    ZKB_TRY(zkb_verify_fold(out, &messages->at, &messages->left, place, list, NULL, error));
    for (uint32_t i = 0; i < place->count; i++) {
        clear_claim(&members[i]);
    }
    return ZKB_OK;
}

typedef struct summing {
    zkb_checked_claim *claims;
    zkb_status status[ZKB_MOST_THREADS]; /* by thread: the first that failed */
    zkb_error errors[ZKB_MOST_THREADS];
} summing;

static void sum_one(void *context, size_t index, unsigned thread)
{
    summing *s = context;
    if (s->status[thread] == ZKB_OK) {
        s->status[thread] = sum_claim(&s->claims[index], &s->errors[thread]);
    }
}

static zkb_status sum_claims(zkb_checked_claim *claims, uint32_t count, unsigned threads,
                             zkb_error *error)
{
    summing *s = calloc(1, sizeof *s);
    zkb_status status = ZKB_OK;
    if (s == NULL) {
        return out_of_memory(error);
    }
    s->claims = claims;
    zkb_parallel_for(count, threads, sum_one, s);
    for (unsigned i = 0; status == ZKB_OK && i < ZKB_MOST_THREADS; i++) {
        status = s->status[i];
        if (status != ZKB_OK && error != NULL) {
            *error = s->errors[i];
        }
    }
    free(s);
    return status;
}

zkb_status zkb_verify_fold_level(zkb_claims *out, uint32_t *out_count, zkb_fold_messages *messages,
                                 zkb_claims *in, unsigned level, uint32_t first, bool sum,
                                 unsigned threads, zkb_error *error)
{
    const uint32_t before = *out_count;
    for (uint32_t i = 0; i < in->count; i += ZKB_FOLD_MOST) {
        const uint32_t left = in->count - i;
        const zkb_fold_place place = {level, (first + i) / ZKB_FOLD_MOST,
                                      left < ZKB_FOLD_MOST ? left : ZKB_FOLD_MOST};
        ZKB_TRY(fold_group(&out->claims[*out_count], messages, &in->claims[i], &place, error));
        (*out_count)++;
    }
    return sum ? sum_claims(out->claims + before, *out_count - before, threads, error) : ZKB_OK;
}
