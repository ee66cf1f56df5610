#include "machine/helpers/helpers.h"

const char *zkb_word_name(zkb_chip_builder *b, const char *name, unsigned words, unsigned index)
{
    return words == 1 ? name : zkb_name(b, "%s %u", name, index);
}

void zkb_helper_end(const zkb_instruction_block *i, zkb_form form, unsigned number)
{
    zkb_instruction_fields f;
    zkb_instruction_fields_init(&f, i->b, form);
    f.imm = zkb_const(i->b, number);
    zkb_instruction_end_next(i, &f);
}
