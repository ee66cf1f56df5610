/* The progress of a proof on standard error: a bar on a terminal, plain lines elsewhere, or JSON
 * lines. */
#ifndef ZKB_CLI_PROGRESS_H
#define ZKB_CLI_PROGRESS_H

#include "cli/cli.h"

typedef enum zkb_cli_progress_style {
    ZKB_CLI_PROGRESS_AUTO,
    ZKB_CLI_PROGRESS_JSON,
    ZKB_CLI_PROGRESS_NONE
} zkb_cli_progress_style;

typedef struct zkb_cli_progress {
    zkb_cli_progress_style style;
    bool terminal;
    bool shown; /* the bar */
    double start;
} zkb_cli_progress;

void zkb_cli_progress_start(zkb_cli_progress *progress, zkb_cli_progress_style style);
/* A zkb_progress_fn; context is the zkb_cli_progress. */
int zkb_cli_progress_step(void *context, const zkb_progress *step);
void zkb_cli_progress_end(zkb_cli_progress *progress);

#endif
