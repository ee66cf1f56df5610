/* The public interface as a host uses it: keys, traces, chunks, proofs, verdicts. */
#include "run/api_fixture.h"

#include "prover/memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <time.h>

static zkb_proof *whole; /* of the fixture's run */

static int open_all(void **state)
{
    static fixture f;
    fixture_open(&f);
    *state = &f;
    return 0;
}

static int close_all(void **state)
{
    zkb_proof_destroy(whole);
    fixture_close(*state);
    return 0;
}

static uint64_t sum_of(const fixture *f)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < INPUT_BYTES; i++) {
        sum += f->public_input[i];
    }
    return sum;
}

static void assert_same_bytes(const zkb_proof *a, const zkb_proof *b)
{
    size_t n;
    size_t m;
    const uint8_t *p = zkb_proof_bytes(a, &n);
    const uint8_t *q = zkb_proof_bytes(b, &m);
    assert_int_equal(n, m);
    assert_memory_equal(p, q, n);
}

static double phases_together(const zkb_proof_summary *summary)
{
    double sum = 0;
    for (unsigned p = 0; p < ZKB_PHASE_COUNT; p++) {
        assert_true(summary->phase_seconds[p] > 0);
        sum += summary->phase_seconds[p];
    }
    assert_true(sum <= summary->seconds);
    return sum;
}

/* ---- Proving and checking ---------------------------------------------------------------- */

static void a_proof_says_what_was_run(void **state)
{
    fixture *f = *state;
    zkb_proof_summary summary;
    zkb_verdict verdict;
    zkb_error error;
    size_t size;
    uint64_t output;
    must(zkb_prove(&whole, &summary, f->keys.proving, &f->input, f->config, &error), &error);
    assert_int_equal(summary.r0, sum_of(f));
    assert_int_equal(summary.chunks, CHUNKS);
    assert_int_equal(summary.workers, 2); /* two chunks, two threads */
    assert_true(summary.worker_peak > 0 && summary.worker_peak <= summary.worker_estimate);
    (void)phases_together(&summary);
    assert_string_equal(zkb_phase_string(ZKB_PHASE_GKR), "gkr");
    assert_string_equal(zkb_phase_string(ZKB_PHASE_COUNT), "unknown phase");
    const uint8_t *bytes = zkb_proof_bytes(whole, &size);
    assert_int_equal(summary.proof_bytes, size);
    must(zkb_verify(&verdict, f->keys.verifying, bytes, size, f->public_input, INPUT_BYTES, 0,
                    &error),
         &error);
    assert_int_equal(verdict.r0, sum_of(f));
    assert_int_equal(verdict.instructions, STEPS);
    assert_int_equal(verdict.chunks, CHUNKS);
    assert_int_equal(verdict.output_bytes, 8);
    memcpy(&output, verdict.output, 8);
    assert_int_equal(output, sum_of(f));
    assert_true(verdict.output > bytes && verdict.output < bytes + size);

    /* Another input, another program. */
    uint8_t other[INPUT_BYTES + 1] = {0};
    memcpy(other, f->public_input, INPUT_BYTES);
    for (size_t length = INPUT_BYTES - 1; length <= INPUT_BYTES + 1; length += 2) {
        assert_int_equal(
            zkb_verify(&verdict, f->keys.verifying, bytes, size, other, length, 1, &error),
            ZKB_ERROR_REJECTED);
        assert_non_null(strstr(error.message, "another length"));
        assert_int_equal(
            zkb_verify_chunks(&verdict, f->keys.verifying, whole, other, length, 1, &error),
            ZKB_ERROR_REJECTED);
        assert_non_null(strstr(error.message, "another length"));
        assert_null(verdict.output);
    }
    other[3] ^= 1;
    assert_int_equal(
        zkb_verify_chunks(&verdict, f->keys.verifying, whole, other, INPUT_BYTES, 1, &error),
        ZKB_ERROR_REJECTED);
    assert_int_equal(verdict.r0, 0);
    zkb_verifying_key *key;
    zkb_program *program;
    must(zkb_program_open_bytes(&program, faulting_program, sizeof faulting_program, "other", NULL,
                                &error),
         &error);
    must(zkb_verifying_key_create(&key, f->srs, program, &error), &error);
    assert_int_equal(
        zkb_verify_chunks(&verdict, key, whole, f->public_input, INPUT_BYTES, 1, &error),
        ZKB_ERROR_REJECTED);
    assert_non_null(strstr(error.message, "another program"));
    zkb_verifying_key_destroy(key);
    zkb_program_destroy(program);
}

