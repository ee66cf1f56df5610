#include "kzg/srs_check.h"

#include "base/arena.h"
#include "base/os.h"
#include "curve/g1_batch.h"
#include "curve/msm.h"
#include "curve/pairing.h"

/* tau = 0, ±1, .., ±SMALL are told by walking multiples of the generator. */
enum { SMALL = 256 };

bool zkb_srs_same_ratio(const zkb_g1_affine *first, const zkb_g1_affine *next,
                        const zkb_g2_affine *tau_g2)
{
    zkb_g1_affine left[2] = {*next, *first};
    const zkb_g2_affine right[2] = {zkb_g2_generator, *tau_g2};
    zkb_g1_affine_neg(&left[1], &left[1]);
    return zkb_pairing_check(left, right, 2);
}

/* tau is told from the x coordinate, so that j and -j are one step. */
static bool small_multiple(const zkb_g1_affine *tau_g1)
{
    zkb_g1 multiple = ZKB_G1_IDENTITY;
    for (int j = 1; j <= SMALL; j++) {
        zkb_fq x;
        zkb_g1_add_affine(&multiple, &multiple, &zkb_g1_generator);
        zkb_fq_mul(&x, &tau_g1->x, &multiple.zz);
        if (zkb_fq_equal(&x, &multiple.x)) {
            return true;
        }
    }
    return false;
}

static bool canonical(const zkb_fq *a)
{
    zkb_fq reduced;
    zkb_fq_reduce_once_(&reduced, a, 0);
    return zkb_fq_equal(&reduced, a);
}

static bool usable_point(const zkb_g1_affine *p)
{
    return canonical(&p->x) && canonical(&p->y) && !zkb_g1_affine_is_identity(p) &&
           zkb_g1_affine_on_curve(p);
}

const char *zkb_srs_start_problem(const zkb_g1_affine powers[2], const zkb_g2_affine *tau_g2)
{
    if (!zkb_g1_affine_equal(&powers[0], &zkb_g1_generator)) {
        return "the first point is not the generator of G1";
    }
    if (zkb_g1_affine_is_identity(&powers[1])) {
        return "tau is zero";
    }
    if (!usable_point(&powers[1])) {
        return "[tau]_1 is not on the curve";
    }
    if (small_multiple(&powers[1])) {
        return "tau is a small number, so anyone can forge proofs";
    }
    if (zkb_g2_affine_is_identity(tau_g2) || !zkb_g2_affine_on_curve(tau_g2) ||
        !zkb_g2_affine_in_subgroup(tau_g2)) {
        return "[tau]_2 is not a point of G2";
    }
    if (!zkb_srs_same_ratio(&powers[0], &powers[1], tau_g2)) {
        return "[tau]_1 and [tau]_2 are of different setups";
    }
    return NULL;
}

bool zkb_srs_returns_after(const zkb_g1_affine *last, const zkb_g2_affine *tau_g2)
{
    return usable_point(last) && zkb_srs_same_ratio(last, &zkb_g1_generator, tau_g2);
}

/* The powers are points of the curve. Whether tau^i is 1 for an i from 1 to count. */
static bool order_is_small(const zkb_g1_affine *powers, size_t count, const zkb_g2_affine *tau_g2)
{
    for (size_t i = 1; i < count; i++) {
        if (zkb_g1_affine_equal(&powers[i], &zkb_g1_generator)) {
            return true;
        }
    }
    return zkb_srs_returns_after(&powers[count - 1], tau_g2);
}

static zkb_status scan_points(const zkb_g1_affine *powers, size_t count,
                              const zkb_g2_affine *tau_g2, const char *name, unsigned threads,
                              zkb_error *error)
{
    size_t good = 0;
    while (good < count && canonical(&powers[good].x) && canonical(&powers[good].y) &&
           !zkb_g1_affine_is_identity(&powers[good])) {
        good++;
    }
    good = zkb_g1_batch_on_curve(powers, good, threads);
    if (good != count) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "setup", good,
                        "%s: power %zu is not a point of the curve", name, good);
    }
    if (order_is_small(powers, count, tau_g2)) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "setup", ZKB_NO_INDEX,
                        "%s: tau has a small order: the generator comes again", name);
    }
    return ZKB_OK;
}

zkb_status zkb_srs_random(void *out, size_t size, zkb_error *error)
{
    return zkb_os_random(out, size) ? ZKB_OK
                                    : zkb_fail(error, ZKB_ERROR_IO, "setup", ZKB_NO_INDEX,
                                               "setup: the operating system gives no randomness");
}

/* sum_i c_i P_i and sum_i c_i P_(i+1), i < count - 1, c_i random. */
static zkb_status combine(zkb_g1_affine sums[2], zkb_arena *arena, const zkb_g1_affine *powers,
                          size_t count, unsigned threads, zkb_error *error)
{
    uint64_t *coefficients = zkb_arena_alloc(arena, count - 1, sizeof *coefficients);
    if (coefficients == NULL) {
        return zkb_fail(error, ZKB_ERROR_INTERNAL, "setup", ZKB_NO_INDEX,
                        "setup: the arena is too small for a check");
    }
    ZKB_TRY(zkb_srs_random(coefficients, (count - 1) * sizeof *coefficients, error));
    const zkb_msm_scalars terms = {.kind = ZKB_MSM_U64, .data = coefficients, .count = count - 1};
    for (size_t i = 0; i < 2; i++) {
        zkb_g1 sum;
        const zkb_msm_bases bases = {powers + i, count - 1};
        ZKB_TRY(zkb_msm(&sum, &bases, &terms, threads, arena, error));
        zkb_g1_to_affine(&sums[i], &sum);
    }
    return ZKB_OK;
}

zkb_status zkb_srs_check_ratios(const zkb_g1_affine *powers, size_t count,
                                const zkb_g2_affine *tau_g2, const char *name, unsigned threads,
                                zkb_error *error)
{
    zkb_arena arena;
    zkb_g1_affine sums[2];
    ZKB_TRY(zkb_arena_create(&arena,
                             zkb_arena_cost((count - 1) * sizeof(uint64_t)) +
                                 zkb_msm_scratch(ZKB_MSM_U64, count - 1, threads),
                             error));
    const zkb_status status = combine(sums, &arena, powers, count, threads, error);
    zkb_arena_destroy(&arena);
    ZKB_TRY(status);
    if (!zkb_srs_same_ratio(&sums[0], &sums[1], tau_g2)) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "setup", ZKB_NO_INDEX,
                        "%s: the points are not consecutive powers of one tau", name);
    }
    return ZKB_OK;
}

zkb_status zkb_srs_check_powers(const zkb_g1_affine *powers, size_t count,
                                const zkb_g2_affine *tau_g2, const char *name, unsigned threads,
                                zkb_error *error)
{
    const char *problem = zkb_srs_start_problem(powers, tau_g2);
    if (problem != NULL) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, "setup", ZKB_NO_INDEX, "%s: %s", name, problem);
    }
    ZKB_TRY(scan_points(powers, count, tau_g2, name, threads, error));
    return zkb_srs_check_ratios(powers, count, tau_g2, name, threads, error);
}

zkb_status zkb_srs_check_prefix(const zkb_srs *srs, size_t count, unsigned threads,
                                zkb_error *error)
{
    count = count < srs->size ? count : srs->size;
    if (count <= ZKB_SRS_CHECKED_POWERS) {
        return ZKB_OK;
    }
    ZKB_TRY(scan_points(srs->g1, count, &srs->tau_g2, "setup", threads, error));
    return zkb_srs_check_ratios(srs->g1, count, &srs->tau_g2, "setup", threads, error);
}
