/* parallel: loops and teams, the pool behind them, and numbers of threads. pthread_create is
 * wrapped by the linker, so that threads can be counted and refused. */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/os/clock.h"
#include "base/parallel.h"

static atomic_uint made;
static atomic_bool refused;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*start)(void *), void *argument)
{
    if (atomic_load(&refused)) {
        return EAGAIN;
    }
    atomic_fetch_add(&made, 1);
    return __real_pthread_create(thread, attributes, start, argument);
}

#ifndef ZKB_NO_FORK
/* In a child that begins without threads; what it returns is the child's exit status. */
static int in_child(int (*run)(void))
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)alarm(60);
        _exit(run());
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}
#endif

/* ---- Loops and teams ------------------------------------------------------------------------ */

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
        /* Each other thread may have begun one more, or taken one before the tenth too late. */
        assert_in_range(bodies, 10 - (threads - 1), 10 + threads - 1);
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
        team_sums x = {.side_by_side = threads >= 3};
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

/* ---- The pool ------------------------------------------------------------------------------- */

typedef struct meeting {
    unsigned wanted;
    atomic_uint present;
    bool waits;
} meeting;

/* Bodies that wait for each other have threads of their own. */
static void meet(void *context, size_t index, unsigned thread)
{
    meeting *m = context;
    assert_int_equal(index, thread);
    atomic_fetch_add(&m->present, 1);
    while (m->waits && atomic_load(&m->present) < m->wanted) {
        (void)sched_yield();
    }
}

static void meet_in_team(unsigned threads)
{
    meeting m = {.wanted = threads, .waits = true};
    zkb_parallel_team(threads, threads, meet, &m);
    assert_int_equal(atomic_load(&m.present), threads);
}

/* One after the other, whatever the number of threads. */
static void add_up(void *context, size_t index, unsigned thread)
{
    (void)thread;
    atomic_fetch_add((atomic_size_t *)context, index);
}

static int sums_are_right(void)
{
    for (unsigned i = 0; i < 50; i++) {
        atomic_size_t sum = 0;
        zkb_parallel_for(100, 8, add_up, &sum);
        if (atomic_load(&sum) != 4950) {
            return 1;
        }
    }
    meeting m = {.wanted = 4};
    zkb_parallel_team(4, 4, meet, &m);
    return atomic_load(&m.present) == 4 ? 0 : 1;
}

#ifndef ZKB_NO_FORK
static int work_without_threads(void)
{
    atomic_store(&refused, true);
    const unsigned before = atomic_load(&made);
    const int sums = sums_are_right();
    atomic_store(&refused, false);
    return sums + (atomic_load(&made) != before ? 2 : 0);
}

/* Threads that could not be made are tried again after a while. */
static int work_with_threads_later(void)
{
    if (work_without_threads() != 0 || sums_are_right() != 0 || atomic_load(&made) != 0) {
        return 1;
    }
    const double start = zkb_now();
    while (atomic_load(&made) == 0 && zkb_now() - start < 30) {
        (void)usleep(100000);
        if (sums_are_right() != 0) {
            return 2;
        }
    }
    return atomic_load(&made) != 0 ? 0 : 3;
}

static void threads_that_cannot_be_made_are_done_without(void **state)
{
    (void)state;
    atomic_store(&made, 0);
    assert_int_equal(in_child(work_without_threads), 0);
    assert_int_equal(in_child(work_with_threads_later), 0);
}

static int meet_again(void)
{
    meet_in_team(5);
    return sums_are_right();
}

/* A child has none of its parent's threads, and makes its own; the parent keeps what it has. */
static void a_child_makes_threads_of_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        meet_in_team(5);
        assert_int_equal(in_child(meet_again), 0);
    }
    const unsigned before = atomic_load(&made);
    meet_in_team(5);
    assert_int_equal(atomic_load(&made), before);
}

#endif

/* The processor time of a second in which nothing is called is next to nothing. */
static void a_pool_without_work_sleeps(void **state)
{
    (void)state;
    meet_in_team(5);
    (void)usleep(100000);
    const double before = zkb_seconds(CLOCK_PROCESS_CPUTIME_ID);
    (void)usleep(500000);
    assert_true(zkb_seconds(CLOCK_PROCESS_CPUTIME_ID) - before < 0.02);
}

