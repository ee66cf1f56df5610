/* Loops and teams on one pool of POSIX threads.
 *
 * Whoever calls opens a job (a team, or a loop alone) and works on it. The threads of the pool look
 * for bodies of teams and for loops in which there is room; when they find none they look again for
 * some microseconds and sleep. A job never waits for a thread of the pool to come: where none is
 * free, or none could be made, its owner does everything. One mutex guards all that threads share,
 * save the counters of a loop, which are atomic. */
#include "base/os/clock.h"
#include "base/parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>

/* How often a thread looks for something to do before it sleeps: at most some twenty microseconds,
 * about what waking it up takes. */
enum { LOOKS = 500 };

/* Seconds until threads are tried again after one could not be made. */
#define RETRY_AFTER 1.0

/* Threads that wait for something to do. */
typedef struct waiters {
    pthread_cond_t news;
    unsigned looking;
    unsigned sleeping;
} waiters;

/* A team, or what a loop outside of teams belongs to; on its owner's stack. */
typedef struct team {
    zkb_parallel_body body;
    void *context;
    unsigned count;
    unsigned threads; /* that may work in it, the owner among them */
    unsigned members; /* that do */
    unsigned begun;   /* bodies */
    unsigned running; /* bodies that have not returned */
    waiters owner;    /* where the owner waits for the other bodies */
    struct team *older;
} team;

/* A loop in progress, on its owner's stack. */
typedef struct loop {
    zkb_parallel_body body;
    void *context;
    size_t count;
    team *team;
    unsigned threads; /* that may take part, the owner among them */
    unsigned entered; /* that did so far */
    atomic_size_t next;
    atomic_uint inside; /* of those, without the owner, the ones still at it */
    bool awaited;       /* the owner sleeps until there are none */
    pthread_cond_t left;
    struct loop *older;
} loop;

static struct {
    pthread_mutex_t mutex;
    waiters idle;      /* the pool's threads without work */
    atomic_uint posts; /* how often there was something new to do */
    team *teams;       /* newest first */
    loop *loops;       /* newest first */
    unsigned threads;
    unsigned owners; /* calls in progress */
    unsigned wanted; /* threads that they could use besides their own */
    unsigned processors;
    double retry; /* when threads may be made again */
    bool forks;   /* a fork is provided for */
} pool = {.mutex = PTHREAD_MUTEX_INITIALIZER, .idle = {.news = PTHREAD_COND_INITIALIZER}};

static _Thread_local team *own_team;
static _Thread_local bool in_loop;

static void lock(void) { (void)pthread_mutex_lock(&pool.mutex); }
static void unlock(void) { (void)pthread_mutex_unlock(&pool.mutex); }

static unsigned smaller(unsigned a, unsigned b) { return a < b ? a : b; }

