/* a b / 2^256 mod p for x86-64, as one asm statement (gcc makes 128-bit C take twice as long).
 *
 * ZKB_ADX_*: MULX, ADCX and ADOX, two carry chains side by side, on five words; for files compiled
 * with BMI2 and ADX. ZKB_MUL_*: any processor; a row adds a b_i to t0..t3 with the carry in c, and
 * there is no carry word beyond since p < 2^254. %rdx is the implicit factor of MULX; %rax, %rdx
 * the result of MUL. */
#ifndef ZKB_FIELD_PRIME_X86_INLINE_H
#define ZKB_FIELD_PRIME_X86_INLINE_H

/* n0 .. n4 = a times the first word of b */
#define ZKB_ADX_FIRST_ROW(factor, n0, n1, n2, n3, n4)                                              \
    "movq " factor ", %%rdx\n\t"                                                                   \
    "mulxq %[a0], " n0 ", " n1 "\n\t"                                                              \
    "mulxq %[a1], %[lo], " n2 "\n\t"                                                               \
    "addq %[lo], " n1 "\n\t"                                                                       \
    "mulxq %[a2], %[lo], " n3 "\n\t"                                                               \
    "adcq %[lo], " n2 "\n\t"                                                                       \
    "mulxq %[a3], %[lo], " n4 "\n\t"                                                               \
    "adcq %[lo], " n3 "\n\t"                                                                       \
    "adcq $0, " n4 "\n\t"

/* n0 .. n4 += a times a word of b */
#define ZKB_ADX_ROW(factor, n0, n1, n2, n3, n4)                                                    \
    "movq " factor ", %%rdx\n\t"                                                                   \
    "xorl %k[lo], %k[lo]\n\t"                                                                      \
    "mulxq %[a0], %[lo], %[hi]\n\t"                                                                \
    "adcxq %[lo], " n0 "\n\t"                                                                      \
    "adoxq %[hi], " n1 "\n\t"                                                                      \
    "mulxq %[a1], %[lo], %[hi]\n\t"                                                                \
    "adcxq %[lo], " n1 "\n\t"                                                                      \
    "adoxq %[hi], " n2 "\n\t"                                                                      \
    "mulxq %[a2], %[lo], %[hi]\n\t"                                                                \
    "adcxq %[lo], " n2 "\n\t"                                                                      \
    "adoxq %[hi], " n3 "\n\t"                                                                      \
    "mulxq %[a3], %[lo], %[hi]\n\t"                                                                \
    "adcxq %[lo], " n3 "\n\t"                                                                      \
    "adoxq %[hi], " n4 "\n\t"                                                                      \
    "adcq $0, " n4 "\n\t"

/* n1 .. n4, n0 = (n1 .. n4) + n0 s, s = 2^-64 mod p: a word less without a factor to wait for. */
#define ZKB_ADX_SHIFT(n0, n1, n2, n3, n4)                                                          \
    "movq " n0 ", %%rdx\n\t"                                                                       \
    "xorl %k[lo], %k[lo]\n\t"                                                                      \
    "mulxq %[s0], %[lo], %[hi]\n\t"                                                                \
    "adcxq %[lo], " n1 "\n\t"                                                                      \
    "adoxq %[hi], " n2 "\n\t"                                                                      \
    "mulxq %[s1], %[lo], %[hi]\n\t"                                                                \
    "adcxq %[lo], " n2 "\n\t"                                                                      \
    "adoxq %[hi], " n3 "\n\t"                                                                      \
    "mulxq %[s2], %[lo], %[hi]\n\t"                                                                \
    "adcxq %[lo], " n3 "\n\t"                                                                      \
    "adoxq %[hi], " n4 "\n\t"                                                                      \
    "mulxq %[s3], %[lo], " n0 "\n\t"                                                               \
    "adcxq %[lo], " n4 "\n\t"                                                                      \
    "movl $0, %k[lo]\n\t"                                                                          \
    "adcxq %[lo], " n0 "\n\t"                                                                      \
    "adoxq %[lo], " n0 "\n\t"

