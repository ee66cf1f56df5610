#include "kzg/srs.h"

#include "hash/transcript.h"

#include <stdlib.h>

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

zkb_status zkb_srs_bad_power(unsigned k, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_ARGUMENT, "setup", ZKB_NO_INDEX,
                    "setup: k is %u; it must be %d to %d", k, ZKB_SRS_MIN_K, ZKB_SRS_MAX_K);
}

zkb_status zkb_srs_alloc(zkb_srs *srs, unsigned k, zkb_error *error)
{
    const uint64_t bytes = (uint64_t)sizeof *srs->owned << k;
    srs->owned = bytes <= SIZE_MAX ? aligned_alloc(64, (size_t)bytes) : NULL;
    if (srs->owned == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "setup", ZKB_NO_INDEX,
                        "setup: no memory for 2^%u points", k);
    }
    srs->g1 = srs->owned;
    srs->size = (size_t)1 << k;
    srs->k = k;
    return ZKB_OK;
}

void zkb_srs_close(zkb_srs *srs)
{
    free(srs->owned);
    *srs = (zkb_srs){0};
}
