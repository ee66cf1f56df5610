/* Plan and part files of any content. The checksum is put right first, or nothing behind it would
 * be reached. A part that is read has all claims decoded; what is read of it, it is joined from. */
#include "fuzz.h"

#include "kzg/srs.h"
#include "prover/file_head.h"
#include "prover/parts.h"
#include "prover/proved_bytes.h"

#include <string.h>

static const zkb_file_kind plan_kind = {.magic = "zkbplan", .version = 1};
static const zkb_file_kind part_kind = {.magic = "zkbpart", .version = 1};

/* tau = 0x5eed; 2^13 powers. Made once: a fuzz target has no other place to keep it. */
static const zkb_srs *setup(void)
{
    static zkb_srs srs;
    if (srs.size == 0) {
        zkb_fr tau;
        zkb_fr_from_u64(&tau, 0x5eed);
        FUZZ_REQUIRE(zkb_srs_from_tau(&srs, &tau, 13, 1, NULL) == ZKB_OK);
    }
    return &srs;
}

static void look_at_plan(const uint8_t *data, size_t size)
{
    zkb_run_plan *plan;
    zkb_run_plan_facts facts;
    zkb_error error = {.status = ZKB_OK};
    if (zkb_run_plan_parse(&plan, data, size, "input", &error) != ZKB_OK) {
        FUZZ_REQUIRE(plan == NULL && error.message[0] != 0);
        return;
    }
    zkb_run_plan_describe(&facts, sizeof facts, plan);
    uint32_t next = 0;
    const uint32_t parts = facts.chunks < 8 ? facts.chunks : 8;
    for (uint32_t p = 0; p < parts; p++) {
        uint32_t first;
        uint32_t count;
        FUZZ_REQUIRE(zkb_run_plan_cut(&first, &count, plan, p, parts, &error) == ZKB_OK);
        FUZZ_REQUIRE(first == next && count != 0);
        next = first + count;
    }
    FUZZ_REQUIRE(next == facts.chunks);
    zkb_run_plan_destroy(plan);
}

/* A plan that the part could be of: as many chunks, and its digest. Everything else is empty, so
 * that what is joined is never a proof. */
static void join(const zkb_run_part *part)
{
    zkb_run_plan plan = {.k = 8, .chunk_size = 512, .digest = part->plan};
    zkb_run_part_facts facts;
    zkb_proof *proof;
    zkb_error error = {.status = ZKB_OK};
    zkb_config *config;
    zkb_run_part_describe(&facts, sizeof facts, part);
    plan.header.lookup_bits = ZKB_LOOKUP_COMPACT;
    plan.header.record.slot_count = 1;
    plan.header.chunk_count = facts.first + facts.chunks;
    zkb_program_id(&plan.program_id, &plan.header.record, &setup()->digest);
    FUZZ_REQUIRE(zkb_config_create(&config, 8, NULL, 8, &error) == ZKB_OK);
    (void)zkb_config_with_threads(zkb_config_with_memory(config, (uint64_t)1 << 30), 1);
    const zkb_status status =
        zkb_join_parts(&proof, NULL, setup(), &plan, &part, 1, config, &error);
    FUZZ_REQUIRE(status != ZKB_OK && proof == NULL && error.message[0] != 0);
    zkb_config_destroy(config);
}

static void look_at_part(const uint8_t *data, size_t size)
{
    zkb_run_part *part;
    zkb_error error = {.status = ZKB_OK};
    if (zkb_run_part_parse(&part, data, size, "input", &error) != ZKB_OK) {
        FUZZ_REQUIRE(part == NULL && error.message[0] != 0);
        return;
    }
    for (uint32_t c = 0; c < part->claim_count; c++) {
        zkb_proved_chunk claim;
        (void)zkb_proved_chunk_decode(&claim, part->claims[c].bytes);
        zkb_proved_chunk_clear(&claim);
    }
    join(part);
    zkb_run_part_destroy(part);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    FUZZ_REQUIRE(copy != NULL);
    if (size != 0) {
        memcpy(copy, data, size);
    }
    const bool plan = size >= 8 && memcmp(data, "zkbplan", 8) == 0;
    if (size >= ZKB_FILE_HEAD_BYTES) {
        zkb_file_seal(copy, size, plan ? &plan_kind : &part_kind);
    }
    if (plan) {
        look_at_plan(copy, size);
    } else {
        look_at_part(copy, size);
    }
    free(copy);
    return 0;
}
