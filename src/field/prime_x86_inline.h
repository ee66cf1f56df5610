/* a b / 2^256 mod p for x86-64, as one asm statement (gcc makes 128-bit C take twice as long).
 *
 * ZKB_ADX_*: MULX, ADCX and ADOX, two carry chains side by side; for files compiled with BMI2
 * and ADX. ZKB_MUL_*: any processor; a row adds a b_i to t0..t3 with the carry in c, and
 * there is no carry word beyond since p < 2^254. %rdx is the implicit factor of MULX; %rax, %rdx
 * the result of MUL. */
#ifndef ZKB_FIELD_PRIME_X86_INLINE_H
#define ZKB_FIELD_PRIME_X86_INLINE_H

/* n0 += low word, n1 += high word of %rdx x. The low words' carries run in CF, the high words' in
 * OF; ZKB_ADX_TERMS begins both. */
#define ZKB_ADX_TERM(x, n0, n1)                                                                    \
    "mulxq " x ", %[lo], %[hi]\n\t"                                                                \
    "adoxq %[hi], " n1 "\n\t"                                                                      \
    "adcxq %[lo], " n0 "\n\t"
#define ZKB_ADX_TERMS(x, n0, n1, n2, n3)                                                           \
    "xorl %k[lo], %k[lo]\n\t" ZKB_ADX_TERM(x("0"), n0, n1) ZKB_ADX_TERM(x("1"), n1, n2)            \
        ZKB_ADX_TERM(x("2"), n2, n3)

/* n0 .. n4 += %rdx x, where that is below 2^320. */
#define ZKB_ADX_ROW(x, n0, n1, n2, n3, n4)                                                         \
    ZKB_ADX_TERMS(x, n0, n1, n2, n3)                                                               \
    ZKB_ADX_TERM(x("3"), n3, n4)                                                                   \
    "adcxq %[zero], " n4 "\n\t"

/* The same with a carry into n5. */
#define ZKB_ADX_ROW_CARRY(x, n0, n1, n2, n3, n4, n5)                                               \
    ZKB_ADX_TERMS(x, n0, n1, n2, n3)                                                               \
    ZKB_ADX_TERM(x("3"), n3, n4)                                                                   \
    "adoxq %[zero], " n5 "\n\t"                                                                    \
    "adcxq %[zero], " n4 "\n\t"                                                                    \
    "adcxq %[zero], " n5 "\n\t"

/* clang-format off */

/* The same where n4 is nothing yet. */
#define ZKB_ADX_ROW_NEW(x, n0, n1, n2, n3, n4)                                                     \
    ZKB_ADX_TERMS(x, n0, n1, n2, n3)                                                               \
    "mulxq " x("3") ", %[lo], " n4 "\n\t"                                                          \
    "adcxq %[lo], " n3 "\n\t"                                                                      \
    "adoxq %[zero], " n4 "\n\t"                                                                    \
    "adcxq %[zero], " n4 "\n\t"

/* n0 .. n4 = %rdx x */
#define ZKB_ADX_ROW_FIRST(x, n0, n1, n2, n3, n4)                                                   \
    "mulxq " x("0") ", " n0 ", " n1 "\n\t"                                                         \
    "mulxq " x("1") ", %[lo], " n2 "\n\t"                                                          \
    "addq %[lo], " n1 "\n\t"                                                                       \
    "mulxq " x("2") ", %[lo], " n3 "\n\t"                                                          \
    "adcq %[lo], " n2 "\n\t"                                                                       \
    "mulxq " x("3") ", %[lo], " n4 "\n\t"                                                          \
    "adcq %[lo], " n3 "\n\t"                                                                       \
    "adcq $0, " n4 "\n\t"

/* clang-format on */