/* One of several threads that check with one key. */
typedef struct verifier {
    const fixture *f;
    const zkb_verifying_key *key;
    bool other_input;
    zkb_status status;
} verifier;

static void *run_verifier(void *context)
{
    verifier *v = context;
    uint8_t input[INPUT_BYTES];
    zkb_verdict verdict;
    zkb_error error;
    memcpy(input, v->f->public_input, sizeof input);
    input[0] ^= v->other_input;
    v->status = zkb_verify_chunks(&verdict, v->key, whole, input, INPUT_BYTES, 1, &error);
    return NULL;
}

static void one_key_verifies_many_proofs_at_once(void **state)
{
    enum { VERIFIERS = 6 };
    fixture *f = *state;
    uint8_t id[32];
    zkb_error error;
    zkb_verdict verdict;
    zkb_verifying_key *key;
    pthread_t threads[VERIFIERS];
    verifier verifiers[VERIFIERS];
    zkb_verifying_key_program_id(id, f->keys.verifying);
    id[0] ^= 1; /* a key that has refused its first proof goes on refusing */
    must(zkb_verifying_key_from_id(&key, f->srs, id, &error), &error);
    for (unsigned turn = 0; turn < 2; turn++) {
        assert_int_equal(
            zkb_verify_chunks(&verdict, key, whole, f->public_input, INPUT_BYTES, 1, &error),
            ZKB_ERROR_REJECTED);
        assert_non_null(strstr(error.message, "another program"));
    }
    zkb_verifying_key_destroy(key);
    id[0] ^= 1;
    must(zkb_verifying_key_from_id(&key, f->srs, id, &error), &error);
    for (unsigned i = 0; i < VERIFIERS; i++) {
        verifiers[i] = (verifier){.f = f, .key = key, .other_input = i % 2 != 0};
        assert_int_equal(pthread_create(&threads[i], NULL, run_verifier, &verifiers[i]), 0);
    }
    for (unsigned i = 0; i < VERIFIERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        assert_int_equal(verifiers[i].status, i % 2 == 0 ? ZKB_OK : ZKB_ERROR_REJECTED);
    }
    zkb_verifying_key_destroy(key);
}

static void every_mode_gives_the_same_bytes(void **state)
{
    fixture *f = *state;
    zkb_error error;
    zkb_trace *trace;
    zkb_proof *proofs[3];
    zkb_proof_summary summary;
    must(zkb_trace_create(&trace, f->program, &f->input, f->config, &error), &error);
    must(zkb_prove_chunked(&proofs[0], &summary, f->keys.proving, trace, &f->input, f->config,
                           &error),
         &error);
    assert_int_equal(summary.workers, 1);
    assert_int_equal(summary.worker_threads, 2);
    (void)phases_together(&summary);
    must(zkb_prove_chunked_parallel(&proofs[1], &summary, f->keys.proving, trace, &f->input,
                                    f->config, &error),
         &error);
    assert_int_equal(summary.workers, 2);
    assert_int_equal(summary.worker_threads, 1);
    (void)zkb_config_with_threads(f->config, 7);
    must(zkb_prove_chunked_auto(&proofs[2], &summary, f->keys.proving, trace, &f->input, f->config,
                                &error),
         &error);
    assert_int_equal(summary.workers, 2);
    assert_int_equal(summary.worker_threads, 3);
    (void)zkb_config_with_threads(f->config, 2);
    for (unsigned i = 0; i < 3; i++) {
        assert_same_bytes(whole, proofs[i]);
        zkb_proof_destroy(proofs[i]);
    }
    zkb_trace_destroy(trace);
}

/* One thread spends almost all of its time in them. (Of several, who knows when each gets to run;
 * and this one may be interrupted between two phases, but not each time.) */
