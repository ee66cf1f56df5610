#include "kzg/srs_file.h"

#include "base/bytes_inline.h"
#include "kzg/srs_check.h"

#include <assert.h>

_Static_assert(sizeof(zkb_g1_affine) == 64, "points in the file are points in memory");

void zkb_srs_checksum_header(zkb_checksum *checksum, const uint8_t header[ZKB_SRS_HEADER_SIZE])
{
    uint8_t blank[ZKB_SRS_HEADER_SIZE];
    memcpy(blank, header, sizeof blank);
    memset(blank + ZKB_SRS_AT_CHECKSUM, 0, ZKB_CHECKSUM_SIZE);
    zkb_checksum_init(checksum);
    zkb_checksum_add(checksum, blank, sizeof blank);
}

static zkb_status bad(zkb_error *error, const char *name, const char *reason)
{
    return zkb_fail(error, ZKB_ERROR_FORMAT, "setup", ZKB_NO_INDEX,
                    "%s: %s; make it anew with 'zkbpf setup'", name, reason);
}

static bool all_zero(const uint8_t *bytes, size_t from, size_t to)
{
    uint8_t any = 0;
    for (size_t i = from; i < to; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

zkb_status zkb_srs_reader_begin(zkb_srs_reader *reader, zkb_srs *srs,
                                const uint8_t header[ZKB_SRS_HEADER_SIZE], uint64_t file_size,
                                unsigned k, const char *name, zkb_error *error)
{
    *srs = (zkb_srs){0};
    *reader = (zkb_srs_reader){.srs = srs, .name = name};
    memcpy(reader->header, header, sizeof reader->header);
    header = reader->header; /* read once: the caller's memory may change */
    if (memcmp(header, ZKB_SRS_MAGIC, sizeof ZKB_SRS_MAGIC) != 0) {
        return bad(error, name, "not a setup file of zkbpf");
    }
    if (zkb_load32(header + ZKB_SRS_AT_VERSION) != ZKB_SRS_VERSION) {
        return bad(error, name, "a setup file of another version");
    }
    reader->k = zkb_load32(header + ZKB_SRS_AT_K);
    if (reader->k < ZKB_SRS_MIN_K || reader->k > ZKB_SRS_MAX_K) {
        return bad(error, name, "k is out of range");
    }
    const uint64_t expected = ZKB_SRS_HEADER_SIZE + ((uint64_t)sizeof(zkb_g1_affine) << reader->k);
    if (zkb_load64(header + ZKB_SRS_AT_SIZE) != expected) {
        return bad(error, name, "its size field does not match its k");
    }
    if (file_size != expected) {
        return bad(error, name, file_size < expected ? "truncated" : "longer than it says");
    }
    if (!all_zero(header, ZKB_SRS_AT_RESERVED, ZKB_SRS_AT_CHECKSUM) ||
        !all_zero(header, ZKB_SRS_AT_RESERVED_TOO, ZKB_SRS_HEADER_SIZE)) {
        return bad(error, name, "a reserved byte is not zero");
    }
    zkb_srs_checksum_header(&reader->checksum, header);
    return zkb_srs_alloc(srs, k < reader->k ? k : reader->k, error);
}

static void look_at(zkb_srs_reader *reader, const void *points, size_t count)
{
    const uint8_t *bytes = points;
    zkb_checksum_add(&reader->checksum, bytes, count * sizeof reader->last);
    for (size_t i = 0; i < count; i++) {
        memcpy(&reader->last, bytes + i * sizeof reader->last, sizeof reader->last);
        reader->repeats |= reader->seen + i != 0 &&
                           memcmp(&reader->last, &zkb_g1_generator, sizeof reader->last) == 0;
    }
    reader->seen += count;
}

void zkb_srs_reader_points(zkb_srs_reader *reader, const uint8_t *points, size_t count)
{
    zkb_srs *srs = reader->srs;
    const size_t left = reader->seen < srs->size ? srs->size - reader->seen : 0;
    const size_t kept = count < left ? count : left;
    assert(count <= ((size_t)1 << reader->k) - reader->seen);
    if (kept != 0) { /* copies are checked, whatever the caller's memory becomes meanwhile */
        zkb_g1_affine *copies = srs->owned + reader->seen;
        memcpy(copies, points, kept * sizeof *copies);
        look_at(reader, copies, kept);
    }
    look_at(reader, points + kept * sizeof *srs->owned, count - kept);
}

zkb_status zkb_srs_reader_end(zkb_srs_reader *reader, zkb_error *error)
{
    zkb_srs *srs = reader->srs;
    const char *name = reader->name;
    uint8_t checksum[ZKB_CHECKSUM_SIZE];
    zkb_fr stored;
    assert(reader->seen == (size_t)1 << reader->k);
    zkb_checksum_finish(checksum, &reader->checksum);
    if (memcmp(checksum, reader->header + ZKB_SRS_AT_CHECKSUM, sizeof checksum) != 0) {
        return bad(error, name, "damaged (the checksum does not match)");
    }
    if (!zkb_g2_decode(&srs->tau_g2, reader->header + ZKB_SRS_AT_TAU_G2)) {
        return bad(error, name, "[tau]_2 is not a point of G2");
    }
    const size_t checked = srs->size < ZKB_SRS_CHECKED_POWERS ? srs->size : ZKB_SRS_CHECKED_POWERS;
    ZKB_TRY(zkb_srs_check_powers(srs->g1, checked, &srs->tau_g2, name, 1, error));
    if (reader->repeats || zkb_srs_returns_after(&reader->last, &srs->tau_g2)) {
        return bad(error, name, "tau has a small order");
    }
    zkb_srs_derive(srs);
    if (!zkb_fr_from_bytes(&stored, reader->header + ZKB_SRS_AT_DIGEST) ||
        !zkb_fr_equal(&stored, &srs->digest)) {
        return bad(error, name, "the digest does not match the points");
    }
    return ZKB_OK;
}

static zkb_status parse(zkb_srs *srs, const uint8_t *data, size_t size, unsigned k,
                        const char *name, zkb_error *error)
{
    zkb_srs_reader reader;
    if (size < ZKB_SRS_HEADER_SIZE) {
        return bad(error, name, "not a setup file of zkbpf");
    }
    ZKB_TRY(zkb_srs_reader_begin(&reader, srs, data, size, k, name, error));
    zkb_srs_reader_points(&reader, data + ZKB_SRS_HEADER_SIZE, (size_t)1 << reader.k);
    return zkb_srs_reader_end(&reader, error);
}

zkb_status zkb_srs_parse(zkb_srs *srs, const uint8_t *data, size_t size, unsigned k,
                         const char *name, zkb_error *error)
{
    *srs = (zkb_srs){0};
    const zkb_status status = parse(srs, data, size, k, name, error);
    if (status != ZKB_OK) {
        zkb_srs_close(srs);
    }
    return status;
}
