/* base: arena, files, errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/backend.h"
#include "base/os/file.h"

static void arena_gives_disjoint_aligned_blocks(void **state)
{
    (void)state;
    zkb_arena arena;
    zkb_error error;
    assert_int_equal(zkb_arena_create(&arena, 2 * zkb_arena_cost(100), &error), ZKB_OK);
    uint8_t *a = zkb_arena_alloc(&arena, 100, 1);
    const size_t mark = zkb_arena_mark(&arena);
    uint8_t *b = zkb_arena_alloc(&arena, 25, 4);
    assert_non_null(a);
    assert_non_null(b);
    assert_true(b >= a + 100);
    assert_int_equal((uintptr_t)a % 64, 0);
    assert_int_equal((uintptr_t)b % 64, 0);
    assert_null(zkb_arena_alloc(&arena, SIZE_MAX / 2, 4));
    zkb_arena_release(&arena, mark);
    assert_ptr_equal(zkb_arena_alloc(&arena, 1, 1), b);
    zkb_arena_destroy(&arena);
}

static void arena_is_reserved_again_in_place_where_it_is_large_enough(void **state)
{
    (void)state;
    zkb_cancel cancel = {0};
    zkb_arena arena = {.cancel = &cancel};
    zkb_error error;
    assert_int_equal(zkb_arena_reserve(&arena, 4096, &error), ZKB_OK);
    uint8_t *first = zkb_arena_alloc(&arena, 3000, 1);
    assert_non_null(first);
    first[0] = 1;
    assert_int_equal(zkb_arena_reserve(&arena, 1000, &error), ZKB_OK);
    assert_ptr_equal(zkb_arena_alloc(&arena, 4096, 1), first);
    assert_int_equal(zkb_arena_reserve(&arena, 3 << 20, &error), ZKB_OK);
    uint8_t *larger = zkb_arena_alloc(&arena, 3 << 20, 1);
    assert_non_null(larger);
    larger[(3 << 20) - 1] = 1;
    assert_true(arena.high_water >= 3 << 20);
    assert_ptr_equal(arena.cancel, &cancel);
    zkb_arena_destroy(&arena);
}

static void a_part_of_an_arena_is_an_arena(void **state)
{
    (void)state;
    const zkb_cancel cancel = {0};
    zkb_arena whole = {.cancel = &cancel};
    zkb_error error;
    assert_int_equal(zkb_arena_reserve(&whole, zkb_arena_cost(4096), &error), ZKB_OK);
    const size_t mark = zkb_arena_mark(&whole);
    zkb_arena part = zkb_arena_part(&whole, zkb_arena_cost(100) + zkb_arena_cost(50));
    assert_ptr_equal(part.cancel, &cancel);
    uint8_t *a = zkb_arena_alloc(&part, 100, 1);
    uint8_t *b = zkb_arena_alloc(&part, 50, 1);
    assert_non_null(a);
    assert_true(b >= a + 100);
    assert_true(b + 50 <= part.base + part.size);
    assert_null(zkb_arena_alloc(&part, 1, 1));
    memset(a, 1, 100);
    memset(b, 2, 50);
    assert_null(zkb_arena_part(&whole, (size_t)1 << 30).base);
    zkb_arena_release(&whole, mark);
    assert_non_null(zkb_arena_alloc(&whole, 4096, 1));
    zkb_arena_destroy(&whole);
}

static void a_set_of_arenas_grows_and_keeps_what_it_has(void **state)
{
    (void)state;
    zkb_arena_set set = {0};
    zkb_error error;
    assert_int_equal(zkb_arena_set_reserve(&set, 2, &error), ZKB_OK);
    assert_int_equal(zkb_arena_reserve(&set.arenas[1], 1000, &error), ZKB_OK);
    const unsigned char *base = set.arenas[1].base;
    assert_int_equal(zkb_arena_set_reserve(&set, 1, &error), ZKB_OK);
    assert_int_equal(set.count, 2);
    assert_int_equal(zkb_arena_set_reserve(&set, 9, &error), ZKB_OK);
    assert_int_equal(set.count, 9);
    assert_ptr_equal(set.arenas[1].base, base);
    assert_null(set.arenas[8].base);
    assert_int_equal(zkb_arena_set_reserve(&set, SIZE_MAX / 2, &error), ZKB_ERROR_MEMORY);
    assert_int_equal(set.count, 9);
    zkb_arena_set_clear(&set);
    zkb_arena_set_clear(&set);
    assert_null(set.arenas);
}

static void file_writes_whole_or_not_at_all(void **state)
{
    (void)state;
    char directory[] = "/tmp/zkbpf-test-XXXXXX";
    assert_non_null(mkdtemp(directory));
    char path[64];
    snprintf(path, sizeof path, "%s/f", directory);
    zkb_error error;
    assert_int_equal(zkb_file_write_atomic(path, "hello", 5, &error), ZKB_OK);
    zkb_file_writer writer;
    assert_int_equal(zkb_file_writer_open(&writer, path, &error), ZKB_OK);
    assert_int_equal(zkb_file_writer_write(&writer, "x", 1, &error), ZKB_OK);
    zkb_file_writer_abort(&writer);
    uint8_t *data;
    size_t size;
    assert_int_equal(zkb_file_read(&data, &size, path, 100, &error), ZKB_OK);
    assert_int_equal(size, 5);
    assert_memory_equal(data, "hello", 5);
    free(data);
    assert_int_equal(zkb_file_read(&data, &size, path, 4, &error), ZKB_ERROR_LIMIT);
    assert_int_equal(zkb_file_read(&data, &size, directory, 4, &error), ZKB_ERROR_IO);
    assert_non_null(strstr(error.message, directory));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(directory), 0); /* nothing else was left behind */
}

