/* Setup files: made, damaged, degenerate, of others; powers-of-tau files by snarkjs and by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "kzg/ptau.h"
#include "kzg/srs_check.h"
#include "kzg/srs_file.h"
#include "support/memory_file.h"
#include "unit/kzg_fixture.h"
#include "unit/ptau_builder.h"

static char folder[64];
static zkb_fr tau;
static uint64_t counter;

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/zkbpf-srs-XXXXXX");
    assert_non_null(mkdtemp(folder));
    fixture_element(&tau, &counter);
    return 0;
}

static const char *at(const char *name)
{
    static char paths[4][128]; /* so that a call may name several */
    static size_t next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const names[] = {"a.srs", "b.srs", "a.ptau"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)unlink(at(names[i]));
    }
    return rmdir(folder); /* fails when something else was left behind */
}

/* A setup file of a given tau, malloc'd. */
static uint8_t *file_of(size_t *size, const zkb_fr *secret, unsigned k)
{
    zkb_srs srs;
    uint8_t *read;
    assert_int_equal(zkb_srs_from_tau(&srs, secret, k, 1, NULL), ZKB_OK);
    assert_int_equal(zkb_srs_write(at("a.srs"), srs.g1, k, &srs.tau_g2, NULL), ZKB_OK);
    zkb_srs_close(&srs);
    assert_int_equal(zkb_file_read(&read, size, at("a.srs"), 1 << 20, NULL), ZKB_OK);
    return read;
}

/* Whether the bytes are a setup file. */
static zkb_status parse(zkb_srs *srs, const uint8_t *data, size_t size, zkb_error *error)
{
    const zkb_status status = zkb_srs_parse(srs, data, size, ZKB_SRS_MAX_K, "file", error);
    zkb_srs_close(srs);
    return status;
}

static void powers_are_powers(void **state)
{
    (void)state;
    zkb_srs srs;
    assert_int_equal(zkb_srs_from_tau(&srs, &tau, 9, 2, NULL), ZKB_OK);
    zkb_fr x = zkb_fr_one;
    for (size_t i = 0; i < srs.size; i++) {
        zkb_g1_affine want;
        fixture_commit(&want, &x, 1, &tau);
        assert_true(zkb_g1_affine_equal(&want, &srs.g1[i]));
        zkb_fr_mul(&x, &x, &tau);
    }
    assert_int_equal(zkb_srs_check_powers(srs.g1, srs.size, &srs.tau_g2, "test", 2, NULL), ZKB_OK);
    zkb_srs_close(&srs);
    assert_int_equal(zkb_srs_from_tau(&srs, &tau, 0, 1, NULL), ZKB_ERROR_ARGUMENT);
    assert_int_equal(zkb_srs_from_tau(&srs, &tau, 29, 1, NULL), ZKB_ERROR_ARGUMENT);
}

static void files_come_back(void **state)
{
    (void)state;
    zkb_srs a;
    zkb_srs b;
    zkb_error error;
    assert_int_equal(zkb_srs_from_tau(&a, &tau, 6, 1, NULL), ZKB_OK);
    assert_int_equal(zkb_srs_write(at("a.srs"), a.g1, 6, &a.tau_g2, &error), ZKB_OK);
    assert_int_equal(zkb_srs_open(&b, at("a.srs"), &error), ZKB_OK);
    assert_int_equal(b.k, 6);
    assert_int_equal(b.size, 64);
    assert_memory_equal(a.g1, b.g1, 64 * sizeof *a.g1);
    assert_true(zkb_g2_affine_equal(&a.tau_g2, &b.tau_g2));
    assert_true(zkb_fr_equal(&a.digest, &b.digest));
    zkb_srs_close(&a);
    /* The digest does not depend on k, and does on tau. */
    assert_int_equal(zkb_srs_from_tau(&a, &tau, 3, 1, NULL), ZKB_OK);
    assert_true(zkb_fr_equal(&a.digest, &b.digest));
    zkb_srs_close(&a);
    zkb_fr other;
    fixture_element(&other, &counter);
    assert_int_equal(zkb_srs_from_tau(&a, &other, 6, 1, NULL), ZKB_OK);
    assert_false(zkb_fr_equal(&a.digest, &b.digest));
    zkb_srs_close(&a);
    zkb_srs_close(&b);
}

static void generated_setups_open_and_differ(void **state)
{
    (void)state;
    zkb_srs a;
    zkb_srs b;
    assert_int_equal(zkb_srs_generate(at("a.srs"), 5, 2, NULL), ZKB_OK);
    assert_int_equal(zkb_srs_open(&a, at("a.srs"), NULL), ZKB_OK);
    assert_int_equal(zkb_srs_generate(at("b.srs"), 5, 2, NULL), ZKB_OK);
    assert_int_equal(zkb_srs_open(&b, at("b.srs"), NULL), ZKB_OK);
    assert_int_equal(zkb_srs_check_powers(a.g1, a.size, &a.tau_g2, "a", 1, NULL), ZKB_OK);
    assert_false(zkb_fr_equal(&a.digest, &b.digest));
    zkb_srs_close(&a);
    zkb_srs_close(&b);
    assert_int_equal(zkb_srs_generate(at("none/a.srs"), 5, 1, NULL), ZKB_ERROR_IO);
}

