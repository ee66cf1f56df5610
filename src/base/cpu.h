/* Which instruction sets the processor and the operating system support, and which backend of
 * kernels is in use. */
#ifndef ZKB_BASE_CPU_H
#define ZKB_BASE_CPU_H

#include "base/error.h"

#include <stdbool.h>

typedef struct zkb_cpu {
    bool adx;  /* BMI2 MULX and ADX ADCX/ADOX */
    bool avx2; /* with the operating system's YMM state */
    bool ifma; /* AVX-512 F, DQ, BW, VL, IFMA, with the operating system's ZMM state */
} zkb_cpu;

typedef enum zkb_backend { ZKB_BACKEND_PORTABLE, ZKB_BACKEND_AVX2, ZKB_BACKEND_IFMA } zkb_backend;

/* What the hardware has; computed once, thread-safe. */
const zkb_cpu *zkb_cpu_get(void);

/* The backend in force: ZKBPF_BACKEND=portable|avx2|ifma when set, else the best that the
 * processor has. Decided once. An unknown name, or one that the processor lacks, is an error
 * that zkb_backend_check reports; until then the best available stands. */
zkb_backend zkb_backend_get(void);
zkb_status zkb_backend_check(zkb_error *error) ZKB_MUST_USE;
const char *zkb_backend_name(zkb_backend which);

#endif
