/* False calls of the helper keccak: rounds left out, repeated and exchanged between calls, lanes
 * and sheets exchanged within a round, other constants, lanes that are turned to what they are not,
 * states read and written elsewhere or at another time. What follows from a false cell is made to
 * fit, up to the state that the call leaves. A call of clock c accesses its state at 4 c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/keccak_rows.h"

enum { DW = 0x18, KECCAK = ZKB_HELPER_NUMBER_KECCAK, LANES = KECCAK_LANES, SIDE = KECCAK_SIDE };
enum { ROUNDS = KECCAK_ROUNDS, LAST = ROUNDS - 1, SLOT = 2, WORDS_APART = 32 };

static const zkb_chip_id words = ZKB_CHIP_KECCAK_WORD;
static const zkb_chip_id sheets = ZKB_CHIP_KECCAK_SHEET;
static const zkb_chip_id parities = ZKB_CHIP_KECCAK_PARITY;
static const zkb_chip_id plane0 = ZKB_CHIP_KECCAK_PLANE0;
static const uint64_t heap = ZKB_REGION_HEAP / 8; /* number of its first word */

/* ---- Runs -------------------------------------------------------------------------------- */

/* The states at heap words 0 and 32 begin with 5 and 6, else they are zero. */
enum { STORED = 2, OTHER_STORED = 3, CALL = 5, OTHER = 7 };
static const zkb_instruction two[] = {
    /* 1 */ LDDW(6, 0, 3),
    /* 2 */ STORE_K(DW, 6, 0, 5),
    /* 3 */ STORE_K(DW, 6, 8 * WORDS_APART, 6),
    /* 4 */ MOV_X(1, 6),
    /* 5 */ HELPER(KECCAK),
    /* 6 */ ALU64_K(0x00, 1, 8 * WORDS_APART),
    /* 7 */ HELPER(KECCAK),
    EXIT(),
};

static void begin(malicious *m) { malicious_begin(m, two, SLOTS(two), NULL, 0); }

static void refused(malicious *m, const char *expected, const char *also)
{
    malicious_refused_by(m, expected, also);
    malicious_no_proof(m);
    malicious_end(m);
}

/* The rows of round t of a call, as the honest prover has them. */
static keccak_place place_of(unsigned call, unsigned t)
{
    return (keccak_place){.call = call, .at = t, .clock = call == 0 ? CALL : OTHER, .t = t};
}

static keccak_place place_and_state(malicious *m, unsigned call, unsigned t, uint64_t state[LANES])
{
    const keccak_place p = place_of(call, t);
    keccak_get_state(m, &p, state);
    return p;
}

static void honest_calls_are_accepted(void **state)
{
    (void)state;
    malicious m;
    begin(&m);
    assert_int_equal(machine_run_table(&m.run, sheets)->shape.active, 2 * SIDE * ROUNDS);
    /* What the attacks make of cells is what the machine makes of them, where nothing is false. */
    for (unsigned call = 0; call < 2; call++) {
        uint64_t lanes[LANES];
        const keccak_place p = place_and_state(&m, call, 0, lanes);
        keccak_set_rest(&m, p, lanes, (uint64_t)WORDS_APART * call);
    }
    malicious_consistent(&m);
    malicious_proof(&m);
    malicious_end(&m);
}

/* ---- Rows of two calls ------------------------------------------------------------------- */

static void exchange_clocks(malicious *m, zkb_chip_id chip, unsigned rows)
{
    for (unsigned row = 0; row < 2 * rows; row++) {
        malicious_set(m, chip, "clock", row, row < rows ? OTHER : CALL);
    }
}

/* Each call leaves what the other should. */
static void exchange_results(malicious *m)
{
    uint64_t results[2][LANES];
    for (unsigned call = 0; call < 2; call++) {
        for (unsigned j = 0; j < LANES; j++) {
            results[call][j] = malicious_get(m, words, "after", (uint64_t)LANES * call + j);
        }
    }
    for (unsigned call = 0; call < 2; call++) {
        const keccak_place p = place_of(call, 0);
        keccak_set_result(m, &p, results[1 - call], (uint64_t)WORDS_APART * call);
    }
}

static void exchange_rounds(malicious *m)
{
    exchange_clocks(m, sheets, SIDE * ROUNDS);
    exchange_clocks(m, parities, ROUNDS);
    for (unsigned y = 0; y < SIDE; y++) {
        exchange_clocks(m, (zkb_chip_id)(plane0 + y), ROUNDS);
    }
}

/* The rounds of each call are those of the other's state. */
static void rounds_of_two_calls(void **state)
{
    (void)state;
    malicious m;
    begin(&m);
    exchange_results(&m);
    exchange_rounds(&m);
    refused(&m, "keccak", NULL);
}