static void damage_at_every_byte_is_seen(void **state)
{
    (void)state;
    size_t size;
    zkb_srs srs;
    zkb_error error;
    uint8_t *data = file_of(&size, &tau, 3);
    assert_int_equal(parse(&srs, data, size, &error), ZKB_OK);
    for (size_t i = 0; i < size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            data[i] ^= (uint8_t)(1u << bit);
            assert_int_equal(parse(&srs, data, size, &error), ZKB_ERROR_FORMAT);
            data[i] ^= (uint8_t)(1u << bit);
        }
    }
    for (size_t shorter = 0; shorter < size; shorter++) {
        assert_int_equal(parse(&srs, data, shorter, &error), ZKB_ERROR_FORMAT);
    }
    assert_int_equal(parse(&srs, data, size + 1, &error), ZKB_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "longer"));
    free(data);
}

/* Puts the checksum right. */
static void seal(uint8_t *data, size_t size)
{
    zkb_checksum checksum;
    zkb_srs_checksum_header(&checksum, data);
    zkb_checksum_add(&checksum, data + ZKB_SRS_HEADER_SIZE, size - ZKB_SRS_HEADER_SIZE);
    zkb_checksum_finish(data + ZKB_SRS_AT_CHECKSUM, &checksum);
}

/* A good file with some bytes of the header replaced, and the checksum put right, is refused. */
static void header_refused(const char *reason, const uint8_t *good, size_t size, size_t offset,
                           const void *bytes, size_t count)
{
    zkb_srs srs;
    zkb_error error = {.message = "taken"};
    uint8_t *data = malloc(size);
    assert_non_null(data);
    memcpy(data, good, size);
    memcpy(data + offset, bytes, count);
    seal(data, size);
    const zkb_status status = parse(&srs, data, size, &error);
    if (status != ZKB_ERROR_FORMAT || strstr(error.message, reason) == NULL) {
        fail_msg("offset %zu: '%s' lacks '%s'", offset, error.message, reason);
    }
    free(data);
}

static void headers_are_checked(void **state)
{
    (void)state;
    size_t size;
    uint8_t *good = file_of(&size, &tau, 3);
    header_refused("not a setup file", good, size, 0, "zkb-srt", 8);
    header_refused("not a setup file", good, size, 0, "zkb-srs!", 8);
    static const uint32_t versions[] = {0, 2, 0x101};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        header_refused("another version", good, size, ZKB_SRS_AT_VERSION, &versions[i], 4);
    }
    static const uint32_t ks[] = {0, 29, 30, 64, 67, 0xffffffffu};
    for (size_t i = 0; i < sizeof ks / sizeof ks[0]; i++) {
        header_refused("k is out of range", good, size, ZKB_SRS_AT_K, &ks[i], 4);
    }
    for (uint32_t k = 2; k <= 4; k += 2) { /* in range, and not that of the points */
        const uint64_t sizes[2] = {size, ZKB_SRS_HEADER_SIZE + ((uint64_t)64 << k)};
        uint8_t both[12];
        memcpy(both, &k, 4);
        memcpy(both + 4, &sizes[0], 8);
        header_refused("size field", good, size, ZKB_SRS_AT_K, both, sizeof both);
        memcpy(both + 4, &sizes[1], 8);
        header_refused(k < 3 ? "longer than it says" : "truncated", good, size, ZKB_SRS_AT_K, both,
                       sizeof both);
    }
    for (uint64_t wrong = size - 1; wrong <= size + 1; wrong += 2) {
        header_refused("size field", good, size, ZKB_SRS_AT_SIZE, &wrong, 8);
    }
    for (size_t i = ZKB_SRS_AT_RESERVED; i < ZKB_SRS_HEADER_SIZE; i++) {
        if (i < ZKB_SRS_AT_CHECKSUM || i >= ZKB_SRS_AT_RESERVED_TOO) {
            header_refused("reserved byte", good, size, i, "\x80", 1);
        }
    }
    const uint8_t other = good[ZKB_SRS_AT_DIGEST] ^ 1;
    header_refused("digest does not match", good, size, ZKB_SRS_AT_DIGEST, &other, 1);
    uint8_t point[128];
    zkb_g2_affine q;
    assert_true(zkb_g2_decode(&q, good + ZKB_SRS_AT_TAU_G2));
    zkb_fq2_add(&q.x, &q.x, &q.y);
    assert_false(zkb_g2_affine_on_curve(&q));
    zkb_g2_encode(point, &q);
    header_refused("[tau]_2 is not a point of G2", good, size, ZKB_SRS_AT_TAU_G2, point, 128);
    /* On the twist, outside the subgroup. */
    static const uint64_t outside[4][4] = {
        {11},
        {121},
        {0x51dbfc88102fe984u, 0x0e8437b12bb36d0bu, 0xe1d9e4e6cd775ac9u, 0x1a096057715a99c8u},
        {0xe4f4d7fb93eeb37au, 0xba308b0efb0c0bebu, 0xdf278192473338deu, 0x02052f452932f1aau}};
    zkb_fq_from_limbs(&q.x.c0, outside[0]);
    zkb_fq_from_limbs(&q.x.c1, outside[1]);
    zkb_fq_from_limbs(&q.y.c0, outside[2]);
    zkb_fq_from_limbs(&q.y.c1, outside[3]);
    assert_true(zkb_g2_affine_on_curve(&q));
    assert_false(zkb_g2_affine_in_subgroup(&q));
    zkb_g2_encode(point, &q);
    header_refused("[tau]_2 is not a point of G2", good, size, ZKB_SRS_AT_TAU_G2, point, 128);
    free(good);
}

