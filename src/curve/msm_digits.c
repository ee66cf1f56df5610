#include "curve/msm_digits.h"

#include "base/bytes_inline.h"
#include "curve/msm_kernels.h"

/* (r - 1)/2 */
static const uint64_t half_order[4] = {0xa1f0fac9f8000000u, 0x9419f4243cdcb848u,
                                       0xdc2822db40c0ac2eu, 0x183227397098d014u};

/* Bits of a scalar's magnitude, and bytes of the scalar in memory (0: bits). */
static unsigned kind_bits(zkb_msm_kind kind)
{
    switch (kind) {
    case ZKB_MSM_BIT:
        return 1;
    case ZKB_MSM_U8:
        return 8;
    case ZKB_MSM_U16:
        return 16;
    case ZKB_MSM_U32:
        return 32;
    case ZKB_MSM_U64:
    case ZKB_MSM_I64:
    case ZKB_MSM_U64_DIFF:
        return 64;
    case ZKB_MSM_FR:
        break;
    }
    return 253;
}

static size_t kind_bytes(zkb_msm_kind kind)
{
    return kind == ZKB_MSM_FR ? sizeof(zkb_fr) : kind_bits(kind) / 8;
}

/* Additions, nearly: every scalar goes into a bucket, and every bucket that is not empty is added
 * to a row and a column. Of b buckets about nb/(n + b) are not empty. Clearing and reading a
 * bucket's counter costs a sixteenth of an addition. */
static uint64_t window_cost(uint64_t count, uint64_t buckets)
{
    return count + count * buckets / (count + buckets) + buckets / 16 + 64;
}

static uint64_t plan_cost(unsigned bits, unsigned windows, unsigned width, uint64_t count)
{
    const unsigned top = bits - width * (windows - 1);
    return window_cost(count, (uint64_t)1 << top) +
           (windows - 1) * window_cost(count, (uint64_t)1 << (width - 1));
}

zkb_msm_plan zkb_msm_plan_make(zkb_msm_kind kind, size_t count)
{
    const unsigned bits = kind_bits(kind);
    zkb_msm_plan plan = {0};
    uint64_t least = UINT64_MAX;
    for (unsigned windows = 1; windows <= zkb_msm_plan_most_windows(kind); windows++) {
        const unsigned width = (bits + windows - 1) / windows;
        if (width > ZKB_MSM_MAX_WIDTH || width * (windows - 1) >= bits) {
            continue;
        }
        const uint64_t cost = plan_cost(bits, windows, width, count + 1);
        if (cost < least) {
            least = cost;
            plan.windows = windows;
            plan.width = width;
            plan.top_bits = bits - width * (windows - 1);
        }
    }
    for (unsigned w = 0; w + 1 < plan.windows; w++) {
        const unsigned bit = (w + 1) * plan.width - 1;
        plan.offset[bit / 64] |= (uint64_t)1 << (bit % 64);
    }
    return plan;
}

unsigned zkb_msm_plan_most_windows(zkb_msm_kind kind)
{
    const unsigned bits = kind_bits(kind);
    return bits < 4 ? 1 : (bits + 3) / 4;
}

unsigned zkb_msm_plan_digit_bits(const zkb_msm_plan *plan, unsigned window)
{
    if (window + 1 < plan->windows) {
        return plan->width;
    }
    return plan->top_bits + (plan->windows > 1 ? 1 : 0);
}

static bool all_zero(const uint8_t *p, size_t bytes)
{
    uint64_t any = 0;
    size_t i = 0;
    for (; i + 64 <= bytes; i += 64) {
        for (size_t k = 0; k < 64; k += 8) {
            any |= zkb_load64(p + i + k);
        }
        if (any != 0) {
            return false;
        }
    }
    for (; i < bytes; i++) {
        any |= p[i];
    }
    return any == 0;
}

/* Scalar i alone, 0 <= i. */
static bool is_zero_at(const zkb_msm_scalars *s, size_t i)
{
    if (s->kind == ZKB_MSM_BIT) {
        return ((((const uint64_t *)s->data)[i / 64] >> (i % 64)) & 1) == 0;
    }
    if (s->kind == ZKB_MSM_U64_DIFF) {
        return ((const uint64_t *)s->data)[i] == s->minus[i];
    }
    const size_t bytes = kind_bytes(s->kind);
    return all_zero((const uint8_t *)s->data + i * bytes, bytes);
}

/* Whether a run of scalars that begins at a multiple of 64 is all zero. */
static bool run_is_zero(const zkb_msm_scalars *s, size_t begin, size_t count)
{
    if (s->kind == ZKB_MSM_BIT) {
        const uint64_t *words = (const uint64_t *)s->data + begin / 64;
        uint64_t any = 0;
        for (size_t i = 0; i < count / 64; i++) {
            any |= words[i];
        }
        if (count % 64 != 0) {
            any |= words[count / 64] << (64 - count % 64);
        }
        return any == 0;
    }
    const size_t bytes = kind_bytes(s->kind);
    if (s->kind == ZKB_MSM_U64_DIFF) {
        const uint64_t *a = (const uint64_t *)s->data + begin;
        uint64_t any = 0;
        for (size_t i = 0; i < count && any == 0; i++) {
            any = a[i] ^ s->minus[begin + i];
        }
        return any == 0;
    }
    return all_zero((const uint8_t *)s->data + begin * bytes, count * bytes);
}