/* t0 .. t3 = (c, t0 .. t3 + m p) / 2^64, m = c (-1/p) */
#define ZKB_ADX_REDUCE(c, t0, t1, t2, t3)                                                          \
    "movq %[inv], %%rdx\n\t"                                                                       \
    "imulq " c ", %%rdx\n\t"                                                                       \
    "xorl %k[lo], %k[lo]\n\t"                                                                      \
    "mulxq %[p0], %[lo], %[hi]\n\t"                                                                \
    "adcxq " c ", %[lo]\n\t"                                                                       \
    "adcxq %[hi], " t0 "\n\t"                                                                      \
    "mulxq %[p1], %[lo], %[hi]\n\t"                                                                \
    "adoxq %[lo], " t0 "\n\t"                                                                      \
    "adcxq %[hi], " t1 "\n\t"                                                                      \
    "mulxq %[p2], %[lo], %[hi]\n\t"                                                                \
    "adoxq %[lo], " t1 "\n\t"                                                                      \
    "adcxq %[hi], " t2 "\n\t"                                                                      \
    "mulxq %[p3], %[lo], %[hi]\n\t"                                                                \
    "adcxq %[hi], " t3 "\n\t"                                                                      \
    "adoxq %[lo], " t2 "\n\t"                                                                      \
    "adoxq %[zero], " t3 "\n\t"

/* t - p where that is not negative; c is written over. */
#define ZKB_ADX_SUBTRACT(t0, t1, t2, t3, c)                                                        \
    "movq " t0 ", %[lo]\n\t"                                                                       \
    "movq " t1 ", %[hi]\n\t"                                                                       \
    "movq " t2 ", " c "\n\t"                                                                       \
    "movq " t3 ", %%rdx\n\t"                                                                       \
    "subq %[p0], %[lo]\n\t"                                                                        \
    "sbbq %[p1], %[hi]\n\t"                                                                        \
    "sbbq %[p2], " c "\n\t"                                                                        \
    "sbbq %[p3], %%rdx\n\t"                                                                        \
    "cmovncq %[lo], " t0 "\n\t"                                                                    \
    "cmovncq %[hi], " t1 "\n\t"                                                                    \
    "cmovncq " c ", " t2 "\n\t"                                                                    \
    "cmovncq %%rdx, " t3 "\n\t"

#define ZKB_ADX_S(i) "%[s" i "]"
#define ZKB_ADX_Q(i) "%[q" i "]"
#define ZKB_ADX_B(i) "8*" i "(%[b])"

/* clang-format off */

/* t4, t5, t0, t1 = a b / 2^256 mod p, below a b / 2^256 + s + p. a0 comes in %rdx.
 *
 * Words leave at the bottom: the first two by q = 2^-128 and s = 2^-64 mod p, which wait for
 * neither each other nor a factor, the third by s, the last by ZKB_ADX_REDUCE. At most five words
 * are there at a time: the pair leaves a value below b + 2^64 (q + s), whereto 2^64 b comes, so
 * that b may be up to 2^256 - 1.2 p; a is any. */
#define ZKB_ADX_PRODUCT                                                                            \
    ZKB_ADX_ROW_FIRST(ZKB_ADX_B, "%[t0]", "%[t1]", "%[t2]", "%[t3]", "%[t4]")                      \
    "movq %[a1], %%rdx\n\t"                                                                        \
    ZKB_ADX_ROW_NEW(ZKB_ADX_B, "%[t1]", "%[t2]", "%[t3]", "%[t4]", "%[t5]")                        \
    "movq %[t0], %%rdx\n\t"                                                                        \
    ZKB_ADX_ROW_NEW(ZKB_ADX_Q, "%[t2]", "%[t3]", "%[t4]", "%[t5]", "%[t0]")                        \
    "movq %[t1], %%rdx\n\t"                                                                        \
    ZKB_ADX_ROW(ZKB_ADX_S, "%[t2]", "%[t3]", "%[t4]", "%[t5]", "%[t0]")                            \
    "movq %[a2], %%rdx\n\t"                                                                        \
    ZKB_ADX_ROW(ZKB_ADX_B, "%[t2]", "%[t3]", "%[t4]", "%[t5]", "%[t0]")                            \
    "movq %[t2], %%rdx\n\t"                                                                        \
    ZKB_ADX_ROW_NEW(ZKB_ADX_S, "%[t3]", "%[t4]", "%[t5]", "%[t0]", "%[t1]")                        \
    "movq %[a3], %%rdx\n\t"                                                                        \
    ZKB_ADX_ROW(ZKB_ADX_B, "%[t3]", "%[t4]", "%[t5]", "%[t0]", "%[t1]")                            \
    ZKB_ADX_REDUCE("%[t3]", "%[t4]", "%[t5]", "%[t0]", "%[t1]")

