#include "machine/helpers/helpers.h"

void zkb_helper_end(const zkb_instruction_block *i, zkb_form form, unsigned number)
{
    zkb_instruction_fields f;
    zkb_instruction_fields_init(&f, i->b, form);
    f.imm = zkb_const(i->b, number);
    zkb_instruction_end_next(i, &f);
}
