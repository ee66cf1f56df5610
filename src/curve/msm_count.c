#include "curve/msm_count.h"

#include "curve/msm_digits.h"

/* Of `buckets` those that `count` random digits leave empty are (1 - 1/buckets)^count. */
static uint64_t buckets_in_use(uint64_t buckets, uint64_t count)
{
    const double full = (double)buckets;
    double empty = 1.0;
    double factor = 1.0 - 1.0 / full;
    for (uint64_t n = count; n != 0; n >>= 1) { /* a power by squaring */
        empty *= (n & 1) != 0 ? factor : 1.0;
        factor *= factor;
    }
    return (uint64_t)(full * (1.0 - empty));
}

static void count_random(zkb_msm_work *work, const zkb_msm_plan *plan, size_t count)
{
    for (unsigned w = 0; w < plan->windows; w++) {
        const bool last = w + 1 == plan->windows;
        const unsigned bits = last ? plan->top_bits : plan->width - 1;
        work->additions += count + buckets_in_use((uint64_t)1 << bits, count);
    }
}

/* One window of integers: every digit that is not zero is added to a bucket, and every bucket in
 * use to a row and a column. */
static uint64_t count_window(const zkb_msm_scalars *scalars, const zkb_msm_plan *plan,
                             unsigned window, size_t count)
{
    uint64_t used[((size_t)1 << (ZKB_MSM_MAX_WIDTH + 1)) / 64] = {0};
    uint32_t codes[ZKB_MSM_DIGIT_BLOCK + 8];
    uint64_t additions = 0;
    for (size_t begin = 0; begin < count; begin += ZKB_MSM_DIGIT_BLOCK) {
        const size_t left = count - begin;
        const size_t part = left < ZKB_MSM_DIGIT_BLOCK ? left : ZKB_MSM_DIGIT_BLOCK;
        if (!zkb_msm_digits(codes, scalars, plan, NULL, window, begin, part)) {
            continue;
        }
        for (size_t i = 0; i < part; i++) {
            const uint32_t digit = codes[i] >> 1;
            const uint64_t bit = (uint64_t)1 << (digit % 64);
            additions += digit != 0;
            additions += digit != 0 && (used[digit / 64] & bit) == 0;
            used[digit / 64] |= bit;
        }
    }
    return additions;
}

void zkb_msm_count(zkb_msm_work *work, const zkb_msm_scalars *scalars)
{
    const bool field = scalars->kind == ZKB_MSM_FR;
    const size_t count = field ? scalars->count : zkb_msm_trim(scalars);
    if (count == 0) {
        return;
    }
    const zkb_msm_plan plan = zkb_msm_plan_make(scalars->kind, count);
    work->windows += plan.windows;
    work->digits += (uint64_t)plan.windows * count;
    if (field) {
        count_random(work, &plan, count);
        return;
    }
    for (unsigned w = 0; w < plan.windows; w++) {
        work->additions += count_window(scalars, &plan, w, count);
    }
}
