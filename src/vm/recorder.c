/* The loop that runs and records each step. */
#include "vm/interpreter_support.h"

#include <string.h>

/* Labels as values are what makes dispatch fast; they are an extension. */
#pragma GCC diagnostic ignored "-Wpedantic"

/* The words that an access to [at, at + bytes) touches, as they are before it. */
static inline void record_before(zkb_step_batch *batch, zkb_step *step, const zkb_mapping *m,
                                 uint64_t at, uint64_t bytes)
{
    const uint64_t first = at & ~UINT64_C(7);
    zkb_memory_operation *word = &batch->accesses[batch->access_count];
    step->address = m->start + at;
    step->access = batch->access_count;
    step->words = (at & 7) + bytes > 8 ? 2 : 1;
    batch->access_count += step->words;
    word[0].address = m->start + first;
    word[0].before = zkb_load64(m->base + first);
    if (step->words == 2) {
        word[1].address = m->start + first + 8;
        word[1].before = zkb_load64(m->base + first + 8);
    }
}

static inline void record_after(const zkb_step_batch *batch, const zkb_step *step,
                                const zkb_mapping *m, uint64_t at)
{
    const uint64_t first = at & ~UINT64_C(7);
    zkb_memory_operation *word = &batch->accesses[step->access];
    word[0].after = zkb_load64(m->base + first);
    if (step->words == 2) {
        word[1].after = zkb_load64(m->base + first + 8);
    }
}

/* The arguments before the words, which are there already. An indirect call of a helper writes r0,
 * which its decoded form does not say. */
static inline void record_helper(zkb_step_batch *batch, zkb_step *step, const uint64_t *r,
                                 uint32_t words)
{
    step->result = 0;
    step->result_before = r[0];
    for (unsigned i = 1; i <= ZKB_HELPER_ARGUMENTS; i++) {
        batch->accesses[batch->access_count++] = (zkb_memory_operation){i, r[i], r[i]};
    }
    step->access = batch->access_count;
    step->words = words;
    batch->access_count += words;
}

/* A new entry of the batch's frames for this step, with the state before it. */
static inline zkb_frame_step *begin_frame(zkb_step_batch *batch, zkb_step *step,
                                          const zkb_frame *frame, uint32_t entry, const uint64_t *r)
{
    zkb_frame_step *f = &batch->frames[batch->frame_count];
    step->frame = batch->frame_count++;
    f->step = (uint32_t)(step - batch->steps);
    f->entry = entry;
    memcpy(f->before, frame->word, sizeof f->before);
    memcpy(f->after, frame->word, sizeof f->after);
    memcpy(f->registers, &r[6], sizeof f->registers);
    return f;
}

#define LOOP zkb_vm_loop_recording
#define RECORDER_STATE()                                                                           \
    zkb_step *step = batch->steps + batch->count;                                                  \
    zkb_frame_step *frame_step = NULL
#define RECORDER_END() (batch->count = (uint32_t)(step - batch->steps))
#define BEGIN_STEP()                                                                               \
    *step = (zkb_step)                                                                             \
    {                                                                                              \
        .pc = (uint32_t)(ip - code), .depth = depth, .op = ip->op, .dst = ip->dst, .src = ip->src, \
        .result = ip->result, .dst_value = r[ip->dst],                                             \
        .src_value = r[ip->src] + (uint64_t)ip->imm, .result_before = r[ip->result],               \
        .frame = ZKB_NO_FRAME                                                                      \
    }
#define END_STEP(next)                                                                             \
    do {                                                                                           \
        step->next_pc = (next);                                                                    \
        step->result_after = r[step->result];                                                      \
        step++;                                                                                    \
    } while (0)
#define BEFORE_ACCESS(m, at, bytes) record_before(batch, step, m, at, bytes)
#define AFTER_ACCESS(m, at) record_after(batch, step, m, at)
#define BEFORE_CALL(frame) (frame_step = begin_frame(batch, step, frame, depth, r))
#define AFTER_CALL(frame) memcpy(frame_step->after, (frame)->word, sizeof frame_step->after)
#define ON_RETURN(frame) (void)begin_frame(batch, step, frame, depth, r)
#define HELPER_FITS(helper) zkb_helper_fits(batch, (uint32_t)(step - batch->steps), helper)
#define HELPER_ACCESSES() (batch->accesses + batch->access_count + ZKB_HELPER_ARGUMENTS)
#define ON_HELPER(words) record_helper(batch, step, r, words)

#include "vm/interpreter_template.h"
