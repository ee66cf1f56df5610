/* Poseidon2 and the transcript against tests/vectors/transcript.txt, which
 * tests/vectors/transcript.py makes with Python integers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "backend.h"
#include "hash/poseidon2_kernels.h"
#include "base/bytes_inline.h"
#include "hash/poseidon2.h"
#include "hash/transcript.h"

static void hex_of(char text[65], const zkb_fr *a)
{
    uint64_t limbs[4];
    zkb_fr_to_limbs(limbs, a);
    (void)snprintf(text, 65, "%016lx%016lx%016lx%016lx", limbs[3], limbs[2], limbs[1], limbs[0]);
}

static void poseidon2_gives_the_published_answer(void **state)
{
    (void)state;
    char text[65];
    zkb_fr s[3];
    for (uint64_t i = 0; i < 3; i++) {
        zkb_fr_from_u64(&s[i], i);
    }
    zkb_poseidon2_permute(s);
    hex_of(text, &s[0]);
    assert_string_equal(text, "0bb61d24daca55eebcb1929a82650f328134334da98ea4f847f760054f4a3033");
}

static void expect(FILE *vectors, const zkb_fr *got)
{
    char want[80];
    char text[65];
    assert_int_equal(fscanf(vectors, "%79s", want), 1);
    hex_of(text, got);
    assert_string_equal(text, want);
}

static void walk_messages(FILE *vectors, zkb_transcript *t)
{
    zkb_fr c;
    zkb_fr values[6];
    uint64_t words[8];
    uint8_t bytes[100];
    static const size_t lengths[8] = {0, 1, 30, 31, 32, 62, 63, 100};
    for (size_t i = 0; i < 6; i++) {
        zkb_fr_from_u64(&values[i], 7 * i + 1);
    }
    for (size_t i = 0; i < 8; i++) {
        words[i] = UINT64_MAX - i;
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(3 * i + 250);
    }
    for (size_t n = 0; n < 6; n++) {
        zkb_transcript_absorb_fr(t, values, n);
        for (size_t i = 0; i < n; i++) {
            zkb_transcript_challenge(&c, t);
            expect(vectors, &c);
        }
    }
    for (size_t n = 0; n < 8; n++) {
        zkb_transcript_absorb_u64(t, words, n);
        zkb_transcript_challenge(&c, t);
        expect(vectors, &c);
    }
    for (size_t i = 0; i < 8; i++) {
        zkb_transcript_absorb_bytes(t, bytes, lengths[i]);
        zkb_transcript_challenge_128(&c, t);
        expect(vectors, &c);
    }
}

/* Two points with even y whose x are k and r + k: equal but for whether x is at least r. */
static void find_twins(zkb_g1_affine twins[2])
{
    static const uint64_t order[4] = {ZKB_FR_P0, ZKB_FR_P1, ZKB_FR_P2, ZKB_FR_P3};
    bool found = false;
    for (uint64_t k = 1; k < 100 && !found; k++) {
        found = true;
        for (uint64_t i = 0; i < 2 && found; i++) {
            uint8_t bytes[32] = {0};
            zkb_store64(bytes, k + i * order[0]);
            for (size_t j = 1; j < 4; j++) {
                zkb_store64(bytes + 8 * j, i * order[j]);
            }
            found = zkb_g1_decompress(&twins[i], bytes);
        }
    }
    assert_true(found);
}

/* Messages of more than 32 words, and challenges in number. */
static void walk_long_messages(FILE *vectors, zkb_transcript *t)
{
    static const size_t elements[6] = {32, 33, 80, 96, 97, 129};
    static const size_t points[5] = {30, 31, 57, 127, 260};
    static const size_t challenges[7] = {1, 2, 6, 7, 96, 97, 200};
    zkb_fr values[200];
    zkb_g1_affine twins[2];
    zkb_g1_affine cycle[260];
    zkb_fr c;
    for (size_t n = 0; n < 6; n++) {
        for (size_t i = 0; i < elements[n]; i++) {
            zkb_fr_from_u64(&values[i], 3 * i + elements[n]);
        }
        zkb_transcript_absorb_fr(t, values, elements[n]);
        zkb_transcript_challenge(&c, t);
        expect(vectors, &c);
    }
    find_twins(twins);
    const zkb_g1_affine kinds[5] = {zkb_g1_generator, ZKB_G1_AFFINE_IDENTITY, zkb_g1_generator,
                                    twins[1], twins[0]};
    for (size_t n = 0; n < 5; n++) {
        for (size_t i = 0; i < points[n]; i++) {
            cycle[i] = i < points[n] / 5 * 5 ? kinds[i % 5] : ZKB_G1_AFFINE_IDENTITY;
            if (i % 5 == 2) {
                zkb_g1_affine_neg(&cycle[i], &cycle[i]);
            }
        }
        zkb_transcript_absorb_g1(t, cycle, points[n]);
        zkb_transcript_challenge(&c, t);
        expect(vectors, &c);
    }
    for (size_t n = 0; n < 7; n++) {
        zkb_transcript_challenges_126(values, challenges[n], t);
        for (size_t i = 0; i < challenges[n]; i++) {
            expect(vectors, &values[i]);
        }
    }
}

