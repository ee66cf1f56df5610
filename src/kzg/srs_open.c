/* Setups from files. */
#include "base/os/file.h"
#include "kzg/srs_file.h"

#include <stdlib.h>

/* Points that are read at a time. */
enum { PIECE = 4096, PIECE_BYTES = PIECE * 64 };

static zkb_status read_setup(zkb_srs *srs, const zkb_file_reader *file, unsigned k, uint8_t *buffer,
                             zkb_error *error)
{
    zkb_srs_reader reader;
    if (file->size < ZKB_SRS_HEADER_SIZE) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "setup", ZKB_NO_INDEX,
                        "%s: not a setup file of zkbpf", file->name);
    }
    ZKB_TRY(zkb_file_reader_at(buffer, ZKB_SRS_HEADER_SIZE, file, 0, error));
    ZKB_TRY(zkb_srs_reader_begin(&reader, srs, buffer, file->size, k, file->name, error));
    const size_t count = (size_t)1 << reader.k;
    for (size_t i = 0; i < count; i += PIECE) {
        const size_t points = count - i < PIECE ? count - i : PIECE;
        ZKB_TRY(zkb_file_reader_at(buffer, points * sizeof(zkb_g1_affine), file,
                                   ZKB_SRS_HEADER_SIZE + i * sizeof(zkb_g1_affine), error));
        zkb_srs_reader_points(&reader, buffer, points);
    }
    return zkb_srs_reader_end(&reader, error);
}

zkb_status zkb_srs_open_powers(zkb_srs *srs, const char *path, unsigned k, zkb_error *error)
{
    zkb_file_reader file;
    *srs = (zkb_srs){0};
    uint8_t *buffer = malloc(PIECE_BYTES);
    if (buffer == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "setup", ZKB_NO_INDEX, "%s: out of memory", path);
    }
    zkb_status status = zkb_file_reader_open(&file, path, error);
    if (status == ZKB_OK) {
        status = read_setup(srs, &file, k, buffer, error);
        zkb_file_reader_close(&file);
    }
    free(buffer);
    if (status != ZKB_OK) {
        zkb_srs_close(srs);
    }
    return status;
}

zkb_status zkb_srs_open(zkb_srs *srs, const char *path, zkb_error *error)
{
    return zkb_srs_open_powers(srs, path, ZKB_SRS_MAX_K, error);
}

/* ---- Handles ------------------------------------------------------------------------------ */

zkb_status zkb_srs_load_powers(zkb_srs **srs, const char *path, unsigned k, zkb_error *error)
{
    *srs = NULL;
    if (k < ZKB_SRS_MIN_K || k > ZKB_SRS_MAX_K) {
        return zkb_srs_bad_power(k, error);
    }
    zkb_srs *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "setup", ZKB_NO_INDEX, "%s: out of memory", path);
    }
    const zkb_status status = zkb_srs_open_powers(s, path, k, error);
    if (status != ZKB_OK) {
        free(s);
        return status;
    }
    *srs = s;
    return ZKB_OK;
}

zkb_status zkb_srs_load(zkb_srs **srs, const char *path, zkb_error *error)
{
    return zkb_srs_load_powers(srs, path, ZKB_SRS_MAX_K, error);
}
