/* Programs by their records: what none can be, and that no two have one id. Classes 12 and 13. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine/segments.h"

static void must(zkb_status status, const zkb_error *error)
{
    if (status != ZKB_OK) {
        fail_msg("%s", error->message);
    }
}

static void make_record(zkb_program_record *r)
{
    *r = (zkb_program_record){
        .slot_count = 5000, .entry = 9, .layout = {4096, 64, 1 << 20, 1 << 16}};
    for (unsigned c = 0; c < ZKB_PROGRAM_COLUMNS; c++) {
        r->columns[c] = zkb_g1_generator;
    }
}

/* Which id a record has when one thing in it is changed. Where two ids were one, a proof of one
 * program would be one of the other; where the program's data is split elsewhere, only the id knows
 * which segments can be written to. */
static void every_part_is_in_the_id(void **state)
{
    (void)state;
    enum { NUMBERS = 8, POINTS = ZKB_PROGRAM_COLUMNS + 3 };
    zkb_error error;
    zkb_fr id, other_id;
    zkb_g1_affine data[3] = {zkb_g1_generator, zkb_g1_generator, zkb_g1_generator};
    const zkb_fr setup = zkb_fr_one;
    zkb_program_record r;
    make_record(&r);
    uint32_t *const numbers[NUMBERS] = {&r.slot_count,         &r.entry,
                                        &r.layout.frame_bytes, &r.layout.max_frames,
                                        &r.layout.heap_bytes,  &r.layout.output_bytes,
                                        &r.read_only_bytes,    &r.writable_bytes};
    r.data = data;
    r.data_count = 3;
    r.read_only_bytes = 65537;
    r.writable_bytes = 8;
    must(zkb_program_record_check(&r, &error), &error);
    zkb_program_id(&id, &r, &setup);
    for (unsigned i = 0; i < NUMBERS; i++) {
        *numbers[i] += 8;
        must(zkb_program_record_check(&r, &error), &error);
        zkb_program_id(&other_id, &r, &setup);
        assert_false(zkb_fr_equal(&other_id, &id));
        *numbers[i] -= 8;
    }
    for (unsigned i = 0; i < POINTS; i++) {
        zkb_g1_affine *point = i < 3 ? &data[i] : &r.columns[i - 3];
        const zkb_g1_affine kept = *point;
        *point = ZKB_G1_AFFINE_IDENTITY;
        zkb_program_id(&other_id, &r, &setup);
        assert_false(zkb_fr_equal(&other_id, &id));
        *point = kept;
    }
    r.read_only_bytes = 8; /* as many segments, of which two can be written to */
    r.writable_bytes = 65537;
    must(zkb_program_record_check(&r, &error), &error);
    zkb_program_id(&other_id, &r, &setup);
    assert_false(zkb_fr_equal(&other_id, &id));
    zkb_fr other_setup;
    zkb_fr_add(&other_setup, &setup, &setup);
    zkb_program_id(&id, &r, &setup);
    zkb_program_id(&other_id, &r, &other_setup);
    assert_false(zkb_fr_equal(&other_id, &id));
}

/* What no program has: each number of a record at its bound and beyond. */
static void records_out_of_range(void **state)
{
    (void)state;
    enum { MOST_SLOTS = 1 << ZKB_MAX_SLOT_LOG, MOST_DATA = ZKB_MAX_DATA_SEGMENTS * 65536 };
    zkb_error error;
    zkb_program_record r;
    make_record(&r);
    const struct {
        uint32_t *number;
        uint32_t good, bad;
    } bounds[] = {
        {&r.slot_count, MOST_SLOTS, MOST_SLOTS + 1},
        {&r.slot_count, r.slot_count, 0},
        {&r.entry, r.slot_count - 1, r.slot_count},
        {&r.layout.frame_bytes, 8, 0},
        {&r.layout.frame_bytes, 16, 12},
        {&r.layout.frame_bytes, 1u << 20, (1u << 20) + 8},
        {&r.layout.max_frames, 1, 0},
        {&r.layout.max_frames, 1024, 1025},
        {&r.layout.heap_bytes, 1u << 30, (1u << 30) + 1},
        {&r.layout.output_bytes, 1u << 30, (1u << 30) + 1},
        {&r.data_count, 0, 1},
    };
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        const uint32_t kept = *bounds[i].number;
        *bounds[i].number = bounds[i].good;
        must(zkb_program_record_check(&r, &error), &error);
        *bounds[i].number = bounds[i].bad;
        assert_int_equal(zkb_program_record_check(&r, &error), ZKB_ERROR_FORMAT);
        *bounds[i].number = kept;
    }
    uint32_t *const data[] = {&r.read_only_bytes, &r.writable_bytes};
    for (unsigned i = 0; i < 2; i++) {
        *data[i] = MOST_DATA;
        r.data_count = ZKB_MAX_DATA_SEGMENTS;
        must(zkb_program_record_check(&r, &error), &error);
        ++*data[i];
        r.data_count++;
        assert_int_equal(zkb_program_record_check(&r, &error), ZKB_ERROR_FORMAT);
        *data[i] = 0;
    }
}

/* Lengths with which segments could not be counted. Output fills whole segments. */
static void lengths_out_of_range(void **state)
{
    (void)state;
    zkb_error error;
    zkb_program_record r;
    make_record(&r);
    r.layout.output_bytes = ZKB_SEGMENT_BYTES + 8;
    zkb_run_lengths lengths = {ZKB_MAX_INPUT_BYTES, ZKB_MAX_INPUT_BYTES, 2 * ZKB_SEGMENT_BYTES};
    must(zkb_run_lengths_check(&lengths, &r, &error), &error);
    uint64_t *const each[] = {&lengths.public_bytes, &lengths.private_bytes, &lengths.output_bytes};
    for (unsigned i = 0; i < sizeof each / sizeof each[0]; i++) {
        ++*each[i];
        assert_int_equal(zkb_run_lengths_check(&lengths, &r, &error), ZKB_ERROR_FORMAT);
        --*each[i];
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_is_in_the_id),
        cmocka_unit_test(records_out_of_range),
        cmocka_unit_test(lengths_out_of_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