static void walks_agree_with_the_vectors(void **state)
{
    (void)state;
    FILE *vectors = fopen(ZKB_TEST_DATA "/vectors/transcript.txt", "r");
    assert_non_null(vectors);
    zkb_fr s[3];
    for (uint64_t i = 0; i < 3; i++) {
        zkb_fr_from_u64(&s[i], i);
    }
    for (int i = 0; i < 4; i++) {
        zkb_poseidon2_permute(s);
        for (int j = 0; j < 3; j++) {
            expect(vectors, &s[j]);
        }
    }
    zkb_transcript t;
    zkb_fr c;
    zkb_transcript_init(&t, "zkbpf.test");
    zkb_transcript_challenge(&c, &t);
    expect(vectors, &c);
    walk_messages(vectors, &t);
    zkb_g1_affine points[3] = {zkb_g1_generator, ZKB_G1_AFFINE_IDENTITY, zkb_g1_generator};
    zkb_g1_affine_neg(&points[2], &points[2]);
    zkb_transcript_absorb_g1(&t, points, 3);
    zkb_transcript_challenge(&c, &t);
    expect(vectors, &c);
    walk_long_messages(vectors, &t);
    assert_int_equal(fclose(vectors), 0);
}

static void blocks_agree_with_the_scalar_permutation(void **state)
{
    (void)state;
    enum { MAX = 40 };
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    for (size_t count = 0; count <= MAX; count++) {
        zkb_fr scalars[3][MAX];
        zkb_fr_block blocks[3][MAX / 8];
        memset(blocks, 0, sizeof blocks);
        for (size_t j = 0; j < 3; j++) {
            for (size_t i = 0; i < count; i++) {
                zkb_fr_from_u64(&scalars[j][i], 3 * i + j);
                zkb_fr_neg(&scalars[j][i], &scalars[j][i]);
            }
            k->from_scalars(blocks[j], scalars[j], count);
        }
        zkb_poseidon2_permute_blocks(blocks[0], blocks[1], blocks[2], count);
        for (size_t i = 0; i < 8 * zkb_blocks(count); i++) {
            zkb_fr s[3] = {ZKB_FR_ZERO, ZKB_FR_ZERO, ZKB_FR_ZERO};
            if (i < count) {
                for (size_t j = 0; j < 3; j++) {
                    s[j] = scalars[j][i];
                }
                zkb_poseidon2_permute(s);
            }
            for (size_t j = 0; j < 3; j++) {
                const zkb_fr got = k->get(blocks[j], i);
                assert_true(zkb_fr_equal(&got, &s[j]));
            }
        }
    }
}

/* The scalar permutation keeps its words unreduced, the one of blocks does not: random states, and
 * those of the edges 0, 1, p - 1. */
