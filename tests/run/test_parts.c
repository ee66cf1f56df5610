/* Runs that are proved in parts: the proof is the same, and what does not belong is refused. */
#include "run/api_fixture.h"

#include "prover/file_head.h"
#include "prover/run_part.h"
#include "prover/run_plan.h"

enum { MOST_BYTES = 60, SECRET_BYTES = 5, MOST_PARTS = 33 };

/* The settings of the runs here: small tables, small chunks. */
typedef struct runs {
    fixture f;
    zkb_config *config;
    zkb_keypair keys; /* for k = 8 */
    uint8_t bytes[MOST_BYTES];
    uint8_t secret[SECRET_BYTES];
} runs;

/* Input lengths and chunk sizes that give so many chunks. */
typedef struct shape {
    size_t bytes;
    uint64_t chunk_size;
    uint32_t chunks;
} shape;

static const shape shapes[] = {{30, 1000, 1}, {30, 13, 17}, {60, 13, 33}};
static const shape three = {30, 71, 3};

static int open_all(void **state)
{
    static runs r;
    zkb_error error;
    fixture_open(&r.f);
    must(zkb_config_create(&r.config, 8, NULL, 8, &error), &error);
    (void)zkb_config_with_threads(zkb_config_with_memory(r.config, UINT64_MAX), 2);
    must(zkb_keypair_load_or_generate(&r.keys, r.config, r.f.srs, r.f.program, &error), &error);
    for (unsigned i = 0; i < MOST_BYTES; i++) {
        r.bytes[i] = (uint8_t)(37 * i + 11);
    }
    memset(r.secret, 7, sizeof r.secret);
    *state = &r;
    return 0;
}

static int close_all(void **state)
{
    runs *r = *state;
    zkb_keypair_clear(&r->keys);
    zkb_config_destroy(r->config);
    fixture_close(&r->f);
    return 0;
}

static zkb_input input_of(const runs *r, const shape *s)
{
    return (zkb_input){.public_input = r->bytes,
                       .public_bytes = s->bytes,
                       .private_input = r->secret,
                       .private_bytes = SECRET_BYTES};
}

static zkb_run_plan *make_plan(runs *r, const shape *s)
{
    const zkb_input input = input_of(r, s);
    zkb_run_plan *plan;
    zkb_error error;
    (void)zkb_config_with_chunk_size(r->config, s->chunk_size);
    must(zkb_run_plan_create(&plan, r->keys.proving, &input, r->config, &error), &error);
    (void)zkb_config_with_chunk_size(r->config, 0); /* parts take it from the plan */
    return plan;
}

static zkb_run_part *parse_part(const uint8_t *bytes, size_t size, const char *name)
{
    zkb_run_part *part;
    zkb_error error;
    must(zkb_run_part_parse(&part, bytes, size, name, &error), &error);
    return part;
}

/* As a join reads it: from bytes, named "I/N". */
static zkb_run_part *make_part(runs *r, const shape *s, const zkb_run_plan *plan, uint32_t part,
                               uint32_t parts)
{
    const zkb_input input = input_of(r, s);
    char name[32];
    size_t size;
    zkb_run_part *made;
    zkb_error error;
    must(zkb_prove_part(&made, NULL, plan, part, parts, r->keys.proving, &input, r->config, &error),
         &error);
    (void)snprintf(name, sizeof name, "%u/%u", part + 1, parts);
    const uint8_t *bytes = zkb_run_part_bytes(made, &size);
    zkb_run_part *read = parse_part(bytes, size, name);
    zkb_run_part_destroy(made);
    return read;
}

static zkb_status join(zkb_proof **proof, const runs *r, const zkb_run_plan *plan,
                       zkb_run_part **parts, size_t count, zkb_error *error)
{
    return zkb_join_parts(proof, NULL, r->f.srs, plan, (const zkb_run_part *const *)parts, count,
                          r->config, error);
}

static zkb_proof *prove_whole(runs *r, const shape *s)
{
    const zkb_input input = input_of(r, s);
    zkb_proof *proof;
    zkb_error error;
    (void)zkb_config_with_chunk_size(r->config, s->chunk_size);
    must(zkb_prove(&proof, NULL, r->keys.proving, &input, r->config, &error), &error);
    (void)zkb_config_with_chunk_size(r->config, 0);
    return proof;
}

