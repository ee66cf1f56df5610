/* Numbers of threads. */
#include "base/parallel.h"

#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

static const char variable[] = "ZKBPF_NUM_THREADS";

/* The number that text begins with, at least 1; *end is what follows it. Numbers above the most
 * threads may be given as any number above them. */
static bool read_number(unsigned *number, const char **end, const char *text)
{
    unsigned n = 0;
    while (*text == ' ') {
        text++;
    }
    for (; *text >= '0' && *text <= '9'; text++) {
        n = n <= ZKB_MOST_THREADS ? 10 * n + (unsigned)(*text - '0') : n;
    }
    while (*text == ' ') {
        text++;
    }
    *number = n;
    *end = text;
    return n >= 1;
}

/* ZKBPF_NUM_THREADS, or NULL if it is unset or empty. */
static const char *wanted_by_user(void)
{
    const char *text = getenv(variable);
    return text != NULL && text[0] != '\0' ? text : NULL;
}

static bool read_wanted(unsigned *number, const char *text)
{
    const char *end;
    return read_number(number, &end, text) && *end == '\0' && *number <= ZKB_MOST_THREADS;
}

/* OMP_NUM_THREADS: a number, or one for each level of nesting. */
static bool read_openmp(unsigned *number)
{
    const char *text = getenv("OMP_NUM_THREADS");
    const char *end;
    return text != NULL && read_number(number, &end, text) && (*end == '\0' || *end == ',');
}

unsigned zkb_parallel_processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        n = CPU_COUNT(&set);
    }
#endif
    return n < 1 ? 1 : (unsigned)n;
}

unsigned zkb_parallel_threads(void)
{
    const char *wanted = wanted_by_user();
    unsigned n;
    if (!(wanted != NULL && read_wanted(&n, wanted)) && !read_openmp(&n)) {
        n = zkb_parallel_processors();
    }
    return n < ZKB_MOST_THREADS ? n : ZKB_MOST_THREADS;
}

zkb_status zkb_parallel_check(zkb_error *error)
{
    const char *wanted = wanted_by_user();
    unsigned n;
    if (wanted != NULL && !read_wanted(&n, wanted)) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "threads", ZKB_NO_INDEX,
                        "%s=%s: give a number from 1 to %d, or unset it to use %u threads",
                        variable, wanted, ZKB_MOST_THREADS, zkb_parallel_threads());
    }
    return ZKB_OK;
}

zkb_status zkb_parallel_wanted(unsigned *threads, unsigned wanted, zkb_error *error)
{
    if (wanted == 0) {
        ZKB_TRY(zkb_parallel_check(error));
        wanted = zkb_parallel_threads();
    }
    *threads = wanted < ZKB_MOST_THREADS ? wanted : ZKB_MOST_THREADS;
    return ZKB_OK;
}
