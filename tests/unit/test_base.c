/* base: arena, files, errors. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#ifdef ZKB_PARALLEL_OPENMP
#include <omp.h>
#endif

#include "base/arena.h"
#include "base/file.h"
#include "base/parallel.h"

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

static void count(void *context, size_t index, unsigned thread)
{
    (void)thread;
    ((unsigned char *)context)[index]++;
}

static void parallel_for_visits_each_index_once(void **state)
{
    (void)state;
    unsigned char seen[1000] = {0};
    zkb_parallel_for(sizeof seen, 4, count, seen);
    for (size_t i = 0; i < sizeof seen; i++) {
        assert_int_equal(seen[i], 1);
    }
}

static void numbers_of_threads_are_bounded(void **state)
{
    (void)state;
    assert_in_range(zkb_parallel_threads(), 1, ZKB_MOST_THREADS);
    assert_int_equal(zkb_parallel_wanted(0), zkb_parallel_threads());
    assert_int_equal(zkb_parallel_wanted(3), 3);
    assert_int_equal(zkb_parallel_wanted(ZKB_MOST_THREADS), ZKB_MOST_THREADS);
    assert_int_equal(zkb_parallel_wanted(UINT32_MAX), ZKB_MOST_THREADS);
}

typedef struct stopped_loop {
    zkb_cancel cancel;
    atomic_size_t bodies;
} stopped_loop;

/* The later ones wait for the tenth, however long its thread is kept from running. */
static void stop_at_tenth(void *context, size_t index, unsigned thread)
{
    stopped_loop *x = context;
    (void)thread;
    atomic_fetch_add(&x->bodies, 1);
    if (index == 9) {
        atomic_store(&x->cancel.set, true);
    }
    while (index > 9 && !atomic_load(&x->cancel.set)) {
        (void)sched_yield();
    }
}

/* Once it is set, a thread ends the body that it is at and begins no other. */
static void parallel_for_unless_begins_nothing_more(void **state)
{
    (void)state;
    enum { MANY = 1000000 };
    for (unsigned threads = 1; threads <= 4; threads++) {
        stopped_loop x = {.cancel = {0}};
        const zkb_cancel inner = {.outer = &x.cancel};
        zkb_error error;
        assert_int_equal(zkb_parallel_for_unless(&inner, 9, threads, stop_at_tenth, &x, &error),
                         ZKB_OK);
        assert_int_equal(atomic_load(&x.bodies), 9);
        assert_int_equal(zkb_parallel_for_unless(&inner, MANY, threads, stop_at_tenth, &x, &error),
                         ZKB_ERROR_CANCELLED);
        const size_t bodies = atomic_load(&x.bodies) - 9;
        assert_in_range(bodies, 10, 10 + threads - 1);
        assert_int_equal(zkb_parallel_for_unless(&inner, 9, threads, stop_at_tenth, &x, &error),
                         ZKB_ERROR_CANCELLED);
        assert_int_equal(atomic_load(&x.bodies), 9 + bodies);
        assert_int_equal(zkb_parallel_for_unless(NULL, 5, threads, stop_at_tenth, &x, &error),
                         ZKB_OK);
        assert_int_equal(atomic_load(&x.bodies), 14 + bodies);
    }
}

typedef struct team_sums {
    size_t sums[3][4]; /* of each body, by thread */
    atomic_uint bodies, done;
    bool side_by_side; /* each has a thread of its own */
} team_sums;

typedef struct one_sum {
    team_sums *owner;
    size_t *sums;
} one_sum;

static void add_index(void *context, size_t index, unsigned thread)
{
    const one_sum *x = context;
    assert_in_range(thread, 0, 3);
    x->sums[thread] += index;
    zkb_parallel_for(3, 4, count, (unsigned char[3]){0}); /* nested: in this thread */
}

/* Whether a team has the threads that are asked for: OMP_THREAD_LIMIT, OMP_DYNAMIC and the like can
 * leave it with fewer. */
static bool teams_are_whole(unsigned threads)
{
#ifdef ZKB_PARALLEL_OPENMP
    return omp_get_thread_limit() >= (int)threads && !omp_get_dynamic() &&
           omp_get_max_active_levels() > 0;
#else
    (void)threads;
    return zkb_parallel_threads() > 1;
#endif
}

/* Waits for the other bodies, which therefore have threads of their own; then loops. */
static void run_body(void *context, size_t index, unsigned thread)
{
    team_sums *x = context;
    assert_int_equal(index, thread);
    atomic_fetch_add(&x->bodies, 1);
    while (x->side_by_side && atomic_load(&x->bodies) < 3) {
        (void)sched_yield();
    }
    for (unsigned i = 0; i < 300; i++) {
        one_sum one = {x, x->sums[index]};
        zkb_parallel_for(50 * (index + 1), 4, add_index, &one);
    }
    atomic_fetch_add(&x->done, 1);
}

static void a_team_shares_the_loops_of_its_bodies(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 5; threads += 2) {
        team_sums x = {.side_by_side = threads >= 3 && teams_are_whole(threads)};
        zkb_parallel_team(threads, 3, run_body, &x);
        assert_int_equal(atomic_load(&x.done), 3);
        for (size_t b = 0; b < 3; b++) {
            const size_t n = 50 * (b + 1);
            size_t sum = 0;
            for (unsigned t = 0; t < 4; t++) {
                sum += x.sums[b][t];
            }
            assert_int_equal(sum, 300 * n * (n - 1) / 2);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_gives_disjoint_aligned_blocks),
        cmocka_unit_test(arena_is_reserved_again_in_place_where_it_is_large_enough),
        cmocka_unit_test(a_part_of_an_arena_is_an_arena),
        cmocka_unit_test(a_set_of_arenas_grows_and_keeps_what_it_has),
        cmocka_unit_test(file_writes_whole_or_not_at_all),
        cmocka_unit_test(device_is_written_to_not_replaced),
        cmocka_unit_test(long_messages_keep_both_ends),
        cmocka_unit_test(parallel_for_visits_each_index_once),
        cmocka_unit_test(numbers_of_threads_are_bounded),
        cmocka_unit_test(parallel_for_unless_begins_nothing_more),
        cmocka_unit_test(a_team_shares_the_loops_of_its_bodies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
