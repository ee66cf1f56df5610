/* What key files, finished chunks, setups and proof files are refused for, field by field. */
#include "run/api_fixture.h"

#include "base/bytes_inline.h"
#include "base/checksum.h"
#include "machine/segment_map.h"
#include "machine/segments.h"
#include "prover/proving_key.h"
#include "prover/resume.h"

#include <stdbool.h>

static zkb_proof *whole; /* of the fixture's run */

static int open_all(void **state)
{
    static fixture f;
    zkb_error error;
    fixture_open(&f);
    must(zkb_prove(&whole, NULL, f.keys.proving, &f.input, f.config, &error), &error);
    *state = &f;
    return 0;
}

static int close_all(void **state)
{
    zkb_proof_destroy(whole);
    fixture_close(*state);
    return 0;
}

/* ---- Key files --------------------------------------------------------------------------- */

enum { KEY_CHECKSUM = 32, KEY_HEADER = 96 };

/* As whoever changes a field would: the file is whole and says so. */
static void make_whole(uint8_t *bytes, size_t size)
{
    zkb_checksum checksum;
    memset(bytes + KEY_CHECKSUM, 0, ZKB_CHECKSUM_SIZE);
    zkb_checksum_init(&checksum);
    zkb_checksum_add(&checksum, bytes, KEY_HEADER);
    zkb_checksum_add(&checksum, bytes + KEY_HEADER, size - KEY_HEADER);
    zkb_checksum_finish(bytes + KEY_CHECKSUM, &checksum);
}

static void every_field_of_a_key_file(void **state)
{
    static const struct {
        size_t at;
        const char *says;
    } fields[] = {
        {0, "not a key file"},  {7, "not a key file"},  {8, "another version"},
        {12, "something else"}, {16, "something else"}, {20, "something else"},
        {24, "truncated"},      {64, "something else"}, {95, "something else"},
    };
    const fixture *f = *state;
    zkb_error error;
    zkb_fr digest;
    zkb_program_record record;
    uint8_t *bytes;
    size_t size;
    zkb_key_digest(&digest, f->program, f->srs, 8);
    must(zkb_key_file_encode(&bytes, &size, &f->keys.proving->machine.record, f->config, &digest,
                             &error),
         &error);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        bytes[fields[i].at] ^= 1;
        make_whole(bytes, size);
        assert_int_equal(
            zkb_key_file_decode(&record, bytes, size, "key", f->config, &digest, &error),
            ZKB_ERROR_FORMAT);
        assert_non_null(strstr(error.message, fields[i].says));
        bytes[fields[i].at] ^= 1;
    }
    make_whole(bytes, size);
    bytes[KEY_CHECKSUM] ^= 1;
    assert_int_equal(zkb_key_file_decode(&record, bytes, size, "key", f->config, &digest, &error),
                     ZKB_ERROR_FORMAT);
    assert_non_null(strstr(error.message, "checksum"));
    bytes[KEY_CHECKSUM] ^= 1;
    must(zkb_key_file_decode(&record, bytes, size, "key", f->config, &digest, &error), &error);
    zkb_program_record_clear(&record);
    free(bytes);
}

/* ---- Finished chunks --------------------------------------------------------------------- */

