/* Which backend a test runs on: printed, and refused when it is not the one meant. */
#ifndef ZKB_TESTS_BACKEND_H
#define ZKB_TESTS_BACKEND_H

#include "base/cpu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZKB_TEST_SKIPPED 77

/* 0 to go on, else the exit status: skipped when the processor lacks the backend asked for,
 * failure when the kernels in use are not those of the backend asked for, or are not the best
 * that the processor has when none is. */
static inline int zkb_test_backend(const char *in_use)
{
    const zkb_cpu *cpu = zkb_cpu_get();
    const char *wanted = getenv("ZKBPF_BACKEND");
    const char *expected = cpu->ifma ? "ifma" : cpu->avx2 && cpu->adx ? "avx2" : "portable";
    if (wanted != NULL && wanted[0] != '\0') {
        if ((strcmp(wanted, "ifma") == 0 && !cpu->ifma) ||
            (strcmp(wanted, "avx2") == 0 && !(cpu->avx2 && cpu->adx))) {
            printf("backend %s: skipped, this processor lacks it\n", wanted);
            return ZKB_TEST_SKIPPED;
        }
        expected = wanted;
    }
#ifndef ZKB_X86
    expected = "portable";
#endif
    printf("backend %s\n", in_use);
    if (strcmp(in_use, expected) != 0) {
        printf("expected %s\n", expected);
        return 1;
    }
    return 0;
}

#endif
