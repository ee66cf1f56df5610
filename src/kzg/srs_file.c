#include "kzg/srs_file.h"

#include "base/bytes_inline.h"
#include "base/checksum.h"
#include "base/parallel.h"
#include "kzg/srs_check.h"

#include <string.h>

/* Offsets in the header. */
enum {
    AT_MAGIC = 0,
    AT_VERSION = 8,
    AT_K = 12,
    AT_SIZE = 16,
    AT_CHECKSUM = 32,
    AT_TAU_G2 = 64,
    AT_DIGEST = 192,
    VERSION = 1
};
static const uint8_t magic[8] = {'z', 'k', 'b', '-', 's', 'r', 's', 0};

_Static_assert(sizeof(zkb_g1_affine) == 64, "points in the file are points in memory");

/* Of the file with the checksum's own bytes taken as zero. */
static void checksum_file(uint8_t out[ZKB_CHECKSUM_SIZE], const uint8_t *header, const void *points,
                          size_t points_size)
{
    uint8_t blank[ZKB_SRS_HEADER_SIZE];
    zkb_checksum checksum;
    memcpy(blank, header, sizeof blank);
    memset(blank + AT_CHECKSUM, 0, ZKB_CHECKSUM_SIZE);
    zkb_checksum_init(&checksum);
    zkb_checksum_add(&checksum, blank, sizeof blank);
    zkb_checksum_add(&checksum, points, points_size);
    zkb_checksum_finish(out, &checksum);
}

zkb_status zkb_srs_write(const char *path, const zkb_g1_affine *powers, unsigned k,
                         const zkb_g2_affine *tau_g2, zkb_error *error)
{
    uint8_t header[ZKB_SRS_HEADER_SIZE] = {0};
    zkb_fr digest;
    zkb_file_writer writer;
    const size_t points_size = sizeof *powers << k;
    memcpy(header + AT_MAGIC, magic, sizeof magic);
    zkb_store32(header + AT_VERSION, VERSION);
    zkb_store32(header + AT_K, k);
    zkb_store64(header + AT_SIZE, ZKB_SRS_HEADER_SIZE + points_size);
    zkb_g2_encode(header + AT_TAU_G2, tau_g2);
    zkb_srs_digest(&digest, &powers[1], tau_g2);
    zkb_fr_to_bytes(header + AT_DIGEST, &digest);
    checksum_file(header + AT_CHECKSUM, header, powers, points_size);
    ZKB_TRY(zkb_file_writer_open(&writer, path, error));
    zkb_status status = zkb_file_writer_write(&writer, header, sizeof header, error);
    if (status == ZKB_OK) {
        status = zkb_file_writer_write(&writer, powers, points_size, error);
    }
    if (status != ZKB_OK) {
        zkb_file_writer_abort(&writer);
        return status;
    }
    return zkb_file_writer_commit(&writer, error);
}

static zkb_status bad(zkb_error *error, const char *name, const char *reason)
{
    return zkb_fail(error, ZKB_ERROR_FORMAT, "setup", ZKB_NO_INDEX,
                    "%s: %s; make it anew with 'zkbpf setup'", name, reason);
}

/* Everything that can be said without reading the points. */
static zkb_status parse_header(zkb_srs *srs, const uint8_t *data, size_t size, const char *name,
                               zkb_error *error)
{
    if (size < ZKB_SRS_HEADER_SIZE || memcmp(data + AT_MAGIC, magic, sizeof magic) != 0) {
        return bad(error, name, "not a setup file of zkbpf");
    }
    if (zkb_load32(data + AT_VERSION) != VERSION) {
        return bad(error, name, "a setup file of another version");
    }
    srs->k = zkb_load32(data + AT_K);
    if (srs->k < ZKB_SRS_MIN_K || srs->k > ZKB_SRS_MAX_K) {
        return bad(error, name, "k is out of range");
    }
    srs->size = (size_t)1 << srs->k;
    const uint64_t expected = ZKB_SRS_HEADER_SIZE + sizeof(zkb_g1_affine) * srs->size;
    if (zkb_load64(data + AT_SIZE) != expected || size != expected) {
        return bad(error, name, size < expected ? "truncated" : "longer than it says");
    }
    return ZKB_OK;
}

zkb_status zkb_srs_parse(zkb_srs *srs, const uint8_t *data, size_t size, const char *name,
                         zkb_error *error)
{
    uint8_t checksum[ZKB_CHECKSUM_SIZE];
    zkb_fr stored;
    *srs = (zkb_srs){0};
    ZKB_TRY(parse_header(srs, data, size, name, error));
    srs->g1 = (const zkb_g1_affine *)(const void *)(data + ZKB_SRS_HEADER_SIZE);
    checksum_file(checksum, data, srs->g1, size - ZKB_SRS_HEADER_SIZE);
    if (memcmp(checksum, data + AT_CHECKSUM, sizeof checksum) != 0) {
        return bad(error, name, "damaged (the checksum does not match)");
    }
    if (!zkb_g2_decode(&srs->tau_g2, data + AT_TAU_G2)) {
        return bad(error, name, "[tau]_2 is not a point of G2");
    }
    const size_t checked = srs->size < ZKB_SRS_CHECKED_POWERS ? srs->size : ZKB_SRS_CHECKED_POWERS;
    ZKB_TRY(zkb_srs_check_powers(srs->g1, checked, &srs->tau_g2, name, 1, error));
    if (zkb_srs_order_is_small(srs->g1, srs->size)) {
        return bad(error, name, "tau has a small order");
    }
    zkb_srs_derive(srs);
    if (!zkb_fr_from_bytes(&stored, data + AT_DIGEST) || !zkb_fr_equal(&stored, &srs->digest)) {
        return bad(error, name, "the digest does not match the points");
    }
    return ZKB_OK;
}

zkb_status zkb_srs_open(zkb_srs *srs, const char *path, zkb_error *error)
{
    zkb_file_map map;
    *srs = (zkb_srs){0};
    ZKB_TRY(zkb_file_map_open(&map, path, error));
    const zkb_status status = zkb_srs_parse(srs, map.data, map.size, path, error);
    if (status != ZKB_OK) {
        zkb_file_map_close(&map);
        *srs = (zkb_srs){0};
        return status;
    }
    srs->map = map;
    return ZKB_OK;
}

/* Uniform in Fr by rejection. */
static zkb_status random_scalar(zkb_fr *out, zkb_error *error)
{
    uint8_t bytes[32];
    zkb_status status = ZKB_OK;
    do {
        status = zkb_srs_random(bytes, sizeof bytes, error);
        bytes[31] &= 0x3f;
    } while (status == ZKB_OK && !zkb_fr_from_bytes(out, bytes));
    explicit_bzero(bytes, sizeof bytes);
    return status;
}

zkb_status zkb_srs_generate(const char *path, unsigned k, unsigned threads, zkb_error *error)
{
    zkb_fr tau;
    zkb_srs srs;
    ZKB_TRY(random_scalar(&tau, error));
    zkb_status status = zkb_srs_from_tau(&srs, &tau, k, zkb_parallel_wanted(threads), error);
    explicit_bzero(&tau, sizeof tau);
    ZKB_TRY(status);
    status = zkb_srs_write(path, srs.g1, k, &srs.tau_g2, error);
    zkb_srs_close(&srs);
    return status;
}
