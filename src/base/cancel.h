/* Asking long work to stop. */
#ifndef ZKB_BASE_CANCEL_H
#define ZKB_BASE_CANCEL_H

#include "base/error.h"

#include <stdatomic.h>
#include <stddef.h>

/* Set by any thread, also in a signal handler; never cleared while work looks at it. */
typedef struct zkb_cancel {
    atomic_bool set;
    const struct zkb_cancel *outer; /* of what the work is part of, or NULL */
} zkb_cancel;

/* ZKB_ERROR_CANCELLED once it is set, or one that it is within; ZKB_OK without one. Looked at every
 * ten milliseconds of one thread or so. */
static inline zkb_status zkb_cancel_check(const zkb_cancel *cancel, zkb_error *error)
{
    for (; cancel != NULL; cancel = cancel->outer) {
        if (atomic_load_explicit(&cancel->set, memory_order_relaxed)) {
            return zkb_fail(error, ZKB_ERROR_CANCELLED, "prover", ZKB_NO_INDEX, "cancelled");
        }
    }
    return ZKB_OK;
}

#endif
