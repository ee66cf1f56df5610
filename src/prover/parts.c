#include "prover/parts.h"

#include "base/os/clock.h"
#include "prover/resume.h"
#include "prover/run.h"

#include <stdlib.h>
#include <string.h>

static zkb_status out_of_memory(zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", ZKB_NO_INDEX, "out of memory");
}

/* ---- The plan ---------------------------------------------------------------------------- */

/* Where chunks end; owned. */
typedef struct ends {
    uint64_t *at;
    uint32_t count, capacity;
} ends;

static zkb_status append_end(ends *e, uint64_t end, zkb_error *error)
{
    if (e->count == ZKB_MAX_CHUNKS) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, "prover", e->count,
                        "more than %u chunks; use a larger k or chunk size", ZKB_MAX_CHUNKS);
    }
    if (e->count == e->capacity) {
        const uint32_t capacity = 2 * e->capacity + 64;
        uint64_t *larger = realloc(e->at, capacity * sizeof *larger);
        if (larger == NULL) {
            return out_of_memory(error);
        }
        e->at = larger;
        e->capacity = capacity;
    }
    e->at[e->count++] = end;
    return ZKB_OK;
}

static zkb_status cut_run(ends *e, zkb_run *r, zkb_error *error)
{
    ZKB_TRY(zkb_run_plan_begin(r, error));
    for (;;) {
        uint64_t end;
        bool more;
        ZKB_TRY(zkb_cancel_check(&r->cancel, error));
        ZKB_TRY(zkb_plan_next(&end, &more, &r->plan, error));
        if (!more) {
            return ZKB_OK;
        }
        ZKB_TRY(append_end(e, end, error));
    }
}

static zkb_status plan_run(zkb_run_plan **out, zkb_run *r, ends *e, zkb_error *error)
{
    const zkb_run_job *job = r->job;
    ZKB_TRY(zkb_run_prepare(r, error));
    ZKB_TRY(zkb_run_execute(r, error));
    ZKB_TRY(cut_run(e, r, error));
    r->header.chunk_count = e->count;
    ZKB_TRY(zkb_run_commit_private(r, error));
    zkb_run_plan content = {.k = job->k,
                            .chunk_size = r->chunk_size,
                            .program_id = job->key->id,
                            .key_digest = *zkb_machine_key_digest(job->key),
                            .instructions = r->result.count,
                            .r0 = r->result.r0,
                            .header = r->header,
                            .ends = e->at};
    zkb_resume_tag(&content.tag, job->key, &r->header.lengths, job->k, r->header.log_stack,
                   r->chunk_size, job->input->public_input, job->input->private_input);
    return zkb_run_plan_make(out, &content, job->input->public_input, error);
}

zkb_status zkb_plan_run(zkb_run_plan **out, const zkb_run_job *job, zkb_error *error)
{
    ends e = {0};
    zkb_run *r = zkb_run_create(job);
    *out = NULL;
    if (r == NULL) {
        return out_of_memory(error);
    }
    const zkb_status status = plan_run(out, r, &e, error);
    zkb_run_destroy(r);
    free(e.at);
    return status;
}

/* From this many chunks in a part on, parts begin where groups of the first folds do: whole groups
 * are folded where they are proved, and no part has more than an eighth more to prove than it would
 * have otherwise. */
enum { CHUNKS_FOR_GROUPS = 4 * ZKB_FOLD_MOST };

static uint32_t part_start(uint32_t chunks, uint32_t part, uint32_t parts)
{
    const uint32_t start = (uint32_t)((uint64_t)chunks * part / parts);
    if (part == parts || chunks / parts < CHUNKS_FOR_GROUPS) {
        return start;
    }
    return (start + ZKB_FOLD_MOST / 2) / ZKB_FOLD_MOST * ZKB_FOLD_MOST;
}

zkb_status zkb_run_plan_cut(uint32_t *first, uint32_t *count, const zkb_run_plan *plan,
                            uint32_t part, uint32_t parts, zkb_error *error)
{
    const uint32_t chunks = plan->header.chunk_count;
    *first = *count = 0;
    if (part >= parts) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "plan", part,
                        "there is no part %llu of %u: parts are 1 to %u",
                        (unsigned long long)part + 1, parts, parts);
    }
    if (parts > chunks) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "plan", chunks,
                        "%u parts of a run in %u chunk%s: use at most %u, or plan with smaller "
                        "chunks",
                        parts, chunks, chunks == 1 ? "" : "s", chunks);
    }
    *first = part_start(chunks, part, parts);
    *count = part_start(chunks, part + 1, parts) - *first;
    return ZKB_OK;
}