/* t4, t5, t6, a1 = a^2 / 2^256 mod p, below a^2 / 2^256 + s + p, for a up to 4 p. a0 comes in
 * %rdx; a1 is written over. The six products of different words, doubled as the squares are
 * added: ten MULX, not sixteen. Then all eight words are there, and leave as in the product. */
#define ZKB_ADX_SQUARE                                                                             \
    "mulxq %%rdx, %[t0], %[t7]\n\t"                                                                \
    "mulxq %[a1], %[t1], %[t2]\n\t"                                                                \
    "mulxq %[a2], %[lo], %[t3]\n\t"                                                                \
    "addq %[lo], %[t2]\n\t"                                                                        \
    "mulxq %[a3], %[lo], %[t4]\n\t"                                                                \
    "adcq %[lo], %[t3]\n\t"                                                                        \
    "adcq $0, %[t4]\n\t"                                                                           \
    "movq %[a1], %%rdx\n\t"                                                                        \
    "xorl %k[lo], %k[lo]\n\t"                                                                      \
    ZKB_ADX_TERM("%[a2]", "%[t3]", "%[t4]")                                                        \
    "mulxq %[a3], %[lo], %[t5]\n\t"                                                                \
    "adcxq %[lo], %[t4]\n\t"                                                                       \
    "adcxq %[zero], %[t5]\n\t"                                                                     \
    "movq %[a2], %%rdx\n\t"                                                                        \
    "mulxq %[a3], %[lo], %[t6]\n\t"                                                                \
    "adoxq %[lo], %[t5]\n\t"                                                                       \
    "adoxq %[zero], %[t6]\n\t"                                                                     \
    "movq %[a1], %%rdx\n\t"                                                                        \
    "xorl %k[lo], %k[lo]\n\t"                                                                      \
    "adoxq %[t1], %[t1]\n\t"                                                                       \
    "adcxq %[t7], %[t1]\n\t"                                                                       \
    "adoxq %[t2], %[t2]\n\t"                                                                       \
    "mulxq %[a1], %[lo], %[hi]\n\t"                                                                \
    "adoxq %[t3], %[t3]\n\t"                                                                       \
    "adcxq %[lo], %[t2]\n\t"                                                                       \
    "adcxq %[hi], %[t3]\n\t"                                                                       \
    "movq %[a2], %%rdx\n\t"                                                                        \
    "mulxq %[a2], %[lo], %[hi]\n\t"                                                                \
    "adoxq %[t4], %[t4]\n\t"                                                                       \
    "adoxq %[t5], %[t5]\n\t"                                                                       \
    "adcxq %[lo], %[t4]\n\t"                                                                       \
    "adcxq %[hi], %[t5]\n\t"                                                                       \
    "movq %[a3], %%rdx\n\t"                                                                        \
    "mulxq %[a3], %[lo], %[a1]\n\t"                                                                \
    "adoxq %[t6], %[t6]\n\t"                                                                       \
    "adoxq %[zero], %[a1]\n\t"                                                                     \
    "adcxq %[lo], %[t6]\n\t"                                                                       \
    "adcxq %[zero], %[a1]\n\t"                                                                     \
    "movq %[t0], %%rdx\n\t"                                                                        \
    ZKB_ADX_ROW_CARRY(ZKB_ADX_Q, "%[t2]", "%[t3]", "%[t4]", "%[t5]", "%[t6]", "%[a1]")             \
    "movq %[t1], %%rdx\n\t"                                                                        \
    ZKB_ADX_ROW_CARRY(ZKB_ADX_S, "%[t2]", "%[t3]", "%[t4]", "%[t5]", "%[t6]", "%[a1]")             \
    "movq %[t2], %%rdx\n\t"                                                                        \
    ZKB_ADX_ROW(ZKB_ADX_S, "%[t3]", "%[t4]", "%[t5]", "%[t6]", "%[a1]")                            \
    ZKB_ADX_REDUCE("%[t3]", "%[t4]", "%[t5]", "%[t6]", "%[a1]")

