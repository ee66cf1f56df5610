/* Copies r3 words from r2 to r1, as if all were read before any is written; r0 = r1.
 *
 * The row of the call gives (clock, destination, source) on a bus of its own, as numbers of words,
 * and takes the same moved on by r3. A row of COPY_FOUR or COPY_WORD takes such a tuple, copies
 * four words or one, and gives the next. */
#include "machine/chips/memory.h"
#include "machine/helpers/helpers.h"
#include "machine/list.h"

#include <string.h>

ZKB_PROVER_ONLY uint64_t zkb_host_copy(void *context, zkb_helper_call *call)
{
    (void)context;
    memcpy(call->words[1], call->words[0], 8 * (size_t)call->count[0]);
    return call->arguments[0];
}

/* Addresses are divided by 8 in the field: one that is no multiple of 8 gives no word's number. */
void zkb_declare_copy(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_access result;
    zkb_instruction_begin(&i, b);
    const zkb_expr destination = zkb_register_read(&i, "r1", zkb_const(b, 1), 0);
    const zkb_expr source = zkb_register_read(&i, "r2", zkb_const(b, 2), 0);
    const zkb_expr count = zkb_register_read(&i, "r3", zkb_const(b, 3), 0);
    zkb_range16(&i, zkb_sub(b, zkb_const(b, ZKB_COPY_MOST_WORDS), count));
    const zkb_expr first[3] = {i.clock, zkb_word_address(b, destination),
                               zkb_word_address(b, source)};
    const zkb_expr last[3] = {i.clock, zkb_add(b, first[1], count), zkb_add(b, first[2], count)};
    zkb_give(b, &zkb_bus_copy, i.one, first, 3);
    zkb_take(b, &zkb_bus_copy, i.one, last, 3);
    zkb_register_begin(&result, &i, "r0 before", zkb_const(b, 0), 3);
    zkb_access_end(&result, &i, destination);
    zkb_helper_end(&i, form, variant);
}

void zkb_declare_copy_words(zkb_chip_builder *b, unsigned variant)
{
    zkb_instruction_block i;
    zkb_auxiliary_begin(&i, b);
    const zkb_expr destination = zkb_column(b, "destination", 64);
    const zkb_expr source = zkb_column(b, "source", 64);
    const zkb_expr words = zkb_const(b, variant);
    const zkb_expr before[3] = {i.clock, destination, source};
    const zkb_expr after[3] = {i.clock, zkb_add(b, destination, words), zkb_add(b, source, words)};
    zkb_take(b, &zkb_bus_copy, i.one, before, 3);
    zkb_give(b, &zkb_bus_copy, i.one, after, 3);
    const zkb_expr space = zkb_declare_load_space(&i, "read-only");
    for (unsigned j = 0; j < variant; j++) {
        zkb_access from;
        zkb_access to;
        const zkb_expr at = zkb_const(b, j);
        zkb_access_begin(&from, &i, zkb_word_name(b, "word", variant, j), space,
                         zkb_add(b, source, at), ZKB_COPY_SOURCE);
        zkb_access_end(&from, &i, from.value);
        zkb_access_begin(&to, &i, zkb_word_name(b, "before", variant, j),
                         zkb_const(b, ZKB_SPACE_READ_WRITE), zkb_add(b, destination, at),
                         ZKB_COPY_DESTINATION);
        zkb_access_end(&to, &i, from.value);
    }
}

static void fill_words(const zkb_row_writer *call, unsigned chip, uint32_t first, uint32_t words,
                       uint32_t all)
{
    const uint64_t source = zkb_argument(call, 2) / 8 + first;
    zkb_row_writer row;
    zkb_auxiliary_row(&row, call, chip);
    zkb_put32(&row, row.clock);
    zkb_put64(&row, zkb_argument(call, 1) / 8 + first);
    zkb_put64(&row, source);
    zkb_put8(&row, zkb_memory_is_read_only(&row, source));
    for (uint32_t word = first; word < first + words; word++) {
        zkb_put_word(&row, word);
        zkb_put_word(&row, all + word);
    }
    zkb_row_end(&row);
}

ZKB_PROVER_ONLY void zkb_fill_copy(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const uint32_t words = (uint32_t)zkb_argument(row, 3);
    zkb_put_instruction(row);
    zkb_put_register(row, 1, 0, zkb_argument(row, 1));
    zkb_put_register(row, 2, 0, zkb_argument(row, 2));
    zkb_put_register(row, 3, 0, words);
    row->counts->range16[ZKB_COPY_MOST_WORDS - words]++;
    zkb_put_register(row, 0, 3, row->step->result_before);
    for (uint32_t first = 0; first < words; first += ZKB_HELPER_FOUR) {
        if (zkb_is_four(first, words, zkb_argument(row, 2) / 8)) {
            fill_words(row, ZKB_CHIP_COPY_FOUR, first, ZKB_HELPER_FOUR, words);
            continue;
        }
        for (uint32_t word = first; word < words && word < first + ZKB_HELPER_FOUR; word++) {
            fill_words(row, ZKB_CHIP_COPY_WORD, word, 1, words);
        }
    }
}
