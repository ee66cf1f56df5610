/* Traces as a host records them: helpers, limits, cancelling. */
#include "run/api_fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

/* Writes two words of its output with the helpers mulhi and copy, and returns the first. */
static const uint8_t helper_program[] = {
    0xbf, 0x56, 0, 0, 0,    0,    0,    0,    /* r6 = r5 */
    0xb7, 0x01, 0, 0, 0xff, 0xff, 0xff, 0xff, /* r1 = -1 */
    0xb7, 0x02, 0, 0, 7,    0,    0,    0,    /* r2 = 7 */
    0x85, 0x00, 0, 0, 0xe8, 0x03, 0,    0,    /* r0 = mulhi(r1, r2) */
    0x7b, 0x06, 0, 0, 0,    0,    0,    0,    /* *(u64 *)(r6 + 0) = r0 */
    0xbf, 0x61, 0, 0, 0,    0,    0,    0,    /* r1 = r6 */
    0x07, 0x01, 0, 0, 8,    0,    0,    0,    /* r1 += 8 */
    0xbf, 0x62, 0, 0, 0,    0,    0,    0,    /* r2 = r6 */
    0xb7, 0x03, 0, 0, 1,    0,    0,    0,    /* r3 = 1 */
    0x85, 0x00, 0, 0, 0xe9, 0x03, 0,    0,    /* copy(r1, r2, r3) */
    0x79, 0x60, 8, 0, 0,    0,    0,    0,    /* r0 = *(u64 *)(r6 + 8) */
    0x95, 0x00, 0, 0, 0,    0,    0,    0,    /* exit */
};
enum { MULHI_STEP = 3, COPY_STEP = 9, HELPER_STEPS = 12 };

static const uint8_t endless_program[] = {
    0x05, 0x00, 0xff, 0xff, 0, 0, 0, 0, /* goto -1 */
    0x95, 0x00, 0,    0,    0, 0, 0, 0, /* exit */
};

static zkb_program *program_of(const uint8_t *code, size_t size)
{
    zkb_error error;
    zkb_program *program;
    must(zkb_program_open_bytes(&program, code, size, "test", NULL, &error), &error);
    return program;
}

static zkb_config *small_config(void)
{
    zkb_error error;
    zkb_config *config;
    must(zkb_config_create(&config, 10, NULL, 8, &error), &error);
    return zkb_config_with_memory(config, UINT64_MAX);
}

/* The trace has what the helpers did, and is proved as it stands. */
static void helpers_are_recorded(void **state)
{
    (void)state;
    fixture f;
    zkb_error error;
    zkb_trace *trace;
    zkb_trace_step step;
    zkb_keypair keys;
    zkb_proof *proof;
    zkb_verdict verdict;
    fixture_open(&f);
    zkb_program *program = program_of(helper_program, sizeof helper_program);
    must(zkb_trace_create(&trace, program, NULL, f.config, &error), &error);
    assert_int_equal(zkb_trace_length(trace), HELPER_STEPS);
    assert_int_equal(zkb_trace_get(&step, trace, MULHI_STEP), ZKB_OK);
    assert_int_equal(step.after.r[0], 6);
    assert_int_equal(step.memory_count, 0);
    assert_int_equal(zkb_trace_get(&step, trace, COPY_STEP), ZKB_OK);
    assert_int_equal(step.memory_count, 2);
    assert_int_equal(step.memory[1].address, step.before.r[1]);
    assert_int_equal(step.memory[1].after, 6);
    must(zkb_keypair_load_or_generate(&keys, f.config, f.srs, program, &error), &error);
    must(zkb_prove_chunked(&proof, NULL, keys.proving, trace, NULL, f.config, &error), &error);
    must(zkb_verify_chunks(&verdict, keys.verifying, proof, NULL, 0, 1, &error), &error);
    assert_int_equal(verdict.r0, 6);
    assert_int_equal(verdict.output_bytes, 16);
    zkb_proof_destroy(proof);
    zkb_keypair_clear(&keys);
    zkb_trace_destroy(trace);
    zkb_program_destroy(program);
    fixture_close(&f);
}