static bool same_bytes(const zkb_proof *a, const zkb_proof *b)
{
    size_t n;
    size_t m;
    const uint8_t *p = zkb_proof_bytes(a, &n);
    const uint8_t *q = zkb_proof_bytes(b, &m);
    return n == m && memcmp(p, q, n) == 0;
}

static void destroy_parts(zkb_run_part **parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        zkb_run_part_destroy(parts[i]);
    }
}

/* Joins what is there, and compares with the proof of the whole run. */
static void must_join(const runs *r, const zkb_run_plan *plan, zkb_run_part **parts, size_t count,
                      const zkb_proof *whole)
{
    zkb_proof *proof;
    zkb_error error;
    must(join(&proof, r, plan, parts, count, &error), &error);
    assert_true(same_bytes(proof, whole));
    zkb_proof_destroy(proof);
}

/* ---- The same proof ---------------------------------------------------------------------- */

static void parts_join_to_the_proof_of_the_run(void **state)
{
    runs *r = *state;
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        const shape *s = &shapes[i];
        zkb_run_plan_facts facts;
        zkb_proof *whole = prove_whole(r, s);
        zkb_run_plan *plan = make_plan(r, s);
        zkb_run_plan_describe(&facts, sizeof facts, plan);
        assert_int_equal(facts.chunks, s->chunks);
        assert_int_equal(facts.chunk_size, s->chunk_size);
        assert_int_equal(facts.instructions, 7 * s->bytes + 3);
        assert_true(facts.k == 8 && facts.lookup_bits == 8 && facts.log_stack == 9);
        assert_int_equal(facts.program_slots, sizeof sum_program / 8);
        for (uint32_t parts = 1; parts <= 3 && parts <= s->chunks; parts++) {
            zkb_run_part *made[3];
            for (uint32_t p = 0; p < parts; p++) { /* the last one first */
                made[parts - 1 - p] = make_part(r, s, plan, p, parts);
            }
            must_join(r, plan, made, parts, whole);
            destroy_parts(made, parts);
        }
        zkb_run_plan_destroy(plan);
        zkb_proof_destroy(whole);
    }
}

/* Two of three, and the rest chunk by chunk. */
static void parts_may_be_of_any_size(void **state)
{
    runs *r = *state;
    const shape *s = &shapes[2];
    zkb_run_part *parts[MOST_PARTS];
    zkb_run_part_facts facts;
    zkb_proof *whole = prove_whole(r, s);
    zkb_run_plan *plan = make_plan(r, s);
    size_t count = 2;
    parts[0] = make_part(r, s, plan, 0, 3);
    parts[1] = make_part(r, s, plan, 1, 3);
    for (uint32_t chunk = 22; chunk < s->chunks; chunk++) {
        parts[count++] = make_part(r, s, plan, chunk, s->chunks);
    }
    zkb_run_part_describe(&facts, sizeof facts, parts[2]);
    assert_true(facts.first == 22 && facts.chunks == 1 && facts.polynomials == 1);
    assert_true(facts.part == 22 && facts.parts == 33);
    must_join(r, plan, parts, count, whole);
    destroy_parts(parts, count);

    parts[0] = make_part(r, s, plan, 0, 1); /* two whole groups, and a chunk */
    zkb_run_part_describe(&facts, sizeof facts, parts[0]);
    assert_true(facts.first == 0 && facts.chunks == 33 && facts.polynomials == 3);
    destroy_parts(parts, 1);
    zkb_run_plan_destroy(plan);
    zkb_proof_destroy(whole);
}

static int count_reused(void *context, const zkb_progress *p)
{
    unsigned *reused = context;
    *reused += p->event == ZKB_PROGRESS_CHUNK_REUSED;
    assert_true(p->instructions_done <= p->instructions_total);
    return 0;
}