size_t zkb_msm_trim(const zkb_msm_scalars *scalars)
{
    size_t count = scalars->count;
    while (count > 0) {
        const size_t begin = (count - 1) / ZKB_MSM_DIGIT_BLOCK * ZKB_MSM_DIGIT_BLOCK;
        if (!run_is_zero(scalars, begin, count - begin)) {
            break;
        }
        count = begin;
    }
    while (count > 0 && is_zero_at(scalars, count - 1)) {
        count--;
    }
    return count;
}

static bool above_half(const uint64_t limbs[4])
{
    for (int i = 3; i >= 0; i--) {
        if (limbs[i] != half_order[i]) {
            return limbs[i] > half_order[i];
        }
    }
    return false;
}

void zkb_msm_recode(zkb_msm_recoded *out, const zkb_msm_scalars *scalars, const zkb_msm_plan *plan,
                    size_t begin, size_t end)
{
    static const uint64_t order[4] = {ZKB_FR_P0, ZKB_FR_P1, ZKB_FR_P2, ZKB_FR_P3};
    const zkb_fr *values = scalars->data;
    for (size_t i = begin; i < end; i++) {
        uint64_t limbs[4];
        zkb_fr_to_limbs(limbs, &values[i]);
        const bool negate = above_half(limbs);
        if (negate) {
            uint64_t borrow = 0;
            for (int k = 0; k < 4; k++) {
                const zkb_u128 t = (zkb_u128)order[k] - limbs[k] - borrow;
                limbs[k] = (uint64_t)t;
                borrow = (uint64_t)(t >> 64) & 1;
            }
        }
        zkb_u128 carry = 0;
        for (int k = 0; k < 4; k++) {
            carry += (zkb_u128)limbs[k] + plan->offset[k];
            out[i / 8].words[k][i % 8] = (uint64_t)carry;
            carry >>= 64;
        }
        out[i / 8].words[3][i % 8] |= (uint64_t)negate << 63;
    }
}

zkb_msm_cut zkb_msm_cut_make(const zkb_msm_plan *plan, unsigned window)
{
    const bool last = window + 1 == plan->windows;
    const unsigned bits = last ? zkb_msm_plan_digit_bits(plan, window) : plan->width;
    return (zkb_msm_cut){.position = window * plan->width,
                         .mask = ((uint64_t)1 << bits) - 1,
                         .half = last ? 0 : (uint64_t)1 << (plan->width - 1),
                         .offset = {plan->offset[0], plan->offset[1]}};
}

static void digits_of_bits(uint32_t *out, const uint64_t *words, size_t begin, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const size_t k = begin + i;
        out[i] = (uint32_t)((words[k / 64] >> (k % 64)) & 1) << 1;
    }
}

bool zkb_msm_digits(uint32_t *out, const zkb_msm_scalars *scalars, const zkb_msm_plan *plan,
                    const zkb_msm_recoded *recoded, unsigned window, size_t begin, size_t count)
{
    if (begin % 64 == 0 && run_is_zero(scalars, begin, count)) {
        return false;
    }
    const zkb_msm_cut cut = zkb_msm_cut_make(plan, window);
    const zkb_msm_kernels *kernels = zkb_msm_kernels_get();
    switch (scalars->kind) {
    case ZKB_MSM_BIT:
        digits_of_bits(out, scalars->data, begin, count);
        break;
    case ZKB_MSM_U8:
    case ZKB_MSM_U16:
    case ZKB_MSM_U32:
    case ZKB_MSM_U64: {
        const size_t bytes = kind_bytes(scalars->kind);
        kernels->cut_words(out, (const uint8_t *)scalars->data + begin * bytes, (unsigned)bytes,
                           &cut, count);
        break;
    }
    case ZKB_MSM_I64:
        for (size_t i = 0; i < count; i++) {
            const int64_t v = ((const int64_t *)scalars->data)[begin + i];
            const uint64_t magnitude = v < 0 ? (uint64_t)0 - (uint64_t)v : (uint64_t)v;
            out[i] = zkb_msm_code_of_word(magnitude, &cut, v < 0);
        }
        break;
    case ZKB_MSM_U64_DIFF:
        for (size_t i = 0; i < count; i++) {
            const uint64_t a = ((const uint64_t *)scalars->data)[begin + i];
            const uint64_t b = scalars->minus[begin + i];
            out[i] = zkb_msm_code_of_word(a < b ? b - a : a - b, &cut, a < b);
        }
        break;
    case ZKB_MSM_FR:
        kernels->cut_recoded(out, recoded + begin / 8, &cut, count);
        break;
    }
    return true;
}
