#include "base/cpu.h"

#include "base/os.h"

#include <string.h>

#ifdef ZKB_X86
#include <cpuid.h>
#endif

static atomic_bool decided;
static zkb_cpu cpu;
static zkb_backend backend;
static const char *backend_problem;

#ifdef ZKB_X86
static uint64_t read_xcr0(void)
{
    uint32_t low;
    uint32_t high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((uint64_t)high << 32) | low;
}

static void detect(void)
{
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) {
        return;
    }
    const bool osxsave = (c & (1u << 27)) != 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        return;
    }
    cpu.adx = (b & (1u << 8)) != 0 && (b & (1u << 19)) != 0;
    if (!osxsave) {
        return;
    }
    const uint64_t xcr0 = read_xcr0();
    const unsigned ifma_bits = (1u << 16) | (1u << 17) | (1u << 21) | (1u << 30) | (1u << 31);
    cpu.avx2 = (xcr0 & 0x6) == 0x6 && (b & (1u << 5)) != 0;
    cpu.ifma = cpu.avx2 && cpu.adx && (xcr0 & 0xe6) == 0xe6 && (b & ifma_bits) == ifma_bits;
}
#else
static void detect(void) {}
#endif

static void decide(void)
{
    detect();
    backend = cpu.ifma ? ZKB_BACKEND_IFMA : cpu.avx2 ? ZKB_BACKEND_AVX2 : ZKB_BACKEND_PORTABLE;
    const char *wanted = zkb_os_setting("ZKBPF_BACKEND");
    if (wanted == NULL || wanted[0] == '\0') {
        return;
    }
    for (int i = ZKB_BACKEND_PORTABLE; i <= ZKB_BACKEND_IFMA; i++) {
        if (strcmp(wanted, zkb_backend_name((zkb_backend)i)) == 0) {
            if (i > (int)backend) {
                backend_problem = "this processor lacks it";
            } else {
                backend = (zkb_backend)i;
            }
            return;
        }
    }
    backend_problem = "use portable, avx2 or ifma";
}

const zkb_cpu *zkb_cpu_get(void)
{
    zkb_os_once(&decided, decide);
    return &cpu;
}

zkb_backend zkb_backend_get(void)
{
    zkb_os_once(&decided, decide);
    return backend;
}

zkb_status zkb_backend_check(zkb_error *error)
{
    zkb_os_once(&decided, decide);
    if (backend_problem != NULL) {
        const char *wanted = zkb_os_setting("ZKBPF_BACKEND");
        return zkb_fail(error, ZKB_ERROR_UNSUPPORTED, "cpu", ZKB_NO_INDEX,
                        "ZKBPF_BACKEND=%s: %s; unset it to use %s", wanted ? wanted : "",
                        backend_problem, zkb_backend_name(backend));
    }
    return ZKB_OK;
}

const char *zkb_backend_name(zkb_backend which)
{
    switch (which) {
    case ZKB_BACKEND_PORTABLE:
        return "portable";
    case ZKB_BACKEND_AVX2:
        return "avx2";
    case ZKB_BACKEND_IFMA:
        return "ifma";
    }
    return "unknown";
}