static void what_is_made_twice_is_the_same(void **state)
{
    runs *r = *state;
    const shape *s = &shapes[1];
    const zkb_input input = input_of(r, s);
    zkb_error error;
    size_t n;
    size_t m;
    unsigned reused = 0;
    zkb_proof_summary summary;
    zkb_run_plan *plan = make_plan(r, s);
    zkb_run_plan *again = make_plan(r, s);
    const uint8_t *a = zkb_run_plan_bytes(plan, &n);
    const uint8_t *b = zkb_run_plan_bytes(again, &m);
    assert_int_equal(n, m);
    assert_memory_equal(a, b, n);
    zkb_run_plan_destroy(again);

    zkb_run_part *part = make_part(r, s, plan, 1, 2);
    a = zkb_run_part_bytes(part, &n);
    (void)zkb_config_with_mode(r->config, ZKB_MODE_SEQUENTIAL);
    (void)zkb_config_with_resume(r->config, at(&r->f, "resume"));
    (void)zkb_config_with_progress(r->config, count_reused, &reused);
    for (unsigned turn = 0; turn < 2; turn++) {
        zkb_run_part *other;
        must(zkb_prove_part(&other, &summary, plan, 1, 2, r->keys.proving, &input, r->config,
                            &error),
             &error);
        b = zkb_run_part_bytes(other, &m);
        assert_int_equal(n, m);
        assert_memory_equal(a, b, n);
        assert_int_equal(reused, turn == 0 ? 0 : 9);
        assert_int_equal(summary.chunks, 9);
        assert_int_equal(summary.proof_bytes, n);
        assert_int_equal(summary.instructions, 7 * s->bytes + 3 - 8 * s->chunk_size);
        zkb_run_part_destroy(other);
    }
    (void)zkb_config_with_progress(r->config, NULL, NULL);
    (void)zkb_config_with_resume(r->config, NULL);
    (void)zkb_config_with_mode(r->config, ZKB_MODE_AUTO);
    zkb_run_part_destroy(part);
    zkb_run_plan_destroy(plan);
}

static void runs_are_cut_at_groups_when_parts_are_large(void **state)
{
    static const struct {
        uint32_t chunks, parts;
    } cuts[] = {{1, 1}, {17, 2}, {33, 33}, {1000, 7}, {1000, 15}, {1000, 16}, {1 << 20, 9999}};
    zkb_run_plan plan = {.k = 8};
    zkb_error error;
    uint32_t first;
    uint32_t count;
    (void)state;
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        const uint32_t chunks = cuts[i].chunks;
        const uint32_t parts = cuts[i].parts;
        uint32_t next = 0;
        plan.header.chunk_count = chunks;
        for (uint32_t p = 0; p < parts; p++) {
            must(zkb_run_plan_cut(&first, &count, &plan, p, parts, &error), &error);
            assert_int_equal(first, next);
            assert_true(count != 0 && count <= chunks / parts + 1 + (chunks / parts < 64 ? 0 : 16));
            assert_true(chunks / parts < 64 || first % 16 == 0);
            next = first + count;
        }
        assert_int_equal(next, chunks);
    }
    plan.header.chunk_count = 33;
    assert_int_equal(zkb_run_plan_cut(&first, &count, &plan, 0, 34, &error), ZKB_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "use at most 33"));
    assert_int_equal(zkb_run_plan_cut(&first, &count, &plan, 2, 2, &error), ZKB_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "no part 3 of 2"));
}

/* ---- What does not belong ---------------------------------------------------------------- */

static void expect_other_run(const runs *r, const zkb_run_plan *plan, const zkb_proving_key *key,
                             const zkb_input *input, const char *says)
{
    zkb_run_part *part;
    zkb_error error;
    assert_int_equal(zkb_prove_part(&part, NULL, plan, 0, 1, key, input, r->config, &error),
                     ZKB_ERROR_MISMATCH);
    assert_null(part);
    if (strstr(error.message, says) == NULL) {
        fail_msg("%s", error.message);
    }
}