static void refused(const char *reason, const zkb_g1_affine *powers, unsigned k,
                    const zkb_g2_affine *tau_g2)
{
    zkb_srs srs;
    zkb_error error;
    assert_int_equal(zkb_srs_write(at("a.srs"), powers, k, tau_g2, &error), ZKB_OK);
    assert_int_equal(zkb_srs_open(&srs, at("a.srs"), &error), ZKB_ERROR_FORMAT);
    if (strstr(error.message, reason) == NULL) {
        fail_msg("'%s' lacks '%s'", error.message, reason);
    }
    assert_int_equal(zkb_srs_check_powers(powers, (size_t)1 << k, tau_g2, "x", 1, &error),
                     ZKB_ERROR_FORMAT);
}

/* Files whose checksum is right and whose content is not. */
static void wrong_setups_are_refused(void **state)
{
    (void)state;
    zkb_srs a;
    zkb_srs b;
    zkb_fr other;
    fixture_element(&other, &counter);
    assert_int_equal(zkb_srs_from_tau(&a, &tau, 2, 1, NULL), ZKB_OK);
    assert_int_equal(zkb_srs_from_tau(&b, &other, 2, 1, NULL), ZKB_OK);
    refused("different setups", a.g1, 2, &b.tau_g2);
    refused("not the generator", a.g1 + 1, 1, &a.tau_g2);
    refused("[tau]_2", a.g1, 2, &ZKB_G2_AFFINE_IDENTITY);
    zkb_g1_affine powers[4] = {a.g1[0], a.g1[1], a.g1[2], a.g1[3]};
    zkb_fq_double(&powers[1].x, &powers[1].x);
    refused("not on the curve", powers, 2, &a.tau_g2);
    powers[1] = ZKB_G1_AFFINE_IDENTITY;
    refused("tau is zero", powers, 2, &a.tau_g2);
    zkb_srs_close(&a);
    zkb_srs_close(&b);
}

/* One power altered, the checksum right: a verifier that commits with it would be misled. */
static void altered_powers_are_refused(void **state)
{
    (void)state;
    zkb_srs a;
    zkb_srs opened;
    zkb_error error;
    assert_int_equal(zkb_srs_from_tau(&a, &tau, 14, 1, NULL), ZKB_OK);
    static const size_t places[] = {2, 100, ZKB_SRS_CHECKED_POWERS - 1};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        zkb_g1_affine *const place = &a.owned[places[i]];
        const zkb_g1_affine kept = *place;
        zkb_g1_affine_neg(place, place);
        refused("not consecutive powers", a.g1, 14, &a.tau_g2);
        *place = ZKB_G1_AFFINE_IDENTITY;
        refused("is not a point", a.g1, 14, &a.tau_g2);
        *place = kept;
    }
    /* Beyond what opening checks, by those who use it. */
    assert_int_equal(zkb_srs_check_prefix(&a, a.size, 1, &error), ZKB_OK);
    zkb_g1_affine_neg(&a.owned[10000], &a.owned[10000]);
    assert_int_equal(zkb_srs_write(at("a.srs"), a.g1, 14, &a.tau_g2, &error), ZKB_OK);
    assert_int_equal(zkb_srs_open(&opened, at("a.srs"), &error), ZKB_OK);
    assert_int_equal(zkb_srs_check_prefix(&opened, 10000, 1, &error), ZKB_OK);
    assert_int_equal(zkb_srs_check_prefix(&opened, 10001, 1, &error), ZKB_ERROR_FORMAT);
    zkb_srs_close(&opened);
    zkb_srs_close(&a);
}

static void degenerate_setups_are_refused(void **state)
{
    (void)state;
    static const uint64_t small[] = {0, 1, 2, 3, 255, 256};
    zkb_srs srs;
    for (size_t i = 0; i < 2 * sizeof small / sizeof small[0]; i++) {
        zkb_fr secret;
        zkb_fr_from_u64(&secret, small[i / 2]);
        if (i % 2 == 1) {
            zkb_fr_neg(&secret, &secret);
        }
        assert_int_equal(zkb_srs_from_tau(&srs, &secret, 3, 1, NULL), ZKB_OK);
        refused(small[i / 2] == 0 ? "tau is zero" : "small number", srs.g1, 3, &srs.tau_g2);
        zkb_srs_close(&srs);
    }
}

