/* What the chips of the helper keccak share. A call has, beside its own row:
 *
 *     keccak_word              25 rows, one for each lane, which is a word of memory (call.c)
 *     keccak_sheet             5 rows a round, one for each x: theta (theta.c)
 *     keccak_parity            a row a round: what theta adds to each sheet (theta.c)
 *     keccak_plane0 to plane4  a row a round each, for each y: rho, pi, chi and iota (chi.c)
 *
 * The files named declare them; fill.c fills them. Names are those of FIPS 202: lane (x, y) has
 * index x + 5 y, and bit z of it weighs 2^z. Everything is made of bytes. */
#ifndef ZKB_MACHINE_HELPERS_KECCAK_H
#define ZKB_MACHINE_HELPERS_KECCAK_H

#include "machine/block.h"

enum { ZKB_KECCAK_ROUNDS = 24, ZKB_KECCAK_LANES = 25, ZKB_KECCAK_SIDE = 5, ZKB_KECCAK_BYTES = 8 };

/* What iota adds to lane 0 in each round: its bits are in bytes 0, 1, 3 and 7 alone. */
extern const uint64_t zkb_keccak_constants[ZKB_KECCAK_ROUNDS];
enum { ZKB_KECCAK_CONSTANT_BYTES = 4 };
extern const uint8_t zkb_keccak_constant_bytes[ZKB_KECCAK_CONSTANT_BYTES];

/* First entries of zkb_bus_keccak: (kind, clock, round, index, value). */
typedef enum zkb_keccak_kind {
    ZKB_KECCAK_ADDRESS = 1, /* words of memory; round 0, the number of the next one */
    ZKB_KECCAK_CONSTANT,    /* what iota adds; index 0 */
    ZKB_KECCAK_LANE,        /* lane `index` before the round */
    ZKB_KECCAK_PARITY,      /* of the columns of sheet `index` */
    ZKB_KECCAK_FLIP,        /* what theta adds to each lane of sheet `index` */
    ZKB_KECCAK_FLIPPED      /* lane `index` after theta */
} zkb_keccak_kind;

/* The tuple (kind, i->clock, round, index, value), once. */
void zkb_keccak_give(const zkb_instruction_block *i, zkb_keccak_kind kind, zkb_expr round,
                     zkb_expr index, zkb_expr value);
void zkb_keccak_take(const zkb_instruction_block *i, zkb_keccak_kind kind, zkb_expr round,
                     zkb_expr index, zkb_expr value);

/* Columns for `count` bytes; nothing says yet that they are bytes. */
void zkb_keccak_bytes(const zkb_instruction_block *i, const char *name, unsigned count,
                      zkb_expr *bytes);
/* `count` bytes x AND y in columns, each looked up, which says that x and y are bytes. and may be
 * NULL. */
void zkb_keccak_and(const zkb_instruction_block *i, const char *name, unsigned count, zkb_expr *and,
                    const zkb_expr *x, const zkb_expr *y);
/* The same, and sum = x XOR y = x + y - 2 (x AND y), in place of either if it is that array. */
void zkb_keccak_xor(const zkb_instruction_block *i, const char *name, unsigned count, zkb_expr *sum,
                    const zkb_expr *x, const zkb_expr *y);
zkb_expr zkb_keccak_lane(const zkb_instruction_block *i, const zkb_expr bytes[ZKB_KECCAK_BYTES]);
/* 2^64 - 1 times an expression: a lane w turned left by n places is 2^n w - (2^64 - 1) h, where h
 * are the n highest bits of w. */
zkb_expr zkb_keccak_wrapped(const zkb_instruction_block *i, zkb_expr high);

/* How rho and pi make lane (x, y): lane (from_x, x) turned left by `turns` places. What a row
 * proves is that one of the two lanes is the other turned left by `places`, 32 at most. */
typedef struct zkb_keccak_move {
    unsigned from; /* index */
    unsigned turns;
    unsigned places;
    bool back; /* the lane that is taken is the one that is given, turned */
} zkb_keccak_move;
zkb_keccak_move zkb_keccak_move_to(unsigned x, unsigned y);

#endif
