/* zkbpf-bench [--json] [PREFIX]: the kernels whose name starts with PREFIX. */
#include "bench.h"

#include <string.h>

int main(int argc, char **argv)
{
    bool json = false;
    const char *filter = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            json = true;
        } else {
            filter = argv[i];
        }
    }
    zkb_bench_kernels(json, filter);
    return 0;
}
