/* Backends: what kernels are compiled for. A kernel is a table of functions that are written once,
 * in a file NAME.inc.h, and compiled for every backend; the same results come out, bit for bit. One
 * backend is in force in a process, for all kernels: blocks of field elements have its form.
 *
 * src/field/README.md says how to write a kernel and how to add a backend. */
#ifndef ZKB_BASE_BACKEND_H
#define ZKB_BASE_BACKEND_H

#include "base/error.h"

#include <stdbool.h>

/* X(with, NAME, name, processor, flags): every backend, in the order in which they are tried;
 * `portable` is last. name: in ZKBPF_BACKEND, and at the end of the names of tables and files.
 * processor: which the build must be for (ZKB_ON_...). flags: the compiler's, for kernels. `with`
 * is the user's. CMakeLists.txt reads these lines. */
#define ZKB_BACKEND_LIST(X, with)                                                                  \
    X(with, IFMA, ifma, X86, "-mavx512dq -mavx512bw -mavx512vl -mavx512ifma -mbmi2 -madx")         \
    X(with, AVX2, avx2, X86, "-mavx2 -mbmi2 -madx")                                                \
    X(with, PORTABLE, portable, ANY, "")

#define ZKB_ON_ANY(...) __VA_ARGS__
#ifdef ZKB_X86
#define ZKB_ON_X86(...) __VA_ARGS__
#else
#define ZKB_ON_X86(...)
#endif

typedef enum zkb_backend {
#define ZKB_BACKEND_ENUM(with, NAME, name, processor, flags) ZKB_BACKEND_##NAME,
    ZKB_BACKEND_LIST(ZKB_BACKEND_ENUM, )
#undef ZKB_BACKEND_ENUM
        ZKB_BACKEND_COUNT
} zkb_backend;

/* The backend in force: that of ZKBPF_BACKEND when it is set, else the first that runs here.
 * Decided once. An unknown name, or a backend that does not run here, is an error that
 * zkb_backend_check reports; until then it is as if the variable were not set. */
zkb_backend zkb_backend_get(void);
zkb_status zkb_backend_check(zkb_error *error) ZKB_MUST_USE;

/* Whether this build has the backend, and processor and operating system run it. */
bool zkb_backend_runs(zkb_backend backend);
const char *zkb_backend_name(zkb_backend backend);

/* Declares the tables of a kernel, constants TABLE_portable and so on of type TABLE, and
 * TABLE_get(), that of the backend in force; ZKB_KERNELS_DEFINE defines the latter. */
#define ZKB_KERNELS_DECLARE(TABLE)                                                                 \
    ZKB_BACKEND_LIST(ZKB_KERNELS_EXTERN_, TABLE)                                                   \
    const TABLE *TABLE##_get(void)
#define ZKB_KERNELS_DEFINE(TABLE)                                                                  \
    const TABLE *TABLE##_get(void)                                                                 \
    {                                                                                              \
        static const TABLE *const tables[ZKB_BACKEND_COUNT] = {                                    \
            ZKB_BACKEND_LIST(ZKB_KERNELS_ENTRY_, TABLE)};                                          \
        return tables[zkb_backend_get()];                                                          \
    }
#define ZKB_KERNELS_EXTERN_(TABLE, NAME, name, processor, flags)                                   \
    ZKB_ON_##processor(extern const TABLE TABLE##_##name;)
#define ZKB_KERNELS_ENTRY_(TABLE, NAME, name, processor, flags)                                    \
    ZKB_ON_##processor([ZKB_BACKEND_##NAME] = &TABLE##_##name, )

/* In the file of a kernel: a name with the backend's at its end, and the backend's as text. */
#define ZKB_ISA(name) ZKB_ISA_JOIN_(name, ZKB_ISA_SUFFIX)
#define ZKB_ISA_NAME ZKB_ISA_TEXT_(ZKB_ISA_SUFFIX)
#define ZKB_ISA_JOIN_(name, suffix) ZKB_ISA_PASTE_(name, suffix)
#define ZKB_ISA_PASTE_(name, suffix) name##_##suffix
#define ZKB_ISA_TEXT_(suffix) ZKB_ISA_QUOTE_(suffix)
#define ZKB_ISA_QUOTE_(suffix) #suffix

#endif
