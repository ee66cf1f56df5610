/* Depth and frames confused between two chunks of a run. The false second chunk is consistent, and
 * its proof holds for a statement in which the prover says what was before: only the verifier's own
 * account of that refuses it. Then the first chunk lies to make it fit. Classes 3 and 10. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "attacks/malicious.h"

/* The chunks are cut inside the function, after slot 3. Returns 1. */
static const zkb_instruction code[] = {
    /* 0 */ CALL(2),
    /* 1 */ MOV_K(0, 1),
    /* 2 */ EXIT(),
    /* 3 */ MOV_K(0, 5),
    /* 4 */ EXIT(),
};
enum { FIRST_STEPS = 2 };

static void begin(malicious chunks[2])
{
    zkb_error error;
    malicious_begin_chunks(chunks, code, SLOTS(code), FIRST_STEPS);
    assert_int_equal(chunks[0].run.boundary.after.depth, 1);
    assert_int_equal(chunks[1].run.boundary.after.r[0], 1);
    assert_int_equal(malicious_prove_run(chunks, 2, &error), ZKB_OK);
}

static void end(malicious chunks[2])
{
    malicious_end(&chunks[0]);
    malicious_end(&chunks[1]);
}

/* Rejected because chunk `n` is another statement than the verifier's. */
static void refused_at(malicious chunks[2], uint64_t n)
{
    zkb_error error = {.where = "nowhere"};
    assert_int_equal(malicious_prove_run(chunks, 2, &error), ZKB_ERROR_REJECTED);
    assert_string_equal(error.where, "proof.gkr.root");
    assert_int_equal(error.index, n);
}

/* The function's EXIT ends the run: the second chunk begins at depth 0. */
static void depth_lost(void **state)
{
    (void)state;
    malicious chunks[2];
    begin(chunks);
    malicious *m = &chunks[1];
    zkb_touched_segment *frames = malicious_segment(m, ZKB_SPACE_FRAME, 0);
    malicious_drop_row(m, ZKB_CHIP_EXIT, 0);
    malicious_drop_row(m, ZKB_CHIP_CONSTANT, 0);
    malicious_set(m, ZKB_CHIP_HALT, "clock", 0, 1);
    malicious_set(m, ZKB_CHIP_HALT, "pc", 0, 4);
    memset(frames->time, 0, 6 * sizeof *frames->time);
    memset(m->run.boundary.register_time, 0, sizeof m->run.boundary.register_time);
    m->run.boundary.before.depth = 0;
    m->run.boundary.clock_end = 2;
    memcpy(m->run.boundary.after.r, m->run.boundary.before.r, sizeof m->run.boundary.after.r);
    malicious_consistent(m);
    malicious_holds_alone(m, 1);
    refused_at(chunks, 1);
    /* The first chunk says that it ends there: no CALL, or no state, says so. */
    chunks[0].run.boundary.after.depth = 0;
    malicious_refused_by(&chunks[0], "state", NULL);
    refused_at(chunks, 0);
    end(chunks);
}

/* The function returns past the instruction behind the call: another frame. */
static void frame_exchanged(void **state)
{
    (void)state;
    malicious chunks[2];
    begin(chunks);
    malicious *m = &chunks[1];
    zkb_touched_segment *frames = malicious_segment(m, ZKB_SPACE_FRAME, 0);
    frames->init[0] = 2;
    frames->final[0] = 2;
    malicious_set(m, ZKB_CHIP_EXIT, "frame word 0", 0, 2);
    malicious_drop_row(m, ZKB_CHIP_CONSTANT, 0);
    malicious_set(m, ZKB_CHIP_HALT, "clock", 0, 2);
    m->run.boundary.register_time[0] = 0;
    m->run.boundary.after.r[0] = 5;
    m->run.boundary.clock_end = 3;
    malicious_consistent(m);
    malicious_holds_alone(m, 1);
    refused_at(chunks, 1);
    frames = malicious_segment(&chunks[0], ZKB_SPACE_FRAME, 0);
    frames->final[0] = 2; /* the call is said to have saved it */
    malicious_refused_by(&chunks[0], "memory", NULL);
    refused_at(chunks, 0);
    end(chunks);
}

/* The second chunk stands one level deeper than the first left, and returns by a frame of its own
 * making. */
static void depth_gained(void **state)
{
    (void)state;
    malicious chunks[2];
    begin(chunks);
    malicious *m = &chunks[1];
    zkb_touched_segment *frames = malicious_segment(m, ZKB_SPACE_FRAME, 0);
    m->run.boundary.before.depth = 2;
    malicious_set(m, ZKB_CHIP_EXIT, "depth", 0, 2);
    for (unsigned i = 0; i < 6; i++) { /* to the words of depth 1 */
        frames->time[6 + i] = frames->time[i];
        frames->init[6 + i] = frames->init[i];
        frames->final[6 + i] = frames->final[i];
        frames->time[i] = 0;
        frames->init[i] = 0;
        frames->final[i] = 0;
    }
    malicious_drop_row(m, ZKB_CHIP_HALT, 0); /* which demands depth 0: a chunk that goes on */
    malicious_set(m, ZKB_CHIP_CONSTANT, "depth", 0, 1);
    m->run.boundary.clock_end = 3;
    m->run.boundary.after.pc = 2;
    m->run.boundary.after.depth = 1;
    malicious_consistent(m);
    malicious_holds_alone(m, 1);
    m->run.boundary.after.pc = ZKB_PC_HALT; /* what the chain wants at the end */
    refused_at(chunks, 1);
    end(chunks);
}

/* The second chunk leaves the frames out of its list. */
static void frames_not_listed(void **state)
{
    (void)state;
    malicious chunks[2];
    begin(chunks);
    machine_run *run = &chunks[1].run;
    zkb_chunk_writer *w = run->writer;
    assert_int_equal(w->table_segments[w->table_count - w->segment_count], 0);
    assert_int_equal(w->segments[0].base, 0);
    assert_int_equal(w->segment_count, 1);
    w->table_count--;
    w->segment_count--;
    malicious_refused_by(&chunks[1], "memory", NULL);
    refused_at(chunks, 1);
    end(chunks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(depth_lost),
        cmocka_unit_test(depth_gained),
        cmocka_unit_test(frame_exchanged),
        cmocka_unit_test(frames_not_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
