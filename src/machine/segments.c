#include "machine/segments.h"

#include "base/log2_inline.h"
#include "kzg/commit.h"

#include <string.h>

enum { SEGMENT_WORDS = ZKB_SEGMENT_BYTES / 8, LOG_SEGMENT_WORDS = 13 };

uint32_t zkb_segments_of_bytes(uint64_t bytes)
{
    return (uint32_t)((bytes + ZKB_SEGMENT_BYTES - 1) / ZKB_SEGMENT_BYTES);
}

/* Whole segments of a region that is all of one kind. */
static uint32_t region_segments(const zkb_program_record *record, const zkb_run_lengths *lengths,
                                uint64_t region)
{
    switch (region << 32) {
    case ZKB_REGION_STACK:
        return zkb_segments_of_bytes((uint64_t)record->layout.frame_bytes *
                                     record->layout.max_frames);
    case ZKB_REGION_HEAP:
        return zkb_segments_of_bytes(record->layout.heap_bytes);
    case ZKB_REGION_PUBLIC_INPUT:
        return zkb_segments_of_bytes(lengths->public_bytes);
    case ZKB_REGION_PRIVATE_INPUT:
        return zkb_segments_of_bytes(lengths->private_bytes);
    case ZKB_REGION_OUTPUT:
        return zkb_segments_of_bytes(zkb_output_room(&record->layout));
    case ZKB_REGION_PROGRAM:
        return record->data_count;
    default:
        return 0;
    }
}

void zkb_segment_describe(zkb_segment_info *out, uint64_t base, uint32_t read_only_bytes,
                          uint32_t max_frames)
{
    const uint64_t address = base * 8;
    *out = (zkb_segment_info){.space = ZKB_SPACE_READ_WRITE,
                              .source = ZKB_SOURCE_ZERO,
                              .index = (uint32_t)((address & UINT32_MAX) / ZKB_SEGMENT_BYTES),
                              .log_words = LOG_SEGMENT_WORDS,
                              .chip = ZKB_CHIP_SEGMENT};
    if (base == ZKB_FRAME_SEGMENT) {
        out->space = ZKB_SPACE_FRAME;
        out->log_words = zkb_log2_ceil((uint64_t)max_frames * ZKB_FRAME_WORDS);
        return;
    }
    switch (address >> 32 << 32) {
    case ZKB_REGION_PUBLIC_INPUT:
        out->space = ZKB_SPACE_READ_ONLY;
        out->source = ZKB_SOURCE_PUBLIC;
        out->chip = ZKB_CHIP_SEGMENT_READ_ONLY;
        break;
    case ZKB_REGION_PRIVATE_INPUT:
        out->space = ZKB_SPACE_READ_ONLY;
        out->source = ZKB_SOURCE_PRIVATE;
        out->chip = ZKB_CHIP_SEGMENT_CHECKED;
        break;
    case ZKB_REGION_PROGRAM:
        out->source = ZKB_SOURCE_DATA;
        if (out->index < zkb_segments_of_bytes(read_only_bytes)) {
            out->space = ZKB_SPACE_READ_ONLY;
            out->chip = ZKB_CHIP_SEGMENT_READ_ONLY;
        }
        break;
    default:
        break;
    }
}

bool zkb_segment_find(zkb_segment_info *out, const zkb_program_record *record,
                      const zkb_run_lengths *lengths, uint64_t base)
{
    *out = (zkb_segment_info){.space = ZKB_SPACE_READ_WRITE};
    if (base >= (uint64_t)1 << 61 || base % SEGMENT_WORDS != 0) {
        return false;
    }
    zkb_segment_describe(out, base, record->read_only_bytes, record->layout.max_frames);
    return base == ZKB_FRAME_SEGMENT || out->index < region_segments(record, lengths, base >> 29);
}

void zkb_segment_instances(zkb_fr instances[ZKB_SEGMENT_INSTANCES], const zkb_segment_info *info,
                           uint64_t base, uint64_t private_bytes)
{
    zkb_fr_from_u64(&instances[0], info->space);
    zkb_fr_from_u64(&instances[1], base);
    if (info->chip == ZKB_CHIP_SEGMENT_CHECKED) {
        zkb_private_extent extent;
        zkb_private_extent_make(&extent, private_bytes, info->index);
        zkb_fr_from_u64(&instances[2], extent.words);
        for (unsigned j = 0; j < 4; j++) {
            zkb_fr_from_u64(&instances[3 + j], extent.weights[j]);
        }
    }
}

void zkb_private_extent_make(zkb_private_extent *out, uint64_t private_bytes, uint32_t index)
{
    const uint64_t before = (uint64_t)index * ZKB_SEGMENT_BYTES;
    const uint64_t rest = private_bytes > before ? private_bytes - before : 0;
    const uint32_t bytes = rest < ZKB_SEGMENT_BYTES ? (uint32_t)rest : ZKB_SEGMENT_BYTES;
    out->words = (bytes + 7) / 8;
    const uint32_t in_last = bytes + 8 - 8 * out->words;
    for (uint32_t j = 0; j < 4; j++) {
        out->weights[j] = in_last > 2 * j + 1 ? 0 : in_last == 2 * j + 1 ? 256 : 65536;
    }
}

zkb_status zkb_run_lengths_check(const zkb_run_lengths *lengths, const zkb_program_record *record,
                                 zkb_error *error)
{
    const char *field = NULL;
    uint64_t value = 0;
    if (lengths->public_bytes > ZKB_MAX_INPUT_BYTES) {
        field = "public input";
        value = lengths->public_bytes;
    } else if (lengths->private_bytes > ZKB_MAX_INPUT_BYTES) {
        field = "private input";
        value = lengths->private_bytes;
    } else if (lengths->output_bytes > zkb_output_room(&record->layout)) {
        field = "output";
        value = lengths->output_bytes;
    }
    return field == NULL ? ZKB_OK
                         : zkb_fail(error, ZKB_ERROR_FORMAT, "statement", ZKB_NO_INDEX,
                                    "statement: %s of %llu bytes is out of range", field,
                                    (unsigned long long)value);
}

size_t zkb_commit_bytes_scratch(unsigned threads)
{
    return zkb_commit_scratch(SEGMENT_WORDS, 64, threads) + zkb_arena_cost(ZKB_SEGMENT_BYTES);
}

zkb_status zkb_commit_bytes(zkb_g1_affine *out, const uint8_t *bytes, uint64_t count,
                            const zkb_srs *srs, zkb_arena *arena, unsigned threads,
                            zkb_error *error)
{
    const size_t mark = zkb_arena_mark(arena);
    uint64_t *words = zkb_arena_alloc(arena, SEGMENT_WORDS, sizeof *words);
    if (words == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "statement", ZKB_NO_INDEX, "arena too small");
    }
    zkb_status status = ZKB_OK;
    for (uint64_t done = 0; status == ZKB_OK && done < count; done += ZKB_SEGMENT_BYTES) {
        const uint64_t rest = count - done;
        const size_t part = rest < ZKB_SEGMENT_BYTES ? (size_t)rest : ZKB_SEGMENT_BYTES;
        const size_t length = (part + 7) / 8;
        words[length - 1] = 0;
        memcpy(words, bytes + done, part);
        const zkb_column_view view = {.cells = words, .length = length, .bits = 64};
        status = zkb_commit_column(out++, arena, srs, &view, threads, error);
    }
    zkb_arena_release(arena, mark);
    return status;
}
