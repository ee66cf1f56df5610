#include "prover/run_plan.h"

#include "base/bytes_inline.h"
#include "hash/transcript.h"
#include "machine/keys.h"
#include "prover/file_head.h"

#include <stdlib.h>
#include <string.h>

#define WHERE "plan"

/* Where the fields are; docs/formats.md says the same. */
enum {
    AT_K = 12,
    AT_CHUNK_SIZE = 24,
    AT_TAG = ZKB_FILE_HEAD_BYTES,
    AT_PROGRAM = AT_TAG + 32,
    AT_KEY = AT_PROGRAM + 32,
    AT_INSTRUCTIONS = AT_KEY + 32,
    AT_R0 = AT_INSTRUCTIONS + 8,
    AT_HEADER = AT_R0 + 8
};

static const zkb_file_kind kind = {
    .magic = "zkbplan", .version = 1, .what = "plan", .remedy = "make it again with zkbpf plan"};

static zkb_status out_of_memory(zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "out of memory for a plan");
}

/* Everything of the file but its checksum and the public input. */
static void make_digest(zkb_run_plan *plan, size_t before_input)
{
    zkb_transcript t;
    const uint64_t numbers[2] = {plan->k, plan->chunk_size};
    zkb_transcript_init(&t, "zkbpf.plan.v1");
    zkb_transcript_absorb_u64(&t, numbers, 2);
    zkb_transcript_absorb_bytes(&t, plan->bytes + AT_TAG, before_input - AT_TAG);
    zkb_transcript_challenge(&plan->digest, &t);
}

static zkb_status refuse(const char *name, const char *field, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_FORMAT, WHERE, ZKB_NO_INDEX,
                    "%s: not a plan that zkbpf "
                    "made: %s; %s",
                    name, field, kind.remedy);
}

/* The chunks rise from the start to the end of the run; *at moves behind them. */
static zkb_status read_ends(zkb_run_plan *plan, size_t *at, const char *name, zkb_error *error)
{
    const uint32_t count = plan->header.chunk_count;
    uint64_t before = 0;
    if (count == 0 || count > ZKB_MAX_CHUNKS || count > (plan->size - *at) / 8) {
        return refuse(name, "number of chunks", error);
    }
    plan->ends = malloc(count * sizeof *plan->ends);
    if (plan->ends == NULL) {
        return out_of_memory(error);
    }
    for (uint32_t c = 0; c < count; c++, *at += 8) {
        plan->ends[c] = zkb_load64(plan->bytes + *at);
        if (plan->ends[c] <= before || plan->ends[c] - before >= ZKB_MAX_CLOCK) {
            return refuse(name, "ends of chunks", error);
        }
        before = plan->ends[c];
    }
    return before == plan->instructions ? ZKB_OK : refuse(name, "number of instructions", error);
}

static zkb_status read_plan(zkb_run_plan *plan, const char *name, zkb_error *error)
{
    const uint8_t *in = plan->bytes;
    size_t used;
    ZKB_TRY(zkb_file_check(in, plan->size, AT_HEADER, &kind, name, error));
    plan->k = zkb_load32(in + AT_K);
    plan->chunk_size = zkb_load64(in + AT_CHUNK_SIZE);
    plan->instructions = zkb_load64(in + AT_INSTRUCTIONS);
    plan->r0 = zkb_load64(in + AT_R0);
    if (plan->k < ZKB_CONFIG_LEAST_K || plan->k > ZKB_CONFIG_MOST_K) {
        return refuse(name, "k", error);
    }
    if (plan->chunk_size == 0 || plan->chunk_size >= ZKB_MAX_CLOCK) {
        return refuse(name, "chunk size", error);
    }
    if (!zkb_fr_from_bytes(&plan->tag, in + AT_TAG) ||
        !zkb_fr_from_bytes(&plan->program_id, in + AT_PROGRAM) ||
        !zkb_fr_from_bytes(&plan->key_digest, in + AT_KEY)) {
        return refuse(name, "digests", error);
    }
    ZKB_TRY(zkb_run_header_decode(&plan->header, &used, in + AT_HEADER, plan->size - AT_HEADER,
                                  name, error));
    ZKB_TRY(zkb_program_record_check(&plan->header.record, error));
    ZKB_TRY(zkb_run_lengths_check(&plan->header.lengths, &plan->header.record, error));
    if (plan->header.log_stack < ZKB_CONFIG_LEAST_STACK ||
        plan->header.log_stack > ZKB_CONFIG_MOST_STACK) {
        return refuse(name, "length of stacks", error);
    }
    size_t at = AT_HEADER + used;
    ZKB_TRY(read_ends(plan, &at, name, error));
    if (plan->header.lengths.public_bytes != plan->size - at) {
        return refuse(name, "length of the public input", error);
    }
    plan->public_input = in + at;
    make_digest(plan, at);
    return ZKB_OK;
}

