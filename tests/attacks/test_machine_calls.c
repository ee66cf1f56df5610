/* False calls and returns, each built twice: with CALL, and with CALLX of the same function in the
 * same place. Rows are dropped and the clock is renumbered, so that nothing but the lie itself is
 * out of order. Classes 1, 2 and 10. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/malicious.h"

enum { DW = 0x18, MOST_SLOTS = 16, FRAME_BYTES = 4096, FRAME_WORDS = 6 };

static const zkb_chip_id chips[] = {ZKB_CHIP_CALL, ZKB_CHIP_CALL_INDIRECT};
enum { DIRECT, INDIRECT, KINDS };

/* The address of a function, for CALLX; a run with CALL computes it for nothing. */
#define ADDRESS(reg, slot) LDDW(reg, 8 * (slot), 7)

/* The program as it stands, or with a CALLX of r2 for every CALL. */
static void begin(malicious *m, unsigned kind, const zkb_instruction *code, uint32_t slots)
{
    static const zkb_instruction callx = CALLX(2);
    zkb_instruction copy[MOST_SLOTS];
    uint8_t functions[MOST_SLOTS] = {0};
    assert_true(slots <= MOST_SLOTS);
    for (uint32_t s = 0; s < slots; s++) {
        copy[s] = code[s];
        if (code[s].opcode == ZKB_OPCODE_CALL) {
            functions[s + 1 + (uint32_t)code[s].imm] = 1;
            copy[s] = kind == DIRECT ? code[s] : callx;
        }
    }
    malicious_begin_functions(m, copy, slots, functions, NULL, 0);
}

static void set_row(malicious *m, zkb_chip_id chip, uint64_t row, uint32_t clock, uint32_t pc)
{
    malicious_set(m, chip, "clock", row, clock);
    malicious_set(m, chip, "pc", row, pc);
}

static void refused_by(malicious *m, const char *expected)
{
    malicious_refused_by(m, expected, NULL);
    malicious_no_proof(m);
}

/* A register that the callee overwrites with 9 and the caller had 7 in: the return restores 9. The
 * frame is said to hold it, which the call did not save; or the call saves it, which the register
 * did not hold. */
static void saved_register_lost(unsigned kind, unsigned r)
{
    static const char *const registers[] = {"r6", "r7", "r8", "r9"};
    static const char *const words[] = {"frame word 1", "frame word 2", "frame word 3",
                                        "frame word 4"};
    const zkb_instruction code[] = {
        /* 0 */ MOV_K((uint8_t)r, 7), ADDRESS(2, 6), CALL(2),
        /* 4 */ MOV_X(0, (uint8_t)r), EXIT(),
        /* 6 */ MOV_K((uint8_t)r, 9), EXIT(),
    };
    malicious m;
    begin(&m, kind, code, SLOTS(code));
    assert_int_equal(m.run.boundary.after.r[0], 7);
    malicious_proof(&m);
    malicious_set(&m, ZKB_CHIP_EXIT, words[r - 6], 0, 9);
    malicious_set(&m, ZKB_CHIP_MOVE, "src value", 0, 9);
    m.run.boundary.after.r[0] = 9;
    m.run.boundary.after.r[r] = 9;
    malicious_segment(&m, ZKB_SPACE_FRAME, 0)->final[r - 5] = 9;
    refused_by(&m, "memory");
    malicious_set(&m, chips[kind], registers[r - 6], 0, 9);
    malicious_set(&m, ZKB_CHIP_CONSTANT, "dst before", 2, 9);
    refused_by(&m, "memory");
    malicious_end(&m);
}

static void registers_not_restored(void **state)
{
    (void)state;
    for (unsigned r = 6; r <= 9; r++) {
        saved_register_lost(DIRECT, r);
        saved_register_lost(INDIRECT, r);
    }
}

/* The caller keeps 1 in its frame, the callee puts 2 in the same place of its own. */
static const zkb_instruction frames_apart[] = {
    /* 0 */ ADDRESS(2, 6),
    /* 2 */ STORE_K(DW, 10, -8, 1),
    /* 3 */ CALL(2),
    /* 4 */ LOAD(DW, 0, 10, -8),
    /* 5 */ EXIT(),
    /* 6 */ STORE_K(DW, 10, -8, 2),
    /* 7 */ EXIT(),
};

/* The callee has the caller's frame pointer: its store is into the caller's frame, where the load
 * finds 2. */