static void pause_a_moment(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

/* ---- Waiting (all under the mutex) ---------------------------------------------------------- */

/* How often to look: not at all where threads that work would need the processor. */
static unsigned looks(void)
{
    const unsigned awake = pool.threads - pool.idle.sleeping + pool.owners;
    return awake <= pool.processors ? LOOKS : 0;
}

/* Until there may be something new to do. */
static void wait_for_news(waiters *w)
{
    const unsigned posts = atomic_load(&pool.posts);
    const unsigned most = looks();
    w->looking++;
    unlock();
    for (unsigned i = 0;
         i < most && atomic_load_explicit(&pool.posts, memory_order_relaxed) == posts; i++) {
        pause_a_moment();
    }
    lock();
    w->looking--;
    if (atomic_load(&pool.posts) == posts) {
        w->sleeping++;
        (void)pthread_cond_wait(&w->news, &pool.mutex);
        w->sleeping--;
    }
}

/* Wakes those who sleep, as far as those who look do not suffice for `wanted`. */
static void wake(waiters *w, unsigned wanted)
{
    const unsigned missing = wanted > w->looking ? wanted - w->looking : 0;
    if (missing >= w->sleeping) {
        if (w->sleeping != 0) {
            (void)pthread_cond_broadcast(&w->news);
        }
        return;
    }
    for (unsigned i = 0; i < missing; i++) {
        (void)pthread_cond_signal(&w->news);
    }
}

/* There is work in t for so many threads besides the one that says so. */
static void post_work(team *t, unsigned helpers)
{
    atomic_fetch_add(&pool.posts, 1);
    if (helpers != 0 && t->owner.looking + t->owner.sleeping != 0) {
        wake(&t->owner, 1);
        helpers--;
    }
    wake(&pool.idle, smaller(helpers, t->threads - t->members));
}

/* ---- Working (called and left under the mutex, which is free in between) -------------------- */

static void run_indices(loop *l, unsigned thread)
{
    in_loop = true;
    for (size_t i; (i = atomic_fetch_add(&l->next, 1)) < l->count;) {
        l->body(l->context, i, thread);
    }
    in_loop = false;
}

/* The loop with work left in which the fewest threads are, or NULL: of `own` alone for a team's
 * owner; of any team that has room for the pool's threads. */
static loop *find_loop(const team *own)
{
    loop *best = NULL;
    for (loop *l = pool.loops; l != NULL; l = l->older) {
        const bool mine = own != NULL ? l->team == own : l->team->members < l->team->threads;
        if (mine && l->entered < l->threads && atomic_load(&l->next) < l->count &&
            (best == NULL || l->entered < best->entered)) {
            best = l;
        }
    }
    return best;
}

/* A team with a body to begin and room, or NULL. */
static team *find_team(void)
{
    team *t = pool.teams;
    while (t != NULL && (t->begun == t->count || t->members >= t->threads)) {
        t = t->older;
    }
    return t;
}

static void take_part(loop *l)
{
    const unsigned thread = l->entered++;
    atomic_fetch_add(&l->inside, 1);
    unlock();
    run_indices(l, thread);
    lock();
    if (l->awaited && atomic_load(&l->inside) == 1) {
        (void)pthread_cond_signal(&l->left);
    }
    atomic_fetch_sub(&l->inside, 1); /* the last use of l: its owner may be looking */
}

static void run_body(team *t)
{
    const unsigned i = t->begun++;
    unlock();
    own_team = t;
    t->body(t->context, i, i);
    own_team = NULL;
    lock();
    if (--t->running == 0) {
        atomic_fetch_add(&pool.posts, 1);
        wake(&t->owner, 1);
    }
}

/* What a thread of the pool does, for ever. */
static void *serve(void *unused)
{
    lock();
    for (;;) {
        team *t = find_team();
        loop *l = t == NULL ? find_loop(NULL) : NULL;
        if (t != NULL) {
            t->members++;
            run_body(t);
            t->members--;
        } else if (l != NULL) {
            t = l->team;
            t->members++;
            take_part(l);
            t->members--;
        } else {
            wait_for_news(&pool.idle);
        }
    }
    return unused;
}

/* ---- The pool's threads --------------------------------------------------------------------- */

/* In a child there is the thread that forked, and no other. */
static void begin_anew(void)
{
    (void)pthread_mutex_init(&pool.mutex, NULL);
    (void)pthread_cond_init(&pool.idle.news, NULL);
    pool.idle.looking = pool.idle.sleeping = 0;
    pool.teams = NULL;
    pool.loops = NULL;
    pool.threads = pool.owners = pool.wanted = 0;
    own_team = NULL;
    in_loop = false;
}

/* The host's signals are for the host's threads, save those of a fault of this one. */
static void block_signals(sigset_t *before)
{
    static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS};
    sigset_t set;
    (void)sigfillset(&set);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        (void)sigdelset(&set, faults[i]);
    }
    (void)pthread_sigmask(SIG_SETMASK, &set, before);
}

static void make_threads(unsigned target)
{
    pthread_attr_t attributes;
    pthread_t thread;
    sigset_t signals;
    if (pthread_attr_init(&attributes) != 0) {
        return;
    }
    bool made = pthread_attr_setstacksize(&attributes, ZKB_POOL_STACK) == 0 &&
                pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED) == 0;
    block_signals(&signals);
    while (made && pool.threads < target) {
        made = pthread_create(&thread, &attributes, serve, NULL) == 0;
        pool.threads += made ? 1 : 0;
    }
    (void)pthread_sigmask(SIG_SETMASK, &signals, NULL);
    (void)pthread_attr_destroy(&attributes);
    if (!made) {
        pool.retry = zkb_now() + RETRY_AFTER;
    }
}

