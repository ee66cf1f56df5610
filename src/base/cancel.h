/* Asks long work to stop. */
#ifndef ZKB_BASE_CANCEL_H
#define ZKB_BASE_CANCEL_H

#include "base/error.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* Set by any thread, also in a signal handler; never cleared while work looks at it. */
typedef struct zkb_cancel {
    atomic_bool set;
    const struct zkb_cancel *outer; /* of what the work is part of, or NULL */
} zkb_cancel;

/* Whether it is set, or one that it is within; false without one. */
static inline bool zkb_cancel_is_set(const zkb_cancel *cancel)
{
    while (cancel != NULL && !atomic_load_explicit(&cancel->set, memory_order_relaxed)) {
        cancel = cancel->outer;
    }
    return cancel != NULL;
}

/* ZKB_ERROR_CANCELLED then, else ZKB_OK. Looked at every ten milliseconds of one thread or so. */
static inline zkb_status zkb_cancel_check(const zkb_cancel *cancel, zkb_error *error)
{
    return zkb_cancel_is_set(cancel)
               ? zkb_fail(error, ZKB_ERROR_CANCELLED, "prover", ZKB_NO_INDEX, "cancelled")
               : ZKB_OK;
}

#endif