static void a_plan_of_another_run_is_refused(void **state)
{
    runs *r = *state;
    zkb_error error;
    zkb_run_plan *plan = make_plan(r, &three);
    zkb_input input = input_of(r, &three);
    zkb_config *config;
    zkb_keypair keys;
    zkb_program *program;
    expect_other_run(r, plan, r->f.keys.proving, &input, "another k");
    r->bytes[29] ^= 1;
    expect_other_run(r, plan, r->keys.proving, &input, "another public input");
    r->bytes[29] ^= 1;
    r->secret[SECRET_BYTES - 1] ^= 1;
    expect_other_run(r, plan, r->keys.proving, &input, "another private input");
    r->secret[SECRET_BYTES - 1] ^= 1;
    input.public_bytes--;
    expect_other_run(r, plan, r->keys.proving, &input, "another public input");
    input.public_bytes++;
    input.private_bytes--;
    expect_other_run(r, plan, r->keys.proving, &input, "private input of another length");
    input.private_bytes++;
    must(zkb_program_open_bytes(&program, faulting_program, sizeof faulting_program, "other", NULL,
                                &error),
         &error);
    must(zkb_config_create(&config, 8, NULL, 8, &error), &error);
    must(zkb_keypair_load_or_generate(&keys, config, r->f.srs, program, &error), &error);
    expect_other_run(r, plan, keys.proving, &input, "another program");
    zkb_keypair_clear(&keys);
    zkb_config_destroy(config);
    zkb_program_destroy(program);

    /* Boundaries that another version may have drawn elsewhere. */
    plan->ends[1]--;
    expect_other_run(r, plan, r->keys.proving, &input, "chunk 1 of the plan ends after");
    plan->ends[1]++;
    zkb_fr_from_u64(&plan->key_digest, 7);
    expect_other_run(r, plan, r->keys.proving, &input, "another version of zkbpf");
    zkb_run_plan_destroy(plan);
}

static void expect_refused(const runs *r, const zkb_run_plan *plan, zkb_run_part **parts,
                           size_t count, const char *says)
{
    zkb_proof *proof;
    zkb_error error;
    assert_int_equal(join(&proof, r, plan, parts, count, &error), ZKB_ERROR_MISMATCH);
    assert_null(proof);
    if (strstr(error.message, says) == NULL) {
        fail_msg("%s", error.message);
    }
}

static void parts_that_do_not_fit_are_named(void **state)
{
    runs *r = *state;
    zkb_run_plan *plan = make_plan(r, &three);
    zkb_run_part *p[4];
    zkb_srs *srs;
    zkb_proof *proof;
    zkb_error error;
    for (uint32_t i = 0; i < 3; i++) {
        p[i] = make_part(r, &three, plan, i, 3);
    }
    expect_refused(r, plan, p, 2, "part 3/3 is missing (chunks 2 to 2)");
    expect_refused(r, plan, p + 1, 2, "part 1/3 is missing");
    expect_refused(r, plan, p, 0, "chunks 0 to 2 are in no part");
    p[3] = p[1];
    expect_refused(r, plan, p, 4, "chunk 1 is in 2/3 and in 2/3");
    p[3] = make_part(r, &three, plan, 0, 2);
    expect_refused(r, plan, (zkb_run_part *[]){p[3], p[2]}, 2, "chunks 1 to 1 are in no part");
    zkb_run_part_destroy(p[3]);

    r->secret[0] ^= 1;
    zkb_run_plan *other = make_plan(r, &three);
    p[3] = make_part(r, &three, other, 1, 3);
    r->secret[0] ^= 1;
    expect_refused(r, plan, (zkb_run_part *[]){p[0], p[3], p[2]}, 3, "2/3: a part of another run");
    zkb_run_part_destroy(p[3]);
    zkb_run_plan_destroy(other);

    must(zkb_srs_generate(at(&r->f, "other"), 13, 2, &error), &error);
    must(zkb_srs_load(&srs, at(&r->f, "other"), &error), &error);
    assert_int_equal(
        zkb_join_parts(&proof, NULL, srs, plan, (const zkb_run_part *const *)p, 3, NULL, &error),
        ZKB_ERROR_MISMATCH);
    assert_non_null(strstr(error.message, "another setup"));
    zkb_srs_destroy(srs);
    destroy_parts(p, 3);
    zkb_run_plan_destroy(plan);
}

