/* Status codes with a message. */
#ifndef ZKB_BASE_ERROR_H
#define ZKB_BASE_ERROR_H

#include "zkbpf.h"

#include <stdarg.h>

/* Fills *error (may be NULL) and returns status, so that a failure is one statement:
 *     return zkb_fail(error, ZKB_ERROR_FORMAT, "loader", offset, "%s: ...", path);
 * index is UINT64_MAX (ZKB_NO_INDEX) when nothing is to be pointed at. */
#define ZKB_NO_INDEX UINT64_MAX
zkb_status zkb_fail(zkb_error *error, zkb_status status, const char *where, uint64_t index,
                    const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Returns from the caller with the status of a failing expression. */
#define ZKB_TRY(expression)                                                                        \
    do {                                                                                           \
        const zkb_status zkb_try_status_ = (expression);                                           \
        if (zkb_try_status_ != ZKB_OK) {                                                           \
            return zkb_try_status_;                                                                \
        }                                                                                          \
    } while (0)

#endif
