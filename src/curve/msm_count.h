/* How much work a multi-scalar multiplication is, without doing it. */
#ifndef ZKB_CURVE_MSM_COUNT_H
#define ZKB_CURVE_MSM_COUNT_H

#include "curve/msm.h"

typedef struct zkb_msm_work {
    uint64_t additions; /* of points */
    uint64_t digits;    /* cut from the scalars and sorted; a window of zeros counts as well */
    uint64_t windows;
} zkb_msm_work;

/* Adds the work of a sum over these scalars to *work. Integers are looked at: a digit that is zero
 * costs no addition, and of the buckets of a window only those in use are reduced. Field elements
 * are taken for random ones and their data is not read. */
void zkb_msm_count(zkb_msm_work *work, const zkb_msm_scalars *scalars);

#endif