/* clang-format on */

#define ZKB_X86_SUBTRACT ZKB_ADX_SUBTRACT("%[t0]", "%[t1]", "%[t2]", "%[t3]", "%[c]")

/* 2 a + b less 0, 1 or 2 p */
#define ZKB_X86_DOUBLE_ADD                                                                         \
    "addq %[t0], %[t0]\n\t"                                                                        \
    "adcq %[t1], %[t1]\n\t"                                                                        \
    "adcq %[t2], %[t2]\n\t"                                                                        \
    "adcq %[t3], %[t3]\n\t"                                                                        \
    "addq %[b0], %[t0]\n\t"                                                                        \
    "adcq %[b1], %[t1]\n\t"                                                                        \
    "adcq %[b2], %[t2]\n\t"                                                                        \
    "adcq %[b3], %[t3]\n\t" ZKB_X86_SUBTRACT ZKB_X86_SUBTRACT

#define ZKB_MUL_STEP(factor, t)                                                                    \
    "movq " factor ", %%rax\n\t"                                                                   \
    "mulq %[lo]\n\t"                                                                               \
    "addq %[hi], " t "\n\t"                                                                        \
    "adcq $0, %%rdx\n\t"                                                                           \
    "addq %%rax, " t "\n\t"                                                                        \
    "adcq $0, %%rdx\n\t"                                                                           \
    "movq %%rdx, %[hi]\n\t"

#define ZKB_MUL_ROW(offset)                                                                        \
    "movq " offset "(%[b]), %[lo]\n\t"                                                             \
    "xorl %k[hi], %k[hi]\n\t" ZKB_MUL_STEP("(%[a])", "%[t0]") ZKB_MUL_STEP("8(%[a])", "%[t1]")     \
        ZKB_MUL_STEP("16(%[a])", "%[t2]") ZKB_MUL_STEP("24(%[a])", "%[t3]") "movq %[hi], %[c]\n\t"

#define ZKB_MUL_REDUCE                                                                             \
    "movq %[inv], %[lo]\n\t"                                                                       \
    "imulq %[t0], %[lo]\n\t"                                                                       \
    "xorl %k[hi], %k[hi]\n\t" ZKB_MUL_STEP("%[p0]", "%[t0]") ZKB_MUL_STEP("%[p1]", "%[t1]")        \
        ZKB_MUL_STEP("%[p2]", "%[t2]") ZKB_MUL_STEP("%[p3]", "%[t3]") "movq %[t1], %[t0]\n\t"      \
                                                                      "movq %[t2], %[t1]\n\t"      \
                                                                      "movq %[t3], %[t2]\n\t"      \
                                                                      "movq %[c], %[t3]\n\t"       \
                                                                      "addq %[hi], %[t3]\n\t"

#define ZKB_MUL_MULTIPLY                                                                           \
    "xorl %k[t0], %k[t0]\n\t"                                                                      \
    "xorl %k[t1], %k[t1]\n\t"                                                                      \
    "xorl %k[t2], %k[t2]\n\t"                                                                      \
    "xorl %k[t3], %k[t3]\n\t" ZKB_MUL_ROW("0") ZKB_MUL_REDUCE ZKB_MUL_ROW("8")                     \
        ZKB_MUL_REDUCE ZKB_MUL_ROW("16") ZKB_MUL_REDUCE ZKB_MUL_ROW("24")                          \
            ZKB_MUL_REDUCE ZKB_X86_SUBTRACT

/* a + b less p where that is not negative; a - b plus p where that is negative. */
#define ZKB_X86_ADD                                                                                \
    "addq %[b0], %[t0]\n\t"                                                                        \
    "adcq %[b1], %[t1]\n\t"                                                                        \
    "adcq %[b2], %[t2]\n\t"                                                                        \
    "adcq %[b3], %[t3]\n\t" ZKB_X86_SUBTRACT

