#include "vm/program.h"

#include <stdlib.h>

void zkb_program_clear(zkb_program *program)
{
    for (uint32_t i = 0; program->symbols != NULL && i < program->symbol_count; i++) {
        free(program->symbols[i].name);
    }
    free(program->symbols);
    free(program->code);
    free(program->function_start);
    free(program->read_only);
    free(program->writable);
    *program = (zkb_program){0};
}