static void stopping_and_limits(void **state)
{
    runs *r = *state;
    const zkb_input input = input_of(r, &three);
    zkb_run_plan *plan = make_plan(r, &three);
    zkb_run_plan *other;
    zkb_run_part *part = make_part(r, &three, plan, 0, 1);
    zkb_run_part *again;
    zkb_proof *proof;
    zkb_error error;
    zkb_config_cancel(r->config, 1);
    assert_int_equal(zkb_run_plan_create(&other, r->keys.proving, &input, r->config, &error),
                     ZKB_ERROR_CANCELLED);
    assert_int_equal(
        zkb_prove_part(&again, NULL, plan, 0, 1, r->keys.proving, &input, r->config, &error),
        ZKB_ERROR_CANCELLED);
    assert_int_equal(join(&proof, r, plan, &part, 1, &error), ZKB_ERROR_CANCELLED);
    zkb_config_cancel(r->config, 0);
    assert_true(other == NULL && again == NULL && proof == NULL);
    (void)zkb_config_with_memory(r->config, 1);
    assert_int_equal(
        zkb_prove_part(&again, NULL, plan, 0, 1, r->keys.proving, &input, r->config, &error),
        ZKB_ERROR_LIMIT);
    assert_int_equal(join(&proof, r, plan, &part, 1, &error), ZKB_ERROR_LIMIT);
    assert_non_null(strstr(error.message, "allow more memory"));
    (void)zkb_config_with_memory(r->config, UINT64_MAX);
    zkb_run_part_destroy(part);
    zkb_run_plan_destroy(plan);
}

/* ---- Damage ------------------------------------------------------------------------------ */

static uint8_t *copy_of(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    return copy;
}

static zkb_status parse(bool plan, const uint8_t *bytes, size_t size, zkb_error *error)
{
    zkb_run_plan *p = NULL;
    zkb_run_part *q = NULL;
    uint8_t *exact = copy_of(bytes, size == 0 ? 1 : size); /* sanitizers see a step past the end */
    const zkb_status status = plan ? zkb_run_plan_parse(&p, exact, size, "name", error)
                                   : zkb_run_part_parse(&q, exact, size, "name", error);
    assert_true((status == ZKB_OK) == (p != NULL || q != NULL));
    zkb_run_plan_destroy(p);
    zkb_run_part_destroy(q);
    free(exact);
    return status;
}

static void expect_damaged(bool plan, const uint8_t *bytes, size_t size)
{
    zkb_error error;
    assert_int_equal(parse(plan, bytes, size, &error), ZKB_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "name: "));
}

static void every_changed_byte_is_noticed(void **state)
{
    enum { DENSE = 512, STEP = 31 };
    runs *r = *state;
    zkb_run_plan *plan = make_plan(r, &three);
    zkb_run_part *part = make_part(r, &three, plan, 0, 3);
    for (int of_plan = 0; of_plan < 2; of_plan++) {
        size_t size;
        const uint8_t *bytes =
            of_plan ? zkb_run_plan_bytes(plan, &size) : zkb_run_part_bytes(part, &size);
        uint8_t *copy = copy_of(bytes, size);
        for (size_t i = 0; i < size; i += i < DENSE || of_plan ? 1 : STEP) {
            copy[i] ^= (uint8_t)(1u << i % 8);
            expect_damaged(of_plan != 0, copy, size);
            copy[i] ^= (uint8_t)(1u << i % 8);
            expect_damaged(of_plan != 0, copy, i);
        }
        free(copy);
    }
    zkb_run_part_destroy(part);
    zkb_run_plan_destroy(plan);
}

static void what_is_wrong_with_a_file_is_said(void **state)
{
    static const struct {
        size_t offset;
        const char *says;
    } fields[] = {{0, "not a zkbpf part file"},
                  {8, "version 0, but this program reads version 1: prove the part again"},
                  {16, "cut short or damaged"},
                  {32, "checksum"},
                  {200, "damaged; copy it again"}};
    runs *r = *state;
    zkb_run_plan *plan = make_plan(r, &three);
    zkb_run_part *part = make_part(r, &three, plan, 0, 3);
    zkb_error error;
    size_t size;
    const uint8_t *bytes = zkb_run_part_bytes(part, &size);
    uint8_t *copy = copy_of(bytes, size);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        copy[fields[i].offset] ^= 1;
        assert_int_equal(parse(false, copy, size, &error), ZKB_ERROR_FORMAT);
        if (strstr(error.message, fields[i].says) == NULL) {
            fail_msg("%s", error.message);
        }
        copy[fields[i].offset] ^= 1;
    }
    free(copy);
    zkb_run_part_destroy(part);
    zkb_run_plan_destroy(plan);
}

