#include "kzg/accumulator.h"

zkb_status zkb_accumulator_check(zkb_arena *arena, const zkb_accumulator *accumulators,
                                 size_t count, const zkb_g2_prepared pairing[2], zkb_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!zkb_g1_affine_on_curve(&accumulators[i].left) ||
            !zkb_g1_affine_on_curve(&accumulators[i].right)) {
            return zkb_fail(error, ZKB_ERROR_REJECTED, "accumulator", i,
                            "accumulator %zu: a point is not on the curve", i);
        }
    }
    zkb_accumulator sum;
    ZKB_TRY(zkb_accumulator_merge(&sum, arena, accumulators, count, error));
    zkb_g1_affine left[2] = {sum.left, sum.right};
    const zkb_g2_prepared *const right[2] = {&pairing[0], &pairing[1]};
    zkb_g1_affine_neg(&left[1], &left[1]);
    if (pairing[1].identity || !zkb_pairing_check_prepared(left, right, 2)) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, "accumulator", ZKB_NO_INDEX,
                        "accumulator: the pairing equation of the openings does not hold");
    }
    return ZKB_OK;
}
