/* Loops that may stop. */
#include "base/parallel.h"

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