static void frame_pointer_not_moved(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        const uint64_t pointer = ZKB_REGION_STACK + FRAME_BYTES;
        const uint64_t word = pointer / 8 - 1;
        malicious m;
        begin(&m, kind, frames_apart, SLOTS(frames_apart));
        assert_int_equal(m.run.boundary.after.r[0], 1);
        malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "base value", 1, pointer);
        malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before", 1, 1);
        malicious_set(&m, ZKB_CHIP_STORE_WORD_K, "word before: time difference", 1, 4 * 2 - 1);
        malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 0, 2);
        malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word: time difference", 0, 4 * 2 - 1);
        malicious_set(&m, ZKB_CHIP_EXIT, "r10 before", 0, pointer);
        m.run.boundary.after.r[0] = 2;
        zkb_touched_segment *stack = malicious_segment(&m, ZKB_SPACE_READ_WRITE, word);
        const uint64_t row = word - stack->base;
        stack->final[row] = 2;
        stack->final[row + FRAME_BYTES / 8] = 0;
        stack->time[row + FRAME_BYTES / 8] = 0;
        refused_by(&m, "memory");
        malicious_end(&m);
    }
}

/* The frame pointer of the callee kept. */
static void frame_pointer_not_restored(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        const uint64_t kept = ZKB_REGION_STACK + 2 * FRAME_BYTES;
        const uint64_t word = kept / 8 - 1;
        malicious m;
        begin(&m, kind, frames_apart, SLOTS(frames_apart));
        malicious_set(&m, ZKB_CHIP_EXIT, "frame word 5", 0, kept);
        malicious_segment(&m, ZKB_SPACE_FRAME, 0)->final[5] = kept;
        m.run.boundary.after.r[10] = kept;
        malicious_set(&m, ZKB_CHIP_LOAD_WORD, "base value", 0, kept);
        malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word", 0, 2);
        malicious_set(&m, ZKB_CHIP_LOAD_WORD, "word: time difference", 0, 4 * 2 - 1);
        m.run.boundary.after.r[0] = 2;
        zkb_touched_segment *stack = malicious_segment(&m, ZKB_SPACE_READ_WRITE, word);
        const uint64_t row = word - stack->base;
        stack->time[row] = 4 * 6 + 2;
        stack->time[row - FRAME_BYTES / 8] = 4 * 2 + 2;
        refused_by(&m, "memory");
        malicious_end(&m);
    }
}

/* The return goes past the instruction after the call. */
static void return_to_another_place(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {ADDRESS(2, 5), CALL(2), JA(0), EXIT(), EXIT()};
    for (unsigned kind = 0; kind < KINDS; kind++) {
        malicious m;
        begin(&m, kind, code, SLOTS(code));
        malicious_set(&m, ZKB_CHIP_EXIT, "frame word 0", 0, 4);
        malicious_segment(&m, ZKB_SPACE_FRAME, 0)->final[0] = 4;
        malicious_drop_row(&m, ZKB_CHIP_JUMP, 0);
        set_row(&m, ZKB_CHIP_HALT, 0, 4, 4);
        m.run.boundary.clock_end = 5;
        refused_by(&m, "memory");
        malicious_end(&m);
    }
}

/* Another function is called: the program has another target, or the register another address. */
static void call_of_another_function(void **state)
{
    (void)state;
    static const char *const caught[] = {"program", "address = code base + 8 target"};
    static const zkb_instruction code[] = {
        /* 0 */ ADDRESS(2, 4), CALL(1), EXIT(),
        /* 4 */ JA(1),         CALL(0), /* a function, called from nowhere */
        /* 6 */ EXIT(),
    };
    for (unsigned kind = 0; kind < KINDS; kind++) {
        malicious m;
        begin(&m, kind, code, SLOTS(code));
        malicious_proof(&m);
        malicious_drop_row(&m, ZKB_CHIP_JUMP, 0);
        malicious_set(&m, chips[kind], "target", 0, 6);
        set_row(&m, ZKB_CHIP_EXIT, 0, 3, 6);
        set_row(&m, ZKB_CHIP_HALT, 0, 4, 3);
        m.run.boundary.clock_end = 5;
        for (unsigned i = 6; i <= 10; i++) {
            m.run.boundary.register_time[i] = 4 * 3 + 1;
        }
        for (unsigned i = 0; i < FRAME_WORDS; i++) {
            malicious_segment(&m, ZKB_SPACE_FRAME, 0)->time[i] = 4 * 3 + 1;
        }
        static const char *const differences[] = {
            "frame word 0: time difference", "frame word 1: time difference",
            "frame word 2: time difference", "frame word 3: time difference",
            "frame word 4: time difference", "frame word 5: time difference",
            "r6 before: time difference",    "r7 before: time difference",
            "r8 before: time difference",    "r9 before: time difference",
            "r10 before: time difference"};
        for (unsigned i = 0; i < sizeof differences / sizeof differences[0]; i++) {
            malicious_set(&m, ZKB_CHIP_EXIT, differences[i], 0, 4 - 1);
        }
        refused_by(&m, caught[kind]);
        malicious_end(&m);
    }
}