/* Roots of unity: powers that begin again within the file, and right after its end. */
static void small_orders_are_refused(void **state)
{
    (void)state;
    zkb_srs srs;
    zkb_srs opened;
    zkb_error error;
    /* Of order 8: 5^((r - 1)/8), 5 being a generator of Fr's units. */
    zkb_fr root;
    const uint64_t eighth[4] = {0x948dad4ac1bd5e80u, 0x52627366f8170a0au, 0xec9b9e2f96afef36u,
                                0x2b337de1c8c14f22u};
    zkb_fr_from_limbs(&root, eighth);
    assert_int_equal(zkb_srs_from_tau(&srs, &root, 4, 1, NULL), ZKB_OK);
    assert_true(zkb_g1_affine_equal(&srs.g1[8], &zkb_g1_generator));
    refused("small order", srs.g1, 4, &srs.tau_g2);
    assert_int_equal(zkb_srs_open_powers(&opened, at("a.srs"), 2, &error), ZKB_ERROR_FORMAT);
    refused("small order", srs.g1, 3, &srs.tau_g2);
    assert_int_equal(zkb_srs_open_powers(&opened, at("a.srs"), 2, &error), ZKB_ERROR_FORMAT);
    /* Of order 3: seen among the powers that are not kept. */
    zkb_srs cube;
    const uint64_t third[4] = {0x8b17ea66b99c90ddu, 0x5bfc41088d8daaa7u, 0xb3c4d79d41a91758u, 0};
    zkb_fr_from_limbs(&root, third);
    assert_int_equal(zkb_srs_from_tau(&cube, &root, 2, 1, NULL), ZKB_OK);
    assert_true(zkb_g1_affine_equal(&cube.g1[3], &zkb_g1_generator));
    refused("small order", cube.g1, 2, &cube.tau_g2);
    assert_int_equal(zkb_srs_open_powers(&opened, at("a.srs"), 1, &error), ZKB_ERROR_FORMAT);
    zkb_srs_close(&cube);
    /* An order above the number of powers cannot be seen. */
    assert_int_equal(zkb_srs_check_powers(srs.g1, 4, &srs.tau_g2, "x", 1, &error), ZKB_OK);
    assert_int_equal(zkb_srs_write(at("a.srs"), srs.g1, 2, &srs.tau_g2, &error), ZKB_OK);
    assert_int_equal(zkb_srs_open(&opened, at("a.srs"), &error), ZKB_OK);
    zkb_srs_close(&opened);
    zkb_srs_close(&srs);
}

/* Two errors that cancel unless their coefficients differ, at distances 1, 2, 4, ... */
static void coefficients_of_the_check_differ(void **state)
{
    (void)state;
    enum { K = 9, COUNT = 1 << K };
    zkb_srs srs;
    zkb_error error;
    assert_int_equal(zkb_srs_from_tau(&srs, &tau, K, 1, NULL), ZKB_OK);
    for (size_t distance = 1; distance < COUNT / 2; distance *= 2) {
        const zkb_g1_affine kept[2] = {srs.owned[100], srs.owned[100 + distance]};
        for (int i = 0; i < 2; i++) {
            zkb_g1 sum;
            zkb_g1_affine shift = zkb_g1_generator;
            if (i == 1) {
                zkb_g1_affine_neg(&shift, &shift);
            }
            zkb_g1_from_affine(&sum, &kept[i]);
            zkb_g1_add_affine(&sum, &sum, &shift);
            zkb_g1_to_affine(&srs.owned[100 + (size_t)i * distance], &sum);
        }
        assert_int_equal(zkb_srs_check_ratios(srs.g1, COUNT, &srs.tau_g2, "test", 1, &error),
                         ZKB_ERROR_FORMAT);
        srs.owned[100] = kept[0];
        srs.owned[100 + distance] = kept[1];
    }
    assert_int_equal(zkb_srs_check_ratios(srs.g1, COUNT, &srs.tau_g2, "test", 1, &error), ZKB_OK);
    zkb_srs_close(&srs);
}