/* ---- A part ------------------------------------------------------------------------------ */

static zkb_status mismatch(const char *what, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_MISMATCH, "plan", ZKB_NO_INDEX,
                    "the plan is of another run: %s; use what it was made with, or make it again",
                    what);
}

/* That the job is what the plan is of. Sets r->tag. */
static zkb_status check_plan(zkb_run *r, zkb_error *error)
{
    const zkb_run_job *job = r->job;
    const zkb_run_plan *plan = job->plan;
    const zkb_run_lengths *lengths = &plan->header.lengths;
    if (!zkb_fr_equal(&plan->program_id, &job->key->id)) {
        return mismatch("another program, other memory sizes or another setup", error);
    }
    if (plan->header.lookup_bits != job->key->lookup_bits) {
        return mismatch("other lookup bits", error);
    }
    if (!zkb_fr_equal(&plan->key_digest, zkb_machine_key_digest(job->key))) {
        return mismatch("another version of zkbpf made it", error);
    }
    if (plan->k != job->k) {
        return mismatch("another k", error);
    }
    if (lengths->public_bytes != job->input->public_bytes ||
        (lengths->public_bytes != 0 &&
         memcmp(plan->public_input, job->input->public_input, job->input->public_bytes) != 0)) {
        return mismatch("another public input", error);
    }
    if (lengths->private_bytes != job->input->private_bytes) {
        return mismatch("a private input of another length", error);
    }
    zkb_resume_tag(&r->tag, job->key, lengths, job->k, plan->header.log_stack, plan->chunk_size,
                   job->input->public_input, job->input->private_input);
    return zkb_fr_equal(&r->tag, &plan->tag) ? ZKB_OK : mismatch("another private input", error);
}

static zkb_status prove_part(zkb_run_part **out, zkb_run *r, uint32_t part, uint32_t parts,
                             zkb_error *error)
{
    const zkb_run_plan *plan = r->job->plan;
    ZKB_TRY(check_plan(r, error));
    ZKB_TRY(zkb_run_plan_cut(&r->first, &r->most, plan, part, parts, error));
    r->from = r->first == 0 ? 0 : plan->ends[r->first - 1];
    r->until = plan->ends[r->first + r->most - 1];
    r->header.lengths = plan->header.lengths;
    r->result.r0 = plan->r0;
    ZKB_TRY(zkb_run_prepare(r, error));
    ZKB_TRY(zkb_run_begin(r, error));
    ZKB_TRY(zkb_run_work(r, error));
    if (r->started != r->most) {
        return zkb_fail(error, ZKB_ERROR_MISMATCH, "plan", r->first + r->started,
                        "the program ends before chunk %u of the plan: make the plan again, with "
                        "this version",
                        r->first + r->started);
    }
    const zkb_part_content content = {.first = r->first,
                                      .count = r->most,
                                      .part = part,
                                      .parts = parts,
                                      .plan = &plan->digest,
                                      .chunks = r->chunks,
                                      .folds = r->folds};
    double since = zkb_now();
    const zkb_status status = zkb_run_part_make(out, &content, error);
    zkb_phase_end(r->phases, ZKB_PHASE_JOIN, &since);
    return status;
}

zkb_status zkb_prove_run_part(zkb_run_part **out, zkb_proof_summary *summary, uint32_t part,
                              uint32_t parts, const zkb_run_job *job, zkb_error *error)
{
    const double start = zkb_now();
    zkb_run *r = zkb_run_create(job);
    *out = NULL;
    *summary = (zkb_proof_summary){0};
    if (r == NULL) {
        return out_of_memory(error);
    }
    const zkb_status status = prove_part(out, r, part, parts, error);
    zkb_run_summarise(summary, r, *out != NULL ? (*out)->size : 0, zkb_now() - start);
    zkb_run_destroy(r);
    return status;
}
