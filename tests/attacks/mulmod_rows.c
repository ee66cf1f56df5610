#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/mulmod_rows.h"

static const zkb_chip_id calls = ZKB_CHIP_HELPER_MULMOD;
static const uint64_t heap = ZKB_REGION_HEAP / 8; /* number of its first word */

static const zkb_instruction two[] = {
    /* 1 */ MOV_X(2, 1),
    /* 2 */ LDDW(1, 8 * A, 3),
    /* 3 */ MOV_K(3, 16),
    /* 4 */ HELPER(COPY),
    /* 5 */ LDDW(2, 8 * A, 3),
    /* 6 */ LDDW(3, 8 * B, 3),
    /* 7 */ LDDW(4, 8 * C, 3),
    /* 8 */ LDDW(5, 8 * M, 3),
    /* 9 */ LDDW(1, 8 * RESULT, 3),
    /* 10 */ HELPER(MULMOD),
    /* 11 */ MOV_X(2, 3), /* b b + c */
    /* 12 */ LDDW(1, 8 * OTHER_RESULT, 3),
    /* 13 */ HELPER(MULMOD),
    EXIT(),
};

const uint64_t mulmod_bn254[WORDS] = {0x3c208c16d87cfd47, 0x97816a916871ca8d, 0xb85045b68181585d,
                                      0x30644e72e131a029};
const uint64_t mulmod_secp256k1[WORDS] = {0xfffffffefffffc2f, UINT64_MAX, UINT64_MAX, UINT64_MAX};
const uint64_t mulmod_large[WORDS] = {UINT64_MAX - 8, UINT64_MAX, 7, UINT64_MAX};
const uint64_t mulmod_other[WORDS] = {5, 6, UINT64_MAX, UINT64_MAX / 3};
const uint64_t mulmod_ones[WORDS] = {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX};
const uint64_t mulmod_small[WORDS] = {11};
const uint64_t mulmod_none[WORDS] = {0};

void mulmod_put_input(mulmod_attack *x, const uint64_t *a, const uint64_t *b, const uint64_t *c,
                      const uint64_t *m)
{
    memset(x, 0, sizeof *x);
    memcpy(x->input + A, a, 8 * (size_t)WORDS);
    memcpy(x->input + B, b, 8 * (size_t)WORDS);
    memcpy(x->input + C, c, 8 * (size_t)WORDS);
    memcpy(x->input + M, m, 8 * (size_t)WORDS);
    zkb_mulmod_divide(x->q, x->r, a, b, c, m);
    x->q_more = ZKB_FR_ZERO;
    x->r_more = ZKB_FR_ZERO;
}

void mulmod_begin(mulmod_attack *x, const uint64_t *a, const uint64_t *b, const uint64_t *c,
                  const uint64_t *m)
{
    mulmod_put_input(x, a, b, c, m);
    malicious_begin(&x->m, two, SLOTS(two), (const uint8_t *)x->input, sizeof x->input);
}

void mulmod_refused(mulmod_attack *x, const char *expected, const char *also)
{
    malicious_refused_by(&x->m, expected, also);
    malicious_no_proof(&x->m);
    malicious_end(&x->m);
}

/* ---- Cells ------------------------------------------------------------------------------- */

void mulmod_set(mulmod_attack *x, const char *format, unsigned number, uint64_t value)
{
    char name[64];
    (void)snprintf(name, sizeof name, format, number);
    malicious_set(&x->m, calls, name, x->row, value);
}

void mulmod_set_fr(mulmod_attack *x, const char *format, unsigned number, const zkb_fr *value)
{
    char name[64];
    (void)snprintf(name, sizeof name, format, number);
    malicious_set_fr(&x->m, calls, name, x->row, value);
}

uint64_t mulmod_get(mulmod_attack *x, const char *format, unsigned number)
{
    char name[64];
    (void)snprintf(name, sizeof name, format, number);
    return malicious_get(&x->m, calls, name, x->row);
}