/* Sees to it that a call has threads: as many as it can use, and as many more as the other calls
 * in progress can use while there are processors for them. */
static void provide_threads(unsigned helpers)
{
    if (pool.processors == 0) {
        pool.processors = zkb_parallel_processors();
    }
    const unsigned spare = pool.processors > pool.owners ? pool.processors - pool.owners : 0;
    const unsigned shared = smaller(pool.wanted, spare);
    const unsigned target = helpers > shared ? helpers : shared;
    if (pool.threads >= target || (pool.retry != 0 && zkb_now() < pool.retry)) {
        return;
    }
    if (!pool.forks) {
        pool.forks = pthread_atfork(lock, unlock, begin_anew) == 0;
    }
    if (pool.forks) {
        make_threads(target);
    }
}

/* ---- Calls ---------------------------------------------------------------------------------- */

/* Both under the mutex. */
static void begin_call(unsigned helpers)
{
    pool.owners++;
    pool.wanted += helpers;
    provide_threads(helpers);
}

static void end_call(unsigned helpers)
{
    pool.owners--;
    pool.wanted -= helpers;
}

static void post_loop(loop *l, unsigned helpers)
{
    l->older = pool.loops;
    pool.loops = l;
    post_work(l->team, helpers);
}

/* Takes a loop whose indices are all handed out off the list, and waits for the others in it. */
static void retire_loop(loop *l)
{
    loop **link = &pool.loops;
    while (*link != l) {
        link = &(*link)->older;
    }
    *link = l->older;
    const unsigned most = looks();
    unlock();
    for (unsigned i = 0; i < most && atomic_load(&l->inside) != 0; i++) {
        pause_a_moment();
    }
    lock();
    l->awaited = true;
    while (atomic_load(&l->inside) != 0) {
        (void)pthread_cond_wait(&l->left, &pool.mutex);
    }
}

void zkb_parallel_for(size_t count, unsigned threads, zkb_parallel_body body, void *context)
{
    if (threads <= 1 || count <= 1 || in_loop) {
        for (size_t i = 0; i < count; i++) {
            body(context, i, 0);
        }
        return;
    }
    threads = smaller(threads, ZKB_MOST_THREADS);
    const unsigned helpers = (count < threads ? (unsigned)count : threads) - 1;
    team alone = {.threads = threads, .members = 1, .owner.news = PTHREAD_COND_INITIALIZER};
    loop l = {.body = body,
              .context = context,
              .count = count,
              .team = own_team != NULL ? own_team : &alone,
              .threads = threads,
              .entered = 1,
              .left = PTHREAD_COND_INITIALIZER};
    lock();
    if (l.team == &alone) {
        begin_call(helpers);
    }
    post_loop(&l, helpers);
    unlock();
    run_indices(&l, 0);
    lock();
    retire_loop(&l);
    if (l.team == &alone) {
        end_call(helpers);
    }
    unlock();
    (void)pthread_cond_destroy(&l.left);
}

static void post_team(team *t)
{
    t->older = pool.teams;
    pool.teams = t;
    post_work(t, smaller(t->threads, t->count) - 1);
}

static void retire_team(team *t)
{
    team **link = &pool.teams;
    while (*link != t) {
        link = &(*link)->older;
    }
    *link = t->older;
}

void zkb_parallel_team(unsigned threads, unsigned count, zkb_parallel_body body, void *context)
{
    if (threads <= 1 || count == 0 || in_loop || own_team != NULL) {
        for (unsigned i = 0; i < count; i++) {
            body(context, i, i);
        }
        return;
    }
    threads = smaller(threads, ZKB_MOST_THREADS);
    team t = {.body = body,
              .context = context,
              .count = count,
              .threads = threads,
              .members = 1,
              .running = count,
              .owner.news = PTHREAD_COND_INITIALIZER};
    lock();
    begin_call(threads - 1);
    post_team(&t);
    while (t.begun < t.count) {
        run_body(&t);
    }
    while (t.running != 0) {
        loop *l = find_loop(&t);
        if (l != NULL) {
            take_part(l);
        } else {
            wait_for_news(&t.owner);
        }
    }
    retire_team(&t);
    end_call(threads - 1);
    unlock();
    (void)pthread_cond_destroy(&t.owner.news);
}
