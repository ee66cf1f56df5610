/* Cuts scalars into windows: the digits that select the buckets. */
#ifndef ZKB_CURVE_MSM_DIGITS_H
#define ZKB_CURVE_MSM_DIGITS_H

#include "curve/msm.h"
#include "curve/msm_cut.h"

/* `windows` digits of `width` bits. All but the last lie in [-2^(width-1), 2^(width-1)); the last
 * takes what is left, unsigned: top_bits bits, plus a carry when there are several windows. */
typedef struct zkb_msm_plan {
    unsigned windows;
    unsigned width;
    unsigned top_bits;
    uint64_t offset[4]; /* sum of 2^(width-1) at every window but the last */
} zkb_msm_plan;

enum {
    ZKB_MSM_MAX_WIDTH = 17,
    ZKB_MSM_MAX_WINDOWS = 64,
    ZKB_MSM_DIGIT_BLOCK = 512 /* most digits asked for at once */
};

/* The plan with the fewest additions for `count` scalars. */
zkb_msm_plan zkb_msm_plan_make(zkb_msm_kind kind, size_t count);
/* The most windows that any plan for this kind has. */
unsigned zkb_msm_plan_most_windows(zkb_msm_kind kind);
/* Bits of the largest digit's magnitude in this window, at most ZKB_MSM_MAX_WIDTH + 1. */
unsigned zkb_msm_plan_digit_bits(const zkb_msm_plan *plan, unsigned window);

/* How a window is cut from offset scalars. */
zkb_msm_cut zkb_msm_cut_make(const zkb_msm_plan *plan, unsigned window);

/* The count without the zeros at the end. */
size_t zkb_msm_trim(const zkb_msm_scalars *scalars);

/* Field elements begin .. end, begin a multiple of eight, into out[begin / 8] and on: what
 * zkb_msm_digits reads for ZKB_MSM_FR. */
void zkb_msm_recode(zkb_msm_recoded *out, const zkb_msm_scalars *scalars, const zkb_msm_plan *plan,
                    size_t begin, size_t end);

/* out[i] = 2·|digit| + sign of scalar begin + i, i < count <= ZKB_MSM_DIGIT_BLOCK, begin a multiple
 * of that; false, and *out undefined, when all are zero. out has room for a multiple of eight.
 * recoded: for ZKB_MSM_FR, of the whole column. */
bool zkb_msm_digits(uint32_t *out, const zkb_msm_scalars *scalars, const zkb_msm_plan *plan,
                    const zkb_msm_recoded *recoded, unsigned window, size_t begin, size_t count);

#endif