static void set_limbs(mulmod_attack *x, const char *what, unsigned number, unsigned count,
                      const uint64_t *value)
{
    char format[64];
    (void)snprintf(format, sizeof format, "%s %u limb %%u", what, number);
    for (unsigned j = 0; j < count; j++) {
        mulmod_set(x, format, j, value[j / 4] >> (16 * (j % 4)) & 0xffffu);
    }
}

void mulmod_leave(mulmod_attack *x, uint64_t word, uint64_t value, uint32_t time)
{
    zkb_touched_segment *s = malicious_segment(&x->m, ZKB_SPACE_READ_WRITE, heap);
    s->final[word] = value;
    s->time[word] = time;
}

void mulmod_set_quotient(mulmod_attack *x, const uint64_t q[QUOTIENT])
{
    memcpy(x->q, q, sizeof x->q);
    for (unsigned j = 0; j < QUOTIENT; j++) {
        set_limbs(x, "q", j, 4, &q[j]);
    }
}

void mulmod_set_gap_in(mulmod_attack *x, unsigned word, uint64_t m, uint64_t r, unsigned limb)
{
    zkb_fr gap;
    zkb_fr t;
    for (unsigned j = 0; j < WORDS; j++) {
        mulmod_set(x, "r is less in word %u", j, j == word);
        mulmod_set(x, "gap %u", j, 0);
    }
    if (m > r) {
        for (unsigned j = 0; j < 4; j++) {
            mulmod_set(x, "gap %u", j, (m - r - 1) >> (16 * j) & 0xffffu);
        }
        return;
    }
    zkb_fr_from_u64(&gap, m);
    zkb_fr_from_u64(&t, r);
    zkb_fr_sub(&gap, &gap, &t);
    zkb_fr_sub(&gap, &gap, &zkb_fr_one);
    malicious_fraction(&t, 1, 16 * limb);
    zkb_fr_mul(&gap, &gap, &t);
    mulmod_set_fr(x, "gap %u", limb, &gap);
}

void mulmod_set_gap(mulmod_attack *x, unsigned word, uint64_t m, uint64_t r)
{
    mulmod_set_gap_in(x, word, m, r, 0);
}

void mulmod_set_result(mulmod_attack *x, const uint64_t r[WORDS], unsigned word)
{
    unsigned j = WORDS - 1;
    memcpy(x->r, r, sizeof x->r);
    while (j > 0 && r[j] == mulmod_get(x, "m %u", j)) {
        j--;
    }
    mulmod_set_gap(x, j, mulmod_get(x, "m %u", j), r[j]);
    for (j = 0; j < WORDS; j++) {
        set_limbs(x, "r", j, 4, &r[j]);
        malicious_segment(&x->m, ZKB_SPACE_READ_WRITE, heap)->final[word + j] = r[j];
    }
}

void mulmod_say_zero(mulmod_attack *x)
{
    mulmod_set(x, "m is zero", 0, 1);
    for (unsigned j = 0; j < WORDS; j++) {
        mulmod_set(x, "r is less in word %u", j, 0);
        mulmod_set(x, "gap %u", j, 0);
    }
}

/* ---- Carries ----------------------------------------------------------------------------- */

typedef struct elements {
    zkb_fr a[WORDS], b[WORDS], c[WORDS], m[WORDS + 1], q[QUOTIENT], r[WORDS];
} elements;

static void get_elements(elements *e, mulmod_attack *x)
{
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_fr_from_u64(&e->a[j], mulmod_get(x, "a %u", j));
        zkb_fr_from_u64(&e->b[j], mulmod_get(x, "b %u", j));
        zkb_fr_from_u64(&e->c[j], mulmod_get(x, "c %u", j));
        zkb_fr_from_u64(&e->m[j], mulmod_get(x, "m %u", j));
        zkb_fr_from_u64(&e->r[j], x->r[j]);
    }
    zkb_fr_from_u64(&e->m[WORDS], mulmod_get(x, "m is zero", 0));
    for (unsigned j = 0; j < QUOTIENT; j++) {
        zkb_fr_from_u64(&e->q[j], x->q[j]);
    }
    const uint64_t power[4] = {UINT64_C(1) << (16 * x->q_limb), 0, 0, 0};
    const uint64_t beyond[4] = {0, 1, 0, 0};
    zkb_fr more;
    zkb_fr_from_limbs(&more, power);
    zkb_fr_mul(&more, &more, &x->q_more);
    zkb_fr_add(&e->q[x->q_word], &e->q[x->q_word], &more);
    if (x->beyond != 0) {
        zkb_fr_from_limbs(&more, beyond);
        zkb_fr_add(&e->r[x->beyond - 1], &e->r[x->beyond - 1], &more);
    }
    zkb_fr_add(&e->r[WORDS - 1], &e->r[WORDS - 1], &x->r_more);
}

