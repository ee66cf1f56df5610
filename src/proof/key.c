#include "proof/key.h"

#include "air/digest.h"
#include "hash/transcript.h"
#include "proof/limits.h"

#include <assert.h>

uint32_t zkb_key_stack_columns(unsigned log_height)
{
    return log_height >= ZKB_MIN_OPEN_VARIABLES
               ? 1
               : (uint32_t)1 << (ZKB_MIN_OPEN_VARIABLES - log_height);
}

uint32_t zkb_key_stack_count(uint32_t columns, unsigned log_height)
{
    const uint32_t most = zkb_key_stack_columns(log_height);
    return columns / most + (columns % most != 0);
}

static zkb_status check_chip(const zkb_chip_key *entry, size_t index, zkb_error *error)
{
    const zkb_chip *chip = entry->chip;
    if (chip->preprocessed_count == 0) {
        return ZKB_OK;
    }
    if (entry->preprocessed == NULL) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "key", index,
                        "chip %s: no commitments of its %u preprocessed columns", chip->name,
                        chip->preprocessed_count);
    }
    if (entry->log_height > ZKB_MAX_LOG_HEIGHT || entry->log_height < chip->minimum_log_height) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "key", index,
                        "chip %s: preprocessed columns of log2 height %u; %u to %d are possible",
                        chip->name, entry->log_height, chip->minimum_log_height,
                        ZKB_MAX_LOG_HEIGHT);
    }
    return ZKB_OK;
}

static zkb_status check_chips(const zkb_chip_key *chips, size_t chip_count, zkb_error *error)
{
    const zkb_chip *list[ZKB_MAX_CHIPS];
    if (chip_count == 0 || chip_count > ZKB_MAX_CHIPS) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "key", ZKB_NO_INDEX,
                        "a key of %zu chips; 1 to %d are possible", chip_count, ZKB_MAX_CHIPS);
    }
    for (size_t i = 0; i < chip_count; i++) {
        list[i] = chips[i].chip;
        ZKB_TRY(check_chip(&chips[i], i, error));
    }
    return zkb_chips_check_buses(list, chip_count, error);
}

static void chip_digest(zkb_fr *out, const zkb_chip_key *entry)
{
#ifdef NDEBUG
    if (entry->digest != NULL) {
        *out = *entry->digest;
        return;
    }
#endif
    zkb_chip_digest(out, entry->chip);
    assert(entry->digest == NULL || zkb_fr_equal(out, entry->digest));
}

zkb_status zkb_table_key_init(zkb_table_key *key, const zkb_chip_key *chips, size_t chip_count,
                              const zkb_fr *srs_digest, zkb_error *error)
{
    zkb_fr digests[ZKB_MAX_CHIPS];
    uint64_t heights[ZKB_MAX_CHIPS];
    ZKB_TRY(check_chips(chips, chip_count, error));
    *key = (zkb_table_key){.chips = chips, .chip_count = chip_count, .srs_digest = *srs_digest};
    for (size_t i = 0; i < chip_count; i++) {
        chip_digest(&digests[i], &chips[i]);
        heights[i] = chips[i].chip->preprocessed_count == 0 ? 0 : chips[i].log_height;
    }
    zkb_transcript t;
    zkb_transcript_init(&t, "zkbpf.table-key.v2");
    zkb_transcript_absorb_fr(&t, srs_digest, 1);
    zkb_transcript_absorb_fr(&t, digests, chip_count);
    zkb_transcript_absorb_u64(&t, heights, chip_count);
    for (size_t i = 0; i < chip_count; i++) {
        if (chips[i].chip->preprocessed_count != 0) { /* as its digest says */
            zkb_transcript_absorb_g1(
                &t, chips[i].preprocessed,
                zkb_key_stack_count(chips[i].chip->preprocessed_count, chips[i].log_height));
        }
    }
    zkb_transcript_challenge(&key->digest, &t);
    return ZKB_OK;
}

size_t zkb_table_key_find(const zkb_table_key *key, const zkb_chip *chip)
{
    size_t i = 0;
    while (i < key->chip_count && key->chips[i].chip != chip) {
        i++;
    }
    return i;
}
