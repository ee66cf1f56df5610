#include "machine/helpers/helpers.h"

void zkb_helper_end(const zkb_instruction_block *i, unsigned number)
{
    zkb_instruction_fields f;
    zkb_instruction_fields_init(&f, i->b, ZKB_FORM_HELPER);
    f.imm = zkb_const(i->b, number);
    zkb_instruction_end_next(i, &f);
}