static const zkb_instruction one_call[] = {ADDRESS(2, 4), CALL(1), EXIT(), EXIT()};

/* What a run leaves that ends before the callee returns. */
static void end_in_callee(malicious *m)
{
    malicious_drop_row(m, ZKB_CHIP_EXIT, 0);
    set_row(m, ZKB_CHIP_HALT, 0, 3, 4);
    m->run.boundary.clock_end = 4;
    m->run.boundary.after.r[10] += FRAME_BYTES;
    for (unsigned i = 6; i <= 10; i++) {
        m->run.boundary.register_time[i] = 4 * 2 + 1;
    }
    zkb_touched_segment *frames = malicious_segment(m, ZKB_SPACE_FRAME, 0);
    for (unsigned i = 0; i < FRAME_WORDS; i++) {
        frames->time[i] = 4 * 2 + 1;
    }
}

/* A function's EXIT taken for the run's: the run ends one level deep, or the call leads no level
 * deeper. */
static void end_inside_a_call(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        malicious m;
        begin(&m, kind, one_call, SLOTS(one_call));
        end_in_callee(&m);
        refused_by(&m, "state");
        malicious_set(&m, ZKB_CHIP_HALT, "depth", 0, 1);
        m.run.boundary.after.depth = 1;
        refused_by(&m, "depth = 0");
        malicious_end(&m);
    }
}

/* Seven calls inside each other, which eight frames allow and seven do not. The verifier's program
 * has seven; nothing else is false. */
static void call_beyond_the_limit(void **state)
{
    (void)state;
    static const zkb_instruction code[] = {
        /* 0 */ ADDRESS(2, 5),        MOV_K(1, 6),          CALL(1),  EXIT(),
        /* 5 */ JMP_K(0x10, 1, 0, 2), ALU64_K(0x00, 1, -1), CALL(-3), EXIT(),
    };
    for (unsigned kind = 0; kind < KINDS; kind++) {
        malicious m;
        begin(&m, kind, code, SLOTS(code));
        zkb_table *table = machine_run_table(&m.run, chips[kind]);
        assert_int_equal(table->shape.active, 7);
        malicious_proof(&m);
        m.run.program.layout.max_frames = 7;
        malicious_no_proof(&m); /* with the tables and counts of eight */
        zkb_fr_from_u64((zkb_fr *)(uintptr_t)&table->shape.instances[1], 7);
        refused_by(&m, "range16");
        malicious_end(&m);
    }
}

/* A call that moves the frame pointer by 4096 where the verifier's program has frames of 8192
 * bytes. */
static void frames_of_another_size(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        const uint64_t pointer = ZKB_REGION_STACK + 2 * FRAME_BYTES;
        malicious m;
        begin(&m, kind, one_call, SLOTS(one_call));
        m.run.boundary.before.r[10] = pointer;
        m.run.boundary.after.r[10] = pointer;
        malicious_set(&m, chips[kind], "r10", 0, pointer);
        malicious_set(&m, ZKB_CHIP_EXIT, "frame word 5", 0, pointer);
        malicious_set(&m, ZKB_CHIP_EXIT, "r10 before", 0, pointer + FRAME_BYTES);
        malicious_segment(&m, ZKB_SPACE_FRAME, 0)->final[5] = pointer;
        malicious_consistent(&m);
        m.run.program.layout.frame_bytes = 2 * FRAME_BYTES;
        malicious_no_proof(&m);
        malicious_end(&m);
    }
}

/* A return at depth 0, into frame words -6 to -1, which no segment has: everything at depth -1,
 * where the depth is an element of the field. */
static void return_below_the_first_frame(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        malicious m;
        begin(&m, kind, one_call, SLOTS(one_call));
        malicious_set_signed(&m, chips[kind], "depth", 0, -1);
        malicious_set(&m, ZKB_CHIP_EXIT, "depth", 0, 0);
        malicious_refused_by(&m, "memory", "state");
        malicious_no_proof(&m);
        malicious_end(&m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers_not_restored),       cmocka_unit_test(frame_pointer_not_moved),
        cmocka_unit_test(frame_pointer_not_restored),   cmocka_unit_test(return_to_another_place),
        cmocka_unit_test(call_of_another_function),     cmocka_unit_test(end_inside_a_call),
        cmocka_unit_test(call_beyond_the_limit),        cmocka_unit_test(frames_of_another_size),
        cmocka_unit_test(return_below_the_first_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
