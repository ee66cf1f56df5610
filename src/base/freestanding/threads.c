/* One thread, whatever is wanted. */
#include "base/parallel.h"

unsigned zkb_parallel_processors(void) { return 1; }

unsigned zkb_parallel_threads(void) { return 1; }

zkb_status zkb_parallel_check(zkb_error *error)
{
    (void)error;
    return ZKB_OK;
}

zkb_status zkb_parallel_wanted(unsigned *threads, unsigned wanted, zkb_error *error)
{
    (void)wanted;
    (void)error;
    *threads = 1;
    return ZKB_OK;
}