#define ZKB_X86_SUB                                                                                \
    "xorl %%edx, %%edx\n\t"                                                                        \
    "movq %[p0], %[lo]\n\t"                                                                        \
    "movq %[p1], %[hi]\n\t"                                                                        \
    "movq %[p2], %[c]\n\t"                                                                         \
    "movq %[p3], %%rax\n\t"                                                                        \
    "subq %[b0], %[t0]\n\t"                                                                        \
    "sbbq %[b1], %[t1]\n\t"                                                                        \
    "sbbq %[b2], %[t2]\n\t"                                                                        \
    "sbbq %[b3], %[t3]\n\t"                                                                        \
    "cmovncq %%rdx, %[lo]\n\t"                                                                     \
    "cmovncq %%rdx, %[hi]\n\t"                                                                     \
    "cmovncq %%rdx, %[c]\n\t"                                                                      \
    "cmovncq %%rdx, %%rax\n\t"                                                                     \
    "addq %[lo], %[t0]\n\t"                                                                        \
    "adcq %[hi], %[t1]\n\t"                                                                        \
    "adcq %[c], %[t2]\n\t"                                                                         \
    "adcq %%rax, %[t3]\n\t"

/* One of the sums above as the body of a function of (out, a, b). Few registers: compilers that
 * inline it many times run out of them. */