static void phases_are_the_whole(void **state)
{
    enum { TRIES = 50 };
    fixture *f = *state;
    zkb_error error;
    zkb_proof *proof;
    zkb_proof_summary summary;
    bool most = false;
    (void)zkb_config_with_threads(f->config, 1);
    for (unsigned i = 0; i < TRIES && !most; i++) {
        must(zkb_prove(&proof, &summary, f->keys.proving, &f->input, f->config, &error), &error);
        most = phases_together(&summary) > 0.8 * summary.seconds;
        zkb_proof_destroy(proof);
    }
    assert_true(most);
    (void)zkb_config_with_threads(f->config, 2);
}

static void chunks_of_a_trace_are_chunks_of_the_proof(void **state)
{
    fixture *f = *state;
    zkb_error error;
    zkb_trace *trace;
    zkb_trace_chunk *chunks;
    size_t count;
    uint64_t next = 0;
    must(zkb_trace_create(&trace, f->program, &f->input, f->config, &error), &error);
    must(zkb_split_trace(&chunks, &count, trace, f->config, &error), &error);
    assert_int_equal(count, CHUNKS);
    assert_int_equal(zkb_proof_chunk_count(whole), count);
    assert_null(zkb_proof_chunk(whole, CHUNKS));
    for (uint32_t i = 0; i < count; i++) {
        zkb_registers initial;
        zkb_registers final;
        size_t size;
        const zkb_chunk_proof *chunk = zkb_proof_chunk(whole, i);
        zkb_chunk_proof_initial(&initial, chunk);
        zkb_chunk_proof_final(&final, chunk);
        assert_int_equal(zkb_chunk_proof_index(chunk), i);
        assert_int_equal(chunks[i].first, next);
        assert_int_equal(chunks[i].count, zkb_chunk_proof_instructions(chunk));
        assert_memory_equal(&chunks[i].initial, &initial, sizeof initial);
        assert_memory_equal(&chunks[i].final, &final, sizeof final);
        if (i != 0) {
            assert_memory_equal(&chunks[i].initial, &chunks[i - 1].final, sizeof initial);
        }
        assert_true(zkb_chunk_proof_bytes(chunk, &size) != NULL && size > 1000);
        next += chunks[i].count;
    }
    assert_int_equal(next, zkb_trace_length(trace));
    zkb_free(chunks);
    zkb_trace_destroy(trace);
}

/* The output's segment begins as zeros and each chunk takes it over from the one before. */
static void memory_commitments_join(void **state)
{
    static const uint8_t zero[32];
    (void)state;
    zkb_error error;
    zkb_proof *proof;
    zkb_chunk_segment_info last = {0};
    size_t size;
    const uint8_t *bytes = zkb_proof_bytes(whole, &size);
    must(zkb_proof_parse(&proof, bytes, size, "proof", &error), &error);
    assert_same_bytes(whole, proof);
    for (uint32_t i = 0; i < CHUNKS; i++) {
        const zkb_chunk_proof *chunk = zkb_proof_chunk(proof, i);
        zkb_chunk_segment_info s;
        uint32_t found = 0;
        for (uint32_t n = 0; n < zkb_chunk_proof_segment_count(chunk); n++) {
            assert_int_equal(zkb_chunk_proof_segment(&s, chunk, n), ZKB_OK);
            if (s.address == UINT64_C(0x600000000)) {
                found++;
                assert_true(s.writable);
                assert_memory_equal(s.before, i == 0 ? s.before : last.after, 32);
                assert_memory_not_equal(s.before, s.after, 32);
                last = s;
            }
        }
        assert_int_equal(found, 1);
        assert_int_equal(zkb_chunk_proof_segment(&s, chunk, zkb_chunk_proof_segment_count(chunk)),
                         ZKB_ERROR_ARGUMENT);
    }
    assert_memory_not_equal(last.after, zero, 32);
    zkb_proof_destroy(proof);
}