/* The last rounds alone. */
static void last_rounds_of_two_calls(void **state)
{
    (void)state;
    malicious m;
    begin(&m);
    for (unsigned call = 0; call < 2; call++) {
        uint64_t lanes[LANES];
        keccak_place p = place_and_state(&m, call, LAST, lanes);
        p.clock = call == 0 ? OTHER : CALL;
        keccak_set_round(&m, &p, lanes);
    }
    exchange_results(&m);
    refused(&m, "keccak", NULL);
}

/* The same of single kinds of rows, with all that follows. */
static void parities_of_two_calls(void **state)
{
    (void)state;
    malicious m;
    begin(&m);
    uint64_t flips[2][SIDE];
    uint64_t lanes[2][LANES];
    for (unsigned call = 0; call < 2; call++) {
        const keccak_place p = place_and_state(&m, call, LAST, lanes[call]);
        for (unsigned x = 0; x < SIDE; x++) {
            flips[call][x] = 0;
            for (unsigned j = 0; j < 8; j++) {
                char name[32];
                (void)snprintf(name, sizeof name, "flip byte %u", j);
                flips[call][x] |= malicious_get(&m, sheets, name, keccak_sheet_row(&p, x))
                                  << (8 * j);
            }
        }
    }
    for (unsigned call = 0; call < 2; call++) {
        const keccak_place p = place_of(call, LAST);
        uint64_t moved[LANES];
        uint64_t after[LANES];
        malicious_set(&m, parities, "clock", keccak_round_row(&p), call == 0 ? OTHER : CALL);
        for (unsigned x = 0; x < SIDE; x++) {
            (void)keccak_set_sheet(&m, &p, x, lanes[call], flips[1 - call][x]);
        }
        keccak_move(moved, lanes[call]);
        for (unsigned y = 0; y < SIDE; y++) {
            keccak_set_plane(&m, &p, y, lanes[call], moved, zkb_keccak_constants[LAST], after);
        }
        keccak_set_result(&m, &p, after, (uint64_t)WORDS_APART * call);
    }
    refused(&m, "keccak", NULL);
}

/* The last rounds take what theta adds from the other call; or its lanes after theta. */
static void numbers_of_two_calls(void **state)
{
    (void)state;
    for (unsigned flips = 0; flips < 2; flips++) {
        malicious m;
        uint64_t before[2][LANES];
        uint64_t lanes[2][LANES];
        begin(&m);
        for (unsigned call = 0; call < 2; call++) {
            const keccak_place p = place_and_state(&m, call, LAST, before[call]);
            memcpy(lanes[call], before[call], sizeof lanes[call]);
            keccak_theta(&m, &p, lanes[call]);
        }
        for (unsigned call = 0; call < 2; call++) {
            const keccak_place p = place_of(call, LAST);
            uint64_t taken[LANES];
            uint64_t moved[LANES];
            uint64_t after[LANES];
            memcpy(taken, flips != 0 ? before[call] : lanes[1 - call], sizeof taken);
            for (unsigned x = 0; flips != 0 && x < SIDE; x++) {
                (void)keccak_set_sheet(&m, &p, x, taken, before[1 - call][x] ^ lanes[1 - call][x]);
            }
            keccak_move(moved, taken);
            for (unsigned y = 0; y < SIDE; y++) {
                keccak_set_plane(&m, &p, y, taken, moved, zkb_keccak_constants[LAST], after);
            }
            keccak_set_result(&m, &p, after, (uint64_t)WORDS_APART * call);
        }
        refused(&m, "keccak", NULL);
    }
}

/* As rounds_of_two_calls, and each has the other's words of memory. */
static void words_of_two_calls(void **state)
{
    (void)state;
    malicious m;
    begin(&m);
    exchange_clocks(&m, words, LANES);
    exchange_rounds(&m);
    zkb_touched_segment *s = malicious_segment(&m, ZKB_SPACE_READ_WRITE, heap);
    for (unsigned row = 0; row < 2 * LANES; row++) {
        const unsigned clock = row < LANES ? OTHER : CALL;
        const unsigned before = row == 0       ? 4 * STORED + SLOT
                                : row == LANES ? 4 * OTHER_STORED + SLOT
                                               : 0;
        malicious_set(&m, words, "before: time difference", row, 4 * clock - before - 1);
        s->time[row < LANES ? row : WORDS_APART + row - LANES] = 4 * clock;
    }
    refused(&m, "keccak", NULL);
}

/* ---- Rounds ------------------------------------------------------------------------------ */

