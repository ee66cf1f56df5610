#include "machine/select.h"

#include "machine/chips/memory.h"

const zkb_machine_fill zkb_machine_fills[ZKB_INSTRUCTION_CHIP_COUNT] = {
#define ENTRY(id, function, form, variant) [ZKB_CHIP_##id] = zkb_fill_##function,
    ZKB_INSTRUCTION_CHIPS(ENTRY)
#undef ENTRY
};

/* By form, one more than the chip, so that 0 means none. Chips that only zkb_machine_select chooses
 * lie beyond the forms. */
enum { FORMS = 64 };
#define AT(id, form)                                                                               \
    (ZKB_FORM_##form == ZKB_FORM_NONE ? FORMS + (unsigned)ZKB_CHIP_##id : (unsigned)ZKB_FORM_##form)
static const uint8_t chip_of_form[FORMS + ZKB_CHIP_COUNT] = {
#define ENTRY(id, function, form, variant) [AT(id, form)] = ZKB_CHIP_##id + 1,
    ZKB_INSTRUCTION_CHIPS(ENTRY)
#undef ENTRY
};

/* The chip of a load or store: a cheap one where the access lies aligned in one word. */
static zkb_chip_id select_memory(unsigned form, unsigned flags, uint64_t address)
{
    static const zkb_chip_id loads[] = {ZKB_CHIP_LOAD_WORD, ZKB_CHIP_LOAD8, ZKB_CHIP_LOAD16,
                                        ZKB_CHIP_NONE, ZKB_CHIP_LOAD32};
    static const zkb_chip_id stores[] = {ZKB_CHIP_STORE_WORD_X, ZKB_CHIP_STORE8, ZKB_CHIP_STORE16,
                                         ZKB_CHIP_NONE, ZKB_CHIP_STORE32};
    const unsigned bytes = zkb_width_bytes(flags);
    const bool aligned = address % bytes == 0;
    switch (form) {
    case ZKB_FORM_LOAD:
        return aligned && flags < sizeof loads / sizeof loads[0] ? loads[flags] : ZKB_CHIP_LOAD_ANY;
    case ZKB_FORM_STORE_X:
        return aligned ? stores[flags] : ZKB_CHIP_STORE_ANY_X;
    default:
        return aligned && flags == 0 ? ZKB_CHIP_STORE_WORD_K : ZKB_CHIP_STORE_ANY_K;
    }
}

static zkb_chip_id select_helper(uint64_t number)
{
    switch (number) {
#define CASE(id, name, form, helper_number)                                                        \
    case helper_number:                                                                            \
        return ZKB_CHIP_##id;
        ZKB_HELPER_CHIPS(CASE)
#undef CASE
    default:
        return ZKB_CHIP_NONE;
    }
}

zkb_chip_id zkb_machine_select(const zkb_program_row *decoded, const zkb_step *step)
{
    const unsigned form = decoded->code >> ZKB_FORM_FLAG_BITS;
    const unsigned flags = decoded->code & ((1u << ZKB_FORM_FLAG_BITS) - 1);
    if (form == ZKB_FORM_EXIT && step->depth == 0) {
        return ZKB_CHIP_HALT;
    }
    if (form >= ZKB_FORM_LOAD && form <= ZKB_FORM_STORE_K) {
        return select_memory(form, flags, step->address);
    }
    if (form == ZKB_FORM_HELPER) {
        return select_helper(decoded->imm);
    }
    if (form == ZKB_FORM_EXTEND && flags == 4) {
        return ZKB_CHIP_TRUNCATE;
    }
    if (form >= ZKB_FORM_SHIFT_K && form <= ZKB_FORM_SHIFT32_X && (flags & 2u) != 0) {
        return (zkb_chip_id)(ZKB_CHIP_SHIFT_ARITHMETIC_K + (form - ZKB_FORM_SHIFT_K));
    }
    const unsigned chip = chip_of_form[form % FORMS];
    return chip == 0 ? ZKB_CHIP_NONE : (zkb_chip_id)(chip - 1);
}

zkb_status zkb_machine_unsupported(const zkb_program *program, uint32_t slot, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_UNSUPPORTED, "machine", slot,
                    "the instruction at slot %u (opcode 0x%02x) cannot be proved yet", slot,
                    program->code[slot].opcode);
}
