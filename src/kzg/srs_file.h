/* Reads and writes the setup as a file; docs/formats.md has the layout. */
#ifndef ZKB_KZG_SRS_FILE_H
#define ZKB_KZG_SRS_FILE_H

#include "base/checksum.h"
#include "kzg/srs.h"

#include <stdbool.h>

#define ZKB_SRS_HEADER_SIZE 512u
#define ZKB_SRS_MAGIC "zkb-srs" /* with its NUL */
#define ZKB_SRS_VERSION 1u

/* Offsets in the header, which begins with the magic. */
enum {
    ZKB_SRS_AT_VERSION = 8,
    ZKB_SRS_AT_K = 12,
    ZKB_SRS_AT_SIZE = 16,
    ZKB_SRS_AT_RESERVED = 24,
    ZKB_SRS_AT_CHECKSUM = 32,
    ZKB_SRS_AT_TAU_G2 = 64,
    ZKB_SRS_AT_DIGEST = 192,
    ZKB_SRS_AT_RESERVED_TOO = 224 /* to the end */
};

/* Writes 2^k powers; whole or not at all. */
zkb_status zkb_srs_write(const char *path, const zkb_g1_affine *powers, unsigned k,
                         const zkb_g2_affine *tau_g2, zkb_error *error) ZKB_MUST_USE;

/* Starts the checksum of a file: its header, with the checksum's own bytes taken as zero. */
void zkb_srs_checksum_header(zkb_checksum *checksum, const uint8_t header[ZKB_SRS_HEADER_SIZE]);

/* A file that is being read, piece by piece. */
typedef struct zkb_srs_reader {
    zkb_srs *srs;
    const char *name; /* for messages */
    uint8_t header[ZKB_SRS_HEADER_SIZE];
    unsigned k;         /* of the file */
    size_t seen;        /* points so far */
    zkb_g1_affine last; /* of those */
    bool repeats;       /* one of them, but the first, was the generator */
    zkb_checksum checksum;
} zkb_srs_reader;

/* Begins with the header, and the size of the whole file; makes room in *srs for the first 2^k
 * points, k at least 1, or all. The caller ends *srs with zkb_srs_close, whatever the outcome. */
zkb_status zkb_srs_reader_begin(zkb_srs_reader *reader, zkb_srs *srs,
                                const uint8_t header[ZKB_SRS_HEADER_SIZE], uint64_t file_size,
                                unsigned k, const char *name, zkb_error *error) ZKB_MUST_USE;
/* The next points, 64 bytes each, from any address; at most as many as are left. */
void zkb_srs_reader_points(zkb_srs_reader *reader, const uint8_t *points, size_t count);
/* After the last point: checks everything and fills the rest of *srs. */
zkb_status zkb_srs_reader_end(zkb_srs_reader *reader, zkb_error *error) ZKB_MUST_USE;

/* All of these for a file in memory, of which nothing is kept but copies. End *srs with
 * zkb_srs_close after ZKB_OK. */
zkb_status zkb_srs_parse(zkb_srs *srs, const uint8_t *data, size_t size, unsigned k,
                         const char *name, zkb_error *error) ZKB_MUST_USE;

#endif