/* What was checked is what is used, whatever becomes of the file. */
static void files_may_change_after_opening(void **state)
{
    (void)state;
    zkb_srs direct;
    zkb_srs opened;
    zkb_file_reader reader;
    zkb_error error;
    uint8_t byte;
    assert_int_equal(zkb_srs_from_tau(&direct, &tau, 9, 1, NULL), ZKB_OK);
    assert_int_equal(zkb_srs_write(at("a.srs"), direct.g1, 9, &direct.tau_g2, NULL), ZKB_OK);
    assert_int_equal(zkb_srs_open(&opened, at("a.srs"), &error), ZKB_OK);
    assert_int_equal(zkb_file_reader_open(&reader, at("a.srs"), &error), ZKB_OK);
    FILE *file = fopen(at("a.srs"), "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, ZKB_SRS_HEADER_SIZE, SEEK_SET), 0);
    assert_int_equal(fwrite(&direct.g1[1], sizeof *direct.g1, 1, file), 1);
    assert_int_equal(fclose(file), 0);
    assert_memory_equal(opened.g1, direct.g1, direct.size * sizeof *direct.g1);
    assert_int_equal(truncate(at("a.srs"), 1), 0);
    assert_memory_equal(opened.g1, direct.g1, direct.size * sizeof *direct.g1);
    assert_int_equal(zkb_file_reader_at(&byte, 1, &reader, 0, &error), ZKB_OK);
    assert_int_equal(zkb_file_reader_at(&byte, 1, &reader, 1, &error), ZKB_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "truncated"));
    zkb_file_reader_close(&reader);
    zkb_srs_close(&opened);
    zkb_srs_close(&direct);
}

/* Somebody who waits for a read of the file and changes it just before. */
static struct {
    unsigned reads; /* until then; 0: never */
    const uint8_t *content;
    size_t size;
} intruder;

ssize_t __wrap_pread(int fd, void *out, size_t size, off_t offset); /* by the linker (kzg.cmake) */
ssize_t __real_pread(int fd, void *out, size_t size, off_t offset);
ssize_t __wrap_pread(int fd, void *out, size_t size, off_t offset)
{
    if (intruder.reads != 0 && --intruder.reads == 0) {
        FILE *file = fopen(at("a.srs"), "r+b");
        assert_non_null(file);
        assert_int_equal(ftruncate(fileno(file), (off_t)intruder.size), 0);
        assert_int_equal(fwrite(intruder.content, 1, intruder.size, file), intruder.size);
        assert_int_equal(fclose(file), 0);
    }
    return __real_pread(fd, out, size, offset);
}

/* At whichever read another setup takes the file's place, or its end is cut off: what is opened is
 * one setup that has been checked, or nothing. */
static void files_may_change_while_they_are_read(void **state)
{
    (void)state;
    enum { K = 13, READS = 3 }; /* the header, and points in two pieces */
    size_t size;
    zkb_fr secret;
    zkb_srs srs;
    zkb_srs second;
    zkb_error error;
    fixture_element(&secret, &counter);
    uint8_t *first = file_of(&size, &tau, K);
    uint8_t *other = file_of(&size, &secret, K);
    assert_int_equal(zkb_srs_open(&second, at("a.srs"), &error), ZKB_OK);
    for (unsigned read = 1; read <= READS + 1; read++) {
        for (unsigned cut = 0; cut < 2; cut++) {
            assert_int_equal(zkb_file_write_atomic(at("a.srs"), first, size, &error), ZKB_OK);
            intruder.reads = read;
            intruder.content = cut != 0 ? first : other;
            intruder.size = cut != 0 ? ZKB_SRS_HEADER_SIZE : size;
            const zkb_status status = zkb_srs_open(&srs, at("a.srs"), &error);
            assert_int_equal(intruder.reads != 0, read > READS);
            intruder.reads = 0;
            if (read > READS || (read == 1 && cut == 0)) {
                assert_int_equal(status, ZKB_OK);
                assert_int_equal(zkb_fr_equal(&srs.digest, &second.digest), read == 1);
                assert_int_equal(zkb_srs_check_ratios(srs.g1, srs.size, &srs.tau_g2, "", 1, &error),
                                 ZKB_OK);
                zkb_srs_close(&srs);
            } else {
                assert_int_equal(status, ZKB_ERROR_FORMAT);
                assert_null(srs.g1);
            }
        }
    }
    zkb_srs_close(&second);
    free(first);
    free(other);
}

/* Of the caller's memory nothing is looked at again: pieces are written over once they were given.
 */
static void memory_may_change_after_it_was_read(void **state)
{
    (void)state;
    enum { K = 9, PIECE = 100 };
    size_t size;
    zkb_srs srs;
    zkb_srs whole;
    zkb_srs_reader reader;
    zkb_error error;
    uint8_t *data = file_of(&size, &tau, K);
    assert_int_equal(zkb_srs_open(&whole, at("a.srs"), &error), ZKB_OK);
    assert_int_equal(zkb_srs_reader_begin(&reader, &srs, data, size, K, "test", &error), ZKB_OK);
    memset(data, 0xa5, ZKB_SRS_HEADER_SIZE);
    for (size_t i = 0; i < 1u << K; i += PIECE) {
        const size_t count = (1u << K) - i < PIECE ? (1u << K) - i : PIECE;
        uint8_t *piece = data + ZKB_SRS_HEADER_SIZE + i * sizeof(zkb_g1_affine);
        zkb_srs_reader_points(&reader, piece, count);
        memset(piece, 0xa5, count * sizeof(zkb_g1_affine));
    }
    assert_int_equal(zkb_srs_reader_end(&reader, &error), ZKB_OK);
    assert_memory_equal(srs.g1, whole.g1, srs.size * sizeof *srs.g1);
    assert_true(zkb_fr_equal(&srs.digest, &whole.digest));
    zkb_srs_close(&srs);
    zkb_srs_close(&whole);
    free(data);
}

