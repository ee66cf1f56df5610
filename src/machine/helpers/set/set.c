/* Writes r2 to the r3 words from r1 on; r0 = r1.
 *
 * The row of the call gives (clock, destination, value) on a bus of its own, the destination as the
 * number of a word, and takes the same moved on by r3. A row of SET_FOUR or SET_WORD takes such a
 * tuple, writes four words or one, and gives the next. */
#include "machine/chips/memory.h"
#include "machine/helpers/helpers.h"
#include "machine/list.h"

ZKB_PROVER_ONLY uint64_t zkb_host_set(void *context, zkb_helper_call *call)
{
    (void)context;
    for (uint32_t word = 0; word < call->count[0]; word++) {
        call->words[0][word] = call->arguments[1];
    }
    return call->arguments[0];
}

void zkb_declare_set(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_access result;
    zkb_instruction_begin(&i, b);
    const zkb_expr destination = zkb_register_read(&i, "r1", zkb_const(b, 1), 0);
    const zkb_expr value = zkb_register_read(&i, "r2", zkb_const(b, 2), 0);
    const zkb_expr count = zkb_register_read(&i, "r3", zkb_const(b, 3), 0);
    zkb_range16(&i, zkb_sub(b, zkb_const(b, ZKB_SET_MOST_WORDS), count));
    const zkb_expr first[3] = {i.clock, zkb_word_address(b, destination), value};
    const zkb_expr last[3] = {i.clock, zkb_add(b, first[1], count), value};
    zkb_give(b, &zkb_bus_set, i.one, first, 3);
    zkb_take(b, &zkb_bus_set, i.one, last, 3);
    zkb_register_begin(&result, &i, "r0 before", zkb_const(b, 0), 3);
    zkb_access_end(&result, &i, destination);
    zkb_helper_end(&i, form, variant);
}

void zkb_declare_set_words(zkb_chip_builder *b, unsigned variant)
{
    zkb_instruction_block i;
    zkb_auxiliary_begin(&i, b);
    const zkb_expr destination = zkb_column(b, "destination", 64);
    const zkb_expr value = zkb_column(b, "value", 64);
    const zkb_expr before[3] = {i.clock, destination, value};
    const zkb_expr after[3] = {i.clock, zkb_add(b, destination, zkb_const(b, variant)), value};
    zkb_take(b, &zkb_bus_set, i.one, before, 3);
    zkb_give(b, &zkb_bus_set, i.one, after, 3);
    for (unsigned j = 0; j < variant; j++) {
        zkb_access to;
        zkb_access_begin(&to, &i, zkb_word_name(b, "before", variant, j),
                         zkb_const(b, ZKB_SPACE_READ_WRITE),
                         zkb_add(b, destination, zkb_const(b, j)), ZKB_SET_DESTINATION);
        zkb_access_end(&to, &i, value);
    }
}

static void fill_words(const zkb_row_writer *call, unsigned chip, uint32_t first, uint32_t words)
{
    zkb_row_writer row;
    zkb_auxiliary_row(&row, call, chip);
    zkb_put32(&row, row.clock);
    zkb_put64(&row, zkb_argument(call, 1) / 8 + first);
    zkb_put64(&row, zkb_argument(call, 2));
    for (uint32_t word = first; word < first + words; word++) {
        zkb_put_word(&row, word);
    }
    zkb_row_end(&row);
}

ZKB_PROVER_ONLY void zkb_fill_set(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const uint32_t words = (uint32_t)zkb_argument(row, 3);
    uint32_t word = 0;
    zkb_put_instruction(row);
    for (unsigned r = 1; r <= 3; r++) {
        zkb_put_register(row, r, 0, zkb_argument(row, r));
    }
    row->counts->range16[ZKB_SET_MOST_WORDS - words]++;
    zkb_put_register(row, 0, 3, row->step->result_before);
    for (; words - word >= ZKB_HELPER_FOUR; word += ZKB_HELPER_FOUR) {
        fill_words(row, ZKB_CHIP_SET_FOUR, word, ZKB_HELPER_FOUR);
    }
    for (; word < words; word++) {
        fill_words(row, ZKB_CHIP_SET_WORD, word, 1);
    }
}
