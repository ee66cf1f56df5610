/* The content of every segment of a run, as commitments, between two chunks. Segments that are not
 * in the map hold zeros: the identity. */
#ifndef ZKB_MACHINE_SEGMENT_MAP_H
#define ZKB_MACHINE_SEGMENT_MAP_H

#include "machine/run_proof.h"

typedef struct zkb_segment_entry {
    uint64_t base;
    zkb_g1_affine content;
} zkb_segment_entry;

typedef struct zkb_segment_map {
    zkb_segment_entry *entries; /* rising by base; owned */
    size_t count, capacity;
} zkb_segment_map;

/* The content at the start of a run; commitments one per segment of each input. */
zkb_status zkb_segment_map_init(zkb_segment_map *map, const zkb_program_record *record,
                                const zkb_run_lengths *lengths,
                                const zkb_g1_affine *public_segments,
                                const zkb_g1_affine *private_segments,
                                zkb_error *error) ZKB_MUST_USE;
/* Makes entries for all segments that the chunks name, those that had none with zeros: no later set
 * has to insert, which would take quadratic time for a proof that names them in falling order. */
zkb_status zkb_segment_map_cover(zkb_segment_map *map, const zkb_run_proof *proof,
                                 zkb_error *error) ZKB_MUST_USE;
void zkb_segment_map_clear(zkb_segment_map *map);

void zkb_segment_map_get(zkb_g1_affine *out, const zkb_segment_map *map, uint64_t base);
zkb_status zkb_segment_map_set(zkb_segment_map *map, uint64_t base, const zkb_g1_affine *content,
                               zkb_error *error) ZKB_MUST_USE;

#endif