/* sum += or -= y z 2^(64 at) */
static void accumulate(zkb_fr *sum, const zkb_fr *y, const zkb_fr *z, unsigned at, bool minus)
{
    const uint64_t limbs[4] = {at == 0, at == 1, 0, 0};
    zkb_fr product;
    zkb_fr power;
    zkb_fr_from_limbs(&power, limbs);
    zkb_fr_mul(&product, y, z);
    zkb_fr_mul(&product, &product, &power);
    if (minus) {
        zkb_fr_sub(sum, sum, &product);
    } else {
        zkb_fr_add(sum, sum, &product);
    }
}

static void accumulate_column(zkb_fr *sum, const elements *e, unsigned k, unsigned at)
{
    for (unsigned j = 0; j <= k; j++) {
        if (j < WORDS && k - j < WORDS) {
            accumulate(sum, &e->a[j], &e->b[k - j], at, false);
        }
        if (j <= WORDS) {
            accumulate(sum, &e->m[j], &e->q[k - j], at, true);
        }
    }
    if (k < WORDS) {
        accumulate(sum, &e->c[k], &zkb_fr_one, at, false);
        accumulate(sum, &e->r[k], &zkb_fr_one, at, true);
    }
}

void mulmod_fit_carries(mulmod_attack *x)
{
    static const uint64_t offset_limbs[4] = {0, 0x8000, 0, 0};
    zkb_fr carry = ZKB_FR_ZERO;
    zkb_fr offset;
    zkb_fr part; /* 2^-128 */
    elements e;
    get_elements(&e, x);
    zkb_fr_from_limbs(&offset, offset_limbs);
    malicious_fraction(&part, 1, 64);
    zkb_fr_mul(&part, &part, &part);
    for (unsigned j = 0; j < QUOTIENT; j++) {
        set_limbs(x, "q", j, 4, &x->q[j]);
    }
    if (!zkb_fr_is_zero(&x->q_more)) {
        char format[64];
        zkb_fr limb;
        (void)snprintf(format, sizeof format, "q %u limb %%u", x->q_word);
        zkb_fr_from_u64(&limb, x->q[x->q_word] >> (16 * x->q_limb) & 0xffffu);
        zkb_fr_add(&limb, &limb, &x->q_more);
        mulmod_set_fr(x, format, x->q_limb, &limb);
    }
    for (unsigned t = 0; t < ZKB_MULMOD_CARRIES; t++) {
        uint64_t limbs[4];
        zkb_fr shifted;
        accumulate_column(&carry, &e, 2 * t, 0);
        accumulate_column(&carry, &e, 2 * t + 1, 1);
        zkb_fr_mul(&carry, &carry, &part);
        zkb_fr_add(&shifted, &carry, &offset);
        zkb_fr_to_limbs(limbs, &shifted);
        if (limbs[1] >> 16 == 0 && (limbs[2] | limbs[3]) == 0) {
            set_limbs(x, "carry", t, ZKB_MULMOD_CARRY_LIMBS, limbs);
        } else {
            static const uint64_t zeros[2] = {0, 0};
            char format[64];
            set_limbs(x, "carry", t, ZKB_MULMOD_CARRY_LIMBS, zeros);
            (void)snprintf(format, sizeof format, "carry %u limb %%u", t);
            for (unsigned j = 0; j < x->carry_limb; j++) {
                zkb_fr sixteenth;
                malicious_fraction(&sixteenth, 1, 16);
                zkb_fr_mul(&shifted, &shifted, &sixteenth);
            }
            mulmod_set_fr(x, format, x->carry_limb, &shifted);
        }
    }
}
