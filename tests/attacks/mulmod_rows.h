/* Calls of the helper mulmod that a malicious prover fills by itself. What follows from a false
 * cell is made to fit, the carries too. */
#ifndef ZKB_TESTS_ATTACKS_MULMOD_ROWS_H
#define ZKB_TESTS_ATTACKS_MULMOD_ROWS_H

#include "attacks/malicious.h"
#include "machine/helpers/mulmod/mulmod.h"

enum {
    MULMOD = ZKB_HELPER_NUMBER_MULMOD,
    COPY = ZKB_HELPER_NUMBER_COPY,
    WORDS = ZKB_MULMOD_WORDS,
    QUOTIENT = ZKB_MULMOD_QUOTIENT_WORDS
};

/* The program of mulmod_begin copies a, b, c and m from the input to these words of the heap, and
 * has two calls, of a b + c and of b b + c. */
enum { A = 0, B = 4, C = 8, M = 12, RESULT = 16, OTHER_RESULT = 20 };
enum { COPIED = 4, CALL = 10, OTHER = 13 }; /* clocks */

/* The primes of BN254 (of its coordinates) and of secp256k1; and other numbers. */
extern const uint64_t mulmod_bn254[WORDS];
extern const uint64_t mulmod_secp256k1[WORDS];
extern const uint64_t mulmod_large[WORDS];
extern const uint64_t mulmod_other[WORDS];
extern const uint64_t mulmod_ones[WORDS];
extern const uint64_t mulmod_small[WORDS];
extern const uint64_t mulmod_none[WORDS];

/* A false call, row `row` of the chip. */
typedef struct mulmod_attack {
    malicious m;
    uint64_t input[4 * WORDS];
    uint64_t row;
    uint64_t q[QUOTIENT], r[WORDS]; /* as they are, and then as set_quotient and set_result say */
    zkb_fr q_more;                  /* what is added to q, by this limb of this word */
    unsigned q_word, q_limb;
    unsigned beyond;     /* one more than the word of r that is 2^64 more, or 0 */
    unsigned carry_limb; /* that a carry which does not fit is in */
    zkb_fr r_more;       /* and to the highest word of r */
} mulmod_attack;

/* Numbers as input, and their honest quotient and result. */
void mulmod_put_input(mulmod_attack *x, const uint64_t *a, const uint64_t *b, const uint64_t *c,
                      const uint64_t *m);
/* The same, and the run. */
void mulmod_begin(mulmod_attack *x, const uint64_t *a, const uint64_t *b, const uint64_t *c,
                  const uint64_t *m);
/* By `expected` alone, or `also`; and it has no proof. The end. */
void mulmod_refused(mulmod_attack *x, const char *expected, const char *also);

/* A cell whose column's name has the number in it. */
void mulmod_set(mulmod_attack *x, const char *format, unsigned number, uint64_t value);
void mulmod_set_fr(mulmod_attack *x, const char *format, unsigned number, const zkb_fr *value);
uint64_t mulmod_get(mulmod_attack *x, const char *format, unsigned number);
/* What is left of a word of the heap at the end of the run. */
void mulmod_leave(mulmod_attack *x, uint64_t word, uint64_t value, uint32_t time);

void mulmod_set_quotient(mulmod_attack *x, const uint64_t q[QUOTIENT]);
/* The result, written from `word` of the heap on; less than m where it differs from it. */
void mulmod_set_result(mulmod_attack *x, const uint64_t r[WORDS], unsigned word);
/* It is said to be less in `word`, where these are the words of both. A gap that is negative is all
 * in limb `limb`, or in the lowest. */
void mulmod_set_gap_in(mulmod_attack *x, unsigned word, uint64_t m, uint64_t r, unsigned limb);
void mulmod_set_gap(mulmod_attack *x, unsigned word, uint64_t m, uint64_t r);
/* Says that m is 2^256, so that no word of r is less. */
void mulmod_say_zero(mulmod_attack *x);
/* The carries that the numbers of the row have: in limbs, or where they do not fit, as elements of
 * the field. */
void mulmod_fit_carries(mulmod_attack *x);

#endif
