/* Every element of a proof and every field of its statement and key altered, one at a time: the
 * verifier refuses, and at the step that reads the element. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kzg/mercury.h"
#include "proof/toy.h"

static zkb_srs srs;
static toy t;
static uint8_t *proof;
static size_t size;
static zkb_layout layout;
static zkb_arena layout_arena;

static int setup(void **state)
{
    (void)state;
    const toy_shape shape = {{5, 3}, {27, 8}, 4, true};
    zkb_error error;
    toy_srs(&srs);
    toy_create(&t, &srs, &shape);
    assert_int_equal(toy_prove(&proof, &size, &t, &srs, 1, &error), ZKB_OK);
    assert_int_equal(zkb_arena_create(&layout_arena, zkb_layout_scratch(TOY_TABLES), NULL), ZKB_OK);
    assert_int_equal(zkb_layout_init(&layout, &layout_arena, &t.key, &t.statement, NULL), ZKB_OK);
    assert_int_equal(toy_verify(&t, proof, size, &error), ZKB_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(proof);
    toy_destroy(&t);
    zkb_arena_destroy(&layout_arena);
    zkb_srs_close(&srs);
    return 0;
}

/* Verifies what stands in `proof` now and wants it refused at `where`, with `index` unless that is
 * ZKB_NO_INDEX. */
static void refused(const char *where, uint64_t index, size_t offset)
{
    zkb_error error = {.where = "nowhere"};
    const zkb_status status = toy_verify(&t, proof, size, &error);
    if (status != ZKB_ERROR_REJECTED || strcmp(error.where, where) != 0 ||
        (index != ZKB_NO_INDEX && error.index != index)) {
        fail_msg("offset %zu: status %d at %s (%llu), not at %s (%llu): %s", offset, (int)status,
                 error.where, (unsigned long long)error.index, where, (unsigned long long)index,
                 error.message);
    }
}

/* After each test all is as it was. */
static int accepted(void **state)
{
    (void)state;
    zkb_error error;
    assert_int_equal(toy_verify(&t, proof, size, &error), ZKB_OK);
    return 0;
}

/* Another element: plus one. */
static void alter_element(size_t offset)
{
    zkb_fr x;
    assert_true(zkb_fr_from_bytes(&x, proof + offset));
    zkb_fr_add(&x, &x, &zkb_fr_one);
    zkb_fr_to_bytes(proof + offset, &x);
}

/* Adds the prime: the same element, another string. */
static void uncanonical(size_t offset)
{
    static const uint64_t p[4] = {ZKB_FR_P0, ZKB_FR_P1, ZKB_FR_P2, ZKB_FR_P3};
    unsigned carry = 0;
    for (unsigned i = 0; i < 32; i++) {
        const unsigned sum =
            proof[offset + i] + carry + (unsigned)(p[i / 8] >> (8 * (i % 8)) & 255);
        proof[offset + i] = (uint8_t)sum;
        carry = sum >> 8;
    }
}

/* Both alterations of `count` elements from *offset on; moves past them. */
static void try_elements(size_t *offset, size_t count, const char *where, uint64_t index)
{
    for (size_t i = 0; i < count; i++) {
        uint8_t saved[32];
        memcpy(saved, proof + *offset, 32);
        alter_element(*offset);
        refused(where, index, *offset);
        memcpy(proof + *offset, saved, 32);
        uncanonical(*offset);
        refused(where, index, *offset);
        memcpy(proof + *offset, saved, 32);
        *offset += 32;
    }
}

