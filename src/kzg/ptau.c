#include "kzg/ptau.h"

#include "base/bytes_inline.h"
#include "kzg/srs_check.h"
#include "kzg/srs_file.h"

#include <stdlib.h>
#include <string.h>

enum { SECTION_HEADER = 1, SECTION_TAU_G1 = 2, SECTION_TAU_G2 = 3, SECTIONS = 4 };
enum { FILE_HEADER = 12, SECTION_START = 12, PRIME_SIZE = 32, MAX_POWER = 28 };

typedef struct section {
    const uint8_t *data;
    size_t size;
} section;

static zkb_status bad(zkb_error *error, const char *name, size_t offset, const char *reason)
{
    return zkb_fail(error, ZKB_ERROR_FORMAT, "ptau", offset, "%s: offset %zu: %s", name, offset,
                    reason);
}

/* Sections may stand in any order; those that are not needed are passed over. */
static zkb_status find_sections(section out[SECTIONS], const uint8_t *data, size_t size,
                                const char *name, zkb_error *error)
{
    if (size < FILE_HEADER || memcmp(data, "ptau", 4) != 0) {
        return bad(error, name, 0, "not a powers-of-tau file");
    }
    if (zkb_load32(data + 4) != 1) {
        return bad(error, name, 4, "a powers-of-tau file of another version than 1");
    }
    const uint32_t count = zkb_load32(data + 8);
    size_t at = FILE_HEADER;
    for (uint32_t i = 0; i < count; i++) {
        if (size - at < SECTION_START) {
            return bad(error, name, at, "truncated in a section's header");
        }
        const uint32_t type = zkb_load32(data + at);
        const uint64_t length = zkb_load64(data + at + 4);
        if (length > size - at - SECTION_START) {
            return bad(error, name, at, "truncated: a section is longer than the file");
        }
        if (type < SECTIONS && type != 0) {
            if (out[type].data != NULL) {
                return bad(error, name, at, "a section comes twice");
            }
            out[type] = (section){data + at + SECTION_START, (size_t)length};
        }
        at += SECTION_START + (size_t)length;
    }
    if (at != size) {
        return bad(error, name, at, "bytes after the last section");
    }
    return ZKB_OK;
}

static zkb_status parse_header(zkb_ptau *ptau, const section *header, const uint8_t *data,
                               const char *name, zkb_error *error)
{
    static const uint64_t prime[4] = {ZKB_FQ_P0, ZKB_FQ_P1, ZKB_FQ_P2, ZKB_FQ_P3};
    if (header->data == NULL || header->size < 4) {
        return bad(error, name, 0, "no header section");
    }
    const size_t offset = (size_t)(header->data - data);
    if (zkb_load32(header->data) != PRIME_SIZE || header->size < 4 + PRIME_SIZE + 4 ||
        memcmp(header->data + 4, prime, sizeof prime) != 0) {
        return zkb_fail(error, ZKB_ERROR_UNSUPPORTED, "ptau", offset,
                        "%s: of another curve than BN254 (bn128)", name);
    }
    const uint32_t power = zkb_load32(header->data + 4 + PRIME_SIZE);
    if (power < 1 || power > MAX_POWER) {
        return bad(error, name, offset, "the power is not in 1..28");
    }
    ptau->power = power;
    return ZKB_OK;
}

zkb_status zkb_ptau_parse(zkb_ptau *ptau, const uint8_t *data, size_t size, const char *name,
                          zkb_error *error)
{
    section sections[SECTIONS] = {{0}};
    *ptau = (zkb_ptau){0};
    ZKB_TRY(find_sections(sections, data, size, name, error));
    ZKB_TRY(parse_header(ptau, &sections[SECTION_HEADER], data, name, error));
    const section *g1 = &sections[SECTION_TAU_G1];
    const section *g2 = &sections[SECTION_TAU_G2];
    const size_t count = (size_t)1 << ptau->power;
    if (g1->data == NULL || g1->size != 64 * (2 * count - 1)) {
        return bad(error, name, g1->data == NULL ? 0 : (size_t)(g1->data - data),
                   "the section of powers in G1 has not the size that the header says");
    }
    if (g2->data == NULL || g2->size != 128 * count) {
        return bad(error, name, g2->data == NULL ? 0 : (size_t)(g2->data - data),
                   "the section of powers in G2 has not the size that the header says");
    }
    ptau->tau_g1 = g1->data;
    ptau->tau_g2 = g2->data;
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
                           unsigned k, const char *name, unsigned threads, zkb_error *error)
{
    zkb_g2_affine first;
    if (!load_g2(&first, ptau->tau_g2) || !zkb_g2_affine_equal(&first, &zkb_g2_generator)) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "ptau", ZKB_NO_INDEX,
                        "%s: the first point of G2 is not the generator", name);
    }
    if (!load_g2(tau_g2, ptau->tau_g2 + 128)) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "ptau", ZKB_NO_INDEX,
                        "%s: [tau]_2 is not a point of G2", name);
    }
    memcpy(powers, ptau->tau_g1, sizeof *powers << k);
    return zkb_srs_check_powers(powers, (size_t)1 << k, tau_g2, name, threads, error);
}

static zkb_status convert(const char *path, const zkb_ptau *ptau, unsigned k, const char *name,
                          unsigned threads, zkb_error *error)
{
    zkb_g2_affine tau_g2;
    zkb_g1_affine *powers = aligned_alloc(64, sizeof *powers << k);
    if (powers == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "ptau", ZKB_NO_INDEX,
                        "%s: no memory for 2^%u points", name, k);
    }
    zkb_status status = zkb_ptau_powers(powers, &tau_g2, ptau, k, name, threads, error);
    if (status == ZKB_OK) {
        status = zkb_srs_write(path, powers, k, &tau_g2, error);
    }
    free(powers);
    return status;
}

zkb_status zkb_srs_import_ptau(const char *path, const char *ptau_path, unsigned k,
                               unsigned threads, zkb_error *error)
{
    zkb_file_map map;
    zkb_ptau ptau;
    ZKB_TRY(zkb_file_map_open(&map, ptau_path, error));
    zkb_status status = zkb_ptau_parse(&ptau, map.data, map.size, ptau_path, error);
    if (status == ZKB_OK && k > ptau.power) {
        status = zkb_fail(error, ZKB_ERROR_ARGUMENT, "ptau", ZKB_NO_INDEX,
                          "%s: holds 2^%u powers, fewer than the 2^%u asked for", ptau_path,
                          ptau.power, k);
    }
    if (status == ZKB_OK) {
        status = convert(path, &ptau, k == 0 ? ptau.power : k, ptau_path, threads, error);
    }
    zkb_file_map_close(&map);
    return status;
}

zkb_status zkb_srs_ptau_power(unsigned *power, const char *ptau_path, zkb_error *error)
{
    zkb_file_map map;
    zkb_ptau ptau;
    ZKB_TRY(zkb_file_map_open(&map, ptau_path, error));
    const zkb_status status = zkb_ptau_parse(&ptau, map.data, map.size, ptau_path, error);
    zkb_file_map_close(&map);
    *power = status == ZKB_OK ? ptau.power : 0;
    return status;
}
