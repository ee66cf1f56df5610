/* Which memory segments a run has, and the map from segment to content that a verifier keeps from
 * chunk to chunk. */
#ifndef ZKB_MACHINE_SEGMENTS_H
#define ZKB_MACHINE_SEGMENTS_H

#include "machine/program_key.h"

/* Exact lengths of what goes in and out, part of every statement. */
typedef struct zkb_run_lengths {
    uint64_t public_bytes;
    uint64_t private_bytes;
    uint64_t output_bytes; /* at most zkb_output_room */
} zkb_run_lengths;

#define ZKB_MAX_INPUT_BYTES (UINT64_C(1) << 30)

/* A segment's name: ZKB_FRAME_SEGMENT, or the address of its first word divided by 8. Segments are
 * listed in rising order of this name. */
#define ZKB_FRAME_SEGMENT UINT64_C(0)

typedef enum zkb_segment_source {
    ZKB_SOURCE_ZERO, /* all zero at the start: stack, heap, output, frames */
    ZKB_SOURCE_DATA, /* of the program's record */
    ZKB_SOURCE_PUBLIC,
    ZKB_SOURCE_PRIVATE
} zkb_segment_source;

typedef struct zkb_segment_info {
    zkb_space space;
    zkb_segment_source source;
    uint32_t index;     /* of the segment in its source */
    unsigned log_words; /* height of its table */
    zkb_chip_id chip;   /* of its table */
} zkb_segment_info;

/* What a segment of this name is, in a program with so much read-only data and so many frames: the
 * one place that decides on its kind. Whether a run has such a segment, zkb_segment_find says. */
void zkb_segment_describe(zkb_segment_info *out, uint64_t base, uint32_t read_only_bytes,
                          uint32_t max_frames);

/* Instance constants of a segment's table: space and name, and of a checked one its extent in a
 * private input of private_bytes. */
#define ZKB_SEGMENT_INSTANCES 7u /* at most */
void zkb_segment_instances(zkb_fr instances[ZKB_SEGMENT_INSTANCES], const zkb_segment_info *info,
                           uint64_t base, uint64_t private_bytes);

/* Whether a chip is of tables of segments. */
static inline bool zkb_chip_is_segment(zkb_chip_id chip)
{
    return chip == ZKB_CHIP_SEGMENT || chip == ZKB_CHIP_SEGMENT_READ_ONLY ||
           chip == ZKB_CHIP_SEGMENT_CHECKED;
}

/* False when the run has no such segment. */
bool zkb_segment_find(zkb_segment_info *out, const zkb_program_record *record,
                      const zkb_run_lengths *lengths, uint64_t base);

/* Of the private segment `index`: how many of its words hold input, and the weights of the 16-bit
 * limbs of the last of them: 0 if the limb is input, 2^8 if its low byte is, 2^16 if none of it. */
typedef struct zkb_private_extent {
    uint32_t words;
    uint32_t weights[4];
} zkb_private_extent;
void zkb_private_extent_make(zkb_private_extent *out, uint64_t private_bytes, uint32_t index);

/* Lengths within bounds? ZKB_ERROR_FORMAT names the field. */
zkb_status zkb_run_lengths_check(const zkb_run_lengths *lengths, const zkb_program_record *record,
                                 zkb_error *error) ZKB_MUST_USE;

/* Segments that n bytes take. */
uint32_t zkb_segments_of_bytes(uint64_t bytes);

/* Commits to bytes, one commitment for each segment; out has zkb_segments_of_bytes(bytes). */
size_t zkb_commit_bytes_scratch(unsigned threads);
zkb_status zkb_commit_bytes(zkb_g1_affine *out, const uint8_t *bytes, uint64_t count,
                            const zkb_srs *srs, zkb_arena *arena, unsigned threads,
                            zkb_error *error) ZKB_MUST_USE;

#endif