static void every_element(void **state)
{
    (void)state;
    size_t offset = 4;
    for (uint32_t i = 0; i < layout.sent_count; i++) { /* commitments: another point, no point */
        uint8_t saved[32];
        zkb_g1 point;
        zkb_g1_affine other;
        memcpy(saved, proof + offset, 32);
        assert_true(zkb_g1_decompress(&other, saved));
        const bool identity = zkb_g1_affine_is_identity(&other);
        zkb_g1_from_affine(&point, &other);
        zkb_g1_add_affine(&point, &point, &zkb_g1_generator);
        zkb_g1_to_affine(&other, &point);
        zkb_g1_compress(proof + offset, &other);
        refused("proof.gkr.root", ZKB_NO_INDEX, offset);
        memset(proof + offset, 255, 32);
        refused("proof.commitments", i, offset);
        memcpy(proof + offset, saved, 32);
        if (!identity) {
            proof[offset + 31] ^= 0x80; /* the opposite point: one bit of a word of many points' */
            refused("proof.gkr.root", ZKB_NO_INDEX, offset);
            memcpy(proof + offset, saved, 32);
        }
        offset += 32;
    }
    for (size_t i = 0; i < 4; i++) { /* layer 0: the root, but for what does not change it */
        uint8_t saved[32];
        zkb_error error;
        memcpy(saved, proof + offset, 32);
        alter_element(offset);
        assert_int_equal(toy_verify(&t, proof, size, &error), ZKB_ERROR_REJECTED);
        memcpy(proof + offset, saved, 32);
        uncanonical(offset);
        refused("proof.gkr", 0, offset);
        memcpy(proof + offset, saved, 32);
        offset += 32;
    }
    for (unsigned k = 1; k < layout.log_leaves; k++) {
        try_elements(&offset, 2 * k + 4, "proof.gkr", k);
    }
    try_elements(&offset, 2 * (size_t)layout.interacting, "proof.gkr.exit", ZKB_NO_INDEX);
    const size_t rounds = offset;
    for (unsigned k = layout.log_height; k-- > 0;) {
        for (unsigned i = 0; i < layout.degree; i++) {
            uint8_t saved[32];
            memcpy(saved, proof + offset, 32);
            alter_element(offset);
            refused("proof.joined.end", ZKB_NO_INDEX, offset);
            memcpy(proof + offset, saved, 32);
            uncanonical(offset);
            refused("proof.joined", k, offset);
            memcpy(proof + offset, saved, 32);
            offset += 32;
        }
    }
    assert_int_equal(offset - rounds, 32 * layout.degree * layout.log_height);
    try_elements(&offset, layout.column_count, "proof.joined.end", ZKB_NO_INDEX);
    for (unsigned k = layout.open_variables; k-- > 0;) { /* the gathering ends in the opening */
        for (unsigned i = 0; i < 2; i++) {
            uint8_t saved[32];
            memcpy(saved, proof + offset, 32);
            alter_element(offset);
            refused("pairing", ZKB_NO_INDEX, offset);
            memcpy(proof + offset, saved, 32);
            uncanonical(offset);
            refused("proof.gather", k, offset);
            memcpy(proof + offset, saved, 32);
            offset += 32;
        }
    }
    assert_int_equal(offset + ZKB_MERCURY_PROOF_SIZE, size);
    for (; offset < size; offset += 32) { /* the opening, which checks most in the pairing */
        uint8_t saved[32];
        zkb_error error;
        memcpy(saved, proof + offset, 32);
        proof[offset] ^= 1;
        assert_int_equal(toy_verify(&t, proof, size, &error), ZKB_ERROR_REJECTED);
        memcpy(proof + offset, saved, 32);
    }
}

/* The points of the opening replaced by other points of the curve. */
static void every_point_of_the_opening(void **state)
{
    (void)state;
    for (size_t i = 0; i < ZKB_MERCURY_POINTS; i++) {
        uint8_t *at = proof + size - ZKB_MERCURY_PROOF_SIZE + 64 * i;
        uint8_t saved[64];
        zkb_g1_affine p;
        zkb_g1 sum;
        zkb_error error;
        memcpy(saved, at, 64);
        assert_true(zkb_g1_decode(&p, at));
        zkb_g1_from_affine(&sum, &p);
        zkb_g1_add_affine(&sum, &sum, &zkb_g1_generator);
        zkb_g1_to_affine(&p, &sum);
        zkb_g1_encode(at, &p);
        assert_int_equal(toy_verify(&t, proof, size, &error), ZKB_ERROR_REJECTED);
        memcpy(at, saved, 64);
    }
}

