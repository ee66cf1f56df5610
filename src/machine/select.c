#include "machine/select.h"

#include "machine/chips/memory.h"

const zkb_machine_fill zkb_machine_fills[ZKB_CHIP_COUNT] = {
#define ENTRY(id, function, form, serves, variant) [ZKB_CHIP_##id] = zkb_fill_##function,
    ZKB_INSTRUCTION_CHIPS(ENTRY) ZKB_ADDED_CHIPS(ENTRY, ZKB_NO_AUXILIARY_CHIP)
#undef ENTRY
};

/* Auxiliary rows in `chip`, by the words of a range that `helper` accesses: so many for each; or
 * one for each four that have a row of their own (zkb_is_four), or for each of the others. Of
 * compare these are words that are equal, and one row more is for those that are not. Or so many
 * for each call, of no range. */
enum { FOURS = 100, OTHERS, DIFFERENT, A_CALL = ZKB_HELPER_RANGES };
static const struct {
    zkb_chip_id helper, chip;
    unsigned range, rows;
} helper_rows[] = {
    {ZKB_CHIP_HELPER_COPY, ZKB_CHIP_COPY_FOUR, ZKB_COPY_SOURCE, FOURS},
    {ZKB_CHIP_HELPER_COPY, ZKB_CHIP_COPY_WORD, ZKB_COPY_SOURCE, OTHERS},
    {ZKB_CHIP_HELPER_SHA256, ZKB_CHIP_SHA256_BLOCK, ZKB_SHA256_BLOCK_RANGE, 1},
    {ZKB_CHIP_HELPER_SHA256, ZKB_CHIP_SHA256_FIRST, ZKB_SHA256_BLOCK_RANGE, 2},
    {ZKB_CHIP_HELPER_SHA256, ZKB_CHIP_SHA256_LATER, ZKB_SHA256_BLOCK_RANGE, 6},
    {ZKB_CHIP_HELPER_SHA256, ZKB_CHIP_SHA256_ROUND, ZKB_SHA256_BLOCK_RANGE, 8},
    {ZKB_CHIP_HELPER_SET, ZKB_CHIP_SET_FOUR, ZKB_SET_DESTINATION, FOURS},
    {ZKB_CHIP_HELPER_SET, ZKB_CHIP_SET_WORD, ZKB_SET_DESTINATION, OTHERS},
    {ZKB_CHIP_HELPER_COMPARE, ZKB_CHIP_COMPARE_FOUR, ZKB_COMPARE_LEFT, FOURS},
    {ZKB_CHIP_HELPER_COMPARE, ZKB_CHIP_COMPARE_WORD, ZKB_COMPARE_LEFT, OTHERS},
    {ZKB_CHIP_HELPER_COMPARE, ZKB_CHIP_COMPARE_DIFFERENT, ZKB_COMPARE_LEFT, DIFFERENT},
    {ZKB_CHIP_HELPER_KECCAK, ZKB_CHIP_KECCAK_WORD, ZKB_KECCAK_STATE_RANGE, 1},
    {ZKB_CHIP_HELPER_KECCAK, ZKB_CHIP_KECCAK_SHEET, A_CALL, 5 * 24},
    {ZKB_CHIP_HELPER_KECCAK, ZKB_CHIP_KECCAK_PARITY, A_CALL, 24},
    {ZKB_CHIP_HELPER_KECCAK, ZKB_CHIP_KECCAK_PLANE0, A_CALL, 24},
    {ZKB_CHIP_HELPER_KECCAK, ZKB_CHIP_KECCAK_PLANE1, A_CALL, 24},
    {ZKB_CHIP_HELPER_KECCAK, ZKB_CHIP_KECCAK_PLANE2, A_CALL, 24},
    {ZKB_CHIP_HELPER_KECCAK, ZKB_CHIP_KECCAK_PLANE3, A_CALL, 24},
    {ZKB_CHIP_HELPER_KECCAK, ZKB_CHIP_KECCAK_PLANE4, A_CALL, 24},
};

/* What zkb_machine_chips says each takes: ZKB_SERVES_*. */
static const uint16_t serves_of[ZKB_INSTRUCTION_CHIP_COUNT] = {
#define ENTRY(id, function, form, serves, variant) [ZKB_CHIP_##id] = ZKB_SERVES_##serves,
    ZKB_INSTRUCTION_CHIPS(ENTRY)
#undef ENTRY
};

/* The chip that takes all of a form, and the one that takes an instruction by its flags: one more
 * than the chip, so that 0 means none. Lines of the list that do not belong in a table have their
 * place behind its end. */