/* Nor do threads burn time while another one of the team works alone. */
static void work_alone(void *context, size_t index, unsigned thread)
{
    (void)context;
    (void)thread;
    if (index == 0) {
        (void)usleep(500000);
    }
}

static void a_team_with_little_work_sleeps(void **state)
{
    (void)state;
    const double before = zkb_seconds(CLOCK_PROCESS_CPUTIME_ID);
    zkb_parallel_team(4, 2, work_alone, NULL);
    zkb_parallel_for(4, 4, work_alone, NULL);
    assert_true(zkb_seconds(CLOCK_PROCESS_CPUTIME_ID) - before < 0.05);
}

static void *work_as_host(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < 20; i++) {
        if (sums_are_right() != 0) {
            return (void *)1;
        }
        team_sums x = {.side_by_side = false};
        zkb_parallel_team(4, 3, run_body, &x);
        if (atomic_load(&x.done) != 3) {
            return (void *)1;
        }
    }
    return NULL;
}

enum { HOSTS = 6 };

static int work_as_hosts(void)
{
    pthread_t hosts[HOSTS];
    void *bad = NULL;
    atomic_store(&made, 0);
    for (unsigned i = 0; i < HOSTS; i++) {
        if (__real_pthread_create(&hosts[i], NULL, work_as_host, NULL) != 0) {
            return 1;
        }
    }
    for (unsigned i = 0; i < HOSTS; i++) {
        void *result = NULL;
        if (pthread_join(hosts[i], &result) != 0) {
            return 2;
        }
        bad = result != NULL ? result : bad;
    }
    /* Loops ask for 8 threads; more are made only for processors that would be idle. */
    const unsigned processors = zkb_parallel_processors();
    const unsigned most = processors > 7 ? processors : 7;
    return bad != NULL ? 3 : atomic_load(&made) > most ? 4 : 0;
}

static void several_callers_share_the_pool(void **state)
{
    (void)state;
#ifdef ZKB_NO_FORK
    assert_int_equal(work_as_hosts(), 0);
#else
    assert_int_equal(in_child(work_as_hosts), 0);
#endif
}

typedef struct inspection {
    pthread_t caller;
    atomic_uint inspected;
    meeting both;
} inspection;

static void inspect_thread(void *context, size_t index, unsigned thread)
{
    inspection *x = context;
    meet(&x->both, index, thread);
    if (pthread_equal(pthread_self(), x->caller)) {
        return;
    }
    pthread_attr_t attributes;
    size_t size = 0;
    sigset_t signals;
    assert_int_equal(pthread_getattr_np(pthread_self(), &attributes), 0);
    assert_int_equal(pthread_attr_getstacksize(&attributes, &size), 0);
    assert_int_equal(pthread_attr_destroy(&attributes), 0);
    assert_int_equal(size, ZKB_POOL_STACK);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &signals), 0);
    assert_true(sigismember(&signals, SIGINT));
    assert_true(sigismember(&signals, SIGALRM));
    assert_false(sigismember(&signals, SIGSEGV));
    assert_false(sigismember(&signals, SIGBUS));
    atomic_fetch_add(&x->inspected, 1);
}

static void threads_have_their_stack_and_no_signals(void **state)
{
    (void)state;
    inspection x = {.caller = pthread_self(), .both = {.wanted = 2, .waits = true}};
    zkb_parallel_team(2, 2, inspect_thread, &x);
    assert_int_equal(atomic_load(&x.inspected), 1);
    sigset_t signals;
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &signals), 0);
    assert_false(sigismember(&signals, SIGINT));
}

/* ---- Numbers of threads --------------------------------------------------------------------- */

static void set(const char *zkbpf, const char *openmp)
{
    assert_int_equal(zkbpf ? setenv("ZKBPF_NUM_THREADS", zkbpf, 1) : unsetenv("ZKBPF_NUM_THREADS"),
                     0);
    assert_int_equal(openmp ? setenv("OMP_NUM_THREADS", openmp, 1) : unsetenv("OMP_NUM_THREADS"),
                     0);
}