/* The first powers of a file, from a path or from bytes, through the public interface. */
static void the_first_powers_suffice(void **state)
{
    (void)state;
    size_t size;
    zkb_srs *srs;
    zkb_error error;
    uint8_t whole[32];
    uint8_t part[32];
    uint8_t *data = file_of(&size, &tau, 6);
    assert_int_equal(zkb_srs_load(&srs, at("a.srs"), &error), ZKB_OK);
    assert_int_equal(zkb_srs_power(srs), 6);
    zkb_srs_identity(whole, srs);
    zkb_srs_destroy(srs);
    for (unsigned k = 1; k <= 28; k += 3) {
        assert_int_equal(zkb_srs_load_powers(&srs, at("a.srs"), k, &error), ZKB_OK);
        assert_int_equal(zkb_srs_power(srs), k < 6 ? k : 6);
        zkb_srs_identity(part, srs);
        assert_memory_equal(part, whole, 32);
        zkb_srs_destroy(srs);
        assert_int_equal(zkb_srs_load_bytes(&srs, data, size, "bytes", k, &error), ZKB_OK);
        assert_int_equal(zkb_srs_power(srs), k < 6 ? k : 6);
        zkb_srs_identity(part, srs);
        assert_memory_equal(part, whole, 32);
        zkb_srs_destroy(srs);
    }
    for (size_t i = 0; i < size; i += 61) { /* damage behind the powers that are kept is seen */
        data[i] ^= 4;
        assert_int_equal(zkb_srs_load_bytes(&srs, data, size, "bytes", 1, &error),
                         ZKB_ERROR_FORMAT);
        assert_null(srs);
        data[i] ^= 4;
    }
    assert_int_equal(zkb_srs_load_bytes(&srs, data, 511, "bytes", 1, &error), ZKB_ERROR_FORMAT);
    assert_int_equal(zkb_srs_load_bytes(&srs, data, size, "bytes", 0, &error), ZKB_ERROR_ARGUMENT);
    assert_int_equal(zkb_srs_load_powers(&srs, at("a.srs"), 29, &error), ZKB_ERROR_ARGUMENT);
    free(data);
}

static void foreign_files_are_refused(void **state)
{
    (void)state;
    zkb_srs srs;
    zkb_error error;
    assert_int_equal(zkb_file_write_atomic(at("a.srs"), "hello", 5, NULL), ZKB_OK);
    assert_int_equal(zkb_srs_open(&srs, at("a.srs"), &error), ZKB_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "a.srs"));
    assert_int_equal(zkb_file_write_atomic(at("a.srs"), "", 0, NULL), ZKB_OK);
    assert_int_equal(zkb_srs_open(&srs, at("a.srs"), &error), ZKB_ERROR_FORMAT);
    assert_int_equal(zkb_srs_open(&srs, ZKB_TEST_DATA "/data/power8.ptau", &error),
                     ZKB_ERROR_FORMAT);
    assert_int_equal(zkb_srs_open(&srs, at("none"), &error), ZKB_ERROR_IO);
    assert_int_equal(zkb_srs_import_ptau(at("b.srs"), at("a.srs"), 0, 1, &error), ZKB_ERROR_FORMAT);
}