static void lengths(void **state)
{
    (void)state;
    zkb_error error;
    uint8_t *longer = malloc(size + 40);
    memcpy(longer, proof, size);
    memset(longer + size, 0, 40);
    for (size_t length = 0; length < size + 40; length += length % 97 == 0 ? 1 : 13) {
        if (length == size) {
            continue;
        }
        uint8_t *copy = malloc(length + 1); /* of the exact length, for the sanitizers */
        memcpy(copy, longer, length);
        assert_int_equal(toy_verify(&t, copy, length, &error), ZKB_ERROR_REJECTED);
        assert_string_equal(error.where, "proof.length");
        free(copy);
    }
    free(longer);
    for (unsigned bit = 0; bit < 32; bit++) {
        proof[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        refused("proof.version", ZKB_NO_INDEX, 0);
        proof[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
}

static void random_bytes(void **state)
{
    (void)state;
    uint8_t *saved = malloc(size);
    uint64_t seed = 1;
    memcpy(saved, proof, size);
    for (unsigned round = 0; round < 200; round++) {
        zkb_error error;
        const bool canonical = round % 2 == 0; /* gets past the encoding of elements */
        for (size_t i = 4; i < size; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            proof[i] = (uint8_t)(seed >> 56);
            if (canonical && (i - 4) % 32 == 31) {
                proof[i] &= 0x1f;
            }
        }
        if (round % 4 == 2) { /* and past the commitments */
            memcpy(proof, saved, 4 + 32 * (size_t)layout.sent_count);
        }
        assert_int_equal(toy_verify(&t, proof, size, &error), ZKB_ERROR_REJECTED);
    }
    memcpy(proof, saved, size);
    free(saved);
}

/* ---- Statement and key --------------------------------------------------------------------- */

static void not_accepted(const char *what)
{
    zkb_error error;
    if (toy_verify(&t, proof, size, &error) == ZKB_OK) {
        fail_msg("accepted with another %s", what);
    }
}

static void alter_fr(zkb_fr *value, const char *what)
{
    const zkb_fr saved = *value;
    zkb_fr_add(value, value, &zkb_fr_one);
    not_accepted(what);
    *value = saved;
}

static void every_public_value(void **state)
{
    (void)state;
    uint8_t header[22];
    const uint8_t *saved = t.statement.header;
    memcpy(header, saved, sizeof header);
    t.statement.header = header;
    for (unsigned bit = 0; bit < 8 * sizeof header; bit++) {
        header[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        not_accepted("header");
        header[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
    t.statement.header = saved;
    t.statement.header_size--;
    not_accepted("header length");
    t.statement.header_size++;
    for (size_t i = 0; i < 3; i++) {
        alter_fr(&t.public_values[i], "public value");
    }
    t.statement.public_count--;
    not_accepted("number of public values");
    t.statement.public_count++;
    for (unsigned i = 0; i < 2; i++) {
        alter_fr(&t.start[i], "start");
        alter_fr(&t.end[i], "end");
        alter_fr(&t.instances[i][0], "instance constant");
        t.boundary[i].give = !t.boundary[i].give;
        not_accepted("sign of a boundary term");
        t.boundary[i].give = !t.boundary[i].give;
    }
    t.statement.boundary_count--;
    not_accepted("number of boundary terms");
    t.statement.boundary_count++;
    const zkb_boundary_term first = t.boundary[0];
    t.boundary[0] = t.boundary[1];
    t.boundary[1] = first;
    not_accepted("order of the boundary terms");
    t.boundary[1] = t.boundary[0];
    t.boundary[0] = first;
}

static void every_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < TOY_TABLES; i++) {
        zkb_table_shape *shape = &t.tables[i].shape;
        const zkb_table_shape saved = *shape;
        for (int d = -1; d <= 1; d += 2) {
            shape->log_height = (unsigned)((int)saved.log_height + d);
            not_accepted("height");
            shape->log_height = saved.log_height;
            shape->active = saved.active + (uint64_t)(int64_t)d;
            not_accepted("number of active rows");
            shape->active = saved.active;
        }
        shape->log_height = 1000;
        not_accepted("height");
        *shape = saved;
        shape->active = UINT64_MAX;
        not_accepted("number of active rows");
        *shape = saved;
        for (size_t j = 0; j < TOY_TABLES; j++) { /* another chip, of the key or not */
            if (t.tables[j].shape.chip != saved.chip) {
                shape->chip = t.tables[j].shape.chip;
                not_accepted("chip");
                shape->chip = saved.chip;
            }
        }
    }
    const zkb_table first = t.tables[0];
    t.tables[0] = t.tables[1];
    t.tables[1] = first;
    not_accepted("order of tables");
    t.tables[1] = t.tables[0];
    t.tables[0] = first;
    t.statement.table_count--;
    not_accepted("number of tables");
    t.statement.table_count = 0;
    not_accepted("number of tables");
    t.statement.table_count = TOY_TABLES;
}

static void external_column(void **state)
{
    (void)state;
    const zkb_external_column saved = t.external;
    t.external.commitment = zkb_g1_generator;
    not_accepted("external commitment");
    t.external = saved;
    t.external.commitment.x = zkb_fq_one; /* off the curve */
    not_accepted("external commitment");
    t.external = saved;
    t.external.column = 0;
    not_accepted("external column");
    t.external = saved;
    t.external.table = 3;
    not_accepted("external table");
    t.external = saved;
    t.statement.external_count = 0;
    not_accepted("number of external columns");
    t.statement.external_count = 1;
}

static void every_part_of_the_key(void **state)
{
    (void)state;
    zkb_error error;
    const zkb_table_key saved = t.key;
    alter_fr(&t.key.digest, "key digest");
    alter_fr(&t.key.srs_digest, "digest of the SRS");
    const zkb_g1_affine commitment = t.fixed; /* the preprocessed columns */
    t.fixed = zkb_g1_generator;
    not_accepted("preprocessed commitment under the old digest");
    assert_int_equal(zkb_table_key_init(&t.key, t.chips, 4, &srs.digest, &error), ZKB_OK);
    assert_false(zkb_fr_equal(&t.key.digest, &saved.digest));
    not_accepted("preprocessed commitment");
    t.fixed = commitment;
    t.key = saved;
    const zkb_chip_key chip = t.chips[0]; /* the order of the chips */
    t.chips[0] = t.chips[1];
    t.chips[1] = chip;
    assert_int_equal(zkb_table_key_init(&t.key, t.chips, 4, &srs.digest, &error), ZKB_OK);
    not_accepted("order of chips");
    t.chips[1] = t.chips[0];
    t.chips[0] = chip;
    assert_int_equal(zkb_table_key_init(&t.key, t.chips, 4, &srs.digest, &error), ZKB_OK);
    assert_true(zkb_fr_equal(&t.key.digest, &saved.digest));
    assert_int_equal(toy_verify(&t, proof, size, &error), ZKB_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_element, NULL, accepted),
        cmocka_unit_test_setup_teardown(every_point_of_the_opening, NULL, accepted),
        cmocka_unit_test_setup_teardown(lengths, NULL, accepted),
        cmocka_unit_test_setup_teardown(random_bytes, NULL, accepted),
        cmocka_unit_test_setup_teardown(every_public_value, NULL, accepted),
        cmocka_unit_test_setup_teardown(every_shape, NULL, accepted),
        cmocka_unit_test_setup_teardown(external_column, NULL, accepted),
        cmocka_unit_test_setup_teardown(every_part_of_the_key, NULL, accepted),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
