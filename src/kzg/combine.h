/* The random linear combination of columns that one opening covers. Prover code. */
#ifndef ZKB_KZG_COMBINE_H
#define ZKB_KZG_COMBINE_H

#include "kzg/commit.h"

/* out[i] = sum_j coefficients[j]·columns[j].cells[i] for i < length; every column has at most
 * `length` cells. Coefficients are any field elements. A column of height 2^h claimed at r_{<h}
 * enters with its plain coefficient: the factor prod_{k>=h} (1 - r_k) belongs to its claimed value,
 * not to its cells. ZKB_ERROR_ARGUMENT for a column that is too long or of unknown width. */
zkb_status zkb_opening_combine(zkb_fr *out, size_t length, const zkb_column_view *columns,
                               const zkb_fr *coefficients, size_t count, unsigned threads,
                               zkb_error *error) ZKB_MUST_USE;

#endif