static void drop_round(malicious *m, const keccak_place *p)
{
    for (unsigned x = SIDE; x-- > 0;) {
        malicious_drop_row(m, sheets, keccak_sheet_row(p, x));
    }
    malicious_drop_row(m, parities, keccak_round_row(p));
    for (unsigned y = 0; y < SIDE; y++) {
        malicious_drop_row(m, (zkb_chip_id)(plane0 + y), keccak_round_row(p));
    }
}

static void the_last_round_left_out(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    begin(&m);
    const keccak_place p = place_and_state(&m, 1, LAST, lanes);
    drop_round(&m, &p);
    keccak_set_result(&m, &p, lanes, WORDS_APART);
    refused(&m, "keccak", NULL);
}

/* Round 22 is left out, and round 23 follows round 21. */
static void a_round_left_out(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    begin(&m);
    keccak_place p = place_and_state(&m, 1, LAST - 1, lanes);
    drop_round(&m, &p);
    p.t = LAST;
    keccak_set_rest(&m, p, lanes, WORDS_APART);
    refused(&m, "keccak", NULL);
}

/* Round 22 comes twice, in the place of round 23. */
static void a_round_repeated(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    begin(&m);
    keccak_place p = place_and_state(&m, 1, LAST, lanes);
    p.t = LAST - 1;
    keccak_set_round(&m, &p, lanes);
    keccak_set_result(&m, &p, lanes, WORDS_APART);
    refused(&m, "keccak", NULL);
}

/* Round 23 comes before round 22: each is right by itself. */
static void rounds_in_another_order(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    begin(&m);
    keccak_place p = place_and_state(&m, 1, LAST - 1, lanes);
    p.t = LAST;
    keccak_set_round(&m, &p, lanes);
    p.at = LAST;
    p.t = LAST - 1;
    keccak_set_round(&m, &p, lanes);
    keccak_set_result(&m, &p, lanes, WORDS_APART);
    refused(&m, "keccak", NULL);
}

/* One round more, from the state after the last, which nothing says is round 24. */
static void a_round_too_many(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    begin(&m);
    const keccak_place p = place_of(1, 0);
    for (unsigned j = 0; j < LANES; j++) {
        lanes[j] = malicious_get(&m, words, "after", LANES + j);
    }
    for (unsigned x = 0; x < SIDE; x++) {
        malicious_add_row(&m, sheets);
    }
    malicious_add_row(&m, parities);
    for (unsigned y = 0; y < SIDE; y++) {
        malicious_add_row(&m, (zkb_chip_id)(plane0 + y));
    }
    /* With the constant of round 23: call 1 gives none for round 24. */
    keccak_place more = {.call = 1, .at = ROUNDS, .clock = OTHER, .t = LAST};
    keccak_set_round(&m, &more, lanes);
    more.t = ROUNDS;
    for (unsigned x = 0; x < SIDE; x++) {
        malicious_set(&m, sheets, "round", keccak_sheet_row(&more, x), ROUNDS);
    }
    malicious_set(&m, parities, "round", keccak_round_row(&more), ROUNDS);
    for (unsigned y = 0; y < SIDE; y++) {
        malicious_set(&m, (zkb_chip_id)(plane0 + y), "round", keccak_round_row(&more), ROUNDS);
    }
    keccak_set_result(&m, &p, lanes, WORDS_APART);
    refused(&m, "keccak", NULL);
}

/* Rounds 22 and 23 have each other's constant; or the last has none. */
static void the_constant_of_another_round(void **state)
{
    (void)state;
    for (unsigned none = 0; none < 2; none++) {
        malicious m;
        uint64_t lanes[LANES];
        begin(&m);
        keccak_place p = place_and_state(&m, 1, LAST - 1, lanes);
        for (unsigned t = LAST - 1; t <= LAST; t++) {
            uint64_t moved[LANES];
            uint64_t after[LANES];
            const uint64_t constant = none == 0   ? zkb_keccak_constants[2 * LAST - 1 - t]
                                      : t != LAST ? zkb_keccak_constants[t]
                                                  : 0;
            p.t = t;
            p.at = t;
            keccak_theta(&m, &p, lanes);
            keccak_move(moved, lanes);
            for (unsigned y = 0; y < SIDE; y++) {
                keccak_set_plane(&m, &p, y, lanes, moved, constant, after);
            }
            memcpy(lanes, after, sizeof lanes);
        }
        keccak_set_result(&m, &p, lanes, WORDS_APART);
        refused(&m, "keccak", NULL);
    }
}

/* ---- Within a round ---------------------------------------------------------------------- */

