#include "base/parallel.h"

#if defined(ZKB_PARALLEL_OPENMP)
#include <omp.h>

void zkb_parallel_for(size_t count, unsigned threads, zkb_parallel_body body, void *context)
{
    if (threads <= 1 || count <= 1 || omp_in_parallel()) {
        for (size_t i = 0; i < count; i++) {
            body(context, i, 0);
        }
        return;
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads((int)threads)
    for (size_t i = 0; i < count; i++) {
        body(context, i, (unsigned)omp_get_thread_num());
    }
}

unsigned zkb_parallel_threads(void)
{
    const int n = omp_get_max_threads();
    return n < 1 ? 1 : (unsigned)n;
}

#elif defined(ZKB_PARALLEL_PTHREAD)
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_THREADS = 256 };
static _Thread_local int nested;

typedef struct {
    atomic_size_t *next;
    size_t count;
    zkb_parallel_body body;
    void *context;
    unsigned thread;
} worker;

static void *work(void *argument)
{
    const worker *w = argument;
    nested = 1;
    for (;;) {
        const size_t i = atomic_fetch_add(w->next, 1);
        if (i >= w->count) {
            break;
        }
        w->body(w->context, i, w->thread);
    }
    nested = 0;
    return NULL;
}

void zkb_parallel_for(size_t count, unsigned threads, zkb_parallel_body body, void *context)
{
    if (threads <= 1 || count <= 1 || nested) {
        for (size_t i = 0; i < count; i++) {
            body(context, i, 0);
        }
        return;
    }
    atomic_size_t next = 0;
    pthread_t handles[MOST_THREADS];
    worker workers[MOST_THREADS];
    unsigned started = 1;
    threads = threads > MOST_THREADS ? MOST_THREADS : threads;
    for (unsigned t = 0; t < threads; t++) {
        workers[t] = (worker){&next, count, body, context, t};
    }
    while (started < threads &&
           pthread_create(&handles[started], NULL, work, &workers[started]) == 0) {
        started++;
    }
    (void)work(&workers[0]);
    for (unsigned t = 1; t < started; t++) {
        (void)pthread_join(handles[t], NULL);
    }
}

unsigned zkb_parallel_threads(void)
{
    const char *wanted = getenv("OMP_NUM_THREADS");
    const long n = wanted != NULL ? strtol(wanted, NULL, 10) : sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > MOST_THREADS ? MOST_THREADS : (unsigned)n;
}

#else

void zkb_parallel_for(size_t count, unsigned threads, zkb_parallel_body body, void *context)
{
    (void)threads;
    for (size_t i = 0; i < count; i++) {
        body(context, i, 0);
    }
}

unsigned zkb_parallel_threads(void) { return 1; }
#endif
