#include "base/backend.h"

#include "base/os.h"

#include <string.h>

#ifdef ZKB_X86
#include <cpuid.h>

/* XCR0: the register state that the operating system saves. */
static uint64_t read_xcr0(void)
{
    uint32_t low;
    uint32_t high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return ((uint64_t)high << 32) | low;
}

/* Whether CPUID 7 has the bits in EBX, and the operating system saves the state in `saved`. */
static bool has(unsigned features, uint64_t saved)
{
    const unsigned osxsave = 1u << 27;
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & osxsave) != 0 &&
           (read_xcr0() & saved) == saved && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 &&
           (b & features) == features;
}

enum { AVX2 = 1 << 5, BMI2 = 1 << 8, ADX = 1 << 19, YMM_STATE = 0x6, ZMM_STATE = 0xe6 };
#define AVX512_F_DQ_IFMA_BW_VL (1u << 16 | 1u << 17 | 1u << 21 | 1u << 30 | 1u << 31)

static bool runs_ifma(void) { return has(AVX512_F_DQ_IFMA_BW_VL | AVX2 | BMI2 | ADX, ZMM_STATE); }
static bool runs_avx2(void) { return has(AVX2 | BMI2 | ADX, YMM_STATE); }
#endif
static bool runs_portable(void) { return true; }

static const struct {
    const char *text;
    bool (*runs)(void); /* NULL: not in this build */
} backends[ZKB_BACKEND_COUNT] = {
#define ENTRY(with, NAME, name, processor, flags)                                                  \
    {.text = #name, ZKB_ON_##processor(.runs = runs_##name)},
    ZKB_BACKEND_LIST(ENTRY, )};
#undef ENTRY

#define NAMED(with, NAME, name, processor, flags) " " #name
static const char one_of[] = "use one of" ZKB_BACKEND_LIST(NAMED, );
#undef NAMED

static atomic_bool decided;
static zkb_backend in_force;
static const char *problem;

bool zkb_backend_runs(zkb_backend backend)
{
    return backends[backend].runs != NULL && backends[backend].runs();
}

const char *zkb_backend_name(zkb_backend backend) { return backends[backend].text; }

static void decide(void)
{
    unsigned i = 0;
    while (!zkb_backend_runs((zkb_backend)i)) {
        i++;
    }
    in_force = (zkb_backend)i;
    const char *wanted = zkb_os_setting("ZKBPF_BACKEND");
    if (wanted == NULL || wanted[0] == '\0') {
        return;
    }
    for (i = 0; i < ZKB_BACKEND_COUNT; i++) {
        if (strcmp(wanted, backends[i].text) == 0) {
            if (zkb_backend_runs((zkb_backend)i)) {
                in_force = (zkb_backend)i;
            } else {
                problem = "this processor or this build lacks it";
            }
            return;
        }
    }
    problem = one_of;
}

zkb_backend zkb_backend_get(void)
{
    zkb_os_once(&decided, decide);
    return in_force;
}

zkb_status zkb_backend_check(zkb_error *error)
{
    zkb_os_once(&decided, decide);
    if (problem != NULL) {
        const char *wanted = zkb_os_setting("ZKBPF_BACKEND");
        return zkb_fail(error, ZKB_ERROR_UNSUPPORTED, "backend", ZKB_NO_INDEX,
                        "ZKBPF_BACKEND=%s: %s; unset it to use %s", wanted ? wanted : "", problem,
                        zkb_backend_name(in_force));
    }
    return ZKB_OK;
}