static void every_part_of_a_resume_tag(void **state)
{
    enum { PARTS = 10, BYTES = 3 };
    const fixture *f = *state;
    const zkb_proving_key *key = f->keys.proving;
    zkb_machine_key other_key = key->machine;
    uint8_t public_input[BYTES] = {1, 2, 3};
    uint8_t private_input[BYTES] = {4, 5, 6};
    zkb_run_lengths lengths = {BYTES, BYTES, 8};
    unsigned k = 10, log_stack = 13;
    uint64_t chunk_size = 100;
    zkb_fr tags[PARTS + 1];
    for (unsigned part = 0; part <= PARTS; part++) {
        lengths.public_bytes -= part == 0;
        lengths.private_bytes -= part == 1;
        lengths.output_bytes += part == 2;
        k += part == 3;
        chunk_size += part == 4;
        public_input[BYTES - 2] ^= part == 5;
        private_input[BYTES - 2] ^= part == 6;
        if (part == 7) {
            zkb_fr_from_u64(&other_key.id, 7);
        } else if (part == 8) {
            zkb_fr_from_u64(&other_key.tables[ZKB_KEYS - 1].digest, 7);
        }
        log_stack = part == 9 ? 14 : 13;
        zkb_resume_tag(&tags[part], &other_key, &lengths, k, log_stack, chunk_size, public_input,
                       private_input);
        lengths = (zkb_run_lengths){BYTES, BYTES, 8};
        k = 10;
        chunk_size = 100;
        public_input[BYTES - 2] ^= part == 5;
        private_input[BYTES - 2] ^= part == 6;
        other_key = key->machine;
        for (unsigned i = 0; i < part; i++) {
            assert_false(zkb_fr_equal(&tags[part], &tags[i]));
        }
    }
}

static int count_reused(void *context, const zkb_progress *p)
{
    unsigned *reused = context;
    *reused += p->event == ZKB_PROGRESS_CHUNK_REUSED;
    return 0;
}

/* Chunks of the same program and public input, but of another private input or another cut. */
static void chunks_of_another_run_are_not_reused(void **state)
{
    fixture *f = *state;
    uint8_t secret[] = {1, 2, 3, 4};
    zkb_input input = f->input;
    zkb_error error;
    char folder[128];
    unsigned reused = 0;
    (void)snprintf(folder, sizeof folder, "%s", at(f, "resume"));
    input.private_input = secret;
    input.private_bytes = sizeof secret;
    (void)zkb_config_with_progress(zkb_config_with_resume(f->config, folder), count_reused,
                                   &reused);
    const uint64_t sizes[] = {CHUNK, CHUNK, CHUNK, CHUNK + 1, CHUNK};
    const unsigned expected[] = {0, CHUNKS, 0, 0, 0};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        zkb_proof *proof;
        zkb_verdict verdict;
        secret[0] ^= i == 2;
        reused = 0;
        (void)zkb_config_with_chunk_size(f->config, sizes[i]);
        must(zkb_prove(&proof, NULL, f->keys.proving, &input, f->config, &error), &error);
        must(zkb_verify_chunks(&verdict, f->keys.verifying, proof, f->public_input, INPUT_BYTES, 1,
                               &error),
             &error);
        assert_int_equal(reused, expected[i]);
        zkb_proof_destroy(proof);
    }
    (void)zkb_config_with_progress(zkb_config_with_resume(f->config, NULL), NULL, NULL);
}

/* ---- Setups ------------------------------------------------------------------------------ */

static void a_setup_that_is_too_small(void **state)
{
    const fixture *f = *state;
    uint8_t id[32];
    zkb_error error;
    zkb_srs *srs;
    zkb_config *config;
    zkb_proving_key *proving;
    zkb_verifying_key *verifying;
    zkb_verifying_key_program_id(id, f->keys.verifying);
    must(zkb_srs_generate(at(f, "small"), 12, 1, &error), &error);
    must(zkb_srs_load(&srs, at(f, "small"), &error), &error);
    assert_int_equal(zkb_verifying_key_from_id(&verifying, srs, id, &error), ZKB_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "2^13"));
    assert_null(verifying);
    assert_int_equal(zkb_verifying_key_create(&verifying, srs, f->program, &error),
                     ZKB_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "2^13"));
    assert_null(strstr(error.message, "17"));
    must(zkb_config_create(&config, 8, NULL, 8, &error), &error);
    assert_int_equal(zkb_proving_key_load_or_generate(&proving, config, srs, f->program, &error),
                     ZKB_ERROR_ARGUMENT);
    assert_non_null(strstr(error.message, "2^13"));
    zkb_config_destroy(config);
    zkb_srs_destroy(srs);
}

/* ---- Proof files ------------------------------------------------------------------------- */