static void scalar_permutation_agrees_with_blocks(void **state)
{
    (void)state;
    enum { COUNT = 64, ROUNDS = 40 };
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    zkb_fr s[COUNT][3];
    zkb_fr edge[3] = {ZKB_FR_ZERO, zkb_fr_one, ZKB_FR_ZERO};
    zkb_fr_sub(&edge[2], &edge[0], &edge[1]);
    for (size_t i = 0; i < COUNT; i++) {
        for (size_t j = 0, e = i; j < 3; j++, e /= 3) {
            s[i][j] = edge[e % 3];
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        zkb_fr words[3][COUNT];
        zkb_fr_block blocks[3][COUNT / 8];
        for (size_t j = 0; j < 3; j++) {
            for (size_t i = 0; i < COUNT; i++) {
                words[j][i] = s[i][j];
            }
            k->from_scalars(blocks[j], words[j], COUNT);
        }
        zkb_poseidon2_permute_blocks(blocks[0], blocks[1], blocks[2], COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            zkb_poseidon2_permute(s[i]);
            for (size_t j = 0; j < 3; j++) {
                const zkb_fr got = k->get(blocks[j], i);
                assert_true(zkb_fr_equal(&got, &s[i][j]));
            }
        }
    }
}

/* The challenge after two messages, each (kind by choice, count of zero words). */
static void after(zkb_fr *out, int first, size_t n, int second, size_t m)
{
    static const uint64_t zeros[32] = {0};
    static const zkb_fr zero_elements[8] = {{{0}}};
    zkb_transcript t;
    zkb_transcript_init(&t, "zkbpf.test");
    for (int i = 0; i < 2; i++) {
        const int kind = i == 0 ? first : second;
        const size_t length = i == 0 ? n : m;
        if (kind == 0) {
            zkb_transcript_absorb_fr(&t, zero_elements, length);
        } else if (kind == 1) {
            zkb_transcript_absorb_u64(&t, zeros, length);
        } else {
            zkb_transcript_absorb_bytes(&t, zeros, length);
        }
    }
    zkb_transcript_challenge(out, &t);
}

/* Messages of zeros differ in nothing but kind, length and cut: all must give other challenges. */
static void kind_length_and_cut_are_bound(void **state)
{
    (void)state;
    zkb_fr seen[3 * 6 * 3 * 6];
    size_t count = 0;
    for (int first = 0; first < 3; first++) {
        for (size_t n = 0; n < 6; n++) {
            for (int second = 0; second < 3; second++) {
                for (size_t m = 0; m < 6; m++) {
                    after(&seen[count], first, n, second, m);
                    for (size_t i = 0; i < count; i++) {
                        assert_false(zkb_fr_equal(&seen[i], &seen[count]));
                    }
                    count++;
                }
            }
        }
    }
}

static void domains_differ(void **state)
{
    (void)state;
    zkb_fr a;
    zkb_fr b;
    zkb_fr c;
    zkb_digest_fr(&a, "zkbpf.a", &zkb_fr_one, 1);
    zkb_digest_fr(&b, "zkbpf.b", &zkb_fr_one, 1);
    zkb_digest_fr(&c, "zkbpf.a", &ZKB_FR_ZERO, 1);
    assert_false(zkb_fr_equal(&a, &b));
    assert_false(zkb_fr_equal(&a, &c));
    zkb_digest_fr(&b, "zkbpf.a", &a, 1);
    assert_false(zkb_fr_equal(&a, &b));
}

static void challenge_of_points(zkb_fr *out, const zkb_g1_affine *points, size_t count)
{
    zkb_transcript t;
    zkb_transcript_init(&t, "zkbpf.test");
    zkb_transcript_absorb_g1(&t, points, count);
    zkb_transcript_challenge(out, &t);
}

/* Another point in any place gives another challenge, if it differs in nothing but the sign of y,
 * or in nothing but whether x is at least r, or is the identity. */
static void points_are_told_apart(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 3, 30, 127, 253};
    zkb_g1_affine points[253];
    zkb_g1_affine others[4];
    zkb_fr c, d;
    find_twins(others);
    for (size_t i = 0; i < 253; i++) {
        points[i] = others[0];
    }
    zkb_g1_affine_neg(&others[2], &others[1]);
    zkb_g1_affine_neg(&others[0], &others[0]);
    others[3] = ZKB_G1_AFFINE_IDENTITY;
    for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++) {
        challenge_of_points(&c, points, counts[n]);
        for (size_t i = 0; i < counts[n]; i++) {
            const zkb_g1_affine saved = points[i];
            for (size_t j = 0; j < 4; j++) {
                points[i] = others[j];
                challenge_of_points(&d, points, counts[n]);
                assert_false(zkb_fr_equal(&c, &d));
            }
            points[i] = saved;
        }
    }
}

typedef struct seen {
    size_t messages;
    size_t challenges;
} seen;

static void count_message(void *context, zkb_transcript_kind kind, const void *data, size_t length)
{
    (void)data;
    assert_int_equal(kind, ZKB_TRANSCRIPT_BYTES);
    assert_int_equal(length, 3);
    ((seen *)context)->messages++;
}

static void freeze_challenge(void *context, zkb_fr *challenge)
{
    ((seen *)context)->challenges++;
    *challenge = ZKB_FR_ZERO;
}

static void hook_sees_and_replaces(void **state)
{
    (void)state;
    seen s = {0, 0};
    const zkb_transcript_hook hook = {&s, count_message, freeze_challenge};
    zkb_transcript t;
    zkb_fr c;
    zkb_transcript_init(&t, "zkbpf.test");
    t.hook = &hook;
    zkb_transcript_absorb_bytes(&t, "abc", 3);
    zkb_transcript_challenge(&c, &t);
    assert_true(zkb_fr_is_zero(&c));
    zkb_transcript_challenge_128(&c, &t);
    assert_true(zkb_fr_is_zero(&c));
    assert_int_equal(s.messages, 1);
    assert_int_equal(s.challenges, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(poseidon2_gives_the_published_answer),
        cmocka_unit_test(walks_agree_with_the_vectors),
        cmocka_unit_test(blocks_agree_with_the_scalar_permutation),
        cmocka_unit_test(scalar_permutation_agrees_with_blocks),
        cmocka_unit_test(kind_length_and_cut_are_bound),
        cmocka_unit_test(domains_differ),
        cmocka_unit_test(points_are_told_apart),
        cmocka_unit_test(hook_sees_and_replaces),
    };
    const int skip = zkb_test_backend(zkb_poseidon2_kernels_get()->backend);
    if (skip != 0) {
        return skip;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
