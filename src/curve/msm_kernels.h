/* The inner loops of msm.c and g1_batch.c, one table for each backend. */
#ifndef ZKB_CURVE_MSM_KERNELS_H
#define ZKB_CURVE_MSM_KERNELS_H

#include "base/backend.h"
#include "curve/g1.h"
#include "curve/msm_cut.h"

#include <stdint.h>

/* Most additions that share one inversion. More would outgrow the second-level cache: an addition
 * touches 360 bytes. */
#define ZKB_MSM_BATCH 2048u
/* Bytes of scratch that add_pairs wants, 64-byte aligned: for every eight additions 1280 and a
 * flag. */
#define ZKB_MSM_KERNEL_SCRATCH (ZKB_MSM_BATCH / 8 * 1281u)

typedef struct zkb_msm_kernels {
    const char *backend;
    /* out[i] = (-1)^s_a points[a] + (-1)^s_b points[b] with codes[2i] = 2a + s_a and
     * codes[2i + 1] = 2b + s_b, for i < count <= ZKB_MSM_BATCH. All of a point's coordinates below
     * 2p (canonical ones are), the identity having x = 0 literally; outputs likewise. out overlaps
     * no point that is read. */
    void (*add_pairs)(zkb_g1_affine *out, const zkb_g1_affine *points, const uint32_t *codes,
                      size_t count, void *scratch);
    /* out[i] = the code of the cut's window of cell i, i < count. Cells of 1, 2, 4 or 8 bytes; out
     * has room for a multiple of eight. */
    void (*cut_words)(uint32_t *out, const void *cells, unsigned bytes, const zkb_msm_cut *cut,
                      size_t count);
    /* The same of recoded field elements. */
    void (*cut_recoded)(uint32_t *out, const zkb_msm_recoded *in, const zkb_msm_cut *cut,
                        size_t count);
    /* Index of the first of `count` points that is off y^2 = x^3 + 3, count when there is none.
     * Coordinates canonical; the identity counts as on it. */
    size_t (*on_curve)(const zkb_g1_affine *points, size_t count);
} zkb_msm_kernels;

ZKB_KERNELS_DECLARE(zkb_msm_kernels);

#endif