/* A run without end: the message names the limit, how far the run came, and what to do. */
static void memory_has_a_limit(void **state)
{
    (void)state;
    zkb_error error;
    zkb_trace *trace;
    zkb_config *config = small_config();
    zkb_program *program = program_of(endless_program, sizeof endless_program);
    (void)zkb_config_with_memory(config, UINT64_C(8) << 20);
    assert_int_equal(zkb_trace_create(&trace, program, NULL, config, &error), ZKB_ERROR_LIMIT);
    assert_null(trace);
    assert_in_range(error.index, 90000, (UINT64_C(8) << 20) / 72);
    assert_non_null(strstr(error.message, "the 8.0 MiB of memory that it may"));
    assert_non_null(strstr(error.message, "allow more memory"));
    /* One that ends takes what it needs of the same. */
    zkb_input input = {.max_instructions = 90000};
    assert_int_equal(zkb_trace_create(&trace, program, &input, config, &error), ZKB_ERROR_FAULT);
    assert_non_null(strstr(error.message, "budget"));
    assert_null(trace);
    /* The smallest limit holds nothing. */
    (void)zkb_config_with_memory(config, 1);
    assert_int_equal(zkb_trace_create(&trace, program, NULL, config, &error), ZKB_ERROR_LIMIT);
    assert_int_equal(error.index, 0);
    zkb_program_destroy(program);
    zkb_config_destroy(config);
}

/* Without settings and with those that leave memory alone. */
static void memory_has_a_limit_by_default(void **state)
{
    (void)state;
    zkb_error error;
    zkb_trace *trace;
    zkb_program *program = program_of(endless_program, sizeof endless_program);
    assert_int_equal(zkb_trace_create(&trace, program, NULL, NULL, &error), ZKB_ERROR_LIMIT);
    assert_null(trace);
    assert_non_null(strstr(error.message, "MiB of memory that it may"));
    assert_in_range(error.index, 0, (UINT64_C(1) << 30) / 72);
    zkb_program_destroy(program);
}

/* Cancels soon after the trace was begun. */
typedef struct canceller {
    zkb_config *config;
    atomic_bool begun;
} canceller;

static void *cancel_soon(void *context)
{
    canceller *c = context;
    const struct timespec moment = {0, 1000000};
    while (!atomic_load(&c->begun)) {
        (void)nanosleep(&moment, NULL);
    }
    (void)nanosleep(&moment, NULL);
    zkb_config_cancel(c->config, 1);
    return NULL;
}

/* The run reaches the limit only where the other thread does not get to run for as long. */
static zkb_status cancelled_trace(const zkb_program *program, zkb_config *config)
{
    canceller c = {.config = config};
    pthread_t thread;
    zkb_error error;
    zkb_trace *trace;
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &c), 0);
    atomic_store(&c.begun, true);
    const zkb_status status = zkb_trace_create(&trace, program, NULL, config, &error);
    assert_null(trace);
    assert_int_equal(pthread_join(thread, NULL), 0);
    zkb_config_cancel(config, 0);
    return status;
}

static void another_thread_cancels(void **state)
{
    enum { TRIES = 20 };
    (void)state;
    zkb_config *config = zkb_config_with_memory(small_config(), UINT64_C(512) << 20);
    zkb_program *program = program_of(endless_program, sizeof endless_program);
    zkb_status status = ZKB_ERROR_LIMIT;
    for (unsigned i = 0; i < TRIES && status == ZKB_ERROR_LIMIT; i++) {
        status = cancelled_trace(program, config);
    }
    assert_int_equal(status, ZKB_ERROR_CANCELLED);
    zkb_program_destroy(program);
    zkb_config_destroy(config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(helpers_are_recorded),
        cmocka_unit_test(memory_has_a_limit),
        cmocka_unit_test(memory_has_a_limit_by_default),
        cmocka_unit_test(another_thread_cancels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
