#include "base/parallel.h"

#include <stdbool.h>

#ifdef ZKB_PARALLEL_OPENMP
#include <omp.h>
#endif

#if defined(ZKB_PARALLEL_OPENMP) || defined(ZKB_PARALLEL_PTHREAD)
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

/* How often a thread looks for the next loop before it sleeps: some twenty microseconds, about what
 * waking it up takes. */
enum { LOOKS = 500 };

/* A loop in progress; on the stack of the thread that runs it. */
typedef struct loop {
    zkb_parallel_body body;
    void *context;
    size_t count;
    unsigned threads; /* that may take part, the owner among them */
    atomic_size_t next;
    unsigned entered;   /* threads that did so far; under the mutex */
    atomic_uint inside; /* of those, without the owner, the ones still at it */
    struct loop *older;
} loop;

typedef struct team {
    zkb_parallel_body body;
    void *context;
    unsigned count;
    atomic_uint next;  /* body to be begun */
    atomic_uint posts; /* loops so far */

    pthread_mutex_t mutex;
    pthread_cond_t posted;   /* a loop, or the end */
    pthread_cond_t finished; /* a thread's part in a loop */
    loop *loops;             /* newest first */
    unsigned running;        /* bodies that have not returned */
    unsigned sleeping;
} team;

static _Thread_local team *own_team;
static _Thread_local bool in_loop;

