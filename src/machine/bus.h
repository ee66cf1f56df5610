/* The buses of the BPF machine, and the constants that their tuples share. */
#ifndef ZKB_MACHINE_BUS_H
#define ZKB_MACHINE_BUS_H

#include "air/air.h"
#include "vm/vm.h"

/* (clock, pc, depth): every instruction takes its own and gives its successor's. The clock starts
 * at 1 and rises by 1, so the rows form one path from the chunk's start to its end. */
extern const zkb_bus zkb_bus_state;
/* (space, address, value, time): offline memory checking. address is a register number, a frame
 * word 6*depth + i, or a byte address divided by 8. */
extern const zkb_bus zkb_bus_memory;
/* (pc, code, dst, src, imm, target): the decoded program, see decode.h. */
extern const zkb_bus zkb_bus_program;
/* (pc, 1): first slots of functions, the only targets of indirect calls; (pc, 0): the others. */
extern const zkb_bus zkb_bus_function;
/* (value): 0 <= value < 2^16. */
extern const zkb_bus zkb_bus_range16;
/* (a, b, a AND b): bytes. */
extern const zkb_bus zkb_bus_byte_and;
/* (s, 2^s): 0 <= s < 64. */
extern const zkb_bus zkb_bus_power;

/* What the compact providers of the two buses above stand on. (value): 0 <= value < 2^8. */
extern const zkb_bus zkb_bus_byte;
/* (a, b, a AND b): 4 bits each. */
extern const zkb_bus zkb_bus_nibble_and;

/* (clock, destination, source): words that a call of the helper copy has still to copy, from these
 * numbers of words on. */
extern const zkb_bus zkb_bus_copy;
/* (clock, round, a, b, c, d, e, f, g, h): the state before a round of a call of the helper sha256;
 * a and e may be sums that are not reduced mod 2^32 yet. */
extern const zkb_bus zkb_bus_sha256_round;
/* (kind, clock, index, value): words of such a call; the kinds are in helpers/sha256/sha256.h. */
extern const zkb_bus zkb_bus_sha256_word;

/* (kind, clock, round, index, value): numbers of a call of the helper keccak; the kinds are in
 * helpers/keccak/keccak.h. */
extern const zkb_bus zkb_bus_keccak;
/* (clock, destination, value): words that a call of the helper set has still to write, from this
 * number of a word on. */
extern const zkb_bus zkb_bus_set;

/* (clock, left, right, different): words that a call of the helper compare has still to compare,
 * from these numbers of words on; different is 1 once two were not equal. */
extern const zkb_bus zkb_bus_compare;

typedef enum zkb_space {
    ZKB_SPACE_READ_WRITE = 1,
    ZKB_SPACE_READ_ONLY = 2,
    ZKB_SPACE_REGISTER = 3,
    ZKB_SPACE_FRAME = 4
} zkb_space;

/* Time of an access: 4*clock + slot, slot < 4. Initial contents have time 0. */
#define ZKB_TIME_SLOTS 4u
#endif