/* Files of somebody who puts the checksum right: they are refused, or the proof is the same. */
static void a_forged_part_leads_to_no_other_proof(void **state)
{
    static const zkb_file_kind kind = {.magic = "zkbpart", .version = 1};
    enum { DENSE = 140, CLAIM = 700, TRIES = 60 };
    runs *r = *state;
    zkb_proof *whole = prove_whole(r, &three);
    zkb_run_plan *plan = make_plan(r, &three);
    zkb_run_part *parts[3];
    zkb_proof *proof;
    zkb_error error;
    size_t size;
    unsigned refused = 0;
    unsigned rejected = 0;
    for (uint32_t i = 0; i < 3; i++) {
        parts[i] = make_part(r, &three, plan, i, 3);
    }
    zkb_run_part *honest = parts[1];
    const uint8_t *bytes = zkb_run_part_bytes(honest, &size);
    uint8_t *copy = copy_of(bytes, size);
    const size_t claim = (size_t)(honest->claims[0].bytes - bytes);
    for (size_t i = 0; i < DENSE + CLAIM / 8 + TRIES; i++) {
        const size_t spot = i < DENSE               ? i
                            : i < DENSE + CLAIM / 8 ? claim + 8 * (i - DENSE)
                                                    : (i * 7919 * 31) % size;
        copy[spot] ^= (uint8_t)(1u << i % 8);
        zkb_file_seal(copy, size, &kind);
        if (zkb_run_part_parse(&parts[1], copy, size, "forged", &error) != ZKB_OK) {
            assert_int_equal(error.status, ZKB_ERROR_FORMAT);
            refused++;
        } else {
            const zkb_status status = join(&proof, r, plan, parts, 3, &error);
            if (status == ZKB_OK) {
                assert_true(same_bytes(proof, whole));
                zkb_proof_destroy(proof);
            } else {
                rejected += status == ZKB_ERROR_REJECTED;
                assert_true(status == ZKB_ERROR_REJECTED || status == ZKB_ERROR_FORMAT ||
                            status == ZKB_ERROR_MISMATCH || status == ZKB_ERROR_ARGUMENT);
            }
            zkb_run_part_destroy(parts[1]);
        }
        memcpy(copy, bytes, size);
    }
    assert_true(refused > 10 && rejected > 10);
    free(copy);
    parts[1] = honest;

    /* A chunk's proof that is wrong names the part. */
    copy = copy_of(bytes, size);
    copy[(size_t)(honest->chunks[0].bytes - bytes) + 8] ^= 1; /* r1 after it */
    zkb_file_seal(copy, size, &kind);
    parts[1] = parse_part(copy, size, "forged");
    assert_int_equal(join(&proof, r, plan, parts, 3, &error), ZKB_ERROR_REJECTED);
    assert_non_null(strstr(error.message, "prove forged again"));
    zkb_run_part_destroy(parts[1]);
    free(copy);
    parts[1] = honest;
    destroy_parts(parts, 3);
    zkb_run_plan_destroy(plan);
    zkb_proof_destroy(whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_join_to_the_proof_of_the_run),
        cmocka_unit_test(parts_may_be_of_any_size),
        cmocka_unit_test(what_is_made_twice_is_the_same),
        cmocka_unit_test(runs_are_cut_at_groups_when_parts_are_large),
        cmocka_unit_test(a_plan_of_another_run_is_refused),
        cmocka_unit_test(parts_that_do_not_fit_are_named),
        cmocka_unit_test(stopping_and_limits),
        cmocka_unit_test(every_changed_byte_is_noticed),
        cmocka_unit_test(what_is_wrong_with_a_file_is_said),
        cmocka_unit_test(a_forged_part_leads_to_no_other_proof),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