/* Places in a proof file (docs/formats.md). */
enum {
    AT_RECORD = 20,
    AT_FRAME_BYTES = AT_RECORD + 8,
    AT_MAX_FRAMES = AT_RECORD + 12,
    AT_HEAP_BYTES = AT_RECORD + 16,
    AT_OUTPUT_BYTES = AT_RECORD + 20,
    AT_LENGTHS = AT_RECORD + 32 + 32, /* of a short program without data */
    CLAIM_CLOCK = 96,
    CLAIM_TABLES = 144,
    CLAIM_SEGMENTS = 148,
    CLAIM_FIXED = 156,
    TABLE = 6,
    SEGMENT = 44
};

static void refuse_parse(const uint8_t *bytes, size_t size, const char *says)
{
    zkb_error error;
    zkb_proof *proof;
    assert_int_equal(zkb_proof_parse(&proof, bytes, size, "file", &error), ZKB_ERROR_FORMAT);
    assert_null(proof);
    if (strstr(error.message, says) == NULL) {
        fail_msg("%s, expected: %s", error.message, says);
    }
}

static void every_check_of_a_parsed_proof(void **state)
{
    (void)state;
    size_t size;
    size_t chunk_size;
    const uint8_t *good = zkb_proof_bytes(whole, &size);
    const size_t chunk =
        (size_t)(zkb_chunk_proof_bytes(zkb_proof_chunk(whole, 1), &chunk_size) - good);
    uint8_t *bytes = malloc(size);
    assert_non_null(bytes);
    const size_t segment =
        chunk + CLAIM_FIXED + (size_t)TABLE * zkb_load32(good + chunk + CLAIM_TABLES);
    const struct {
        size_t at;
        uint64_t value;
        unsigned width;
        const char *says;
    } changes[] = {
        {AT_RECORD, 0, 4, "slot count"},
        {AT_RECORD + 4, 9, 4, "entry"},
        {AT_FRAME_BYTES, 12, 4, "frame size"},
        {AT_OUTPUT_BYTES, 0, 4, "output of 8 bytes"},
        {AT_LENGTHS, ZKB_MAX_INPUT_BYTES + 1, 8, "public input of"},
        {chunk + CLAIM_CLOCK, 1, 4, "chunk 1: no instructions"},
        {chunk + CLAIM_CLOCK, 0, 4, "chunk 1: no instructions"},
        {segment, UINT64_C(0x700000000) / 8, 8, "chunk 1: a segment that the run does not have"},
        {segment, 1, 8, "chunk 1: a segment that the run does not have"},
    };
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        memcpy(bytes, good, size);
        memcpy(bytes + changes[i].at, &changes[i].value, changes[i].width);
        refuse_parse(bytes, size, changes[i].says);
    }
    free(bytes);
}

enum { MANY_FRAME_BYTES = 1 << 20, MANY_FRAMES = 1024, MANY_BYTES = 1 << 30 };

/* A proof whose first chunk names every segment of stack, heap and output, lowest first or highest
 * first. */
static uint8_t *with_many_segments(size_t *size, bool falling)
{
    static const uint64_t regions[] = {2, 3, 6};
    enum { OF_REGION = 16384, COUNT = 3 * OF_REGION, IDENTITY = 0x40 };
    size_t old_size;
    size_t claim_size;
    const uint8_t *old = zkb_proof_bytes(whole, &old_size);
    const uint8_t *claim = zkb_chunk_proof_bytes(zkb_proof_chunk(whole, 0), &claim_size);
    const uint32_t old_count = zkb_load32(claim + CLAIM_SEGMENTS);
    const size_t before = CLAIM_FIXED + (size_t)TABLE * zkb_load32(claim + CLAIM_TABLES);
    const size_t head = (size_t)(claim - old) + before;
    const size_t tail = head + (size_t)SEGMENT * old_count;
    *size = old_size + (size_t)SEGMENT * (COUNT - old_count);
    uint8_t *bytes = calloc(1, *size);
    assert_non_null(bytes);
    memcpy(bytes, old, head);
    memcpy(bytes + head + (size_t)SEGMENT * COUNT, old + tail, old_size - tail);
    zkb_store32(bytes + AT_FRAME_BYTES, MANY_FRAME_BYTES);
    zkb_store32(bytes + AT_MAX_FRAMES, MANY_FRAMES);
    zkb_store32(bytes + AT_HEAP_BYTES, MANY_BYTES);
    zkb_store32(bytes + AT_OUTPUT_BYTES, MANY_BYTES);
    uint8_t *new_claim = bytes + (claim - old);
    zkb_store32(new_claim - 4, (uint32_t)(claim_size + (size_t)SEGMENT * (COUNT - old_count)));
    zkb_store32(new_claim + CLAIM_SEGMENTS, COUNT);
    for (uint64_t s = 0; s < COUNT; s++) { /* with the commitment to zeros */
        const uint64_t n = falling ? COUNT - 1 - s : s;
        const uint64_t address = (regions[n / OF_REGION] << 32) + n % OF_REGION * ZKB_SEGMENT_BYTES;
        zkb_store64(bytes + head + SEGMENT * s, address / 8);
        bytes[head + SEGMENT * (s + 1) - 1] = IDENTITY;
    }
    return bytes;
}

