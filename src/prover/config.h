/* The structure behind the public handle of settings. */
#ifndef ZKB_PROVER_CONFIG_H
#define ZKB_PROVER_CONFIG_H

#include "base/cancel.h"

#include <stdbool.h>

struct zkb_config {
    unsigned k;           /* never 0 */
    unsigned lookup_bits; /* never 0 */
    char *cache_dir;      /* or NULL */
    uint64_t chunk_size;  /* 0: the default of k */
    unsigned log_stack;   /* 0: the default */
    unsigned threads;     /* 0: found */
    zkb_mode mode;
    uint64_t memory; /* 0: found; UINT64_MAX: any */
    const char *resume;
    bool unchecked; /* proofs are not checked when they are made */
    zkb_cancel cancel;
    zkb_progress_fn progress;
    void *progress_context;
    zkb_warning_fn warning;
    void *warning_context;
};

/* log2 of the length of stacks when none is asked for. A longer stack saves commitments; a run that
 * is short enough for compact tables would pay more for the longer opening. */
static inline unsigned zkb_default_stack(unsigned lookup_bits)
{
    return lookup_bits == ZKB_LOOKUP_WIDE ? 16 : 9;
}

/* Threads to be used; config may be NULL. */
zkb_status zkb_config_thread_count(unsigned *threads, const zkb_config *config,
                                   zkb_error *error) ZKB_MUST_USE;

/* Tells the caller what is repaired without failing. */
void zkb_config_warn(const zkb_config *config, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