/* The last round of call 1 from planes on: of these lanes after theta, and turned lanes. */
static void set_last_planes(malicious *m, const keccak_place *p, const uint64_t flipped[LANES],
                            const uint64_t moved[LANES])
{
    uint64_t after[LANES];
    for (unsigned y = 0; y < SIDE; y++) {
        keccak_set_plane(m, p, y, flipped, moved, zkb_keccak_constants[LAST], after);
    }
    keccak_set_result(m, p, after, WORDS_APART);
}

/* Two sheets have each other's lanes, as two lanes of a sheet may. */
static void lanes_exchanged(void **state)
{
    (void)state;
    static const unsigned pairs[][2] = {{0, 1}, {0, 5}, {12, 24}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        malicious m;
        uint64_t lanes[LANES];
        begin(&m);
        const keccak_place p = place_and_state(&m, 1, LAST, lanes);
        const uint64_t lane = lanes[pairs[i][0]];
        lanes[pairs[i][0]] = lanes[pairs[i][1]];
        lanes[pairs[i][1]] = lane;
        keccak_set_rest(&m, p, lanes, WORDS_APART);
        refused(&m, "keccak", NULL);
    }
}

/* What is added to two sheets is exchanged. */
static void flips_exchanged(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    uint64_t parity[SIDE];
    uint64_t turned[SIDE];
    uint64_t flip[SIDE];
    uint64_t moved[LANES];
    begin(&m);
    const keccak_place p = place_and_state(&m, 1, LAST, lanes);
    for (unsigned x = 0; x < SIDE; x++) {
        parity[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
        turned[x] = keccak_turned(parity[x], 1);
    }
    keccak_set_parity(&m, &p, parity, turned, flip);
    for (unsigned x = 0; x < SIDE; x++) {
        (void)keccak_set_sheet(&m, &p, x, lanes, flip[x < 2 ? 1 - x : x]);
    }
    keccak_move(moved, lanes);
    set_last_planes(&m, &p, lanes, moved);
    refused(&m, "keccak", NULL);
}

/* The row of parities has those of two sheets exchanged. */
static void parities_exchanged(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    uint64_t parity[SIDE];
    uint64_t turned[SIDE];
    uint64_t flip[SIDE];
    uint64_t moved[LANES];
    begin(&m);
    const keccak_place p = place_and_state(&m, 1, LAST, lanes);
    for (unsigned x = 0; x < SIDE; x++) {
        const unsigned of = x < 2 ? 1 - x : x;
        parity[x] = lanes[of] ^ lanes[of + 5] ^ lanes[of + 10] ^ lanes[of + 15] ^ lanes[of + 20];
        turned[x] = keccak_turned(parity[x], 1);
    }
    keccak_set_parity(&m, &p, parity, turned, flip);
    for (unsigned x = 0; x < SIDE; x++) {
        (void)keccak_set_sheet(&m, &p, x, lanes, flip[x]);
    }
    keccak_move(moved, lanes);
    set_last_planes(&m, &p, lanes, moved);
    refused(&m, "keccak", NULL);
}

/* The planes take lanes after theta in the place of others: of another sheet, of the same. */
static void lanes_after_theta_exchanged(void **state)
{
    (void)state;
    static const unsigned pairs[][2] = {{0, 1}, {0, 5}, {12, 24}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        malicious m;
        uint64_t lanes[LANES];
        uint64_t moved[LANES];
        begin(&m);
        const keccak_place p = place_and_state(&m, 1, LAST, lanes);
        keccak_theta(&m, &p, lanes);
        const uint64_t lane = lanes[pairs[i][0]];
        lanes[pairs[i][0]] = lanes[pairs[i][1]];
        lanes[pairs[i][1]] = lane;
        keccak_move(moved, lanes);
        set_last_planes(&m, &p, lanes, moved);
        refused(&m, "keccak", NULL);
    }
}

/* A sheet's parity is of other lanes: a parity of 0 for the first sheet. */
static void another_parity(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    uint64_t parity[SIDE];
    uint64_t turned[SIDE];
    uint64_t flip[SIDE];
    uint64_t moved[LANES];
    begin(&m);
    const keccak_place p = place_and_state(&m, 1, LAST, lanes);
    for (unsigned x = 0; x < SIDE; x++) {
        parity[x] =
            x == 0 ? 0 : lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
        turned[x] = keccak_turned(parity[x], 1);
    }
    keccak_set_parity(&m, &p, parity, turned, flip);
    for (unsigned x = 0; x < SIDE; x++) {
        (void)keccak_set_sheet(&m, &p, x, lanes, flip[x]);
    }
    keccak_move(moved, lanes);
    set_last_planes(&m, &p, lanes, moved);
    refused(&m, "keccak", NULL);
}

/* Each sheet adds its own parity, and the row of parities what it gives itself. */
static void parities_added_to_themselves(void **state)
{
    (void)state;
    static const uint64_t zeros[SIDE];
    malicious m;
    uint64_t lanes[LANES];
    uint64_t flip[SIDE];
    uint64_t moved[LANES];
    begin(&m);
    const keccak_place p = place_and_state(&m, 1, LAST, lanes);
    keccak_set_parity(&m, &p, zeros, zeros, flip);
    for (unsigned x = 0; x < SIDE; x++) {
        const uint64_t parity =
            lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
        (void)keccak_set_sheet(&m, &p, x, lanes, parity);
    }
    keccak_move(moved, lanes);
    set_last_planes(&m, &p, lanes, moved);
    refused(&m, "keccak", NULL);
}

/* The planes take the lanes as they were before theta, and the sheets what they give themselves. */
static void theta_left_out(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    uint64_t nothing[LANES] = {0};
    uint64_t moved[LANES];
    begin(&m);
    const keccak_place p = place_and_state(&m, 1, LAST, lanes);
    keccak_theta(&m, &p, nothing);
    keccak_move(moved, lanes);
    set_last_planes(&m, &p, lanes, moved);
    refused(&m, "keccak", NULL);
}

/* out = x / (2^64 - 1). */
static void divide_by_wrap(zkb_fr *out, const zkb_fr *x)
{
    zkb_fr wrap;
    zkb_fr_from_u64(&wrap, UINT64_MAX);
    zkb_fr_inv(&wrap, &wrap);
    zkb_fr_mul(out, x, &wrap);
}

/* The parity of sheet 0 is turned to something else, by a high bit that is none. */
static void a_high_bit_that_is_none(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    uint64_t parity[SIDE];
    uint64_t turned[SIDE];
    uint64_t flip[SIDE];
    uint64_t moved[LANES];
    zkb_fr high;
    zkb_fr false_lane;
    begin(&m);
    const keccak_place p = place_and_state(&m, 1, LAST, lanes);
    for (unsigned x = 0; x < SIDE; x++) {
        parity[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
        turned[x] = keccak_turned(parity[x], 1);
    }
    turned[0] ^= 6;
    keccak_set_parity(&m, &p, parity, turned, flip);
    zkb_fr_from_u64(&high, parity[0]);
    zkb_fr_add(&high, &high, &high);
    zkb_fr_from_u64(&false_lane, turned[0]);
    zkb_fr_sub(&high, &high, &false_lane);
    divide_by_wrap(&high, &high);
    malicious_set_fr(&m, parities, "parity 0 high bit", keccak_round_row(&p), &high);
    for (unsigned x = 0; x < SIDE; x++) {
        (void)keccak_set_sheet(&m, &p, x, lanes, flip[x]);
    }
    keccak_move(moved, lanes);
    set_last_planes(&m, &p, lanes, moved);
    refused(&m, "parity 0 high bit", NULL);
}

/* One of the lanes of a plane is turned to something else, by high bits that are none. */
static void high_bits_that_are_none(void **state)
{
    (void)state;
    for (unsigned to = 1; to < LANES; to += 3) {
        const zkb_keccak_move move = zkb_keccak_move_to(to % SIDE, to / SIDE);
        malicious m;
        uint64_t lanes[LANES];
        uint64_t moved[LANES];
        zkb_fr high;
        zkb_fr scaled;
        zkb_fr power;
        char name[64];
        begin(&m);
        const keccak_place p = place_and_state(&m, 1, LAST, lanes);
        keccak_theta(&m, &p, lanes);
        keccak_move(moved, lanes);
        moved[to] ^= 0x5a;
        set_last_planes(&m, &p, lanes, moved);
        /* 2^places x - y = (2^64 - 1) high, where y is x turned, as it should be */
        zkb_fr_from_u64(&scaled, move.back ? moved[to] : lanes[move.from]);
        zkb_fr_from_u64(&power, UINT64_C(1) << move.places);
        zkb_fr_mul(&scaled, &scaled, &power);
        zkb_fr_from_u64(&high, move.back ? lanes[move.from] : moved[to]);
        zkb_fr_sub(&high, &scaled, &high);
        divide_by_wrap(&high, &high);
        if (move.places > 16) { /* the others are zero */
            keccak_set_at(&m, (zkb_chip_id)(plane0 + to / SIDE), "lane %u: highest bits", to % SIDE,
                          0, keccak_round_row(&p), 0);
        }
        (void)snprintf(name, sizeof name, "lane %u: high bits", to % SIDE);
        malicious_set_fr(&m, (zkb_chip_id)(plane0 + to / SIDE), name, keccak_round_row(&p), &high);
        refused(&m, "range16", NULL);
    }
}

/* Two heap words of the state are ones before the call, or one. */
static void begin_ones(malicious *m, unsigned first, unsigned second)
{
    const zkb_instruction ones[] = {
        /* 1 */ LDDW(6, 0, 3),
        /* 2 */ MOV_K(2, -1),
        /* 3 */ STORE_X(DW, 6, (int16_t)(8 * first), 2),
        /* 4 */ STORE_X(DW, 6, (int16_t)(8 * second), 2),
        /* 5 */ MOV_X(1, 6),
        /* 6 */ HELPER(KECCAK),
        EXIT(),
    };
    malicious_begin(m, ones, SLOTS(ones), NULL, 0);
}
enum { ONES_CALL = 6 };

/* 2^places or -1 as the high bits of a lane: in the lower cell of two, or in the upper. */
static void set_high(malicious *m, unsigned to, unsigned places, bool negative, bool upper)
{
    const zkb_chip_id chip = (zkb_chip_id)(plane0 + to / SIDE);
    const int64_t low_end = (int64_t)1 << (places > 16 ? places - 16 : places);
    const int64_t low = negative ? (upper ? low_end - 1 : -1) : upper ? 0 : low_end;
    char name[64];
    (void)snprintf(name, sizeof name, "lane %u: high bits", to % SIDE);
    malicious_set_signed(m, chip, name, 0, low);
    if (places > 16) {
        (void)snprintf(name, sizeof name, "lane %u: highest bits", to % SIDE);
        malicious_set_signed(m, chip, name, 0, negative ? (upper ? -1 : 0) : upper ? 65536 : 65535);
    }
}

/* Lane `to` of round 0 is turned from ones to zero or from zero to ones. The numbers are the same
 * mod 2^64 - 1, but the high bits have to be 2^places, or -1. */
static void turn_to_the_other(unsigned to, bool from_ones, bool upper, bool proved)
{
    const zkb_keccak_move move = zkb_keccak_move_to(to % SIDE, to / SIDE);
    const unsigned other = (move.from + (from_ones ? 5 : 1)) % LANES;
    malicious m;
    uint64_t lanes[LANES];
    uint64_t moved[LANES];
    uint64_t after[LANES];
    begin_ones(&m, from_ones ? move.from : other, (other + (from_ones ? 0 : 5)) % LANES);
    keccak_place p = {.call = 0, .at = 0, .clock = ONES_CALL, .t = 0};
    keccak_get_state(&m, &p, lanes);
    keccak_theta(&m, &p, lanes);
    assert_true(lanes[move.from] == (from_ones ? UINT64_MAX : 0));
    keccak_move(moved, lanes);
    moved[to] = ~moved[to];
    for (unsigned y = 0; y < SIDE; y++) {
        keccak_set_plane(&m, &p, y, lanes, moved, zkb_keccak_constants[0], after);
    }
    set_high(&m, to, move.places, from_ones == move.back, upper);
    p.t = 1;
    p.at = 1;
    keccak_set_rest(&m, p, after, 0);
    malicious_refused_by(&m, "range16", NULL);
    if (proved) {
        malicious_no_proof(&m);
    }
    malicious_end(&m);
}

static void ones_turned_to_zero(void **state)
{
    (void)state;
    /* Turned by 44 (back by 20), 21, 14, 1, and 56 (back by 8). */
    static const unsigned lanes[] = {1, 3, 4, 10, 19};
    for (size_t i = 0; i < sizeof lanes / sizeof lanes[0]; i++) {
        const unsigned to = lanes[i];
        const unsigned places = zkb_keccak_move_to(to % SIDE, to / SIDE).places;
        for (unsigned upper = 0; upper <= (places > 16 ? 1u : 0u); upper++) {
            turn_to_the_other(to, true, upper != 0, to == 1);
            turn_to_the_other(to, false, upper != 0, to == 1);
        }
    }
}

/* A parity of ones is turned to zero by a high bit of 2; one of zero to ones by -1. */
static void a_parity_of_ones_turned_to_zero(void **state)
{
    (void)state;
    for (unsigned ones = 0; ones < 2; ones++) {
        malicious m;
        uint64_t lanes[LANES];
        uint64_t parity[SIDE];
        uint64_t turned[SIDE];
        uint64_t flip[SIDE];
        uint64_t moved[LANES];
        uint64_t after[LANES];
        begin_ones(&m, 5, 5); /* parity 0 is of ones, the others are zero */
        keccak_place p = {.call = 0, .at = 0, .clock = ONES_CALL, .t = 0};
        keccak_get_state(&m, &p, lanes);
        for (unsigned x = 0; x < SIDE; x++) {
            parity[x] = lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20];
            turned[x] = x == 1 - ones ? ~parity[x] : parity[x];
        }
        assert_true(parity[0] == UINT64_MAX && parity[1] == 0);
        keccak_set_parity(&m, &p, parity, turned, flip);
        malicious_set_signed(&m, parities, ones != 0 ? "parity 0 high bit" : "parity 1 high bit", 0,
                             ones != 0 ? 2 : -1);
        for (unsigned x = 0; x < SIDE; x++) {
            (void)keccak_set_sheet(&m, &p, x, lanes, flip[x]);
        }
        keccak_move(moved, lanes);
        for (unsigned y = 0; y < SIDE; y++) {
            keccak_set_plane(&m, &p, y, lanes, moved, zkb_keccak_constants[0], after);
        }
        p.t = 1;
        p.at = 1;
        keccak_set_rest(&m, p, after, 0);
        refused(&m, ones != 0 ? "parity 0 high bit" : "parity 1 high bit", NULL);
    }
}

/* Bytes that are none: two of them next to each other, which make the same lane. */
static void bytes_that_are_none(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    unsigned j = 0;
    char name[2][64];
    begin(&m);
    const keccak_place p = place_and_state(&m, 1, LAST, lanes);
    const uint64_t row = keccak_sheet_row(&p, 2);
    while ((lanes[2] >> (8 * j + 8) & 0xffu) == 0) {
        j++;
        assert_true(j < 7);
    }
    for (unsigned k = 0; k < 2; k++) {
        (void)snprintf(name[k], sizeof name[k], "lane 0 byte %u", j + k);
    }
    malicious_set(&m, sheets, name[0], row, malicious_get(&m, sheets, name[0], row) + 256);
    malicious_set(&m, sheets, name[1], row, malicious_get(&m, sheets, name[1], row) - 1);
    malicious_refused_by(&m, "byte_and", "keccak"); /* the parity and the lane become others too */
    malicious_no_proof(&m);
    malicious_end(&m);
}

/* An AND that is another, of each kind, and what is given follows from it. */
static void another_and(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    uint64_t moved[LANES];
    uint64_t after[LANES];
    begin(&m);
    const keccak_place p = place_and_state(&m, 1, LAST, lanes);
    keccak_theta(&m, &p, lanes);
    keccak_move(moved, lanes);
    for (unsigned y = 0; y < SIDE; y++) {
        keccak_set_plane(&m, &p, y, lanes, moved, zkb_keccak_constants[LAST], after);
    }
    const zkb_chip_id chip = (zkb_chip_id)(plane0 + 3);
    const char *cell = "lane 2 AND that byte 0";
    const uint64_t old = malicious_get(&m, chip, cell, keccak_round_row(&p));
    unsigned bit = 0; /* one that is set in the AND: 2 more in the sum */
    while (bit < 8 && (old >> bit & 1u) == 0) {
        bit++;
    }
    if (bit == 8) {
        bit = 0;
        malicious_set(&m, chip, cell, keccak_round_row(&p), old + 1);
        after[17] -= 2;
    } else {
        malicious_set(&m, chip, cell, keccak_round_row(&p), old - (UINT64_C(1) << bit));
        after[17] += UINT64_C(2) << bit;
    }
    keccak_set_result(&m, &p, after, WORDS_APART);
    refused(&m, "byte_and", NULL);
}

/* A byte of the constant is 256 more, and the one above it 1 less. */
static void a_constant_of_nine_bits(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    uint64_t moved[LANES];
    uint64_t after[LANES];
    begin(&m);
    const keccak_place p = place_and_state(&m, 1, LAST, lanes);
    const uint64_t constant = zkb_keccak_constants[LAST];
    keccak_theta(&m, &p, lanes);
    keccak_move(moved, lanes);
    assert_true((constant >> 8 & 0xffu) != 0);
    for (unsigned y = 0; y < SIDE; y++) {
        keccak_set_plane(&m, &p, y, lanes, moved, constant - 256, after);
    }
    malicious_set(&m, plane0, "constant byte 0", keccak_round_row(&p), (constant & 0xffu) + 256);
    after[0] += 256;
    keccak_set_result(&m, &p, after, WORDS_APART);
    refused(&m, "byte_and", NULL);
}

/* ---- Memory ------------------------------------------------------------------------------ */

static void another_state_after(void **state)
{
    (void)state;
    for (unsigned j = 0; j < LANES; j += 8) {
        malicious m;
        begin(&m);
        const uint64_t after = malicious_get(&m, words, "after", LANES + j) ^ 1u;
        malicious_set(&m, words, "after", LANES + j, after);
        malicious_segment(&m, ZKB_SPACE_READ_WRITE, heap)->final[WORDS_APART + j] = after;
        refused(&m, "keccak", NULL);
    }
}

/* The last word is read and written one further on. */
static void written_elsewhere(void **state)
{
    (void)state;
    malicious m;
    begin(&m);
    zkb_touched_segment *s = malicious_segment(&m, ZKB_SPACE_READ_WRITE, heap);
    const uint64_t row = 2 * LANES - 1;
    const uint64_t word = WORDS_APART + LANES - 1;
    malicious_set(&m, words, "address", row, heap + word + 1);
    s->final[word + 1] = s->final[word];
    s->time[word + 1] = s->time[word];
    s->final[word] = 0;
    s->time[word] = 0;
    refused(&m, "keccak", NULL);
}

/* Two words of the state have each other's number, and address. */
static void words_exchanged(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    begin(&m);
    const keccak_place p = place_and_state(&m, 1, 0, lanes);
    malicious_set(&m, words, "word", LANES, 1);
    malicious_set(&m, words, "word", LANES + 1, 0);
    const uint64_t lane = lanes[0];
    lanes[0] = lanes[1];
    lanes[1] = lane;
    keccak_set_rest(&m, p, lanes, WORDS_APART);
    const uint64_t after[2] = {malicious_get(&m, words, "after", LANES),
                               malicious_get(&m, words, "after", LANES + 1)};
    zkb_touched_segment *s = malicious_segment(&m, ZKB_SPACE_READ_WRITE, heap);
    for (unsigned j = 0; j < 2; j++) {
        malicious_set(&m, words, "after", LANES + j, after[1 - j]);
        s->final[WORDS_APART + j] = after[1 - j];
    }
    refused(&m, "keccak", NULL);
}

/* The state is read as it was before the first word was stored. */
static void read_at_another_time(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES] = {0};
    begin(&m);
    malicious_set(&m, words, "before", LANES, 0);
    malicious_set(&m, words, "before: time difference", LANES, 4 * OTHER - 1);
    keccak_set_rest(&m, place_of(1, 0), lanes, WORDS_APART);
    refused(&m, "memory", NULL);
}