/* Bytes that memmove was called for since the count was last set to zero. */
static size_t bytes_moved;

void *__wrap_memmove(void *to, const void *from, size_t size); /* by the linker (CMakeLists.txt) */
void *__real_memmove(void *to, const void *from, size_t size);
void *__wrap_memmove(void *to, const void *from, size_t size)
{
    bytes_moved += size;
    return __real_memmove(to, from, size);
}

/* In whatever order: to insert each segment in front of the others would move each of them
 * thousands of times. */
static void segments_in_any_order_are_not_moved(void **state)
{
    fixture *f = *state;
    const zkb_program_options options = {.frame_bytes = MANY_FRAME_BYTES,
                                         .max_frames = MANY_FRAMES,
                                         .heap_bytes = MANY_BYTES,
                                         .output_bytes = MANY_BYTES};
    zkb_error error;
    zkb_program *program;
    zkb_verifying_key *key;
    zkb_proof *proof;
    zkb_verdict verdict;
    must(zkb_program_open_bytes(&program, sum_program, sizeof sum_program, "sum", &options, &error),
         &error);
    must(zkb_verifying_key_create(&key, f->srs, program, &error), &error);
    for (unsigned falling = 0; falling < 2; falling++) {
        size_t size;
        uint8_t *bytes = with_many_segments(&size, falling != 0);
        bytes_moved = 0;
        must(zkb_proof_parse(&proof, bytes, size, "file", &error), &error);
        assert_in_range(bytes_moved, 0, size);
        zkb_proof_destroy(proof);
        bytes_moved = 0;
        assert_int_equal(
            zkb_verify(&verdict, key, bytes, size, f->public_input, INPUT_BYTES, 1, &error),
            ZKB_ERROR_REJECTED);
        assert_in_range(bytes_moved, 0, size);
        free(bytes);
    }
    zkb_verifying_key_destroy(key);
    zkb_program_destroy(program);
}

/* Without which the test above could not fail. */
static void moved_bytes_are_counted(void **state)
{
    (void)state;
    enum { SEGMENTS = 10 };
    zkb_error error;
    zkb_segment_map map = {0};
    bytes_moved = 0;
    for (uint64_t s = SEGMENTS; s > 0; s--) {
        must(zkb_segment_map_set(&map, s, &ZKB_G1_AFFINE_IDENTITY, &error), &error);
    }
    zkb_segment_map_clear(&map);
    assert_int_equal(bytes_moved, SEGMENTS * (SEGMENTS - 1) / 2 * sizeof(zkb_segment_entry));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_of_a_key_file),
        cmocka_unit_test(every_part_of_a_resume_tag),
        cmocka_unit_test(chunks_of_another_run_are_not_reused),
        cmocka_unit_test(a_setup_that_is_too_small),
        cmocka_unit_test(every_check_of_a_parsed_proof),
        cmocka_unit_test(moved_bytes_are_counted),
        cmocka_unit_test(segments_in_any_order_are_not_moved),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