static void numbers_of_threads_are_bounded(void **state)
{
    (void)state;
    unsigned n;
    zkb_error error;
    set(NULL, NULL);
    const unsigned all = zkb_parallel_threads();
    assert_in_range(all, 1, ZKB_MOST_THREADS);
    const unsigned wanted[] = {0, 3, ZKB_MOST_THREADS, ZKB_MOST_THREADS + 1, 5000, UINT32_MAX};
    const unsigned got[] = {
        all, 3, ZKB_MOST_THREADS, ZKB_MOST_THREADS, ZKB_MOST_THREADS, ZKB_MOST_THREADS};
    for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++) {
        assert_int_equal(zkb_parallel_wanted(&n, wanted[i], &error), ZKB_OK);
        assert_int_equal(n, got[i]);
    }
    /* Thousands of threads do what one does. */
    unsigned char seen[1000] = {0};
    zkb_parallel_for(sizeof seen, 5000, count, seen);
    for (size_t i = 0; i < sizeof seen; i++) {
        assert_int_equal(seen[i], 1);
    }
}

static void the_environment_gives_a_number(void **state)
{
    (void)state;
    set(NULL, NULL);
    const unsigned all = zkb_parallel_threads();
    const struct {
        const char *zkbpf, *openmp;
        unsigned threads;
    } cases[] = {
        {"3", NULL, 3},
        {"3", "5", 3},
        {"1", "5", 1},
        {"256", NULL, 256},
        {"", "5", 5},
        {NULL, "5", 5},
        {NULL, " 5 ", 5},
        {NULL, "5,3,2", 5},
        {NULL, "300", 256},
        {NULL, "1000000", 256},
        {NULL, "0", all},
        {NULL, "-2", all},
        {NULL, "", all},
        {NULL, "many", all},
        {NULL, "5x", all},
        {NULL, "4294967298", 256},
        {NULL, "99999999999999999999", 256},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned n = 0;
        zkb_error error;
        set(cases[i].zkbpf, cases[i].openmp);
        assert_int_equal(zkb_parallel_threads(), cases[i].threads);
        assert_int_equal(zkb_parallel_check(&error), ZKB_OK);
        assert_int_equal(zkb_parallel_wanted(&n, 0, &error), ZKB_OK);
        assert_int_equal(n, cases[i].threads);
    }
    static const char *const bad[] = {"0",  "257", "4294967298", "-1",
                                      "4x", "4,2", "many",       "99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        unsigned n = 0;
        zkb_error error;
        set(bad[i], "5");
        assert_int_equal(zkb_parallel_check(&error), ZKB_ERROR_ARGUMENT);
        assert_non_null(strstr(error.message, "ZKBPF_NUM_THREADS="));
        assert_non_null(strstr(error.message, bad[i]));
        assert_non_null(strstr(error.message, "1 to 256"));
        assert_int_equal(zkb_parallel_wanted(&n, 0, &error), ZKB_ERROR_ARGUMENT);
        assert_int_equal(zkb_parallel_wanted(&n, 2, &error), ZKB_OK);
        assert_int_equal(n, 2);
    }
    set(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parallel_for_visits_each_index_once),
        cmocka_unit_test(parallel_for_unless_begins_nothing_more),
        cmocka_unit_test(numbers_of_threads_are_bounded),
        cmocka_unit_test(the_environment_gives_a_number),
#ifdef ZKB_POOL /* of threads; a build without has nothing to wait for */
        cmocka_unit_test(a_team_shares_the_loops_of_its_bodies),
        cmocka_unit_test(a_pool_without_work_sleeps),
        cmocka_unit_test(a_team_with_little_work_sleeps),
        cmocka_unit_test(threads_have_their_stack_and_no_signals),
        cmocka_unit_test(several_callers_share_the_pool),
#ifndef ZKB_NO_FORK /* under ThreadSanitizer a child of a process with threads can make none */
        cmocka_unit_test(threads_that_cannot_be_made_are_done_without),
        cmocka_unit_test(a_child_makes_threads_of_its_own),
#endif
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
