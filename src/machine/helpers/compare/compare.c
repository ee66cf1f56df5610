/* Compares the r3 words from r1 on with those from r2 on; r0 = the number of words before the first
 * that differ, or r3. Words behind these are not read.
 *
 * The row of the call gives (clock, left, right, 0) on a bus of its own, with the numbers of the
 * first words, and takes (clock, left + r0, right + r0, different). A row of COMPARE_FOUR or
 * COMPARE_WORD takes such a tuple, reads four words or one at both places, in one column for both,
 * and gives the next. A row of COMPARE_DIFFERENT takes the tuple of two words that differ, and
 * gives the same with 1, which no row but the call's takes. */
#include "machine/chips/memory.h"
#include "machine/helpers/helpers.h"
#include "machine/list.h"

/* A count that is higher than that of the words that are there makes the call fault. */
ZKB_PROVER_ONLY uint64_t zkb_host_compare(void *context, zkb_helper_call *call)
{
    (void)context;
    const uint32_t words = (uint32_t)call->arguments[2];
    const uint32_t there = call->count[0] < call->count[1] ? call->count[0] : call->count[1];
    uint32_t equal = 0;
    while (equal < there && call->words[0][equal] == call->words[1][equal]) {
        equal++;
    }
    call->count[0] = equal < words ? equal + 1 : words;
    call->count[1] = call->count[0];
    return equal;
}

void zkb_declare_compare(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_access result;
    zkb_instruction_begin(&i, b);
    const zkb_expr left = zkb_word_address(b, zkb_register_read(&i, "r1", zkb_const(b, 1), 0));
    const zkb_expr right = zkb_word_address(b, zkb_register_read(&i, "r2", zkb_const(b, 2), 0));
    const zkb_expr count = zkb_register_read(&i, "r3", zkb_const(b, 3), 0);
    const zkb_expr equal = zkb_column(b, "equal words", 16);
    const zkb_expr different = zkb_column(b, "different", 1); /* 0 or 1, since it is taken */
    const zkb_expr rest = zkb_sub(b, count, equal);
    zkb_range16(&i, zkb_sub(b, zkb_const(b, ZKB_COMPARE_MOST_WORDS), count));
    zkb_range16(&i, zkb_sub(b, rest, different));
    zkb_assert_zero(b, "all words unless two are different",
                    zkb_mul(b, rest, zkb_sub(b, i.active, different)));
    const zkb_expr first[4] = {i.clock, left, right, zkb_const(b, 0)};
    const zkb_expr last[4] = {i.clock, zkb_add(b, left, equal), zkb_add(b, right, equal),
                              different};
    zkb_give(b, &zkb_bus_compare, i.one, first, 4);
    zkb_take(b, &zkb_bus_compare, i.one, last, 4);
    zkb_register_begin(&result, &i, "r0 before", zkb_const(b, 0), 3);
    zkb_access_end(&result, &i, equal);
    zkb_helper_end(&i, form, variant);
}

/* What the rows of both kinds begin with: clock, addresses and spaces of the words that are read.
 */
typedef struct places {
    zkb_instruction_block i;
    zkb_expr left, right, left_space, right_space;
} places;

/* Gives the tuple moved on by so many words. */
static void declare_places(places *p, zkb_chip_builder *b, unsigned words, unsigned different)
{
    zkb_auxiliary_begin(&p->i, b);
    p->left = zkb_column(b, "left", 64);
    p->right = zkb_column(b, "right", 64);
    p->left_space = zkb_declare_load_space(&p->i, "left read-only");
    p->right_space = zkb_declare_load_space(&p->i, "right read-only");
    const zkb_expr before[4] = {p->i.clock, p->left, p->right, zkb_const(b, 0)};
    const zkb_expr after[4] = {p->i.clock, zkb_add(b, p->left, zkb_const(b, words)),
                               zkb_add(b, p->right, zkb_const(b, words)), zkb_const(b, different)};
    zkb_take(b, &zkb_bus_compare, p->i.one, before, 4);
    zkb_give(b, &zkb_bus_compare, p->i.one, after, 4);
}

void zkb_declare_compare_words(zkb_chip_builder *b, unsigned variant)
{
    places p;
    declare_places(&p, b, variant, 0);
    for (unsigned j = 0; j < variant; j++) {
        zkb_access left;
        zkb_access right;
        const zkb_expr at = zkb_const(b, j);
        zkb_access_begin(&left, &p.i, zkb_word_name(b, "word", variant, j), p.left_space,
                         zkb_add(b, p.left, at), ZKB_COMPARE_LEFT);
        zkb_access_end(&left, &p.i, left.value);
        zkb_access_begin_value(&right, &p.i, zkb_word_name(b, "right", variant, j), p.right_space,
                               zkb_add(b, p.right, at), ZKB_COMPARE_RIGHT, left.value);
        zkb_access_end(&right, &p.i, left.value);
    }
}