static void a_trace_of_something_else_is_named(void **state)
{
    fixture *f = *state;
    zkb_error error;
    zkb_trace *trace;
    zkb_proof *proof;
    uint8_t other[INPUT_BYTES];
    memcpy(other, f->public_input, sizeof other);
    other[13] ^= 1;
    zkb_input input = {.public_input = other, .public_bytes = INPUT_BYTES};
    must(zkb_trace_create(&trace, f->program, &input, f->config, &error), &error);
    assert_int_equal(
        zkb_prove_chunked(&proof, NULL, f->keys.proving, trace, &f->input, f->config, &error),
        ZKB_ERROR_MISMATCH);
    assert_null(proof);
    assert_int_equal(error.index, 2 + 8 * 7); /* the load of byte 8, in the same word */
    zkb_trace_destroy(trace);
    input.public_bytes = INPUT_BYTES - 1;
    must(zkb_trace_create(&trace, f->program, &input, f->config, &error), &error);
    assert_int_equal(
        zkb_prove_chunked_auto(&proof, NULL, f->keys.proving, trace, &f->input, f->config, &error),
        ZKB_ERROR_MISMATCH);
    assert_int_equal(error.index, 0);
    zkb_trace_destroy(trace);
}

/* The output region is made of whole segments: what run stores, prove proves and verify accepts. */
static void output_reaches_to_the_end_of_its_segment(void **state)
{
    enum { SEGMENT = 65536 };
    fixture *f = *state;
    static const uint32_t places[] = {8184, 8192, 20000, SEGMENT - 8};
    const zkb_program_options options = {.output_bytes = 8192};
    zkb_error error;
    for (unsigned i = 0; i < 5; i++) {
        const uint32_t place = i < 4 ? places[i] : SEGMENT;
        uint8_t code[] = {
            0x07, 0x05, 0, 0, 0, 0, 0, 0, /* r5 += place */
            0x7a, 0x05, 0, 0, 7, 0, 0, 0, /* *(u64 *)r5 = 7 */
            0x95, 0x00, 0, 0, 0, 0, 0, 0, /* exit */
        };
        memcpy(code + 4, &place, sizeof place);
        zkb_program *program;
        zkb_keypair keys;
        zkb_proof *proof;
        zkb_verdict verdict;
        must(zkb_program_open_bytes(&program, code, sizeof code, "store", &options, &error),
             &error);
        must(zkb_keypair_load_or_generate(&keys, f->config, f->srs, program, &error), &error);
        const zkb_status status = zkb_prove(&proof, NULL, keys.proving, NULL, f->config, &error);
        if (place == SEGMENT) {
            assert_int_equal(status, ZKB_ERROR_FAULT);
        } else {
            must(status, &error);
            must(zkb_verify_chunks(&verdict, keys.verifying, proof, NULL, 0, 1, &error), &error);
            assert_int_equal(verdict.output_bytes, place + 8);
            assert_int_equal(verdict.output[place], 7);
        }
        zkb_proof_destroy(proof);
        zkb_keypair_clear(&keys);
        zkb_program_destroy(program);
    }
}

/* ---- Progress, memory -------------------------------------------------------------------- */

typedef struct watch {
    uint32_t started, finished, stop_at;
    uint64_t rows, bytes;
} watch;

static int watch_progress(void *context, const zkb_progress *p)
{
    watch *w = context;
    w->started += p->event == ZKB_PROGRESS_CHUNK_STARTED;
    w->finished += p->event == ZKB_PROGRESS_CHUNK_FINISHED;
    w->rows += p->event == ZKB_PROGRESS_CHUNK_FINISHED ? p->rows : 0;
    w->bytes += p->bytes;
    return w->stop_at != 0 && w->started == w->stop_at;
}

/* Sets it when the process has used that much processor time, or when there is nothing left to
 * stop: not by the clock, so that it hits the same place however little the process gets to run. */
typedef struct later {
    zkb_config *config;
    clock_t when;
    atomic_bool ended;
    clock_t set; /* the processor time used until then */
} later;

static void *cancel_later(void *context)
{
    later *l = context;
    const struct timespec moment = {0, 100000};
    while (clock() < l->when && !atomic_load(&l->ended)) {
        (void)nanosleep(&moment, NULL);
    }
    l->set = clock();
    zkb_config_cancel(l->config, 1);
    return NULL;
}

/* The processor time that goes on proving after a cancel; false when that came too late. Nothing is
 * left of what was stopped. */
