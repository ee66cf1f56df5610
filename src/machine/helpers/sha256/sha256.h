/* What the chips of the helper sha256 share. A call has, beside its own row:
 *
 *     sha256_block   8 rows, one for each word of memory that the block is in (call.c)
 *     sha256_first   16 rows, for the words of the schedule that are the block's (schedule.c)
 *     sha256_later   48 rows, for those that follow from earlier ones (schedule.c)
 *     sha256_round   64 rows (round.c)
 *
 * The files named declare them; fill.c fills them. Names are those of FIPS 180-4. */
#ifndef ZKB_MACHINE_HELPERS_SHA256_H
#define ZKB_MACHINE_HELPERS_SHA256_H

#include "machine/block.h"

enum { ZKB_SHA256_ROUNDS = 64, ZKB_SHA256_BLOCK_WORDS = 16, ZKB_SHA256_STATE_WORDS = 8 };

/* K of each round. */
extern const uint32_t zkb_sha256_constants[ZKB_SHA256_ROUNDS];

/* Bits of what the sum of a word of the state before the call and one after the last round has
 * above 2^32: the latter may be a sum of up to seven words itself, where it is a or e. */
static inline unsigned zkb_sha256_carry_bits(unsigned word) { return word % 4 == 0 ? 3 : 1; }

/* First entries of zkb_bus_sha256_word: (kind, clock, index, value). */
typedef enum zkb_sha256_kind {
    ZKB_SHA256_ADDRESS = 1, /* words of memory that are read; the number of the next one */
    ZKB_SHA256_INPUT,       /* W_index of the block, index < 16 */
    ZKB_SHA256_SUMMAND,     /* W_index + K_index, for round `index` */
    /* What W_index is the sum of, 16 <= index: */
    ZKB_SHA256_W16, /* W_(index - 16) */
    ZKB_SHA256_W7,  /* W_(index - 7) */
    ZKB_SHA256_S15, /* sigma0 of W_(index - 15) */
    ZKB_SHA256_S2   /* sigma1 of W_(index - 2) */
} zkb_sha256_kind;

/* The tuple (kind, i->clock, index, value), once. */
void zkb_sha256_give(const zkb_instruction_block *i, zkb_sha256_kind kind, zkb_expr index,
                     zkb_expr value);
void zkb_sha256_take(const zkb_instruction_block *i, zkb_sha256_kind kind, zkb_expr index,
                     zkb_expr value);

/* Distances: the bits of a word that are added mod 2 for one bit. The last is of a shift, not of a
 * rotation, in the small sigmas. */
typedef struct zkb_sha256_sigma {
    const char *name;
    uint8_t by[3];
    bool shifts;
} zkb_sha256_sigma;
extern const zkb_sha256_sigma zkb_sha256_small[2]; /* sigma0 and sigma1, of the schedule */
extern const zkb_sha256_sigma zkb_sha256_big[2];   /* Sigma0 and Sigma1, of rounds */

/* A number of 32 bits, from bits[32], each of which is 0 or 1. Columns: for each bit that has three
 * summands, the first two of them added mod 2. */
zkb_expr zkb_sha256_declare_sigma(const zkb_instruction_block *i, const zkb_sha256_sigma *sigma,
                                  const zkb_expr *bits);
/* `count` booleans and their weighted sum. */
zkb_expr zkb_sha256_bits(const zkb_instruction_block *i, const char *name, unsigned count,
                         zkb_expr *bits);

#endif
