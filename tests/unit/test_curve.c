/* G1 and G2: vectors of an independent implementation, laws, encodings, the subgroup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "curve/g1.h"
#include "curve/g2.h"

#include "vectors/curve_vectors.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static uint64_t random_state = 0x9e3779b97f4a7c15u;

static uint64_t random64(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* Both groups through one text: G is g1 or g2, SIZE the uncompressed size. */
#define GROUP_TESTS(G, SIZE)                                                                       \
    static void G##_matches_vectors(void **state)                                                  \
    {                                                                                              \
        (void)state;                                                                               \
        for (size_t i = 0; i < COUNT(G##_mul); i++) {                                              \
            zkb_##G##_affine base;                                                                 \
            zkb_##G p;                                                                             \
            zkb_fr scalar;                                                                         \
            uint8_t bytes[SIZE];                                                                   \
            assert_true(zkb_##G##_decode(&base, G##_mul[i].point));                                \
            assert_true(zkb_fr_from_bytes(&scalar, G##_mul[i].scalar));                            \
            zkb_##G##_from_affine(&p, &base);                                                      \
            zkb_##G##_mul(&p, &p, &scalar);                                                        \
            zkb_##G##_to_affine(&base, &p);                                                        \
            zkb_##G##_encode(bytes, &base);                                                        \
            assert_memory_equal(bytes, G##_mul[i].product, SIZE);                                  \
        }                                                                                          \
        for (size_t i = 0; i < COUNT(G##_add); i++) {                                              \
            zkb_##G##_affine a, b, want, got;                                                      \
            zkb_##G p, q, s;                                                                       \
            assert_true(zkb_##G##_decode(&a, G##_add[i].a));                                       \
            assert_true(zkb_##G##_decode(&b, G##_add[i].b));                                       \
            assert_true(zkb_##G##_decode(&want, G##_add[i].sum));                                  \
            zkb_##G##_from_affine(&p, &a);                                                         \
            zkb_##G##_from_affine(&q, &b);                                                         \
            zkb_##G##_add(&s, &p, &q);                                                             \
            zkb_##G##_to_affine(&got, &s);                                                         \
            assert_true(zkb_##G##_affine_equal(&got, &want));                                      \
            zkb_##G##_add_affine(&s, &p, &b);                                                      \
            zkb_##G##_to_affine(&got, &s);                                                         \
            assert_true(zkb_##G##_affine_equal(&got, &want));                                      \
            zkb_##G##_double(&p, &p); /* leaves zz other than 1 */                                 \
            zkb_##G##_add(&s, &p, &q);                                                             \
            zkb_##G##_affine_neg(&a, &a);                                                          \
            zkb_##G##_add_affine(&s, &s, &a);                                                      \
            zkb_##G##_to_affine(&got, &s);                                                         \
            assert_true(zkb_##G##_affine_equal(&got, &want));                                      \
            zkb_##G##_add_affine(&p, &p, &a); /* 2a - a, operands in place */                      \
            zkb_##G##_add(&p, &q, &p);                                                             \
            assert_true(zkb_##G##_equal(&p, &s));                                                  \
        }                                                                                          \
    }                                                                                              \
    static void G##_scalars_distribute(void **state)                                               \
    {                                                                                              \
        (void)state;                                                                               \
        for (int i = 0; i < 20; i++) {                                                             \
            const uint64_t la[4] = {random64(), random64(), random64(), random64()};               \
            const uint64_t lb[4] = {random64(), random64(), random64(), random64() >> (i % 3)};    \
            zkb_fr a, b, c;                                                                        \
            zkb_##G p, pa, pb, pc;                                                                 \
            zkb_fr_from_limbs(&a, la);                                                             \
            zkb_fr_from_limbs(&b, lb);                                                             \
            zkb_fr_add(&c, &a, &b);                                                                \
            zkb_##G##_from_affine(&p, &zkb_##G##_generator);                                       \
            zkb_##G##_mul(&pa, &p, &a);                                                            \
            zkb_##G##_mul(&pb, &p, &b);                                                            \
            zkb_##G##_mul(&pc, &p, &c);                                                            \
            zkb_##G##_add(&pa, &pa, &pb);                                                          \
            assert_true(zkb_##G##_equal(&pa, &pc));                                                \
            zkb_##G##_mul_limbs(&pa, &p, la);                                                      \
            zkb_##G##_mul(&pb, &p, &a);                                                            \
            assert_true(zkb_##G##_equal(&pa, &pb));                                                \
            zkb_##G##_affine minus;                                                                \
            zkb_##G##_to_affine(&minus, &pb);                                                      \
            zkb_##G##_affine_neg(&minus, &minus);                                                  \
            zkb_##G##_from_affine(&pb, &minus);                                                    \
            assert_false(zkb_##G##_equal(&pa, &pb));                                               \
            zkb_##G##_add(&pa, &pa, &pb);                                                          \
            assert_true(zkb_##G##_is_identity(&pa));                                               \
            assert_false(zkb_##G##_equal(&pa, &pb));                                               \
        }                                                                                          \
    }                                                                                              \
    static void G##_batch_to_affine_matches_single(void **state)                                   \
    {                                                                                              \
        (void)state;                                                                               \
        zkb_##G points[9];                                                                         \
        zkb_##G##_affine got[9], want;                                                             \
        COORD_##G scratch[9];                                                                      \
        zkb_##G##_from_affine(&points[1], &zkb_##G##_generator);                                   \
        for (int i = 2; i < 9; i++) {                                                              \
            zkb_##G##_double(&points[i], &points[i - 1]);                                          \
        }                                                                                          \
        points[0] = points[5] = (zkb_##G){0};                                                      \
        zkb_##G##_batch_to_affine(got, points, 9, scratch);                                        \
        for (int i = 0; i < 9; i++) {                                                              \
            zkb_##G##_to_affine(&want, &points[i]);                                                \
            assert_true(zkb_##G##_affine_equal(&got[i], &want));                                   \
        }                                                                                          \
        zkb_##G##_batch_to_affine(got, points, 0, scratch);                                        \
    }                                                                                              \
    static void G##_encodings_round_trip(void **state)                                             \
    {                                                                                              \
        (void)state;                                                                               \
        zkb_##G p;                                                                                 \
        zkb_##G##_affine a, b;                                                                     \
        uint8_t bytes[SIZE];                                                                       \
        zkb_##G##_from_affine(&p, &zkb_##G##_generator);                                           \
        for (int i = 0; i < 40; i++) {                                                             \
            zkb_##G##_to_affine(&a, &p);                                                           \
            zkb_##G##_encode(bytes, &a);                                                           \
            assert_true(zkb_##G##_decode(&b, bytes));                                              \
            assert_true(zkb_##G##_affine_equal(&a, &b));                                           \
            bytes[random64() % SIZE] ^= (uint8_t)(1 + random64() % 255);                           \
            assert_false(zkb_##G##_decode(&b, bytes)); /* off the curve, or not canonical */       \
            zkb_##G##_double(&p, &p);                                                              \
        }                                                                                          \
    }                                                                                              \
    static void G##_identity_has_one_encoding(void **state)                                        \
    {                                                                                              \
        (void)state;                                                                               \
        const zkb_##G##_affine identity = {0};                                                     \
        zkb_##G##_affine b;                                                                        \
        uint8_t bytes[SIZE];                                                                       \
        zkb_##G##_encode(bytes, &identity);                                                        \
        assert_true(zkb_##G##_decode(&b, bytes));                                                  \
        assert_true(zkb_##G##_affine_is_identity(&b));                                             \
        for (size_t i = 0; i < SIZE * 8; i++) {                                                    \
            bytes[i / 8] ^= (uint8_t)(1u << (i % 8));                                              \
            assert_false(zkb_##G##_decode(&b, bytes));                                             \
            bytes[i / 8] ^= (uint8_t)(1u << (i % 8));                                              \
        }                                                                                          \
    }

#define COORD_g1 zkb_fq
#define COORD_g2 zkb_fq2
GROUP_TESTS(g1, 64)
GROUP_TESTS(g2, 128)

static void compressed_points_round_trip(void **state)
{
    (void)state;
    zkb_g1 p;
    zkb_g1_affine a, b;
    uint8_t bytes[32];
    int odd = 0;
    zkb_g1_from_affine(&p, &zkb_g1_generator);
    for (int i = 0; i < 40; i++) {
        zkb_g1_to_affine(&a, &p);
        zkb_g1_compress(bytes, &a);
        odd += bytes[31] >> 7;
        assert_true(zkb_g1_decompress(&b, bytes));
        assert_true(zkb_g1_affine_equal(&a, &b));
        bytes[31] ^= 0x80;
        assert_true(zkb_g1_decompress(&b, bytes));
        zkb_g1_affine_neg(&b, &b);
        assert_true(zkb_g1_affine_equal(&a, &b));
        bytes[31] ^= 0x40; /* the identity's bit on another point */
        assert_false(zkb_g1_decompress(&b, bytes));
        assert_true(zkb_g1_affine_is_identity(&b));
        zkb_g1_double(&p, &p);
    }
    assert_in_range(odd, 8, 32);
}

static void identity_has_one_compressed_form(void **state)
{
    (void)state;
    zkb_g1_affine b;
    uint8_t bytes[32];
    zkb_g1_compress(bytes, &ZKB_G1_AFFINE_IDENTITY);
    assert_true(zkb_g1_decompress(&b, bytes));
    assert_true(zkb_g1_affine_is_identity(&b));
    for (size_t i = 0; i < 256; i++) {
        bytes[i / 8] ^= (uint8_t)(1u << (i % 8));
        assert_false(zkb_g1_decompress(&b, bytes) && zkb_g1_affine_is_identity(&b));
        bytes[i / 8] ^= (uint8_t)(1u << (i % 8));
    }
    bytes[31] = 0; /* x = 0 has no point on the curve */
    assert_false(zkb_g1_decompress(&b, bytes));
}

/* The prime, little-endian. */
static const uint8_t prime[32] = {0x47, 0xfd, 0x7c, 0xd8, 0x16, 0x8c, 0x20, 0x3c, 0x8d, 0xca, 0x71,
                                  0x68, 0x91, 0x6a, 0x81, 0x97, 0x5d, 0x58, 0x81, 0x81, 0xb6, 0x45,
                                  0x50, 0xb8, 0x29, 0xa0, 0x31, 0xe1, 0x72, 0x4e, 0x64, 0x30};

/* bytes += the prime */
static void add_prime(uint8_t bytes[32])
{
    unsigned carry = 0;
    for (int i = 0; i < 32; i++) {
        carry += (unsigned)bytes[i] + prime[i];
        bytes[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

static void coordinates_at_or_above_the_prime_are_refused(void **state)
{
    (void)state;
    zkb_g1_affine a;
    zkb_g2_affine b;
    uint8_t bytes[128];
    for (size_t coordinate = 0; coordinate < 2; coordinate++) {
        zkb_g1_encode(bytes, &zkb_g1_generator);
        add_prime(bytes + 32 * coordinate);
        assert_false(zkb_g1_decode(&a, bytes));
    }
    for (size_t coordinate = 0; coordinate < 4; coordinate++) {
        zkb_g2_encode(bytes, &zkb_g2_generator);
        add_prime(bytes + 32 * coordinate);
        assert_false(zkb_g2_decode(&b, bytes));
    }
    zkb_g1_compress(bytes, &zkb_g1_generator);
    add_prime(bytes);
    assert_false(zkb_g1_decompress(&a, bytes));
}

/* About half of all x are on the curve; every decoded point is, and encodes to what was read. */
static void random_compressed_bytes_decode_to_themselves_or_not_at_all(void **state)
{
    (void)state;
    int accepted = 0;
    for (int i = 0; i < 400; i++) {
        uint8_t bytes[32], again[32];
        zkb_g1_affine a;
        for (size_t k = 0; k < sizeof bytes; k++) {
            bytes[k] = (uint8_t)random64();
        }
        bytes[31] = (uint8_t)((bytes[31] & 0x80) | (bytes[31] & 0x7f) % 0x30);
        if (zkb_g1_decompress(&a, bytes)) {
            accepted++;
            assert_true(zkb_g1_affine_on_curve(&a));
            zkb_g1_compress(again, &a);
            assert_memory_equal(bytes, again, sizeof bytes);
        }
    }
    assert_in_range(accepted, 150, 250);
}

/* Every count, with the identity and encodings of no point among them, against one at a time. */
static void batches_decompress_as_one_by_one(void **state)
{
    (void)state;
    enum { MOST = 150 };
    static uint8_t bytes[32 * MOST];
    zkb_g1_affine all[MOST], one;
    for (size_t i = 0; i < MOST; i++) {
        zkb_fr scalar;
        zkb_g1 p;
        zkb_fr_from_u64(&scalar, i % 9 == 0 ? 0 : random64());
        zkb_g1_from_affine(&p, &zkb_g1_generator);
        zkb_g1_mul(&p, &p, &scalar);
        zkb_g1_to_affine(&one, &p);
        zkb_g1_compress(bytes + 32 * i, &one);
    }
    for (size_t count = 0; count <= MOST; count++) {
        assert_int_equal(zkb_g1_batch_decompress(all, bytes, count), count);
        for (size_t i = 0; i < count; i++) {
            assert_true(zkb_g1_decompress(&one, bytes + 32 * i));
            assert_true(zkb_g1_affine_equal(&all[i], &one));
        }
    }
    for (size_t bad = 0; bad < MOST; bad++) {
        uint8_t saved[32];
        memcpy(saved, bytes + 32 * bad, 32);
        /* Above the prime; the identity with a bit more; an x that is on no point, or flipped. */
        for (int kind = 0; kind < 3; kind++) {
            memset(bytes + 32 * bad, kind == 0 ? 0xff : 0, 32);
            bytes[32 * bad] = (uint8_t)(kind == 2 ? 4 : bytes[32 * bad]);
            bytes[32 * bad + 31] = (uint8_t)(kind == 1 ? 0xc0 : bytes[32 * bad + 31]);
            assert_false(zkb_g1_decompress(&one, bytes + 32 * bad));
            assert_int_equal(zkb_g1_batch_decompress(all, bytes, MOST), bad);
            assert_true(zkb_g1_affine_is_identity(&all[bad]));
        }
        memcpy(bytes + 32 * bad, saved, 32);
    }
}

/* A point of the twist found without decoding: x counts up until x^3 + b is a square. Since the
 * cofactor is large, the points are off the subgroup; times the cofactor they are on it. */
static void g2_points_off_the_subgroup_are_refused(void **state)
{
    (void)state;
    static const uint64_t cofactor[4] = {0x345f2299c0f9fa8du, 0x06ceecda572a2489u,
                                         0xb85045b68181585eu, 0x30644e72e131a029u};
    for (size_t i = 0; i < COUNT(g2_off_subgroup); i++) {
        zkb_g2_affine a, b;
        zkb_g2 p;
        for (int c = 0; c < 4; c++) {
            zkb_fq *coordinate =
                c < 2 ? (c == 0 ? &a.x.c0 : &a.x.c1) : (c == 2 ? &a.y.c0 : &a.y.c1);
            assert_true(zkb_fq_from_bytes(coordinate, g2_off_subgroup[i].point + 32 * c));
        }
        assert_true(zkb_g2_affine_on_curve(&a));
        assert_false(zkb_g2_affine_in_subgroup(&a));
        assert_false(zkb_g2_decode(&b, g2_off_subgroup[i].point));
        zkb_g2_from_affine(&p, &a);
        zkb_g2_mul_limbs(&p, &p, cofactor);
        zkb_g2_to_affine(&b, &p);
        assert_false(zkb_g2_affine_is_identity(&b));
        assert_true(zkb_g2_affine_in_subgroup(&b));
        zkb_g2_add_affine(&p, &p, &a);
        zkb_g2_to_affine(&b, &p);
        assert_false(zkb_g2_affine_in_subgroup(&b));
    }
}

static void g2_psi_multiplies_by_q_on_the_subgroup(void **state)
{
    (void)state;
    static const uint64_t q[4] = {ZKB_FQ_P0, ZKB_FQ_P1, ZKB_FQ_P2, ZKB_FQ_P3};
    zkb_g2_affine a;
    zkb_g2 p, image;
    zkb_g2_from_affine(&p, &zkb_g2_generator);
    zkb_g2_mul_limbs(&p, &p, q);
    zkb_g2_affine_psi(&a, &zkb_g2_generator);
    zkb_g2_from_affine(&image, &a);
    assert_true(zkb_g2_equal(&p, &image));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compressed_points_round_trip),
        cmocka_unit_test(identity_has_one_compressed_form),
        cmocka_unit_test(g1_matches_vectors),
        cmocka_unit_test(g2_matches_vectors),
        cmocka_unit_test(g1_scalars_distribute),
        cmocka_unit_test(g2_scalars_distribute),
        cmocka_unit_test(g1_batch_to_affine_matches_single),
        cmocka_unit_test(g2_batch_to_affine_matches_single),
        cmocka_unit_test(g1_encodings_round_trip),
        cmocka_unit_test(g2_encodings_round_trip),
        cmocka_unit_test(g1_identity_has_one_encoding),
        cmocka_unit_test(g2_identity_has_one_encoding),
        cmocka_unit_test(coordinates_at_or_above_the_prime_are_refused),
        cmocka_unit_test(random_compressed_bytes_decode_to_themselves_or_not_at_all),
        cmocka_unit_test(batches_decompress_as_one_by_one),
        cmocka_unit_test(g2_points_off_the_subgroup_are_refused),
        cmocka_unit_test(g2_psi_multiplies_by_q_on_the_subgroup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