/* Readers never see a file half written. */
static void processes_may_race(void **state)
{
    (void)state;
    pid_t children[3];
    assert_int_equal(zkb_srs_generate(at("a.srs"), 4, 1, NULL), ZKB_OK);
    for (size_t i = 0; i < 3; i++) {
        children[i] = fork();
        if (children[i] == 0) {
            bool good = true;
            for (int j = 0; j < 5 && good; j++) {
                good = zkb_srs_generate(at("a.srs"), 4 + (unsigned)i, 1, NULL) == ZKB_OK;
            }
            _exit(good ? 0 : 1);
        }
        assert_true(children[i] > 0);
    }
    for (int j = 0; j < 20; j++) {
        zkb_srs srs;
        assert_int_equal(zkb_srs_open(&srs, at("a.srs"), NULL), ZKB_OK);
        zkb_srs_close(&srs);
    }
    for (size_t i = 0; i < 3; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
}

/* ---- Powers of tau ----------------------------------------------------------------------- */

/* power8.ptau was made by snarkjs (tests/data/make_ptau.sh). */
static void a_file_of_snarkjs_is_imported(void **state)
{
    (void)state;
    for (unsigned k = 0; k <= 8; k += k == 0 ? 1 : 7) {
        zkb_srs srs;
        zkb_error error;
        assert_int_equal(
            zkb_srs_import_ptau(at("b.srs"), ZKB_TEST_DATA "/data/power8.ptau", k, 2, &error),
            ZKB_OK);
        assert_int_equal(zkb_srs_open(&srs, at("b.srs"), &error), ZKB_OK);
        assert_int_equal(srs.k, k == 0 ? 8 : k);
        assert_int_equal(zkb_srs_check_powers(srs.g1, srs.size, &srs.tau_g2, "b", 1, NULL), ZKB_OK);
        zkb_srs_close(&srs);
    }
    unsigned power;
    assert_int_equal(zkb_srs_ptau_power(&power, ZKB_TEST_DATA "/data/power8.ptau", NULL), ZKB_OK);
    assert_int_equal(power, 8);
    assert_int_equal(
        zkb_srs_import_ptau(at("b.srs"), ZKB_TEST_DATA "/data/power8.ptau", 9, 1, NULL),
        ZKB_ERROR_ARGUMENT);
}

static zkb_status import(zkb_error *error, const ptau_file *f)
{
    assert_int_equal(zkb_file_write_atomic(at("a.ptau"), f->data, f->size, NULL), ZKB_OK);
    return zkb_srs_import_ptau(at("b.srs"), at("a.ptau"), 0, 1, error);
}

static void import_fails(const char *reason, const ptau_file *f)
{
    zkb_error error;
    assert_int_not_equal(import(&error, f), ZKB_OK);
    if (strstr(error.message, reason) == NULL) {
        fail_msg("'%s' lacks '%s'", error.message, reason);
    }
}

static void built_files_are_imported(void **state)
{
    (void)state;
    zkb_srs imported;
    zkb_srs direct;
    ptau_file f = ptau_build(&tau, 3);
    assert_int_equal(import(NULL, &f), ZKB_OK);
    assert_int_equal(zkb_srs_open(&imported, at("b.srs"), NULL), ZKB_OK);
    assert_int_equal(zkb_srs_from_tau(&direct, &tau, 3, 1, NULL), ZKB_OK);
    assert_memory_equal(imported.g1, direct.g1, 8 * sizeof *direct.g1);
    assert_true(zkb_fr_equal(&imported.digest, &direct.digest));
    zkb_srs_close(&imported);
    zkb_srs_close(&direct);
    free(f.data);
}

/* A copy of a good file with some bytes replaced is refused for the reason given. */
static void changed(const char *reason, const ptau_file *good, size_t offset, const void *bytes,
                    size_t count)
{
    ptau_file f = *good;
    f.data = malloc(f.size);
    assert_non_null(f.data);
    memcpy(f.data, good->data, f.size);
    memcpy(f.data + offset, bytes, count);
    import_fails(reason, &f);
    free(f.data);
}

/* The same residue in its other form below 2^256. */
static void add_prime(zkb_fq *a)
{
    const uint64_t prime[4] = {ZKB_FQ_P0, ZKB_FQ_P1, ZKB_FQ_P2, ZKB_FQ_P3};
    zkb_u128 carry = 0;
    for (int i = 0; i < 4; i++) {
        carry += (zkb_u128)a->limb[i] + prime[i];
        a->limb[i] = (uint64_t)carry;
        carry >>= 64;
    }
}

static void wrong_powers_are_refused(void **state)
{
    (void)state;
    zkb_fr other;
    fixture_element(&other, &counter);
    ptau_file f = ptau_build(&tau, 2);
    ptau_file g = ptau_build(&other, 2);
    const uint8_t zeros[64] = {0};
    for (size_t i = 0; i < 4; i++) { /* the 2^k first of them are used */
        const char *const first[2] = {"not the generator", "[tau]_1 is not on the curve"};
        const size_t here = f.g1 + 64 * i;
        const char *const broken = i < 2 ? first[i] : "is not a point of the curve";
        zkb_g1_affine p;
        changed(i == 1 ? "tau is zero" : broken, &f, here, zeros, 64);
        memcpy(&p, f.data + here, 64);
        zkb_g1_affine_neg(&p, &p);
        changed(i == 0   ? first[0]
                : i == 1 ? "of different setups"
                         : "not consecutive powers",
                &f, here, &p, 64);
        zkb_fq_add(&p.x, &p.x, &p.y);
        changed(broken, &f, here, &p, 64);
        memcpy(&p, f.data + here, 64);
        add_prime(&p.x);
        changed(broken, &f, here, &p, 64);
        memcpy(&p, f.data + here, 64);
        add_prime(&p.y);
        changed(broken, &f, here, &p, 64);
        if (i > 0) {
            changed(i == 1 ? "of different setups" : "not consecutive powers", &f, here,
                    g.data + g.g1 + 64 * i, 64);
        }
    }
    changed("of different setups", &f, f.g1, g.data + g.g1, (size_t)64 * 7);
    free(f.data);
    free(g.data);
}

static void wrong_points_of_g2_are_refused(void **state)
{
    (void)state;
    zkb_fr other;
    zkb_fq2 x;
    zkb_g2_affine q;
    fixture_element(&other, &counter);
    ptau_file f = ptau_build(&tau, 2);
    ptau_file g = ptau_build(&other, 2);
    const uint8_t zeros[128] = {0};
    const char *const first = "first point of G2 is not the generator";
    changed(first, &f, f.g2, zeros, 128);
    changed(first, &f, f.g2, f.data + f.g2 + 128, 128);
    const size_t second = f.g2 + 128;
    changed("[tau]_2 is not a point", &f, second, zeros, 128);
    memcpy(&q, f.data + second, 128);
    x = q.x;
    zkb_fq2_add(&q.x, &q.x, &q.y); /* off the curve */
    changed("[tau]_2 is not a point", &f, second, &q, 128);
    q.x = x;
    zkb_fq *const coordinates[4] = {&q.x.c0, &q.x.c1, &q.y.c0, &q.y.c1};
    for (int i = 0; i < 4; i++) {
        const zkb_fq kept = *coordinates[i];
        add_prime(coordinates[i]);
        changed("[tau]_2 is not a point", &f, second, &q, 128);
        *coordinates[i] = kept;
    }
    changed("of different setups", &f, second, f.data + f.g2, 128);
    changed("of different setups", &f, second, g.data + g.g2 + 128, 128);
    changed("of different setups", &f, second, f.data + f.g2 + 256, 128);
    free(f.data);
    free(g.data);
}

static void degenerate_ptau_are_refused(void **state)
{
    (void)state;
    for (uint64_t value = 0; value < 3; value++) {
        zkb_fr secret;
        zkb_fr_from_u64(&secret, value);
        ptau_file f = ptau_build(&secret, 2);
        import_fails(value == 0 ? "tau is zero" : "small number", &f);
        free(f.data);
    }
}

static void malformed_ptau_are_refused(void **state)
{
    (void)state;
    ptau_file f = ptau_build(&tau, 2);
    static const uint32_t words[] = {0, 2, 4, 29, 0xffffffffu};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        changed("another version", &f, 4, &words[i], 4);
        changed(words[i] < 3 ? "after the last section" : "truncated", &f, 8, &words[i], 4);
        changed("another curve", &f, f.header, &words[i], 4);
        if (words[i] != 2) {
            changed(words[i] == 4 ? "section of powers in G1" : "power is not in", &f,
                    f.header + 36, &words[i], 4);
        }
        changed("offset", &f, f.header - 8, &words[i], 4); /* the sections' lengths */
        changed("offset", &f, f.g1 - 8, &words[i], 4);
        changed("offset", &f, f.g2 - 8, &words[i], 4);
        changed(words[i] == 2 ? "a section comes twice" : "no header", &f, f.header - 12, &words[i],
                4);
        if (words[i] != 2) {
            changed("section of powers in G1", &f, f.g1 - 12, &words[i], 4);
        }
    }
    changed("not a powers-of-tau file", &f, 0, "ptav", 4);
    const uint32_t huge = 1;
    changed("longer than the file", &f, f.g2 - 4, &huge, 4); /* 2^32 bytes more */
    for (size_t i = 0; i < 32; i++) {
        const uint8_t other = f.data[f.header + 4 + i] ^ 1;
        changed("another curve", &f, f.header + 4 + i, &other, 1);
    }
    /* One point of G2 fewer, everything else in order. */
    zkb_store64(f.data + f.g2 - 8, 128 * 3);
    f.size -= 128;
    import_fails("section of powers in G2", &f);
    const int fd = memory_file(f.data, f.size);
    for (size_t size = 0; size < f.size; size++) {
        zkb_ptau parsed;
        const zkb_file_reader file = {.fd = fd, .size = size, .name = "x"};
        assert_int_not_equal(zkb_ptau_parse(&parsed, &file, NULL), ZKB_OK);
    }
    assert_int_equal(close(fd), 0);
    free(f.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(powers_are_powers),
        cmocka_unit_test(files_come_back),
        cmocka_unit_test(generated_setups_open_and_differ),
        cmocka_unit_test(damage_at_every_byte_is_seen),
        cmocka_unit_test(headers_are_checked),
        cmocka_unit_test(wrong_setups_are_refused),
        cmocka_unit_test(altered_powers_are_refused),
        cmocka_unit_test(degenerate_setups_are_refused),
        cmocka_unit_test(small_orders_are_refused),
        cmocka_unit_test(coefficients_of_the_check_differ),
        cmocka_unit_test(files_may_change_after_opening),
        cmocka_unit_test(files_may_change_while_they_are_read),
        cmocka_unit_test(memory_may_change_after_it_was_read),
        cmocka_unit_test(the_first_powers_suffice),
        cmocka_unit_test(foreign_files_are_refused),
        cmocka_unit_test(processes_may_race),
        cmocka_unit_test(a_file_of_snarkjs_is_imported),
        cmocka_unit_test(built_files_are_imported),
        cmocka_unit_test(wrong_powers_are_refused),
        cmocka_unit_test(wrong_points_of_g2_are_refused),
        cmocka_unit_test(degenerate_ptau_are_refused),
        cmocka_unit_test(malformed_ptau_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
