/* Setups that are made: powers of a known tau, and their files. */
#include "base/arena.h"
#include "base/bytes_inline.h"
#include "base/os/file.h"
#include "base/parallel.h"
#include "curve/g1_batch.h"
#include "kzg/srs_check.h"
#include "kzg/srs_file.h"

#include <string.h>

/* out[i] = [tau^i]_1. Everything that tau could be read from is wiped. */
static zkb_status fill_powers(zkb_g1_affine *out, zkb_arena *arena, const zkb_fr *tau, size_t count,
                              unsigned threads, zkb_error *error)
{
    zkb_fr *scalars = zkb_arena_alloc(arena, count, sizeof *scalars);
    if (scalars == NULL) {
        return zkb_fail(error, ZKB_ERROR_INTERNAL, "setup", ZKB_NO_INDEX,
                        "setup: the arena is too small for the powers of tau");
    }
    scalars[0] = zkb_fr_one;
    for (size_t i = 1; i < count; i++) {
        zkb_fr_mul(&scalars[i], &scalars[i - 1], tau);
    }
    const zkb_status status =
        zkb_g1_fixed_base(out, &zkb_g1_generator, scalars, count, threads, arena, error);
    explicit_bzero(scalars, count * sizeof *scalars);
    const size_t left = zkb_g1_fixed_base_scratch(threads) - ZKB_ARENA_GAP;
    void *digits = zkb_arena_alloc(arena, left, 1); /* where the tables and digits were */
    if (digits != NULL) {
        explicit_bzero(digits, left);
    }
    return status;
}

static zkb_status make_powers(zkb_g1_affine *out, const zkb_fr *tau, size_t count, unsigned threads,
                              zkb_error *error)
{
    zkb_arena arena;
    ZKB_TRY(zkb_arena_create(
        &arena, zkb_arena_cost(count * sizeof(zkb_fr)) + zkb_g1_fixed_base_scratch(threads),
        error));
    const zkb_status status = fill_powers(out, &arena, tau, count, threads, error);
    zkb_arena_destroy(&arena);
    return status;
}

zkb_status zkb_srs_from_tau(zkb_srs *srs, const zkb_fr *tau, unsigned k, unsigned threads,
                            zkb_error *error)
{
    *srs = (zkb_srs){0};
    if (k < ZKB_SRS_MIN_K || k > ZKB_SRS_MAX_K) {
        return zkb_srs_bad_power(k, error);
    }
    ZKB_TRY(zkb_srs_alloc(srs, k, error));
    const zkb_status status = make_powers(srs->owned, tau, srs->size, threads, error);
    if (status != ZKB_OK) {
        zkb_srs_close(srs);
        return status;
    }
    zkb_g2 tau_g2;
    zkb_g2_from_affine(&tau_g2, &zkb_g2_generator);
    zkb_g2_mul(&tau_g2, &tau_g2, tau);
    zkb_g2_to_affine(&srs->tau_g2, &tau_g2);
    zkb_srs_derive(srs);
    return ZKB_OK;
}

zkb_status zkb_srs_write(const char *path, const zkb_g1_affine *powers, unsigned k,
                         const zkb_g2_affine *tau_g2, zkb_error *error)
{
    uint8_t header[ZKB_SRS_HEADER_SIZE] = {0};
    zkb_fr digest;
    zkb_checksum checksum;
    zkb_file_writer writer;
    const size_t points_size = sizeof *powers << k;
    memcpy(header, ZKB_SRS_MAGIC, sizeof ZKB_SRS_MAGIC);
    zkb_store32(header + ZKB_SRS_AT_VERSION, ZKB_SRS_VERSION);
    zkb_store32(header + ZKB_SRS_AT_K, k);
    zkb_store64(header + ZKB_SRS_AT_SIZE, ZKB_SRS_HEADER_SIZE + points_size);
    zkb_g2_encode(header + ZKB_SRS_AT_TAU_G2, tau_g2);
    zkb_srs_digest(&digest, &powers[1], tau_g2);
    zkb_fr_to_bytes(header + ZKB_SRS_AT_DIGEST, &digest);
    zkb_srs_checksum_header(&checksum, header);
    zkb_checksum_add(&checksum, powers, points_size);
    zkb_checksum_finish(header + ZKB_SRS_AT_CHECKSUM, &checksum);
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
    ZKB_TRY(zkb_parallel_wanted(&threads, threads, error));
    ZKB_TRY(random_scalar(&tau, error));
    zkb_status status = zkb_srs_from_tau(&srs, &tau, k, threads, error);
    explicit_bzero(&tau, sizeof tau);
    ZKB_TRY(status);
    status = zkb_srs_write(path, srs.g1, k, &srs.tau_g2, error);
    zkb_srs_close(&srs);
    return status;
}
