#include "kzg/ptau.h"

#include "base/bytes_inline.h"
#include "kzg/srs_check.h"
#include "kzg/srs_file.h"

#include <stdlib.h>
#include <string.h>

enum { SECTION_HEADER = 1, SECTION_TAU_G1 = 2, SECTION_TAU_G2 = 3, SECTIONS = 4 };
enum { FILE_HEADER = 12, SECTION_START = 12, PRIME_SIZE = 32, MAX_POWER = ZKB_SRS_MAX_K };
enum { HEADER_SIZE = 4 + PRIME_SIZE + 4 };

typedef struct section {
    uint64_t offset; /* of its content; 0 when there is no such section */
    uint64_t size;
} section;

static zkb_status bad(zkb_error *error, const zkb_file_reader *file, uint64_t offset,
                      const char *reason)
{
    return zkb_fail(error, ZKB_ERROR_FORMAT, "ptau", offset, "%s: offset %llu: %s", file->name,
                    (unsigned long long)offset, reason);
}

/* Sections may stand in any order; those that are not needed are passed over. */
static zkb_status find_sections(section out[SECTIONS], const zkb_file_reader *file,
                                zkb_error *error)
{
    uint8_t bytes[12];
    if (file->size < FILE_HEADER) {
        return bad(error, file, 0, "not a powers-of-tau file");
    }
    ZKB_TRY(zkb_file_reader_at(bytes, FILE_HEADER, file, 0, error));
    if (memcmp(bytes, "ptau", 4) != 0) {
        return bad(error, file, 0, "not a powers-of-tau file");
    }
    if (zkb_load32(bytes + 4) != 1) {
        return bad(error, file, 4, "a powers-of-tau file of another version than 1");
    }
    const uint32_t count = zkb_load32(bytes + 8);
    uint64_t at = FILE_HEADER;
    for (uint32_t i = 0; i < count; i++) {
        if (file->size - at < SECTION_START) {
            return bad(error, file, at, "truncated in a section's header");
        }
        ZKB_TRY(zkb_file_reader_at(bytes, SECTION_START, file, at, error));
        const uint32_t type = zkb_load32(bytes);
        const uint64_t length = zkb_load64(bytes + 4);
        if (length > file->size - at - SECTION_START) {
            return bad(error, file, at, "truncated: a section is longer than the file");
        }
        if (type < SECTIONS && type != 0) {
            if (out[type].offset != 0) {
                return bad(error, file, at, "a section comes twice");
            }
            out[type] = (section){at + SECTION_START, length};
        }
        at += SECTION_START + length;
    }
    if (at != file->size) {
        return bad(error, file, at, "bytes after the last section");
    }
    return ZKB_OK;
}

static zkb_status parse_header(zkb_ptau *ptau, const section *header, const zkb_file_reader *file,
                               zkb_error *error)
{
    static const uint64_t prime[4] = {ZKB_FQ_P0, ZKB_FQ_P1, ZKB_FQ_P2, ZKB_FQ_P3};
    uint8_t bytes[HEADER_SIZE];
    if (header->offset == 0 || header->size < 4) {
        return bad(error, file, 0, "no header section");
    }
    if (header->size < HEADER_SIZE) {
        return zkb_fail(error, ZKB_ERROR_UNSUPPORTED, "ptau", header->offset,
                        "%s: of another curve than BN254 (bn128)", file->name);
    }
    ZKB_TRY(zkb_file_reader_at(bytes, sizeof bytes, file, header->offset, error));
    if (zkb_load32(bytes) != PRIME_SIZE || memcmp(bytes + 4, prime, sizeof prime) != 0) {
        return zkb_fail(error, ZKB_ERROR_UNSUPPORTED, "ptau", header->offset,
                        "%s: of another curve than BN254 (bn128)", file->name);
    }
    const uint32_t power = zkb_load32(bytes + 4 + PRIME_SIZE);
    if (power < 1 || power > MAX_POWER) {
        return bad(error, file, header->offset, "the power is not in 1..28");
    }
    ptau->power = power;
    return ZKB_OK;
}

