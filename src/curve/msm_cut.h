/* Cuts one window out of scalars, as the code of its digit: 2·|digit| + sign. */
#ifndef ZKB_CURVE_MSM_CUT_H
#define ZKB_CURVE_MSM_CUT_H

#include "base/wide_inline.h"

#include <stdint.h>

typedef struct zkb_msm_cut {
    unsigned position;  /* of the window's lowest bit */
    uint64_t mask;      /* 2^bits - 1 */
    uint64_t half;      /* what the plan's offset added to the window */
    uint64_t offset[2]; /* the plan's, for scalars of a word */
} zkb_msm_cut;

/* Eight field elements as integers of least magnitude plus the plan's offset, word by word, the
 * sign in the top bit of the top word. */
typedef struct zkb_msm_recoded {
    uint64_t words[4][8];
} zkb_msm_recoded;

/* The code of a window. Bits of `window` above those of the cut are ignored. */
static inline uint32_t zkb_msm_code(uint64_t window, const zkb_msm_cut *cut, uint32_t negate)
{
    const int64_t digit = (int64_t)(window & cut->mask) - (int64_t)cut->half;
    const uint64_t magnitude = digit < 0 ? (uint64_t)-digit : (uint64_t)digit;
    return (uint32_t)(magnitude << 1) | ((digit < 0 ? 1u : 0u) ^ negate);
}

static inline uint32_t zkb_msm_code_of_word(uint64_t magnitude, const zkb_msm_cut *cut,
                                            uint32_t negate)
{
    const zkb_u128 offset = ((zkb_u128)cut->offset[1] << 64) | cut->offset[0];
    return zkb_msm_code((uint64_t)((magnitude + offset) >> cut->position), cut, negate);
}

#endif
