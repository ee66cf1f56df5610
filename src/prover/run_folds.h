/* The claims of a run's chunks while it is proved: folded as soon as a group of them is whole, in
 * the order of the tree (proof/fold.h) whatever the order in which chunks are finished. */
#ifndef ZKB_PROVER_RUN_FOLDS_H
#define ZKB_PROVER_RUN_FOLDS_H

#include "kzg/srs.h"
#include "proof/prove.h"
#include "proof/prove_fold.h"

typedef struct zkb_run_folds zkb_run_folds;

zkb_status zkb_run_folds_create(zkb_run_folds **out, zkb_error *error) ZKB_MUST_USE;
void zkb_run_folds_destroy(zkb_run_folds *folds);

/* Takes the claim of a chunk and its polynomial, `length` coefficients, malloc'd, whatever the
 * outcome; folds every group that it completes, in the caller's thread. May be called from several
 * threads at once, each with an arena of its own. */
zkb_status zkb_run_folds_add(zkb_run_folds *folds, uint32_t chunk, const zkb_open_claim *claim,
                             zkb_fr *f, size_t length, zkb_arena *arena, unsigned threads,
                             zkb_error *error) ZKB_MUST_USE;

/* ---- Folds that several machines share. Claims of level 0 are those of chunks; number `index` of
 * a level above is what group `index` of the level below folds into. ---- */

/* zkb_run_folds_add for a claim of any level. */
zkb_status zkb_run_folds_add_at(zkb_run_folds *folds, unsigned level, uint32_t index,
                                const zkb_open_claim *claim, zkb_fr *f, size_t length,
                                zkb_arena *arena, unsigned threads, zkb_error *error) ZKB_MUST_USE;
/* Takes the messages of a fold that was made elsewhere, of group `index` of a level; copied. */
zkb_status zkb_run_folds_put(zkb_run_folds *folds, unsigned level, uint32_t index,
                             const uint8_t *messages, size_t size, zkb_error *error) ZKB_MUST_USE;
/* A claim that waits for the rest of its group; NULL members when there is none. Borrowed. */
zkb_fold_member zkb_run_folds_claim(const zkb_run_folds *folds, unsigned level, uint32_t index);
/* The messages of a fold that was made; NULL when it was not. Borrowed. */
const uint8_t *zkb_run_folds_messages(size_t *size, const zkb_run_folds *folds, unsigned level,
                                      uint32_t index);

/* When all of `chunks` claims are there: folds what is left and opens what remains. *messages, of
 * *size bytes, malloc'd, are those of all folds, level by level and group by group; opening has
 * ZKB_MERCURY_PROOF_SIZE bytes. by: who opens; NULL: the processor. */
zkb_status zkb_run_folds_end(uint8_t **messages, size_t *size, uint8_t *opening,
                             zkb_run_folds *folds, uint32_t chunks, const zkb_srs *srs,
                             const zkb_prover_phases *by, zkb_arena *arena, unsigned threads,
                             zkb_error *error) ZKB_MUST_USE;

#endif
