#include "machine/list.h"

const zkb_machine_chip zkb_machine_chips[ZKB_CHIP_COUNT] = {
#define ENTRY(id, function, form, serves, variant)                                                 \
    [ZKB_CHIP_##id] = {#id, ZKB_FORM_##form, zkb_declare_##function, NULL, variant},
    ZKB_INSTRUCTION_CHIPS(ENTRY)
#undef ENTRY
#define ENTRY(id, function, variant, name)                                                         \
    [ZKB_CHIP_##id] = {name, ZKB_FORM_NONE, NULL, zkb_declare_##function, variant},
        ZKB_TABLE_CHIPS(ENTRY)
#undef ENTRY
#define ENTRY_I(id, function, form, serves, variant)                                               \
    [ZKB_CHIP_##id] = {#id, ZKB_FORM_##form, zkb_declare_##function, NULL, variant},
#define ENTRY_A(id, function, variant, name)                                                       \
    [ZKB_CHIP_##id] = {name, ZKB_FORM_NONE, NULL, zkb_declare_##function, variant},
            ZKB_ADDED_CHIPS(ENTRY_I, ENTRY_A)
#undef ENTRY_I
#undef ENTRY_A
};

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
        const zkb_machine_chip *chip = &zkb_machine_chips[c];
        if (chip->form != ZKB_FORM_NONE) {
            chip->declare(b, chip->form, chip->variant);
        } else {
            chip->declare_table(b, provider ? lookup_bits : chip->variant);
        }
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