enum { FORMS = 64, CODES = FORMS << ZKB_FORM_FLAG_BITS };
#define FORM_AT(id, form, serves)                                                                  \
    ((serves) == ZKB_SERVES_ALL ? (unsigned)(form) : FORMS + (unsigned)ZKB_CHIP_##id)
#define CODE_AT(id, form, serves)                                                                  \
    (((serves) & ZKB_SERVES_ALL) == 0 ? ZKB_FORM_CODE(form, (serves) & 0x1fu)                      \
                                      : CODES + (unsigned)ZKB_CHIP_##id)

static const uint8_t chip_of_form[FORMS + ZKB_CHIP_COUNT] = {
#define ENTRY(id, function, form, serves, variant)                                                 \
    [FORM_AT(id, ZKB_FORM_##form, ZKB_SERVES_##serves)] = ZKB_CHIP_##id + 1,
    ZKB_INSTRUCTION_CHIPS(ENTRY)
#undef ENTRY
};

static const uint8_t chip_of_code[CODES + ZKB_CHIP_COUNT] = {
#define ENTRY(id, function, form, serves, variant)                                                 \
    [CODE_AT(id, ZKB_FORM_##form, ZKB_SERVES_##serves)] = ZKB_CHIP_##id + 1,
    ZKB_INSTRUCTION_CHIPS(ENTRY)
#undef ENTRY
};

static bool serves_step(unsigned serves, const zkb_step *step)
{
    if ((serves & ZKB_SERVES_IF_ALIGNED) != 0) {
        return step->address % zkb_width_bytes(serves & 0x1fu) == 0;
    }
    return (serves & ZKB_SERVES_IF_OUTERMOST) == 0 || step->depth == 0;
}

static zkb_chip_id select_helper(uint64_t number)
{
    switch (number) {
#define CASE(id, name, form, serves, helper_number)                                                \
    case helper_number:                                                                            \
        return ZKB_CHIP_##id;
        CASE(HELPER_MULHI, mulhi, HELPER, NUMBER, ZKB_HELPER_NUMBER_MULHI)
        ZKB_ADDED_CHIPS(CASE, ZKB_NO_AUXILIARY_CHIP)
#undef CASE
    default:
        return ZKB_CHIP_NONE;
    }
}

zkb_chip_id zkb_machine_select(const zkb_program_row *decoded, const zkb_step *step)
{
    const unsigned form = decoded->code >> ZKB_FORM_FLAG_BITS;
    unsigned chip = chip_of_code[decoded->code % CODES];
    if (form == ZKB_FORM_HELPER) {
        return select_helper(decoded->imm);
    }
    if (chip == 0 || !serves_step(serves_of[chip - 1], step)) {
        chip = chip_of_form[form % FORMS];
    }
    return chip == 0 ? ZKB_CHIP_NONE : (zkb_chip_id)(chip - 1);
}

/* How many fours of `words` words have a row of their own. */
static uint32_t count_fours(const zkb_helper *helper, const zkb_step *step,
                            const zkb_memory_operation *accesses, uint32_t words)
{
    uint32_t fours = 0;
    for (uint32_t first = 0; first < words; first += ZKB_HELPER_FOUR) {
        bool four = words - first >= ZKB_HELPER_FOUR;
        for (unsigned i = 0; i < helper->range_count; i++) {
            const zkb_helper_range *range = &helper->ranges[i];
            four = four && (range->writes ||
                            zkb_is_four(first, words,
                                        zkb_step_argument(accesses, step, range->address) / 8));
        }
        fours += four;
    }
    return fours;
}

static uint32_t count_rows(unsigned rows, uint32_t words, uint32_t same, uint32_t fours)
{
    switch (rows) {
    case FOURS:
        return fours;
    case OTHERS:
        return same - ZKB_HELPER_FOUR * fours;
    case DIFFERENT:
        return words - same;
    default:
        return rows * words;
    }
}

static void count_words(zkb_machine_call *call, const zkb_helper *helper, const zkb_step *step,
                        const zkb_memory_operation *accesses)
{
    call->range_count = helper->range_count;
    for (unsigned i = 0; i < helper->range_count; i++) {
        const zkb_helper_range *range = &helper->ranges[i];
        call->words[i] = range->stops ? step->words / helper->range_count
                         : range->count != 0
                             ? (uint32_t)zkb_step_argument(accesses, step, range->count)
                             : range->most;
    }
}

void zkb_machine_call_init(zkb_machine_call *call, zkb_chip_id chip, const zkb_step *step,
                           const zkb_memory_operation *accesses)
{
    const zkb_helper *helper = NULL;
    *call = (zkb_machine_call){.range_count = 0};
    for (size_t h = 0; h < zkb_machine_helper_count; h++) {
        if (zkb_machine_helpers[h].number == zkb_machine_chips[chip].variant) {
            helper = &zkb_machine_helpers[h];
            count_words(call, helper, step, accesses);
        }
    }
    for (size_t i = 0; i < sizeof helper_rows / sizeof helper_rows[0]; i++) {
        if (helper_rows[i].helper != chip || helper == NULL) {
            continue;
        }
        const unsigned rows = helper_rows[i].rows;
        call->auxiliary[call->auxiliary_count].chip = helper_rows[i].chip;
        if (helper_rows[i].range == A_CALL) {
            call->auxiliary[call->auxiliary_count++].rows = rows;
            continue;
        }
        const uint32_t words = call->words[helper_rows[i].range];
        const uint32_t same =
            chip == ZKB_CHIP_HELPER_COMPARE ? (uint32_t)step->result_after : words;
        const uint32_t fours = rows >= FOURS ? count_fours(helper, step, accesses, same) : 0;
        call->auxiliary[call->auxiliary_count++].rows = count_rows(rows, words, same, fours);
    }
}

zkb_status zkb_machine_unsupported(const zkb_program *program, uint32_t slot, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_UNSUPPORTED, "machine", slot,
                    "the instruction at slot %u (opcode 0x%02x) cannot be proved yet", slot,
                    program->code[slot].opcode);
}
