/* Commitments of a chip's preprocessed columns, as keys hold them. */
#ifndef ZKB_PROOF_KEY_COMMIT_H
#define ZKB_PROOF_KEY_COMMIT_H

#include "air/table.h"
#include "kzg/srs.h"
#include "proof/key.h"

enum { ZKB_KEY_COMMIT_COLUMNS = 64 }; /* the most of a chip */

/* out: zkb_key_stack_count(count, log_height) commitments. bits[c]: the width of column c. The
 * setup has 2^max(13, log_height) powers. ZKB_ERROR_ARGUMENT for more columns than
 * ZKB_KEY_COMMIT_COLUMNS, or a setup that is too short. Arena: zkb_key_commit_scratch. */
zkb_status zkb_key_commit(zkb_g1_affine *out, zkb_arena *arena, const zkb_srs *srs,
                          const zkb_column_data *columns, const unsigned *bits, uint32_t count,
                          unsigned log_height, unsigned threads, zkb_error *error) ZKB_MUST_USE;
zkb_status zkb_key_commit_scratch(size_t *bytes, const zkb_column_data *columns,
                                  const unsigned *bits, uint32_t count, unsigned log_height,
                                  unsigned threads, zkb_error *error) ZKB_MUST_USE;

#endif