/* Takes over bytes, whatever the outcome. */
static zkb_status adopt(zkb_run_plan **plan, uint8_t *bytes, size_t size, const char *name,
                        zkb_error *error)
{
    zkb_run_plan *p = calloc(1, sizeof *p);
    *plan = NULL;
    if (p == NULL) {
        free(bytes);
        return out_of_memory(error);
    }
    p->bytes = bytes;
    p->size = size;
    const zkb_status status = read_plan(p, name, error);
    if (status != ZKB_OK) {
        zkb_run_plan_destroy(p);
        return status;
    }
    *plan = p;
    return ZKB_OK;
}

zkb_status zkb_run_plan_make(zkb_run_plan **out, const zkb_run_plan *content,
                             const uint8_t *public_input, zkb_error *error)
{
    const zkb_run_header *h = &content->header;
    const size_t header = zkb_run_header_size(h);
    const size_t before_input = AT_HEADER + header + 8 * (size_t)h->chunk_count;
    const size_t size = before_input + (size_t)h->lengths.public_bytes;
    uint8_t *bytes = calloc(1, size);
    *out = NULL;
    if (bytes == NULL) {
        return out_of_memory(error);
    }
    zkb_store32(bytes + AT_K, content->k);
    zkb_store64(bytes + AT_CHUNK_SIZE, content->chunk_size);
    zkb_fr_to_bytes(bytes + AT_TAG, &content->tag);
    zkb_fr_to_bytes(bytes + AT_PROGRAM, &content->program_id);
    zkb_fr_to_bytes(bytes + AT_KEY, &content->key_digest);
    zkb_store64(bytes + AT_INSTRUCTIONS, content->instructions);
    zkb_store64(bytes + AT_R0, content->r0);
    zkb_run_header_encode(bytes + AT_HEADER, h);
    for (uint32_t c = 0; c < h->chunk_count; c++) {
        zkb_store64(bytes + AT_HEADER + header + 8 * (size_t)c, content->ends[c]);
    }
    if (size != before_input) {
        memcpy(bytes + before_input, public_input, size - before_input);
    }
    zkb_file_seal(bytes, size, &kind);
    return adopt(out, bytes, size, "plan", error);
}

zkb_status zkb_run_plan_parse(zkb_run_plan **plan, const uint8_t *bytes, size_t size,
                              const char *name, zkb_error *error)
{
    uint8_t *copy = malloc(size + 1);
    *plan = NULL;
    if (copy == NULL) {
        return out_of_memory(error);
    }
    if (size != 0) {
        memcpy(copy, bytes, size);
    }
    return adopt(plan, copy, size, name, error);
}

void zkb_run_plan_destroy(zkb_run_plan *plan)
{
    if (plan != NULL) {
        zkb_run_header_clear(&plan->header);
        free(plan->ends);
        free(plan->bytes);
        free(plan);
    }
}

const uint8_t *zkb_run_plan_bytes(const zkb_run_plan *plan, size_t *size)
{
    *size = plan->size;
    return plan->bytes;
}

void zkb_run_plan_describe(zkb_run_plan_facts *facts, size_t size, const zkb_run_plan *plan)
{
    const zkb_run_plan_facts all = {.instructions = plan->instructions,
                                    .r0 = plan->r0,
                                    .chunk_size = plan->chunk_size,
                                    .chunks = plan->header.chunk_count,
                                    .k = plan->k,
                                    .lookup_bits = plan->header.lookup_bits,
                                    .log_stack = plan->header.log_stack,
                                    .program_slots = plan->header.record.slot_count};
    zkb_copy_facts(facts, size, &all, sizeof all);
}
