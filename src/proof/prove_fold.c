#include "proof/prove_fold.h"

#include "kzg/combine.h"
#include "proof/gather.h"

unsigned zkb_fold_variables(const zkb_fold_member *members, uint32_t count)
{
    unsigned most = 0;
    for (uint32_t i = 0; i < count; i++) {
        most = members[i].claim->variables > most ? members[i].claim->variables : most;
    }
    return most;
}

size_t zkb_fold_length(const zkb_fold_member *members, uint32_t count)
{
    size_t most = 0;
    for (uint32_t i = 0; i < count; i++) {
        most = members[i].length > most ? members[i].length : most;
    }
    return most;
}

size_t zkb_prove_fold_scratch(const zkb_fold_member *members, uint32_t count)
{
    size_t lengths[ZKB_FOLD_MOST];
    for (uint32_t i = 0; i < count; i++) {
        lengths[i] = members[i].length;
    }
    return zkb_gather_scratch(lengths, count);
}

zkb_status zkb_prove_fold(zkb_open_claim *out, zkb_fr *f, uint8_t *messages, zkb_arena *arena,
                          const zkb_fold_place *place, const zkb_fold_member *members,
                          unsigned threads, const zkb_transcript_hook *hook, zkb_error *error)
{
    const zkb_open_claim *claims[ZKB_FOLD_MOST];
    zkb_fr weights[ZKB_FOLD_MOST], scales[ZKB_FOLD_MOST];
    zkb_fr points[ZKB_FOLD_MOST][ZKB_MERCURY_MAX_VARIABLES];
    zkb_gather_term terms[ZKB_FOLD_MOST];
    zkb_column_view views[ZKB_FOLD_MOST];
    for (uint32_t i = 0; i < place->count; i++) {
        claims[i] = members[i].claim;
    }
    zkb_fold_start(out, weights, points, place, claims, hook);
    for (uint32_t i = 0; i < place->count; i++) {
        terms[i] = (zkb_gather_term){members[i].f, members[i].length, points[i], weights[i]};
        views[i] =
            (zkb_column_view){.cells = members[i].f, .length = members[i].length, .bits = 254};
    }
    ZKB_TRY(zkb_gather_prove(out->point, scales, &out->value, messages, &out->transcript, arena,
                             terms, place->count, out->variables, threads, error));
    zkb_transcript_challenge(&out->digest, &out->transcript);
    return zkb_opening_combine(f, zkb_fold_length(members, place->count), views, scales,
                               place->count, threads, error);
}