static bool spent_after_cancel(clock_t *spent, const zkb_proving_key *key, const zkb_input *input,
                               zkb_config *config, clock_t place)
{
    later l = {.config = config, .when = clock() + place};
    zkb_error error;
    zkb_proof_summary summary;
    zkb_proof *proof;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, cancel_later, &l), 0);
    const zkb_status status = zkb_prove(&proof, &summary, key, input, config, &error);
    *spent = clock();
    atomic_store(&l.ended, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    zkb_config_cancel(config, 0);
    if (status == ZKB_OK) {
        zkb_proof_destroy(proof);
        return false;
    }
    assert_int_equal(status, ZKB_ERROR_CANCELLED);
    assert_null(proof);
    *spent -= l.set;
    return true;
}

/* Whether one of many tries is given up within `enough` of processor time: how far the proof has
 * come by then differs a little, and other work on the machine makes any of them longer. */
static bool stops_soon(clock_t enough, const zkb_proving_key *key, const zkb_input *input,
                       zkb_config *config, clock_t place)
{
    enum { TRIES = 100 };
    for (unsigned i = 0; i < TRIES; i++) {
        clock_t spent;
        if (!spent_after_cancel(&spent, key, input, config, place)) {
            place -= place / 8;
        } else if (spent <= enough) {
            return true;
        }
    }
    return false;
}

/* One long chunk is given up wherever it is, with any number of threads, within a part of the work
 * that it takes; the next call goes through. */
static void a_chunk_is_cancelled_in_the_middle(void **state)
{
    fixture *f = *state;
    enum { BYTES = 4000, PLACES = 10, PART = 10 };
    static const uint8_t bytes[BYTES];
    const zkb_input input = {.public_input = bytes, .public_bytes = BYTES};
    zkb_error error;
    zkb_config *config;
    zkb_keypair keys = {0};
    zkb_proof *proof;
    zkb_proof_summary summary;
    must(zkb_config_create(&config, 13, NULL, 8, &error), &error);
    (void)zkb_config_with_chunk_size(config, 8 * BYTES);
    must(zkb_keypair_load_or_generate(&keys, config, f->srs, f->program, &error), &error);
    for (unsigned threads = 1; threads <= 2; threads++) {
        (void)zkb_config_with_threads(config, threads);
        const clock_t start = clock();
        must(zkb_prove(&proof, &summary, keys.proving, &input, config, &error), &error);
        const clock_t in_all = clock() - start;
        assert_int_equal(summary.chunks, 1);
        zkb_proof_destroy(proof);
        for (unsigned p = 1; p < PLACES; p++) {
            assert_true(
                stops_soon(in_all / PART, keys.proving, &input, config, in_all * p / PLACES));
        }
    }
    must(zkb_prove(&proof, &summary, keys.proving, &input, config, &error), &error);
    zkb_proof_destroy(proof);
    zkb_keypair_clear(&keys);
    zkb_config_destroy(config);
}

static void progress_and_cancellation(void **state)
{
    fixture *f = *state;
    zkb_error error;
    zkb_proof *proof;
    watch w = {0};
    (void)zkb_config_with_progress(f->config, watch_progress, &w);
    must(zkb_prove(&proof, NULL, f->keys.proving, &f->input, f->config, &error), &error);
    assert_int_equal(w.started, CHUNKS);
    assert_int_equal(w.finished, CHUNKS);
    assert_int_equal(w.rows, STEPS);
    assert_true(w.bytes > 1000);
    zkb_proof_destroy(proof);
    w = (watch){.stop_at = 2};
    assert_int_equal(zkb_prove(&proof, NULL, f->keys.proving, &f->input, f->config, &error),
                     ZKB_ERROR_CANCELLED);
    assert_null(proof);
    assert_int_equal(w.started, 2);
    (void)zkb_config_with_progress(f->config, NULL, NULL);
}