/* t0 .. t3 = (c, t0 .. t3 + m p) / 2^64, m = c (-1/p) */
#define ZKB_ADX_REDUCE                                                                             \
    "movq %[inv], %%rdx\n\t"                                                                       \
    "imulq %[c], %%rdx\n\t"                                                                        \
    "xorl %k[lo], %k[lo]\n\t"                                                                      \
    "mulxq %[p0], %[lo], %[hi]\n\t"                                                                \
    "adcxq %[c], %[lo]\n\t"                                                                        \
    "adcxq %[hi], %[t0]\n\t"                                                                       \
    "mulxq %[p1], %[lo], %[hi]\n\t"                                                                \
    "adoxq %[lo], %[t0]\n\t"                                                                       \
    "adcxq %[hi], %[t1]\n\t"                                                                       \
    "mulxq %[p2], %[lo], %[hi]\n\t"                                                                \
    "adoxq %[lo], %[t1]\n\t"                                                                       \
    "adcxq %[hi], %[t2]\n\t"                                                                       \
    "mulxq %[p3], %[lo], %[hi]\n\t"                                                                \
    "adoxq %[lo], %[t2]\n\t"                                                                       \
    "adcxq %[hi], %[t3]\n\t"                                                                       \
    "movl $0, %k[lo]\n\t"                                                                          \
    "adoxq %[lo], %[t3]\n\t"

/* t - p where that is not negative. */
#define ZKB_ADX_SUBTRACT                                                                           \
    "movq %[t0], %[lo]\n\t"                                                                        \
    "movq %[t1], %[hi]\n\t"                                                                        \
    "movq %[t2], %[c]\n\t"                                                                         \
    "movq %[t3], %%rdx\n\t"                                                                        \
    "subq %[p0], %[lo]\n\t"                                                                        \
    "sbbq %[p1], %[hi]\n\t"                                                                        \
    "sbbq %[p2], %[c]\n\t"                                                                         \
    "sbbq %[p3], %%rdx\n\t"                                                                        \
    "cmovncq %[lo], %[t0]\n\t"                                                                     \
    "cmovncq %[hi], %[t1]\n\t"                                                                     \
    "cmovncq %[c], %[t2]\n\t"                                                                      \
    "cmovncq %%rdx, %[t3]\n\t"

/* a b / 2^256 from four factors, the words of b: three words go by ZKB_ADX_SHIFT, which leaves a
 * value below (2^64 s + a 2^64), the last by ZKB_ADX_REDUCE. Below a b / 2^256 + s + p. */
#define ZKB_ADX_PRODUCT(b0, b1, b2, b3)                                                            \
    ZKB_ADX_FIRST_ROW(b0, "%[t1]", "%[t2]", "%[t3]", "%[c]", "%[t0]")                              \
    ZKB_ADX_SHIFT("%[t1]", "%[t2]", "%[t3]", "%[c]", "%[t0]")                                      \
    ZKB_ADX_ROW(b1, "%[t2]", "%[t3]", "%[c]", "%[t0]", "%[t1]")                                    \
    ZKB_ADX_SHIFT("%[t2]", "%[t3]", "%[c]", "%[t0]", "%[t1]")                                      \
    ZKB_ADX_ROW(b2, "%[t3]", "%[c]", "%[t0]", "%[t1]", "%[t2]")                                    \
    ZKB_ADX_SHIFT("%[t3]", "%[c]", "%[t0]", "%[t1]", "%[t2]")                                      \
    ZKB_ADX_ROW(b3, "%[c]", "%[t0]", "%[t1]", "%[t2]", "%[t3]") ZKB_ADX_REDUCE

#define ZKB_ADX_SQUARE ZKB_ADX_PRODUCT("%[a0]", "%[a1]", "%[a2]", "%[a3]") ZKB_ADX_SUBTRACT
#define ZKB_ADX_MULTIPLY                                                                           \
    ZKB_ADX_PRODUCT("(%[b])", "8(%[b])", "16(%[b])", "24(%[b])") ZKB_ADX_SUBTRACT

/* 2 a + b less 0, 1 or 2 p */
#define ZKB_ADX_DOUBLE_ADD                                                                         \
    "movq %[a0], %[t0]\n\t"                                                                        \
    "movq %[a1], %[t1]\n\t"                                                                        \
    "movq %[a2], %[t2]\n\t"                                                                        \
    "movq %[a3], %[t3]\n\t"                                                                        \
    "addq %[t0], %[t0]\n\t"                                                                        \
    "adcq %[t1], %[t1]\n\t"                                                                        \
    "adcq %[t2], %[t2]\n\t"                                                                        \
    "adcq %[t3], %[t3]\n\t"                                                                        \
    "addq (%[b]), %[t0]\n\t"                                                                       \
    "adcq 8(%[b]), %[t1]\n\t"                                                                      \
    "adcq 16(%[b]), %[t2]\n\t"                                                                     \
    "adcq 24(%[b]), %[t3]\n\t" ZKB_ADX_SUBTRACT ZKB_ADX_SUBTRACT

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
            ZKB_MUL_REDUCE ZKB_ADX_SUBTRACT