zkb_status zkb_ptau_parse(zkb_ptau *ptau, const zkb_file_reader *file, zkb_error *error)
{
    section sections[SECTIONS] = {{0}};
    *ptau = (zkb_ptau){0};
    ZKB_TRY(find_sections(sections, file, error));
    ZKB_TRY(parse_header(ptau, &sections[SECTION_HEADER], file, error));
    const section *g1 = &sections[SECTION_TAU_G1];
    const section *g2 = &sections[SECTION_TAU_G2];
    const uint64_t count = (uint64_t)1 << ptau->power;
    if (g1->offset == 0 || g1->size != 64 * (2 * count - 1)) {
        return bad(error, file, g1->offset,
                   "the section of powers in G1 does not have the size that the header gives");
    }
    if (g2->offset == 0 || g2->size != 128 * count) {
        return bad(error, file, g2->offset,
                   "the section of powers in G2 does not have the size that the header gives");
    }
    ptau->tau_g1 = g1->offset;
    ptau->tau_g2 = g2->offset;
    return ZKB_OK;
}

/* Four coordinates in Montgomery form to a point; false when one is not below the prime. */
static bool load_g2(zkb_g2_affine *out, const uint8_t *bytes)
{
    zkb_fq *coordinates[4] = {&out->x.c0, &out->x.c1, &out->y.c0, &out->y.c1};
    for (size_t i = 0; i < 4; i++) {
        zkb_fq reduced;
        memcpy(coordinates[i], bytes + 32 * i, 32);
        zkb_fq_reduce_once_(&reduced, coordinates[i], 0);
        if (!zkb_fq_equal(&reduced, coordinates[i])) {
            return false;
        }
    }
    return true;
}

zkb_status zkb_ptau_powers(zkb_g1_affine *powers, zkb_g2_affine *tau_g2, const zkb_ptau *ptau,
                           const zkb_file_reader *file, unsigned k, unsigned threads,
                           zkb_error *error)
{
    uint8_t bytes[2 * 128];
    zkb_g2_affine first;
    ZKB_TRY(zkb_file_reader_at(bytes, sizeof bytes, file, ptau->tau_g2, error));
    if (!load_g2(&first, bytes) || !zkb_g2_affine_equal(&first, &zkb_g2_generator)) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "ptau", ZKB_NO_INDEX,
                        "%s: the first point of G2 is not the generator", file->name);
    }
    if (!load_g2(tau_g2, bytes + 128)) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "ptau", ZKB_NO_INDEX,
                        "%s: [tau]_2 is not a point of G2", file->name);
    }
    ZKB_TRY(zkb_file_reader_at(powers, sizeof *powers << k, file, ptau->tau_g1, error));
    return zkb_srs_check_powers(powers, (size_t)1 << k, tau_g2, file->name, threads, error);
}

static zkb_status convert(const char *path, const zkb_ptau *ptau, const zkb_file_reader *file,
                          unsigned k, unsigned threads, zkb_error *error)
{
    zkb_g2_affine tau_g2;
    zkb_g1_affine *powers = aligned_alloc(64, sizeof *powers << k);
    if (powers == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "ptau", ZKB_NO_INDEX,
                        "%s: no memory for 2^%u points", file->name, k);
    }
    zkb_status status = zkb_ptau_powers(powers, &tau_g2, ptau, file, k, threads, error);
    if (status == ZKB_OK) {
        status = zkb_srs_write(path, powers, k, &tau_g2, error);
    }
    free(powers);
    return status;
}

zkb_status zkb_srs_import_ptau(const char *path, const char *ptau_path, unsigned k,
                               unsigned threads, zkb_error *error)
{
    zkb_file_reader file;
    zkb_ptau ptau;
    ZKB_TRY(zkb_file_reader_open(&file, ptau_path, error));
    zkb_status status = zkb_ptau_parse(&ptau, &file, error);
    if (status == ZKB_OK && k > ptau.power) {
        status = zkb_fail(error, ZKB_ERROR_ARGUMENT, "ptau", ZKB_NO_INDEX,
                          "%s: holds 2^%u powers, fewer than the 2^%u asked for", ptau_path,
                          ptau.power, k);
    }
    if (status == ZKB_OK) {
        status = convert(path, &ptau, &file, k == 0 ? ptau.power : k, threads, error);
    }
    zkb_file_reader_close(&file);
    return status;
}

zkb_status zkb_srs_ptau_power(unsigned *power, const char *ptau_path, zkb_error *error)
{
    zkb_file_reader file;
    zkb_ptau ptau;
    ZKB_TRY(zkb_file_reader_open(&file, ptau_path, error));
    const zkb_status status = zkb_ptau_parse(&ptau, &file, error);
    zkb_file_reader_close(&file);
    *power = status == ZKB_OK ? ptau.power : 0;
    return status;
}
