#include "machine/segment_map.h"

#include <stdlib.h>
#include <string.h>

/* The index of the first entry whose base is not below `base`. */
static size_t lower_bound(const zkb_segment_map *map, uint64_t base)
{
    size_t low = 0;
    size_t high = map->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (map->entries[middle].base < base) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void zkb_segment_map_get(zkb_g1_affine *out, const zkb_segment_map *map, uint64_t base)
{
    const size_t at = lower_bound(map, base);
    *out = at < map->count && map->entries[at].base == base ? map->entries[at].content
                                                            : ZKB_G1_AFFINE_IDENTITY;
}

zkb_status zkb_segment_map_set(zkb_segment_map *map, uint64_t base, const zkb_g1_affine *content,
                               zkb_error *error)
{
    const size_t at = lower_bound(map, base);
    if (at < map->count && map->entries[at].base == base) {
        map->entries[at].content = *content;
        return ZKB_OK;
    }
    if (map->count == map->capacity) {
        const size_t capacity = map->capacity == 0 ? 64 : 2 * map->capacity;
        zkb_segment_entry *larger = realloc(map->entries, capacity * sizeof *larger);
        if (larger == NULL) {
            return zkb_fail(error, ZKB_ERROR_MEMORY, "verifier", ZKB_NO_INDEX, "out of memory");
        }
        map->entries = larger;
        map->capacity = capacity;
    }
    memmove(map->entries + at + 1, map->entries + at, (map->count - at) * sizeof *map->entries);
    map->entries[at] = (zkb_segment_entry){base, *content};
    map->count++;
    return ZKB_OK;
}

static zkb_status set_region(zkb_segment_map *map, uint64_t region, const zkb_g1_affine *content,
                             size_t count, zkb_error *error)
{
    for (size_t s = 0; s < count; s++) {
        ZKB_TRY(zkb_segment_map_set(map, (region + s * ZKB_SEGMENT_BYTES) / 8, &content[s], error));
    }
    return ZKB_OK;
}

static zkb_status set_all(zkb_segment_map *map, const zkb_program_record *record,
                          const zkb_run_lengths *lengths, const zkb_g1_affine *public_segments,
                          const zkb_g1_affine *private_segments, zkb_error *error)
{
    ZKB_TRY(set_region(map, ZKB_REGION_PROGRAM, record->data, record->data_count, error));
    ZKB_TRY(set_region(map, ZKB_REGION_PUBLIC_INPUT, public_segments,
                       zkb_segments_of_bytes(lengths->public_bytes), error));
    return set_region(map, ZKB_REGION_PRIVATE_INPUT, private_segments,
                      zkb_segments_of_bytes(lengths->private_bytes), error);
}

zkb_status zkb_segment_map_init(zkb_segment_map *map, const zkb_program_record *record,
                                const zkb_run_lengths *lengths,
                                const zkb_g1_affine *public_segments,
                                const zkb_g1_affine *private_segments, zkb_error *error)
{
    *map = (zkb_segment_map){0};
    const zkb_status status =
        set_all(map, record, lengths, public_segments, private_segments, error);
    if (status != ZKB_OK) {
        zkb_segment_map_clear(map);
    }
    return status;
}

static int compare_bases(const void *a, const void *b)
{
    const uint64_t x = ((const zkb_segment_entry *)a)->base;
    const uint64_t y = ((const zkb_segment_entry *)b)->base;
    return (x > y) - (x < y);
}

/* Appends the segments that a chunk names and that the first `known` entries, in order, lack. */
static void append_missing(zkb_segment_map *map, size_t known, const zkb_chunk_claim *chunk)
{
    const zkb_segment_map sorted = {map->entries, known, known};
    for (uint32_t s = 0; s < chunk->segment_count; s++) {
        const uint64_t base = chunk->segments[s].base;
        const size_t at = lower_bound(&sorted, base);
        if (at == known || map->entries[at].base != base) {
            map->entries[map->count++] = (zkb_segment_entry){base, ZKB_G1_AFFINE_IDENTITY};
        }
    }
}

zkb_status zkb_segment_map_cover(zkb_segment_map *map, const zkb_run_proof *proof, zkb_error *error)
{
    const size_t known = map->count;
    size_t most = known + 1;
    for (uint32_t n = 0; n < proof->header.chunk_count; n++) {
        most += proof->chunks[n].segment_count;
    }
    zkb_segment_entry *larger = realloc(map->entries, most * sizeof *larger);
    if (larger == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "verifier", ZKB_NO_INDEX, "out of memory");
    }
    map->entries = larger;
    map->capacity = most;
    for (uint32_t n = 0; n < proof->header.chunk_count; n++) {
        append_missing(map, known, &proof->chunks[n]);
    }
    if (map->count == known) {
        return ZKB_OK;
    }
    qsort(map->entries, map->count, sizeof *map->entries, compare_bases);
    size_t kept = 1;
    for (size_t i = 1; i < map->count; i++) { /* the same segment of several chunks once */
        if (map->entries[i].base != map->entries[kept - 1].base) {
            map->entries[kept++] = map->entries[i];
        }
    }
    map->count = kept;
    return ZKB_OK;
}

void zkb_segment_map_clear(zkb_segment_map *map)
{
    free(map->entries);
    *map = (zkb_segment_map){0};
}