/* a + b less p where that is not negative; a - b plus p where that is negative. */
#define ZKB_X86_ADD                                                                                \
    "movq (%[a]), %[t0]\n\t"                                                                       \
    "movq 8(%[a]), %[t1]\n\t"                                                                      \
    "movq 16(%[a]), %[t2]\n\t"                                                                     \
    "movq 24(%[a]), %[t3]\n\t"                                                                     \
    "addq (%[b]), %[t0]\n\t"                                                                       \
    "adcq 8(%[b]), %[t1]\n\t"                                                                      \
    "adcq 16(%[b]), %[t2]\n\t"                                                                     \
    "adcq 24(%[b]), %[t3]\n\t" ZKB_ADX_SUBTRACT

#define ZKB_X86_SUB                                                                                \
    "movq (%[a]), %[t0]\n\t"                                                                       \
    "movq 8(%[a]), %[t1]\n\t"                                                                      \
    "movq 16(%[a]), %[t2]\n\t"                                                                     \
    "movq 24(%[a]), %[t3]\n\t"                                                                     \
    "xorl %%edx, %%edx\n\t"                                                                        \
    "movq %[p0], %[lo]\n\t"                                                                        \
    "movq %[p1], %[hi]\n\t"                                                                        \
    "movq %[p2], %[c]\n\t"                                                                         \
    "movq %[p3], %%rax\n\t"                                                                        \
    "subq (%[b]), %[t0]\n\t"                                                                       \
    "sbbq 8(%[b]), %[t1]\n\t"                                                                      \
    "sbbq 16(%[b]), %[t2]\n\t"                                                                     \
    "sbbq 24(%[b]), %[t3]\n\t"                                                                     \
    "cmovncq %%rdx, %[lo]\n\t"                                                                     \
    "cmovncq %%rdx, %[hi]\n\t"                                                                     \
    "cmovncq %%rdx, %[c]\n\t"                                                                      \
    "cmovncq %%rdx, %%rax\n\t"                                                                     \
    "addq %[lo], %[t0]\n\t"                                                                        \
    "adcq %[hi], %[t1]\n\t"                                                                        \
    "adcq %[c], %[t2]\n\t"                                                                         \
    "adcq %%rax, %[t3]\n\t"

/* One of the above as the body of a function of (out, a, b). */
#define ZKB_X86_OPERATION(instructions)                                                            \
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

/* The same with a in registers: a chain of multiplications stays out of memory. What follows the
 * instructions are inputs besides the first three words of a. */
#define ZKB_ADX_OPERATION(instructions, ...)                                                       \
    static const uint64_t p[9] = {FIELD_P0, FIELD_P1, FIELD_P2, FIELD_P3, FIELD_INV,               \
                                  FIELD_S0, FIELD_S1, FIELD_S2, FIELD_S3};                         \
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
            : [a0] "r"(a->limb[0]), [a1] "r"(a->limb[1]), [a2] "r"(a->limb[2]), [p0] "m"(p[0]),    \
              [p1] "m"(p[1]), [p2] "m"(p[2]), [p3] "m"(p[3]), [inv] "m"(p[4]), [s0] "m"(p[5]),     \
              [s1] "m"(p[6]), [s2] "m"(p[7]), [s3] "m"(p[8]), __VA_ARGS__                          \
            : "rdx", "cc");                                                                        \
    out->limb[0] = t0;                                                                             \
    out->limb[1] = t1;                                                                             \
    out->limb[2] = t2;                                                                             \
    out->limb[3] = t3

#define ZKB_ADX_WITH_B [a3] "r"(a->limb[3]), [b] "r"(b), "m"(*b)
#define ZKB_ADX_WITHOUT_B [a3] "r"(a->limb[3])

#if defined(__ADX__) && defined(__BMI2__)
#define ZKB_X86_MULTIPLY ZKB_ADX_OPERATION(ZKB_ADX_MULTIPLY, ZKB_ADX_WITH_B)
#define ZKB_PRIME_ASM_REGISTERS
#else
#define ZKB_X86_MULTIPLY ZKB_X86_OPERATION(ZKB_MUL_MULTIPLY)
#endif

#if defined(ZKB_X86) && defined(__x86_64__)
#define ZKB_PRIME_ASM
/* clang makes better code of the portable multiplication than this without MULX. */
#if !defined(__clang__) || (defined(__ADX__) && defined(__BMI2__))
#define ZKB_PRIME_ASM_MUL
#endif
#endif

#endif