#define ZKB_X86_SUM(instructions)                                                                  \
    static const uint64_t p[4] = {FIELD_P0, FIELD_P1, FIELD_P2, FIELD_P3};                         \
    uint64_t t0 = a->limb[0];                                                                      \
    uint64_t t1 = a->limb[1];                                                                      \
    uint64_t t2 = a->limb[2];                                                                      \
    uint64_t t3 = a->limb[3];                                                                      \
    uint64_t lo;                                                                                   \
    uint64_t hi;                                                                                   \
    uint64_t c;                                                                                    \
    __asm__(instructions                                                                           \
            : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+&r"(t3), [lo] "=&r"(lo),      \
              [hi] "=&r"(hi), [c] "=&r"(c)                                                         \
            : [b0] "m"(b->limb[0]), [b1] "m"(b->limb[1]), [b2] "m"(b->limb[2]),                    \
              [b3] "m"(b->limb[3]), [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3]) \
            : "rax", "rdx", "cc");                                                                 \
    out->limb[0] = t0;                                                                             \
    out->limb[1] = t1;                                                                             \
    out->limb[2] = t2;                                                                             \
    out->limb[3] = t3

/* The product as the body of a function of (out, a, b). */
#define ZKB_MUL_OPERATION(instructions)                                                            \
    static const uint64_t p[5] = {FIELD_P0, FIELD_P1, FIELD_P2, FIELD_P3, FIELD_INV};              \
    uint64_t t0;                                                                                   \
    uint64_t t1;                                                                                   \
    uint64_t t2;                                                                                   \
    uint64_t t3;                                                                                   \
    uint64_t lo;                                                                                   \
    uint64_t hi;                                                                                   \
    uint64_t c;                                                                                    \
    __asm__(instructions                                                                           \
            : [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [lo] "=&r"(lo),      \
              [hi] "=&r"(hi), [c] "=&r"(c)                                                         \
            : [a] "r"(a), [b] "r"(b), [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]),              \
              [p3] "m"(p[3]), [inv] "m"(p[4]), "m"(*a), "m"(*b)                                    \
            : "rax", "rdx", "cc");                                                                 \
    out->limb[0] = t0;                                                                             \
    out->limb[1] = t1;                                                                             \
    out->limb[2] = t2;                                                                             \
    out->limb[3] = t3

/* a + b or a - b as 256-bit integers. */
#define ZKB_X86_WORDS(first, next)                                                                 \
    uint64_t t0 = a->limb[0];                                                                      \
    uint64_t t1 = a->limb[1];                                                                      \
    uint64_t t2 = a->limb[2];                                                                      \
    uint64_t t3 = a->limb[3];                                                                      \
    __asm__(                                                                                       \
        first "q %[b0], %[t0]\n\t" next "q %[b1], %[t1]\n\t" next "q %[b2], %[t2]\n\t" next        \
              "q %[b3], %[t3]\n\t"                                                                 \
        : [t0] "+&r"(t0), [t1] "+&r"(t1), [t2] "+&r"(t2), [t3] "+r"(t3)                            \
        : [b0] "r"(b->limb[0]), [b1] "rm"(b->limb[1]), [b2] "rm"(b->limb[2]), [b3] "r"(b->limb[3]) \
        : "cc");                                                                                   \
    *out = (FIELD_T)                                                                               \
    {                                                                                              \
        {                                                                                          \
            t0, t1, t2, t3                                                                         \
        }                                                                                          \
    }

/* Products with a in registers: a chain of them stays out of memory. */
#define ZKB_ADX_CONSTANTS                                                                          \
    static const uint64_t p[14] = {FIELD_P0, FIELD_P1, FIELD_P2, FIELD_P3, FIELD_INV,              \
                                   FIELD_S0, FIELD_S1, FIELD_S2, FIELD_S3, FIELD_Q0,               \
                                   FIELD_Q1, FIELD_Q2, FIELD_Q3, 0};                               \
    uint64_t t0;                                                                                   \
    uint64_t t1;                                                                                   \
    uint64_t t2;                                                                                   \
    uint64_t t3;                                                                                   \
    uint64_t t4;                                                                                   \
    uint64_t t5;                                                                                   \
    uint64_t lo;                                                                                   \
    uint64_t hi;                                                                                   \
    uint64_t a0 = a->limb[0]
#define ZKB_ADX_OUTPUTS                                                                            \
    [t0] "=&r"(t0), [t1] "=&r"(t1), [t2] "=&r"(t2), [t3] "=&r"(t3), [t4] "=&r"(t4),                \
        [t5] "=&r"(t5), [lo] "=&r"(lo), [hi] "=&r"(hi), "+&d"(a0)
#define ZKB_ADX_INPUTS                                                                             \
    [a2] "rm"(a->limb[2]), [a3] "rm"(a->limb[3]), [p0] "m"(p[0]), [p1] "m"(p[1]), [p2] "m"(p[2]),  \
        [p3] "m"(p[3]), [inv] "m"(p[4]), [s0] "m"(p[5]), [s1] "m"(p[6]), [s2] "m"(p[7]),           \
        [s3] "m"(p[8]), [q0] "m"(p[9]), [q1] "m"(p[10]), [q2] "m"(p[11]), [q3] "m"(p[12]),         \
        [zero] "m"(p[13])

#define ZKB_ADX_MULTIPLY(...)                                                                      \
    ZKB_ADX_CONSTANTS;                                                                             \
    __asm__(ZKB_ADX_PRODUCT __VA_ARGS__                                                            \
            : ZKB_ADX_OUTPUTS                                                                      \
            : ZKB_ADX_INPUTS, [a1] "r"(a->limb[1]), [b] "r"(b), "m"(*b)                            \
            : "cc");                                                                               \
    *out = (FIELD_T)                                                                               \
    {                                                                                              \
        {                                                                                          \
            t4, t5, t0, t1                                                                         \
        }                                                                                          \
    }

#define ZKB_ADX_SELF(...)                                                                          \
    ZKB_ADX_CONSTANTS;                                                                             \
    uint64_t t6;                                                                                   \
    uint64_t t7;                                                                                   \
    uint64_t a1 = a->limb[1];                                                                      \
    __asm__(ZKB_ADX_SQUARE __VA_ARGS__                                                             \
            : ZKB_ADX_OUTPUTS, [t6] "=&r"(t6), [t7] "=&r"(t7), [a1] "+&r"(a1)                      \
            : ZKB_ADX_INPUTS                                                                       \
            : "cc");                                                                               \
    *out = (FIELD_T)                                                                               \
    {                                                                                              \
        {                                                                                          \
            t4, t5, t6, a1                                                                         \
        }                                                                                          \
    }

#if defined(__ADX__) && defined(__BMI2__)
#define ZKB_PRIME_ASM_REGISTERS
#endif

#if defined(ZKB_X86) && defined(__x86_64__)
#define ZKB_PRIME_ASM
/* clang makes better code of the portable multiplication than this without MULX. */
#if !defined(__clang__) || (defined(__ADX__) && defined(__BMI2__))
#define ZKB_PRIME_ASM_MUL
#endif
#endif

#endif