static void memory_is_a_budget(void **state)
{
    fixture *f = *state;
    zkb_error error;
    zkb_proof *proof;
    zkb_proof_summary s;
    (void)zkb_config_with_memory(f->config, 1 << 20);
    assert_int_equal(zkb_prove(&proof, &s, f->keys.proving, &f->input, f->config, &error),
                     ZKB_ERROR_LIMIT);
    assert_non_null(strstr(error.message, "MiB"));
    (void)zkb_config_with_memory(f->config, s.worker_estimate);
    (void)zkb_config_with_mode(f->config, ZKB_MODE_PARALLEL);
    must(zkb_prove(&proof, &s, f->keys.proving, &f->input, f->config, &error), &error);
    assert_int_equal(s.workers_wanted, 2);
    assert_int_equal(s.workers, 1);
    assert_int_equal(s.worker_threads, 2); /* whose scratch fits into the same */
    assert_in_range(s.worker_peak, 1, s.worker_estimate);
    (void)zkb_config_with_mode(zkb_config_with_memory(f->config, UINT64_MAX), ZKB_MODE_AUTO);
    zkb_proof_destroy(proof);
}

static void write_file(const char *folder, const char *path, const char *text)
{
    char full[512];
    char command[600];
    (void)snprintf(full, sizeof full, "%s%s", folder, path);
    (void)snprintf(command, sizeof command, "mkdir -p \"$(dirname '%s')\"", full);
    assert_int_equal(system(command), 0);
    FILE *file = fopen(full, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void memory_is_found(void **state)
{
    fixture *f = *state;
    char root[128];
    (void)snprintf(root, sizeof root, "%s", at(f, "root"));
    assert_true(zkb_memory_available() > 0);
    assert_true(zkb_memory_available_under(root) == UINT64_MAX);
    write_file(root, "/proc/meminfo", "MemTotal: 900 kB\nMemAvailable:  500 kB\n");
    assert_int_equal(zkb_memory_available_under(root), 500 * 1024);
    write_file(root, "/proc/self/cgroup", "0::/a/b\n");
    write_file(root, "/sys/fs/cgroup/a/b/memory.max", "max\n");
    assert_int_equal(zkb_memory_available_under(root), 500 * 1024);
    write_file(root, "/sys/fs/cgroup/a/memory.max", "300000\n");
    write_file(root, "/sys/fs/cgroup/a/memory.current", "200000\n");
    write_file(root, "/sys/fs/cgroup/a/memory.stat", "anon 5\ninactive_file 50000\n");
    assert_int_equal(zkb_memory_available_under(root), 150000);
    write_file(root, "/proc/self/cgroup", "5:cpu:/x\n4:memory:/c\n");
    write_file(root, "/sys/fs/cgroup/memory/c/memory.limit_in_bytes", "1000\n");
    write_file(root, "/sys/fs/cgroup/memory/c/memory.usage_in_bytes", "2000\n");
    assert_int_equal(zkb_memory_available_under(root), 0);
}

/* ---- Keys -------------------------------------------------------------------------------- */

static void keys_have_names(void **state)
{
    fixture *f = *state;
    zkb_error error;
    zkb_verifying_key *key;
    uint8_t a[32];
    uint8_t b[32];
    zkb_proving_key_program_id(a, f->keys.proving);
    zkb_verifying_key_program_id(b, f->keys.verifying);
    assert_memory_equal(a, b, 32);
    must(zkb_verifying_key_create(&key, f->srs, f->program, &error), &error);
    zkb_verifying_key_program_id(b, key);
    zkb_verifying_key_destroy(key);
    assert_memory_equal(a, b, 32);
    must(zkb_verifying_key_from_id(&key, f->srs, a, &error), &error);
    zkb_verifying_key_program_id(b, key);
    zkb_verifying_key_destroy(key);
    assert_memory_equal(a, b, 32);
    memset(a, 0xff, sizeof a);
    assert_int_equal(zkb_verifying_key_from_id(&key, f->srs, a, &error), ZKB_ERROR_FORMAT);
    assert_null(key);
}

static void settings_out_of_range(void **state)
{
    (void)state;
    zkb_config *config;
    zkb_error error;
    assert_int_equal(zkb_config_create(&config, 7, NULL, 0, &error), ZKB_ERROR_ARGUMENT);
    assert_null(config);
    assert_int_equal(zkb_config_create(&config, 23, NULL, 0, &error), ZKB_ERROR_ARGUMENT);
    assert_int_equal(zkb_config_create(&config, 0, NULL, 9, &error), ZKB_ERROR_ARGUMENT);
    must(zkb_config_create(&config, 0, NULL, 0, &error), &error);
    zkb_config_destroy(config);
    zkb_config_destroy(NULL);
}

static void a_program_that_faults_is_not_proved(void **state)
{
    fixture *f = *state;
    zkb_error error;
    zkb_program *program;
    zkb_keypair keys;
    zkb_proof *proof;
    zkb_trace *trace;
    must(zkb_program_open_bytes(&program, faulting_program, sizeof faulting_program, "faulting",
                                NULL, &error),
         &error);
    must(zkb_keypair_load_or_generate(&keys, f->config, f->srs, program, &error), &error);
    assert_int_equal(zkb_prove(&proof, NULL, keys.proving, &f->input, f->config, &error),
                     ZKB_ERROR_FAULT);
    assert_null(proof);
    assert_int_equal(error.index, 3);
    assert_int_equal(zkb_trace_create(&trace, program, &f->input, NULL, &error), ZKB_ERROR_FAULT);
    assert_null(trace);
    zkb_keypair_clear(&keys);
    zkb_program_destroy(program);
}

static void arguments_that_make_no_sense(void **state)
{
    fixture *f = *state;
    zkb_error error;
    zkb_proof *proof;
    zkb_trace *trace;
    zkb_verdict verdict;
    const zkb_input none = {0};
    const zkb_input no_public = {.public_bytes = 5};
    const zkb_input no_private = {.private_bytes = 5};
    const zkb_input *wrong[] = {&no_public, &no_private};
    for (unsigned i = 0; i < 2; i++) {
        assert_int_equal(zkb_prove(&proof, NULL, f->keys.proving, wrong[i], f->config, &error),
                         ZKB_ERROR_ARGUMENT);
        assert_null(proof);
        assert_int_equal(zkb_trace_create(&trace, f->program, wrong[i], NULL, &error),
                         ZKB_ERROR_ARGUMENT);
        assert_null(trace);
    }
    assert_int_equal(
        zkb_verify_chunks(&verdict, f->keys.verifying, whole, NULL, INPUT_BYTES, 1, &error),
        ZKB_ERROR_ARGUMENT);
    (void)zkb_config_with_mode(f->config, (zkb_mode)3);
    assert_int_equal(zkb_prove(&proof, NULL, f->keys.proving, &none, f->config, &error),
                     ZKB_ERROR_ARGUMENT);
    (void)zkb_config_with_mode(f->config, ZKB_MODE_AUTO);
    /* No input, and more threads than there can be, are no mistakes. */
    (void)zkb_config_with_threads(f->config, UINT32_MAX);
    must(zkb_trace_create(&trace, f->program, NULL, NULL, &error), &error);
    must(zkb_prove_chunked_auto(&proof, NULL, f->keys.proving, trace, NULL, f->config, &error),
         &error);
    (void)zkb_config_with_threads(f->config, 2);
    must(zkb_verify_chunks(&verdict, f->keys.verifying, proof, NULL, 0, UINT32_MAX, &error),
         &error);
    zkb_trace_destroy(trace);
    zkb_proof_destroy(proof);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_says_what_was_run),
        cmocka_unit_test(one_key_verifies_many_proofs_at_once),
        cmocka_unit_test(every_mode_gives_the_same_bytes),
        cmocka_unit_test(phases_are_the_whole),
        cmocka_unit_test(chunks_of_a_trace_are_chunks_of_the_proof),
        cmocka_unit_test(memory_commitments_join),
        cmocka_unit_test(a_trace_of_something_else_is_named),
        cmocka_unit_test(output_reaches_to_the_end_of_its_segment),
        cmocka_unit_test(progress_and_cancellation),
        cmocka_unit_test(a_chunk_is_cancelled_in_the_middle),
        cmocka_unit_test(memory_is_a_budget),
        cmocka_unit_test(memory_is_found),
        cmocka_unit_test(keys_have_names),
        cmocka_unit_test(settings_out_of_range),
        cmocka_unit_test(a_program_that_faults_is_not_proved),
        cmocka_unit_test(arguments_that_make_no_sense),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
