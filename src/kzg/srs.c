#include "kzg/srs.h"

#include "base/arena.h"
#include "curve/g1_batch.h"
#include "hash/transcript.h"

#include <stdlib.h>
#include <string.h>

/* A coordinate as two words of 128 bits. */
static void split(zkb_fr out[2], const zkb_fq *coordinate)
{
    uint64_t limbs[4];
    zkb_fq_to_limbs(limbs, coordinate);
    const uint64_t low[4] = {limbs[0], limbs[1], 0, 0};
    const uint64_t high[4] = {limbs[2], limbs[3], 0, 0};
    zkb_fr_from_limbs(&out[0], low);
    zkb_fr_from_limbs(&out[1], high);
}

void zkb_srs_digest(zkb_fr *out, const zkb_g1_affine *tau_g1, const zkb_g2_affine *tau_g2)
{
    zkb_fr words[12];
    const zkb_fq *coordinates[6] = {&tau_g1->x,    &tau_g1->y,    &tau_g2->x.c0,
                                    &tau_g2->x.c1, &tau_g2->y.c0, &tau_g2->y.c1};
    for (int i = 0; i < 6; i++) {
        split(words + (size_t)2 * (size_t)i, coordinates[i]);
    }
    zkb_digest_fr(out, "zkbpf.srs.v1", words, 12);
}

void zkb_srs_derive(zkb_srs *srs)
{
    zkb_srs_digest(&srs->digest, &srs->g1[1], &srs->tau_g2);
    zkb_g2_prepare(&srs->pairing[0], &zkb_g2_generator);
    zkb_g2_prepare(&srs->pairing[1], &srs->tau_g2);
}

/* out[i] = [tau^i]_1. Everything that tau could be read from is wiped. */
static zkb_status fill_powers(zkb_g1_affine *out, zkb_arena *arena, const zkb_fr *tau, size_t count,
                              unsigned threads, zkb_error *error)
{
    zkb_fr *scalars = zkb_arena_alloc(arena, count, sizeof *scalars);
    if (scalars == NULL) {
        return zkb_fail(error, ZKB_ERROR_INTERNAL, "setup", ZKB_NO_INDEX,
                        "setup: the arena is too small for the powers of tau");
    }
    scalars[0] = zkb_fr_one;
    for (size_t i = 1; i < count; i++) {
        zkb_fr_mul(&scalars[i], &scalars[i - 1], tau);
    }
    const zkb_status status =
        zkb_g1_fixed_base(out, &zkb_g1_generator, scalars, count, threads, arena, error);
    explicit_bzero(scalars, count * sizeof *scalars);
    const size_t left = zkb_g1_fixed_base_scratch(threads) - ZKB_ARENA_GAP;
    void *digits = zkb_arena_alloc(arena, left, 1); /* where the tables and digits were */
    if (digits != NULL) {
        explicit_bzero(digits, left);
    }
    return status;
}

static zkb_status make_powers(zkb_g1_affine *out, const zkb_fr *tau, size_t count, unsigned threads,
                              zkb_error *error)
{
    zkb_arena arena;
    ZKB_TRY(zkb_arena_create(
        &arena, zkb_arena_cost(count * sizeof(zkb_fr)) + zkb_g1_fixed_base_scratch(threads),
        error));
    const zkb_status status = fill_powers(out, &arena, tau, count, threads, error);
    zkb_arena_destroy(&arena);
    return status;
}

zkb_status zkb_srs_from_tau(zkb_srs *srs, const zkb_fr *tau, unsigned k, unsigned threads,
                            zkb_error *error)
{
    *srs = (zkb_srs){0};
    if (k < ZKB_SRS_MIN_K || k > ZKB_SRS_MAX_K) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "setup", ZKB_NO_INDEX,
                        "setup: k is %u; it must be %u to %u", k, ZKB_SRS_MIN_K, ZKB_SRS_MAX_K);
    }
    const size_t size = (size_t)1 << k;
    srs->owned = aligned_alloc(64, size * sizeof *srs->owned);
    if (srs->owned == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "setup", ZKB_NO_INDEX,
                        "setup: no memory for 2^%u points", k);
    }
    const zkb_status status = make_powers(srs->owned, tau, size, threads, error);
    if (status != ZKB_OK) {
        zkb_srs_close(srs);
        return status;
    }
    zkb_g2 tau_g2;
    zkb_g2_from_affine(&tau_g2, &zkb_g2_generator);
    zkb_g2_mul(&tau_g2, &tau_g2, tau);
    zkb_g2_to_affine(&srs->tau_g2, &tau_g2);
    srs->g1 = srs->owned;
    srs->size = size;
    srs->k = k;
    zkb_srs_derive(srs);
    return ZKB_OK;
}

void zkb_srs_close(zkb_srs *srs)
{
    if (srs->map.data != NULL) {
        zkb_file_map_close(&srs->map);
    }
    free(srs->owned);
    *srs = (zkb_srs){0};
}
