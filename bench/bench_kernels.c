#include "bench.h"

#include "base/os/clock.h"
#include "base/backend.h"

#include <stdio.h>
#include <string.h>

enum { RUNS = 25 };

static double time_calls(void (*call)(void *context), void *context, size_t calls)
{
    const double start = zkb_now();
    for (size_t i = 0; i < calls; i++) {
        call(context);
    }
    return zkb_now() - start;
}

double zkb_bench_time(void (*call)(void *context), void *context, size_t operations)
{
    const double enough = 0.002;
    const double most = 2.0; /* after three runs */
    size_t calls = 1;
    double taken = time_calls(call, context, calls);
    while (taken < enough) {
        calls *= 2;
        taken = time_calls(call, context, calls);
    }
    double total = taken;
    for (int i = 1; i < RUNS && (i < 3 || total < most); i++) {
        const double again = time_calls(call, context, calls);
        total += again;
        taken = again < taken ? again : taken;
    }
    return taken / (double)calls / (double)operations;
}

static double in_unit(double seconds, const char *unit)
{
    return seconds * (strcmp(unit, "ns") == 0 ? 1e9 : strcmp(unit, "us") == 0 ? 1e6 : 1e3);
}

static void report(const zkb_bench_case *c, bool json)
{
    const double value = in_unit(c->run(c), c->unit);
    if (json) {
        printf("{\"name\": \"%s\", ", c->name);
        if (c->log2n >= 0) {
            printf("\"log2n\": %d, ", c->log2n);
        }
        printf("\"threads\": %d, \"value\": %.4g, \"unit\": \"%s\"}\n", c->threads, value, c->unit);
    } else if (c->log2n >= 0) {
        printf("%-28s 2^%-3d %d thread%s %10.4g %s\n", c->name, c->log2n, c->threads,
               c->threads == 1 ? " " : "s", value, c->unit);
    } else {
        printf("%-28s       %d thread%s %10.4g %s\n", c->name, c->threads,
               c->threads == 1 ? " " : "s", value, c->unit);
    }
    (void)fflush(stdout);
}

void zkb_bench_kernels(bool json, const char *filter)
{
    const zkb_bench_list lists[] = {
        zkb_bench_field(), zkb_bench_hash(), zkb_bench_msm(), zkb_bench_pairing(), zkb_bench_kzg(),
    };
    if (!json) {
        printf("backend %s\n", zkb_backend_name(zkb_backend_get()));
    }
    for (size_t l = 0; l < sizeof lists / sizeof lists[0]; l++) {
        for (size_t i = 0; i < lists[l].count; i++) {
            const zkb_bench_case *const c = &lists[l].cases[i];
            if (filter == NULL || strncmp(c->name, filter, strlen(filter)) == 0) {
                report(c, json);
            }
        }
    }
}