/* Another state is read, at the address of the first call: after it, so that nothing is stale. */
static void read_elsewhere(void **state)
{
    (void)state;
    malicious m;
    uint64_t lanes[LANES];
    begin(&m);
    zkb_touched_segment *s = malicious_segment(&m, ZKB_SPACE_READ_WRITE, heap);
    for (unsigned j = 0; j < LANES; j++) {
        lanes[j] = malicious_get(&m, words, "after", j);
        malicious_set(&m, words, "before", LANES + j, lanes[j]);
        malicious_set(&m, words, "address", LANES + j, heap + j);
        malicious_set(&m, words, "before: time difference", LANES + j, 4 * (OTHER - CALL) - 1);
        s->final[WORDS_APART + j] = j == 0 ? 6 : 0;
        s->time[WORDS_APART + j] = j == 0 ? 4 * OTHER_STORED + SLOT : 0;
    }
    keccak_set_rest(&m, place_of(1, 0), lanes, 0);
    for (unsigned j = 0; j < LANES; j++) {
        s->time[j] = 4 * OTHER;
    }
    refused(&m, "keccak", NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(honest_calls_are_accepted),
        cmocka_unit_test(rounds_of_two_calls),
        cmocka_unit_test(last_rounds_of_two_calls),
        cmocka_unit_test(parities_of_two_calls),
        cmocka_unit_test(numbers_of_two_calls),
        cmocka_unit_test(words_of_two_calls),
        cmocka_unit_test(the_last_round_left_out),
        cmocka_unit_test(a_round_left_out),
        cmocka_unit_test(a_round_repeated),
        cmocka_unit_test(rounds_in_another_order),
        cmocka_unit_test(a_round_too_many),
        cmocka_unit_test(the_constant_of_another_round),
        cmocka_unit_test(lanes_exchanged),
        cmocka_unit_test(flips_exchanged),
        cmocka_unit_test(parities_exchanged),
        cmocka_unit_test(lanes_after_theta_exchanged),
        cmocka_unit_test(another_parity),
        cmocka_unit_test(parities_added_to_themselves),
        cmocka_unit_test(theta_left_out),
        cmocka_unit_test(a_high_bit_that_is_none),
        cmocka_unit_test(high_bits_that_are_none),
        cmocka_unit_test(ones_turned_to_zero),
        cmocka_unit_test(a_parity_of_ones_turned_to_zero),
        cmocka_unit_test(bytes_that_are_none),
        cmocka_unit_test(another_and),
        cmocka_unit_test(a_constant_of_nine_bits),
        cmocka_unit_test(another_state_after),
        cmocka_unit_test(written_elsewhere),
        cmocka_unit_test(words_exchanged),
        cmocka_unit_test(read_at_another_time),
        cmocka_unit_test(read_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
