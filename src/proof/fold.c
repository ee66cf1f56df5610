#include "proof/fold.h"

#include <string.h>

void zkb_fold_start(zkb_open_claim *out, zkb_fr weights[ZKB_FOLD_MOST],
                    zkb_fr points[ZKB_FOLD_MOST][ZKB_MERCURY_MAX_VARIABLES],
                    const zkb_fold_place *place, const zkb_open_claim *const *claims,
                    const zkb_transcript_hook *hook)
{
    zkb_fr digests[ZKB_FOLD_MOST];
    zkb_fr eta;
    out->variables = 0;
    for (uint32_t i = 0; i < place->count; i++) {
        const zkb_open_claim *c = claims[i];
        out->variables = c->variables > out->variables ? c->variables : out->variables;
        digests[i] = c->digest;
        memset(points[i], 0, sizeof points[i]);
        memcpy(points[i], c->point, c->variables * sizeof *c->point);
    }
    const uint64_t words[4] = {place->level, place->index, place->count, out->variables};
    zkb_transcript_init(&out->transcript, "zkbpf.fold.v1");
    out->transcript.hook = hook;
    zkb_transcript_absorb_u64(&out->transcript, words, 4);
    zkb_transcript_absorb_fr(&out->transcript, digests, place->count);
    zkb_transcript_challenge(&eta, &out->transcript);
    out->value = ZKB_FR_ZERO;
    weights[0] = zkb_fr_one;
    for (uint32_t i = 0; i < place->count; i++) {
        zkb_fr t;
        if (i != 0) {
            zkb_fr_mul(&weights[i], &weights[i - 1], &eta);
        }
        zkb_fr_mul(&t, &weights[i], &claims[i]->value);
        zkb_fr_add(&out->value, &out->value, &t);
    }
}
