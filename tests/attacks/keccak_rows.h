/* Rows of the helper keccak that a malicious prover fills by itself. Call 0 is the first of the
 * run; its rows of round t are where the honest prover has them. */
#ifndef ZKB_TESTS_ATTACKS_KECCAK_ROWS_H
#define ZKB_TESTS_ATTACKS_KECCAK_ROWS_H

#include "attacks/malicious.h"
#include "machine/helpers/keccak/keccak.h"

enum {
    KECCAK_ROUNDS = ZKB_KECCAK_ROUNDS,
    KECCAK_LANES = ZKB_KECCAK_LANES,
    KECCAK_SIDE = ZKB_KECCAK_SIDE
};

/* Where a round's rows are (call, at), and what they say of themselves. */
typedef struct keccak_place {
    unsigned call, at;
    uint32_t clock;
    unsigned t;
} keccak_place;

/* A cell whose column's name has numbers in it. */
void keccak_set_at(malicious *m, zkb_chip_id chip, const char *format, unsigned first,
                   unsigned second, uint64_t row, uint64_t value);
/* 8 of them, bytes of a word: the format has one number more. */
void keccak_set_bytes(malicious *m, zkb_chip_id chip, const char *format, unsigned first,
                      uint64_t row, uint64_t value);

uint64_t keccak_turned(uint64_t x, unsigned by);
uint64_t keccak_sheet_row(const keccak_place *p, unsigned x);
uint64_t keccak_round_row(const keccak_place *p);

/* Each fills a row so that it is right for what it takes. */
uint64_t keccak_set_sheet(malicious *m, const keccak_place *p, unsigned x, uint64_t *state,
                          uint64_t flip); /* returns the parity; the lanes become those given */
void keccak_set_parity(malicious *m, const keccak_place *p, const uint64_t parity[5],
                       const uint64_t turned[5], uint64_t flip[5]);
/* flipped: as taken. moved: turned lanes. after: the lanes given. */
void keccak_set_plane(malicious *m, const keccak_place *p, unsigned y, const uint64_t flipped[25],
                      const uint64_t moved[25], uint64_t constant, uint64_t after[25]);

/* What is made of a state before theta and rho: flips, and the state after theta. */
void keccak_theta(malicious *m, const keccak_place *p, uint64_t state[25]);
void keccak_move(uint64_t moved[25], const uint64_t flipped[25]);
/* All rows of a round. */
void keccak_set_round(malicious *m, const keccak_place *p, uint64_t state[25]);
/* The rounds from p->t on, and what the call leaves, in the heap from `word` on. */
void keccak_set_rest(malicious *m, keccak_place p, uint64_t state[25], uint64_t word);
void keccak_set_result(malicious *m, const keccak_place *p, const uint64_t state[25],
                       uint64_t word);
/* The state before a round, from the cells. */
void keccak_get_state(malicious *m, const keccak_place *p, uint64_t state[25]);

#endif
