/* Ordinary C, compiled by each compiler for each processor version, loaded, linked and run; the
 * same C run on the host must give the same result and the same output. An argument names another
 * manifest than the build's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/helpers/helpers.h"
#include "vm/loader.h"
#include "vm/vm.h"

#define OUTPUT_BYTES 65536
#define INPUT_BYTES 600
#define RUNS 12
#define MAX_OBJECTS 4

typedef uint64_t native_function(const uint8_t *input, uint64_t input_bytes, const uint8_t *secret,
                                 uint64_t secret_bytes, uint8_t *output);
native_function native_tables, native_numbers, native_blocks, native_link_a, native_atomics,
    native_signed, native_frames;

static const struct native {
    const char *name;
    native_function *run;
} natives[] = {
    {"tables", native_tables}, {"numbers", native_numbers}, {"blocks", native_blocks},
    {"link", native_link_a},   {"atomics", native_atomics}, {"signed", native_signed},
    {"frames", native_frames},
};
#define NATIVES (sizeof natives / sizeof natives[0])

static const char *manifest_path = ZKB_GUEST_MANIFEST;

static uint64_t random_state = 1;
static uint64_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static size_t random_bytes(uint8_t *bytes)
{
    const size_t size = next_random() % (INPUT_BYTES + 1);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)next_random();
    }
    return size;
}

static void compare_once(const char *line, const zkb_program *program, native_function *native)
{
    static uint8_t expected[OUTPUT_BYTES];
    uint8_t input[INPUT_BYTES];
    uint8_t secret[INPUT_BYTES];
    const size_t input_bytes = random_bytes(input);
    const size_t secret_bytes = random_bytes(secret);
    memset(expected, 0, sizeof expected);
    const uint64_t value = native(input, input_bytes, secret, secret_bytes, expected);

    zkb_vm *vm = NULL;
    zkb_vm_result result;
    zkb_error error = {0};
    const zkb_vm_options options = {.helpers = zkb_machine_helpers,
                                    .helper_count = zkb_machine_helper_count};
    if (zkb_vm_create(&vm, program, input, input_bytes, secret, secret_bytes, &options, &error) !=
        ZKB_OK) {
        fail_msg("%s: %s", line, error.message);
    }
    zkb_vm_run(vm, ZKB_VM_NO_PAUSE, &result);
    if (result.outcome != ZKB_OUTCOME_EXITED || result.r0 != value) {
        fail_msg("%s: %s at slot %u, address %llx; result %llx instead of %llx", line,
                 zkb_fault_string(result.fault), result.pc, (unsigned long long)result.address,
                 (unsigned long long)result.r0, (unsigned long long)value);
    }
    size_t output_bytes = 0;
    const uint8_t *output = zkb_vm_output(vm, &output_bytes);
    assert_true(output_bytes <= OUTPUT_BYTES);
    if (output_bytes > 0 && memcmp(output, expected, output_bytes) != 0) {
        fail_msg("%s: output differs", line);
    }
    for (size_t i = output_bytes; i < OUTPUT_BYTES; i++) {
        assert_int_equal(expected[i], 0);
    }
    zkb_vm_destroy(vm);
}

/* One line of the manifest: name, variant, objects. */
static void run_line(const char *line, size_t ran[NATIVES])
{
    char copy[4096];
    const char *paths[MAX_OBJECTS] = {NULL};
    size_t count = 0;
    char *rest = copy;
    assert_true(strlen(line) < sizeof copy);
    memcpy(copy, line, strlen(line) + 1);
    const char *name = strtok_r(rest, " ", &rest);
    assert_non_null(strtok_r(NULL, " ", &rest));
    for (char *path = strtok_r(NULL, " ", &rest); path != NULL; path = strtok_r(NULL, " ", &rest)) {
        assert_true(count < MAX_OBJECTS);
        paths[count++] = path;
    }
    zkb_program program;
    zkb_error error = {0};
    if (zkb_program_load_files(&program, NULL, paths, count, &error) != ZKB_OK) {
        fail_msg("%s: %s", line, error.message);
    }
    for (size_t i = 0; i < NATIVES; i++) {
        if (strcmp(natives[i].name, name) == 0) {
            for (int run = 0; run < RUNS; run++) {
                compare_once(line, &program, natives[i].run);
            }
            ran[i]++;
        }
    }
    zkb_program_clear(&program);
}

static void guests_agree_with_the_host(void **state)
{
    (void)state;
    size_t ran[NATIVES] = {0};
    char line[4096];
    FILE *manifest = fopen(manifest_path, "r");
    assert_non_null(manifest);
    while (fgets(line, sizeof line, manifest) != NULL) {
        line[strcspn(line, "\n")] = 0;
        if (line[0] != 0) {
            run_line(line, ran);
        }
    }
    assert_int_equal(fclose(manifest), 0);
    size_t total = 0;
    for (size_t i = 0; i < NATIVES; i++) {
        print_message("%s: %zu variants\n", natives[i].name, ran[i]);
        total += ran[i];
    }
    if (total == 0) {
        print_message("no compiler for guests\n");
        skip();
    }
    assert_true(ran[0] > 0);
}

int main(int argc, char **argv)
{
    manifest_path = argc > 1 ? argv[1] : manifest_path;
    const struct CMUnitTest tests[] = {cmocka_unit_test(guests_agree_with_the_host)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
