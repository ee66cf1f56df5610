/* The stacks that docs/library.md says are enough: each call in a thread that has just that, with a
 * page that cannot be touched below. */
#include "run/api_fixture.h"

#include <pthread.h>
#include <sys/mman.h>

enum { VERIFY_STACK = 64 << 10, PROVE_STACK = 256 << 10, PAINT = 0xa5 };

/* r0 = 0; exit: however large its input is. */
static const uint8_t short_program[] = {0xb7, 0, 0, 0, 0, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0};

typedef struct call {
    fixture *f;
    zkb_program *program;
    zkb_keypair keys;
    zkb_input input;
    zkb_proof *proof;
    zkb_status status;
    zkb_error error;
} call;

/* Runs a call on a stack of so many bytes, and says how many of them it touched. */
static void run_on_stack(const char *name, size_t bytes, void *(*run)(void *), call *c)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    uint8_t *map =
        mmap(NULL, bytes + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(map != MAP_FAILED);
    assert_int_equal(mprotect(map, page, PROT_NONE), 0);
    memset(map + page, PAINT, bytes);
    pthread_attr_t attributes;
    pthread_t thread;
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstack(&attributes, map + page, bytes), 0);
    assert_int_equal(pthread_create(&thread, &attributes, run, c), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(pthread_attr_destroy(&attributes), 0);
    size_t untouched = 0;
    while (untouched < bytes && map[page + untouched] == PAINT) {
        untouched++;
    }
    print_message("%s: %zu of %zu bytes of stack\n", name, bytes - untouched, bytes);
    assert_int_equal(munmap(map, bytes + page), 0);
    must(c->status, &c->error);
}

static void *generate_setup(void *context)
{
    call *c = context;
    c->status = zkb_srs_generate(at(c->f, "other"), 13, 1, &c->error);
    return NULL;
}

static void *make_keys(void *context)
{
    call *c = context;
    c->status =
        zkb_keypair_load_or_generate(&c->keys, c->f->config, c->f->srs, c->program, &c->error);
    return NULL;
}

static void *prove(void *context)
{
    call *c = context;
    c->status = zkb_prove(&c->proof, NULL, c->keys.proving, &c->input, c->f->config, &c->error);
    return NULL;
}

static void *verify(void *context)
{
    call *c = context;
    size_t size;
    zkb_srs *srs;
    zkb_verifying_key *key;
    zkb_proof *parsed;
    zkb_verdict verdict;
    uint8_t id[32];
    const uint8_t *bytes = zkb_proof_bytes(c->proof, &size);
    zkb_verifying_key_program_id(id, c->keys.verifying);
    c->status = zkb_srs_load(&srs, at(c->f, "setup"), &c->error);
    if (c->status != ZKB_OK) {
        return NULL;
    }
    c->status = zkb_verifying_key_from_id(&key, srs, id, &c->error);
    if (c->status == ZKB_OK) {
        c->status = zkb_verify(&verdict, key, bytes, size, c->input.public_input,
                               c->input.public_bytes, 1, &c->error);
        zkb_verifying_key_destroy(key);
    }
    if (c->status == ZKB_OK) {
        c->status = zkb_proof_parse(&parsed, bytes, size, "proof", &c->error);
    }
    if (c->status == ZKB_OK) {
        zkb_proof_destroy(parsed);
    }
    zkb_srs_destroy(srs);
    return NULL;
}

static void run_all(fixture *f, const uint8_t *program, size_t bytes, zkb_input input)
{
    call c = {.f = f, .input = input};
    must(zkb_program_open_bytes(&c.program, program, bytes, "program", NULL, &c.error), &c.error);
    run_on_stack("keys", PROVE_STACK, make_keys, &c);
    run_on_stack("prove", PROVE_STACK, prove, &c);
    run_on_stack("verify", VERIFY_STACK, verify, &c);
    zkb_proof_destroy(c.proof);
    zkb_keypair_clear(&c.keys);
    zkb_program_destroy(c.program);
}

static void calls_need_no_more_than_is_said(void **state)
{
    (void)state;
    static fixture f;
    static uint8_t large[300000];
    fixture_open(&f);
    (void)zkb_config_with_threads(zkb_config_with_chunk_size(f.config, 0), 1);
    for (size_t i = 0; i < sizeof large; i++) {
        large[i] = (uint8_t)(i * i >> 3);
    }
    call c = {.f = &f};
    run_on_stack("setup", PROVE_STACK, generate_setup, &c);
    run_all(&f, sum_program, sizeof sum_program,
            (zkb_input){.public_input = large, .public_bytes = 500});
    run_all(&f, short_program, sizeof short_program,
            (zkb_input){.public_input = large, .public_bytes = sizeof large});
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(calls_need_no_more_than_is_said)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