static void look_again(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

static void run_loop(loop *l, unsigned thread)
{
    in_loop = true;
    for (size_t i; (i = atomic_fetch_add(&l->next, 1)) < l->count;) {
        l->body(l->context, i, thread);
    }
    in_loop = false;
}

/* ---- Serving the others' loops ------------------------------------------------------------ */

/* Under the mutex: the loop with work left in which the fewest threads are, or NULL. */
static loop *find_loop(const team *t)
{
    loop *best = NULL;
    for (loop *l = t->loops; l != NULL; l = l->older) {
        if (l->entered < l->threads && atomic_load(&l->next) < l->count &&
            (best == NULL || l->entered < best->entered)) {
            best = l;
        }
    }
    return best;
}

/* Whether a loop was posted after the first `posts` while this thread was looking. */
static bool wait_a_little(team *t, unsigned posts)
{
    for (unsigned i = 0; i < LOOKS; i++) {
        if (atomic_load_explicit(&t->posts, memory_order_relaxed) != posts) {
            return true;
        }
        look_again();
    }
    return false;
}

/* Until all bodies have returned. */
static void serve(team *t)
{
    (void)pthread_mutex_lock(&t->mutex);
    while (t->running != 0) {
        loop *l = find_loop(t);
        const unsigned posts = atomic_load(&t->posts);
        if (l != NULL) {
            const unsigned thread = l->entered++;
            atomic_fetch_add(&l->inside, 1);
            (void)pthread_mutex_unlock(&t->mutex);
            run_loop(l, thread);
            (void)pthread_mutex_lock(&t->mutex);
            if (atomic_fetch_sub(&l->inside, 1) == 1) { /* the last use of l */
                (void)pthread_cond_broadcast(&t->finished);
            }
            continue;
        }
        (void)pthread_mutex_unlock(&t->mutex);
        const bool posted = wait_a_little(t, posts);
        (void)pthread_mutex_lock(&t->mutex);
        if (!posted && atomic_load(&t->posts) == posts && t->running != 0) {
            t->sleeping++;
            (void)pthread_cond_wait(&t->posted, &t->mutex);
            t->sleeping--;
        }
    }
    (void)pthread_mutex_unlock(&t->mutex);
}

/* ---- Loops of a team ---------------------------------------------------------------------- */

static void post(team *t, loop *l)
{
    (void)pthread_mutex_lock(&t->mutex);
    l->older = t->loops;
    t->loops = l;
    atomic_fetch_add(&t->posts, 1);
    if (t->sleeping != 0) {
        (void)pthread_cond_broadcast(&t->posted);
    }
    (void)pthread_mutex_unlock(&t->mutex);
}

/* Takes a loop whose indices are all handed out off the list, and waits for the others in it. */
static void retire(team *t, loop *l)
{
    (void)pthread_mutex_lock(&t->mutex);
    loop **link = &t->loops;
    while (*link != l) {
        link = &(*link)->older;
    }
    *link = l->older;
    (void)pthread_mutex_unlock(&t->mutex);
    for (unsigned i = 0; i < LOOKS && atomic_load(&l->inside) != 0; i++) {
        look_again();
    }
    if (atomic_load(&l->inside) != 0) {
        (void)pthread_mutex_lock(&t->mutex);
        while (atomic_load(&l->inside) != 0) {
            (void)pthread_cond_wait(&t->finished, &t->mutex);
        }
        (void)pthread_mutex_unlock(&t->mutex);
    }
}

static void team_loop(void *context, size_t index, unsigned thread)
{
    (void)index;
    (void)thread;
    loop *l = context;
    post(own_team, l);
    run_loop(l, 0);
    retire(own_team, l);
}

/* ---- Teams -------------------------------------------------------------------------------- */

/* What each thread of a team does: bodies while there are any, then the others' loops. */
static void take_part(team *t)
{
    own_team = t;
    for (unsigned i; (i = atomic_fetch_add(&t->next, 1)) < t->count;) {
        t->body(t->context, i, i);
        (void)pthread_mutex_lock(&t->mutex);
        if (--t->running == 0) {
            (void)pthread_cond_broadcast(&t->posted);
        }
        (void)pthread_mutex_unlock(&t->mutex);
    }
    serve(t);
    own_team = NULL;
}

static unsigned within_bounds(long n)
{
    return n < 1 ? 1 : n > ZKB_MOST_THREADS ? ZKB_MOST_THREADS : (unsigned)n;
}

#ifdef ZKB_PARALLEL_OPENMP
static void run_team(team *t, unsigned threads)
{
#pragma omp parallel num_threads((int)threads)
    take_part(t);
}

unsigned zkb_parallel_threads(void) { return within_bounds(omp_get_max_threads()); }
#else
static void *take_part_in(void *t)
{
    take_part(t);
    return NULL;
}

static void run_team(team *t, unsigned threads)
{
    pthread_t handles[ZKB_MOST_THREADS];
    unsigned started = 1;
    while (started < threads && pthread_create(&handles[started], NULL, take_part_in, t) == 0) {
        started++;
    }
    take_part(t);
    for (unsigned i = 1; i < started; i++) {
        (void)pthread_join(handles[i], NULL);
    }
}

unsigned zkb_parallel_threads(void)
{
    const char *wanted = getenv("OMP_NUM_THREADS");
    const long n = wanted != NULL ? strtol(wanted, NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);
    return within_bounds(n);
}
#endif

void zkb_parallel_team(unsigned threads, unsigned count, zkb_parallel_body body, void *context)
{
    if (threads <= 1 || in_loop || own_team != NULL) {
        for (unsigned i = 0; i < count; i++) {
            body(context, i, i);
        }
        return;
    }
    team t = {.body = body, .context = context, .count = count, .running = count};
    (void)pthread_mutex_init(&t.mutex, NULL);
    (void)pthread_cond_init(&t.posted, NULL);
    (void)pthread_cond_init(&t.finished, NULL);
    run_team(&t, threads > ZKB_MOST_THREADS ? ZKB_MOST_THREADS : threads);
    (void)pthread_cond_destroy(&t.finished);
    (void)pthread_cond_destroy(&t.posted);
    (void)pthread_mutex_destroy(&t.mutex);
}

void zkb_parallel_for(size_t count, unsigned threads, zkb_parallel_body body, void *context)
{
    if (threads <= 1 || count <= 1 || in_loop) {
        for (size_t i = 0; i < count; i++) {
            body(context, i, 0);
        }
        return;
    }
    loop l = {.body = body, .context = context, .count = count, .threads = threads, .entered = 1};
    if (own_team != NULL) {
        team_loop(&l, 0, 0);
    } else {
        zkb_parallel_team(threads, 1, team_loop, &l);
    }
}

#else

void zkb_parallel_team(unsigned threads, unsigned count, zkb_parallel_body body, void *context)
{
    (void)threads;
    for (unsigned i = 0; i < count; i++) {
        body(context, i, i);
    }
}

void zkb_parallel_for(size_t count, unsigned threads, zkb_parallel_body body, void *context)
{
    (void)threads;
    for (size_t i = 0; i < count; i++) {
        body(context, i, 0);
    }
}

unsigned zkb_parallel_threads(void) { return 1; }
#endif

unsigned zkb_parallel_wanted(unsigned wanted)
{
    return wanted == 0                 ? zkb_parallel_threads()
           : wanted < ZKB_MOST_THREADS ? wanted
                                       : ZKB_MOST_THREADS;
}

/* ---- Loops that may stop ------------------------------------------------------------------- */

typedef struct watched {
    const zkb_cancel *cancel;
    zkb_parallel_body body;
    void *context;
} watched;

static void run_watched(void *context, size_t index, unsigned thread)
{
    const watched *w = context;
    if (!zkb_cancel_is_set(w->cancel)) {
        w->body(w->context, index, thread);
    }
}

zkb_status zkb_parallel_for_unless(const zkb_cancel *cancel, size_t count, unsigned threads,
                                   zkb_parallel_body body, void *context, zkb_error *error)
{
    watched w = {cancel, body, context};
    zkb_parallel_for(count, threads, run_watched, &w);
    return zkb_cancel_check(cancel, error);
}
