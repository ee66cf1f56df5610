#include "cli/progress.h"

#include <inttypes.h>
#include <unistd.h>

enum { BAR_WIDTH = 30 };

void zkb_cli_progress_start(zkb_cli_progress *progress, zkb_cli_progress_style style)
{
    *progress = (zkb_cli_progress){
        .style = style, .terminal = isatty(STDERR_FILENO) == 1, .start = zkb_cli_seconds()};
}

static void print_bar(const zkb_cli_progress *progress, const zkb_progress *step)
{
    char bar[BAR_WIDTH + 1];
    const double total = step->instructions_total > 0 ? (double)step->instructions_total : 1.0;
    const double share = (double)step->instructions_done / total;
    const double seconds = zkb_cli_seconds() - progress->start;
    for (int i = 0; i < BAR_WIDTH; i++) {
        bar[i] = i < (int)(share * (double)BAR_WIDTH) ? '#' : '.';
    }
    bar[BAR_WIDTH] = '\0';
    (void)fprintf(stderr, "\r[%s] %3.0f %%  %u chunk%s", bar, 100 * share, step->finished,
                  step->finished == 1 ? "" : "s");
    if (step->instructions_done > 0 && seconds > 0) {
        const double rate = (double)step->instructions_done / seconds;
        (void)fprintf(stderr, "  %.0f thousand/s  %.0f s left", 1e-3 * rate,
                      (total - (double)step->instructions_done) / rate);
    }
    (void)fputs("    ", stderr); /* over the end of a longer line */
    (void)fflush(stderr);
}

static void print_json(const zkb_progress *step)
{
    static const char *const events[] = {"started", "finished", "reused", "failed"};
    (void)fprintf(stderr,
                  "{\"event\":\"%s\",\"chunk\":%" PRIu32 ",\"finished\":%" PRIu32
                  ",\"instructions\":%" PRIu64 ",\"instructions_done\":%" PRIu64
                  ",\"instructions_total\":%" PRIu64 ",\"bytes\":%" PRIu64 "}\n",
                  events[step->event], step->chunk, step->finished, step->instructions,
                  step->instructions_done, step->instructions_total, step->bytes);
}

int zkb_cli_progress_step(void *context, const zkb_progress *step)
{
    zkb_cli_progress *progress = context;
    if (progress->style == ZKB_CLI_PROGRESS_JSON) {
        print_json(step);
    } else if (progress->style == ZKB_CLI_PROGRESS_AUTO && progress->terminal) {
        print_bar(progress, step);
        progress->shown = true;
    } else if (progress->style == ZKB_CLI_PROGRESS_AUTO &&
               step->event != ZKB_PROGRESS_CHUNK_STARTED &&
               step->event != ZKB_PROGRESS_CHUNK_FAILED) {
        (void)fprintf(stderr, "chunk %" PRIu32 ": %" PRIu64 " instructions %s, %.0f %% done\n",
                      step->chunk, step->instructions,
                      step->event == ZKB_PROGRESS_CHUNK_REUSED ? "kept from before" : "proved",
                      100.0 * (double)step->instructions_done /
                          (double)(step->instructions_total > 0 ? step->instructions_total : 1));
    }
    return 0;
}

void zkb_cli_progress_end(zkb_cli_progress *progress)
{
    if (progress->shown) {
        (void)fprintf(stderr, "\n");
    }
}
