/* Scalar arithmetic of one prime field, instantiated by fr.h and fq.h, which define
 *     FIELD(name)     the public name, e.g. zkb_fr_##name
 *     FIELD_T         the element type
 *     FIELD_P0..P3    the prime's limbs, least significant first
 *     FIELD_INV       -p^-1 mod 2^64
 *     FIELD_S0..S3    2^-64 mod p
 *     FIELD_Q0..Q3    2^-128 mod p
 * Form: Montgomery, radix 2^256. Every input is and every output is below p, but of functions
 * named _lazy and _words. Outputs may alias inputs. Variable time. Portable C, the source of truth
 * for every other kernel, or the same in x86-64 instructions where that is faster
 * (prime_x86_inline.h). */

#define FIELD_LIMBS 4

static inline bool FIELD(is_zero)(const FIELD_T *a)
{
    return (a->limb[0] | a->limb[1] | a->limb[2] | a->limb[3]) == 0;
}

static inline bool FIELD(equal)(const FIELD_T *a, const FIELD_T *b)
{
    return ((a->limb[0] ^ b->limb[0]) | (a->limb[1] ^ b->limb[1]) | (a->limb[2] ^ b->limb[2]) |
            (a->limb[3] ^ b->limb[3])) == 0;
}

/* a - p if a + carry·2^256 is at least p, else a. */
static inline void FIELD(reduce_once_)(FIELD_T *out, const FIELD_T *a, uint64_t carry)
{
    static const uint64_t p[4] = {FIELD_P0, FIELD_P1, FIELD_P2, FIELD_P3};
    uint64_t d[4];
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        const zkb_u128 t = (zkb_u128)a->limb[i] - p[i] - borrow;
        d[i] = (uint64_t)t;
        borrow = (uint64_t)(t >> 64) & 1;
    }
    const uint64_t keep = (uint64_t)0 - (uint64_t)(borrow > carry); /* all ones: a is below p */
    for (int i = 0; i < 4; i++) {
        out->limb[i] = (a->limb[i] & keep) | (d[i] & ~keep);
    }
}

/* a + b and a - b mod 2^256, of any words. */
#ifdef ZKB_PRIME_ASM
static inline void FIELD(add_words)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    ZKB_X86_WORDS("add", "adc");
}

static inline void FIELD(sub_words)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    ZKB_X86_WORDS("sub", "sbb");
}

static inline void FIELD(add)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    ZKB_X86_SUM(ZKB_X86_ADD);
}

static inline void FIELD(sub)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    ZKB_X86_SUM(ZKB_X86_SUB);
}

#else
static inline void FIELD(add_words)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        const zkb_u128 t = (zkb_u128)a->limb[i] + b->limb[i] + carry;
        out->limb[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
}

static inline void FIELD(sub_words)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        const zkb_u128 t = (zkb_u128)a->limb[i] - b->limb[i] - borrow;
        out->limb[i] = (uint64_t)t;
        borrow = (uint64_t)(t >> 64) & 1;
    }
}

static inline void FIELD(add)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    FIELD_T s;
    FIELD(add_words)(&s, a, b); /* below 2 p */
    FIELD(reduce_once_)(out, &s, 0);
}

static inline void FIELD(sub)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    static const uint64_t p[4] = {FIELD_P0, FIELD_P1, FIELD_P2, FIELD_P3};
    uint64_t d[4];
    uint64_t borrow = 0;
    for (int i = 0; i < 4; i++) {
        const zkb_u128 t = (zkb_u128)a->limb[i] - b->limb[i] - borrow;
        d[i] = (uint64_t)t;
        borrow = (uint64_t)(t >> 64) & 1;
    }
    const uint64_t mask = (uint64_t)0 - borrow;
    uint64_t carry = 0;
    for (int i = 0; i < 4; i++) {
        const zkb_u128 t = (zkb_u128)d[i] + (p[i] & mask) + carry;
        out->limb[i] = (uint64_t)t;
        carry = (uint64_t)(t >> 64);
    }
}

#endif

#ifdef ZKB_PRIME_ASM_REGISTERS
/* a·b/2^256 mod p. */
static inline void FIELD(mul)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    ZKB_ADX_MULTIPLY(ZKB_ADX_SUBTRACT("%[t4]", "%[t5]", "%[t0]", "%[t1]", "%[t2]"));
}
#elif defined(ZKB_PRIME_ASM_MUL)
/* a·b/2^256 mod p. */
static inline void FIELD(mul)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    ZKB_MUL_OPERATION(ZKB_MUL_MULTIPLY);
}
#else
/* a·b/2^256 mod p. Coarsely integrated operand scanning; no carry word since p < 2^254. */
static inline void FIELD(mul)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    static const uint64_t p[4] = {FIELD_P0, FIELD_P1, FIELD_P2, FIELD_P3};
    uint64_t t[5] = {0, 0, 0, 0, 0};
    for (int i = 0; i < 4; i++) {
        zkb_u128 c = 0;
        for (int j = 0; j < 4; j++) {
            c += (zkb_u128)a->limb[j] * b->limb[i] + t[j];
            t[j] = (uint64_t)c;
            c >>= 64;
        }
        t[4] += (uint64_t)c;
        const uint64_t m = t[0] * FIELD_INV;
        c = ((zkb_u128)m * p[0] + t[0]) >> 64;
        for (int j = 1; j < 4; j++) {
            c += (zkb_u128)m * p[j] + t[j];
            t[j - 1] = (uint64_t)c;
            c >>= 64;
        }
        c += t[4];
        t[3] = (uint64_t)c;
        t[4] = (uint64_t)(c >> 64);
    }
    const FIELD_T r = {{t[0], t[1], t[2], t[3]}};
    FIELD(reduce_once_)(out, &r, t[4]);
}
#endif

static inline void FIELD(neg)(FIELD_T *out, const FIELD_T *a)
{
    const FIELD_T zero = {{0, 0, 0, 0}};
    FIELD(sub)(out, &zero, a);
}

static inline void FIELD(double)(FIELD_T *out, const FIELD_T *a) { FIELD(add)(out, a, a); }

/* Not reduced, for a and b up to 4 p: below a·b/2^256 + 1.8 p. */
#ifdef ZKB_PRIME_ASM_REGISTERS
static inline void FIELD(mul_lazy)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    ZKB_ADX_MULTIPLY();
}

static inline void FIELD(sqr_lazy)(FIELD_T *out, const FIELD_T *a) { ZKB_ADX_SELF(); }

static inline void FIELD(sqr)(FIELD_T *out, const FIELD_T *a)
{
    ZKB_ADX_SELF(ZKB_ADX_SUBTRACT("%[t4]", "%[t5]", "%[t6]", "%[a1]", "%[t2]"));
}
#else
static inline void FIELD(mul_lazy)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    FIELD(mul)(out, a, b);
}

static inline void FIELD(sqr_lazy)(FIELD_T *out, const FIELD_T *a) { FIELD(mul)(out, a, a); }

static inline void FIELD(sqr)(FIELD_T *out, const FIELD_T *a) { FIELD(mul)(out, a, a); }
#endif

#ifdef ZKB_PRIME_ASM
/* 2·a + b */
static inline void FIELD(double_add)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    ZKB_X86_SUM(ZKB_X86_DOUBLE_ADD);
}
#else
/* 2·a + b */
static inline void FIELD(double_add)(FIELD_T *out, const FIELD_T *a, const FIELD_T *b)
{
    FIELD_T twice;
    FIELD(add)(&twice, a, a);
    FIELD(add)(out, &twice, b);
}
#endif