/* (1 - 2 less) (left - right) = 1 + distance, which is not 0 whatever `less` is. */
void zkb_declare_compare_different(zkb_chip_builder *b, unsigned variant)
{
    (void)variant;
    places p;
    zkb_access left;
    zkb_access right;
    declare_places(&p, b, 0, 1);
    zkb_access_begin(&left, &p.i, "left word", p.left_space, p.left, ZKB_COMPARE_LEFT);
    zkb_access_end(&left, &p.i, left.value);
    zkb_access_begin(&right, &p.i, "right word", p.right_space, p.right, ZKB_COMPARE_RIGHT);
    zkb_access_end(&right, &p.i, right.value);
    const zkb_expr less = zkb_column(b, "less", 1);
    const zkb_expr distance = zkb_limbs(&p.i, "distance - 1", 4, NULL);
    const zkb_expr difference = zkb_sub(b, left.value, right.value);
    zkb_assert_zero(b, "|left - right| = distance",
                    zkb_sub(b,
                            zkb_sub(b, difference, zkb_scale(b, zkb_mul(b, less, difference), 2)),
                            zkb_add(b, distance, p.i.active)));
}

static uint64_t word_of(const zkb_row_writer *call, unsigned argument)
{
    return zkb_argument(call, argument) / 8;
}

static void begin_row(zkb_row_writer *row, const zkb_row_writer *call, unsigned chip, uint32_t word)
{
    zkb_auxiliary_row(row, call, chip);
    zkb_put32(row, row->clock);
    zkb_put64(row, word_of(call, 1) + word);
    zkb_put64(row, word_of(call, 2) + word);
    zkb_put8(row, zkb_memory_is_read_only(row, word_of(call, 1) + word));
    zkb_put8(row, zkb_memory_is_read_only(row, word_of(call, 2) + word));
}

static void fill_equal(const zkb_row_writer *call, unsigned chip, uint32_t first, uint32_t words,
                       uint32_t read)
{
    zkb_row_writer row;
    begin_row(&row, call, chip, first);
    for (uint32_t word = first; word < first + words; word++) {
        zkb_put_word(&row, word);
        zkb_put_range16(&row, zkb_word_difference(&row, read + word));
    }
    zkb_row_end(&row);
}

static void fill_different(const zkb_row_writer *call, uint32_t word, uint32_t read)
{
    zkb_row_writer row;
    begin_row(&row, call, ZKB_CHIP_COMPARE_DIFFERENT, word);
    const uint64_t left = row.memory[word].before;
    const uint64_t right = row.memory[read + word].before;
    zkb_put_word(&row, word);
    zkb_put_word(&row, read + word);
    zkb_put8(&row, left < right);
    zkb_put_limbs(&row, 4, (left < right ? right - left : left - right) - 1);
    zkb_row_end(&row);
}

ZKB_PROVER_ONLY void zkb_fill_compare(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const uint32_t words = (uint32_t)zkb_argument(row, 3);
    const uint32_t equal = (uint32_t)row->step->result_after;
    const uint32_t read = equal < words ? equal + 1 : words;
    zkb_put_instruction(row);
    for (unsigned r = 1; r <= 3; r++) {
        zkb_put_register(row, r, 0, zkb_argument(row, r));
    }
    zkb_put16(row, equal);
    zkb_put8(row, read - equal);
    row->counts->range16[ZKB_COMPARE_MOST_WORDS - words]++;
    row->counts->range16[words - read]++;
    zkb_put_register(row, 0, 3, row->step->result_before);
    for (uint32_t first = 0; first < equal; first += ZKB_HELPER_FOUR) {
        if (zkb_is_four(first, equal, word_of(row, 1)) &&
            zkb_is_four(first, equal, word_of(row, 2))) {
            fill_equal(row, ZKB_CHIP_COMPARE_FOUR, first, ZKB_HELPER_FOUR, read);
            continue;
        }
        for (uint32_t word = first; word < equal && word < first + ZKB_HELPER_FOUR; word++) {
            fill_equal(row, ZKB_CHIP_COMPARE_WORD, word, 1, read);
        }
    }
    if (read > equal) {
        fill_different(row, equal, read);
    }
}
