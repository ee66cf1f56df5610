#include "machine/list.h"

#include "machine/chips/memory.h"

const zkb_machine_chip zkb_machine_chips[ZKB_CHIP_COUNT] = {
#define ENTRY(id, function, form, variant)                                                         \
    [ZKB_CHIP_##id] = {#id, zkb_declare_##function, zkb_fill_##function, variant},
    ZKB_INSTRUCTION_CHIPS(ENTRY)
#undef ENTRY
#define ENTRY(id, function, variant, name)                                                         \
    [ZKB_CHIP_##id] = {name, zkb_declare_##function, NULL, variant},
        ZKB_TABLE_CHIPS(ENTRY)
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

zkb_chip_id zkb_machine_select(const zkb_decoded *decoded, const zkb_step *step)
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

zkb_status zkb_machine_build(zkb_chip *chips[ZKB_CHIP_COUNT], unsigned lookup_bits,
                             zkb_error *error)
{
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        chips[c] = NULL;
    }
    if (lookup_bits != ZKB_LOOKUP_COMPACT && lookup_bits != ZKB_LOOKUP_WIDE) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "machine", ZKB_NO_INDEX,
                        "lookup bits are 8 or 16, not %u", lookup_bits);
    }
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        zkb_chip_builder *b = zkb_chip_builder_create(zkb_machine_chips[c].name);
        if (b == NULL) {
            return zkb_fail(error, ZKB_ERROR_MEMORY, "machine", c, "out of memory");
        }
        const bool provider = c == ZKB_CHIP_RANGE16 || c == ZKB_CHIP_BYTE_AND;
        zkb_machine_chips[c].declare(b, provider ? lookup_bits : zkb_machine_chips[c].variant);
        const zkb_status status = zkb_chip_build(&chips[c], b, error);
        zkb_chip_builder_destroy(b);
        if (status != ZKB_OK) {
            for (unsigned d = 0; d < c; d++) {
                zkb_chip_destroy(chips[d]);
                chips[d] = NULL;
            }
            return status;
        }
    }
    return ZKB_OK;
}