static void device_is_written_to_not_replaced(void **state)
{
    (void)state;
    assert_int_equal(zkb_file_write_atomic("/dev/null", "x", 1, NULL), ZKB_OK);
    uint8_t *data;
    size_t size;
    assert_int_equal(zkb_file_read(&data, &size, "/dev/null", 100, NULL), ZKB_OK);
    assert_int_equal(size, 0);
    free(data);
}

static void long_messages_keep_both_ends(void **state)
{
    (void)state;
    zkb_error error;
    char path[600];
    char whole[700];
    memset(path, 'x', sizeof path);
    for (size_t length = 200; length < sizeof path; length++) {
        memcpy(path, "begin/", 6);
        memcpy(path + length - 4, "/end", 5);
        assert_int_equal(zkb_fail(&error, ZKB_ERROR_IO, "test", 0, "%s: the reason", path),
                         ZKB_ERROR_IO);
        (void)snprintf(whole, sizeof whole, "%s: the reason", path);
        if (strlen(whole) < sizeof error.message) {
            assert_string_equal(error.message, whole);
        } else {
            assert_int_equal(strlen(error.message), sizeof error.message - 1);
            assert_ptr_equal(strstr(error.message, "begin/x"), error.message);
            assert_non_null(strstr(error.message, "x...x"));
            assert_string_equal(strstr(error.message, "/end"), "/end: the reason");
        }
        path[length - 4] = path[length - 3] = path[length - 2] = path[length - 1] = 'x';
        path[length] = 'x';
    }
}

/* What the compiler's library finds out by itself; it does not know ADX everywhere. */
static void backends_run_where_their_instructions_do(void **state)
{
    (void)state;
    assert_true(zkb_backend_runs(ZKB_BACKEND_PORTABLE));
#ifdef ZKB_X86
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
    const bool ifma = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                      __builtin_cpu_supports("avx512ifma");
    assert_true(avx2 || !zkb_backend_runs(ZKB_BACKEND_AVX2));
    assert_int_equal(ifma, zkb_backend_runs(ZKB_BACKEND_IFMA));
#endif
    unsigned first = 0;
    while (!zkb_backend_runs((zkb_backend)first)) {
        first++;
    }
    if (getenv("ZKBPF_BACKEND") == NULL) {
        assert_int_equal(zkb_backend_get(), first);
    }
    assert_true(zkb_backend_runs(zkb_backend_get()));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backends_run_where_their_instructions_do),
        cmocka_unit_test(arena_gives_disjoint_aligned_blocks),
        cmocka_unit_test(arena_is_reserved_again_in_place_where_it_is_large_enough),
        cmocka_unit_test(a_part_of_an_arena_is_an_arena),
        cmocka_unit_test(a_set_of_arenas_grows_and_keeps_what_it_has),
        cmocka_unit_test(file_writes_whole_or_not_at_all),
        cmocka_unit_test(device_is_written_to_not_replaced),
        cmocka_unit_test(long_messages_keep_both_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
