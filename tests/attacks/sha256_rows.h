/* Rows of the helper sha256 that a malicious prover fills by itself, with digits for bits. */
#ifndef ZKB_TESTS_ATTACKS_SHA256_ROWS_H
#define ZKB_TESTS_ATTACKS_SHA256_ROWS_H

#include "attacks/malicious.h"
#include "machine/helpers/sha256/sha256.h"

/* The state before a round; a and e need not be reduced mod 2^32. */
typedef struct hash_state {
    uint64_t a, e;
    uint32_t b, c, d, f, g, h;
} hash_state;

/* A cell whose column's name has the number in it. */
void sha256_set_at(malicious *m, zkb_chip_id chip, const char *format, unsigned number,
                   uint64_t row, int64_t value);
/* The same for digits of `bits` bits of a value. */
void sha256_set_digits(malicious *m, zkb_chip_id chip, const char *format, unsigned count,
                       unsigned bits, uint64_t row, uint64_t value);
/* The value of 32 bits. */
uint64_t sha256_get_bits(malicious *m, zkb_chip_id chip, const char *format, uint64_t row);
/* What is left of a word of the heap at the end of the run. */
void sha256_leave(malicious *m, uint64_t word, uint64_t value, uint32_t time);

void sha256_bits_of(int64_t bits[32], uint64_t x);
/* What a chip makes of digits. two: the cells of the first two summands of each bit. */
int64_t sha256_apply(int64_t two[32], const zkb_sha256_sigma *sigma, const int64_t bits[32]);
void sha256_set_sigma(malicious *m, zkb_chip_id chip, uint64_t row, const zkb_sha256_sigma *sigma,
                      const int64_t two[32]);

/* The state that a row of rounds takes, and its W + K. */
hash_state sha256_get_round(malicious *m, uint64_t row);
uint64_t sha256_summand_of(malicious *m, uint64_t row);
/* Fills a row of rounds. Returns the state after it. */
hash_state sha256_set_round(malicious *m, uint64_t row, unsigned t, const hash_state *s,
                            uint64_t summand);
/* The same with other digits of a and e. */
hash_state sha256_set_round_of(malicious *m, uint64_t row, unsigned t, const hash_state *s,
                               const int64_t a_bits[32], const int64_t e_bits[32],
                               uint64_t summand);
/* The call of a row, whose state is zero before, leaves what the state after the last round makes
 * it, in the heap from `word` on. */
void sha256_set_result(malicious *m, uint64_t row, const hash_state *last, uint64_t word,
                       uint32_t clock);

#endif
