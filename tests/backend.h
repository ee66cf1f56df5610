/* Which backend a test runs on: printed, and refused when it is not the one meant. */
#ifndef ZKB_TESTS_BACKEND_H
#define ZKB_TESTS_BACKEND_H

#include "base/backend.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZKB_TEST_SKIPPED 77

/* 0 to go on, else the exit status: skipped when ZKBPF_BACKEND names a backend that does not run
 * here, failure when it names none or the kernels in use are not those of the backend in force. */
static inline int zkb_test_backend(const char *in_use)
{
    const char *wanted = getenv("ZKBPF_BACKEND");
    for (unsigned i = 0; wanted != NULL && i < ZKB_BACKEND_COUNT; i++) {
        if (strcmp(wanted, zkb_backend_name((zkb_backend)i)) == 0 &&
            !zkb_backend_runs((zkb_backend)i)) {
            printf("backend %s: skipped, it does not run here\n", wanted);
            return ZKB_TEST_SKIPPED;
        }
    }
    zkb_error error;
    if (zkb_backend_check(&error) != ZKB_OK) {
        printf("%s\n", error.message);
        return 1;
    }
    const char *expected = zkb_backend_name(zkb_backend_get());
    printf("backend %s\n", in_use);
    if (strcmp(in_use, expected) != 0) {
        printf("expected %s\n", expected);
        return 1;
    }
    return 0;
}

#endif
