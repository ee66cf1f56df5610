#include "vm/isa.h"

#include "base/bytes_inline.h"

static const uint32_t shape_uses[] = {
#define USES(name, uses) [ZKB_SHAPE_##name] = (uses),
    ZKB_SHAPE_LIST(USES)
#undef USES
};

static const char *const kind_names[] = {
#define NAME(name, text) [ZKB_KIND_##name] = (text),
    ZKB_KIND_LIST(NAME)
#undef NAME
};

static const zkb_op_info infos[ZKB_OP_COUNT] = {
#define INFO(name_, text, kind_, shape_, opcode_, selector_, value, bytes_)                        \
    [ZKB_OP_##name_] = {.name = (text),                                                            \
                        .kind = ZKB_KIND_##kind_,                                                  \
                        .shape = ZKB_SHAPE_##shape_,                                               \
                        .opcode = (opcode_),                                                       \
                        .bytes = (bytes_),                                                         \
                        .selector = ZKB_SELECT_##selector_,                                        \
                        .selector_value = (value)},
    ZKB_OP_LIST(INFO)
#undef INFO
};

const zkb_op_info *zkb_op_get(zkb_op op)
{
    return &infos[(unsigned)op < (unsigned)ZKB_OP_COUNT ? op : ZKB_OP_INVALID];
}

uint32_t zkb_op_uses(zkb_op op) { return shape_uses[zkb_op_get(op)->shape]; }

const char *zkb_kind_name(zkb_kind kind)
{
    return kind_names[(unsigned)kind < (unsigned)ZKB_KIND_COUNT ? kind : ZKB_KIND_INVALID];
}

zkb_op zkb_op_decode(const zkb_instruction *instruction)
{
    const int32_t selected[] = {
        [ZKB_SELECT_NONE] = 0,
        [ZKB_SELECT_OFFSET] = instruction->offset,
        [ZKB_SELECT_IMM] = instruction->imm,
        [ZKB_SELECT_SRC] = instruction->src,
    };
    for (int op = ZKB_OP_INVALID + 1; op < ZKB_OP_COUNT; op++) {
        const zkb_op_info *info = &infos[op];
        if (info->opcode == instruction->opcode &&
            info->selector_value == selected[info->selector]) {
            return (zkb_op)op;
        }
    }
    return ZKB_OP_INVALID;
}

uint32_t zkb_callx_register(const zkb_instruction *instruction)
{
    if (instruction->dst != 0 && instruction->imm != 0) {
        return ZKB_REGISTER_COUNT;
    }
    const uint32_t number = instruction->dst != 0 ? instruction->dst : (uint32_t)instruction->imm;
    return number < ZKB_REGISTER_COUNT ? number : ZKB_REGISTER_COUNT;
}

uint64_t zkb_lddw_value(const zkb_instruction instruction[2])
{
    return (uint64_t)(uint32_t)instruction[1].imm << 32 | (uint32_t)instruction[0].imm;
}

void zkb_instruction_decode(zkb_instruction *instruction,
                            const uint8_t bytes[ZKB_INSTRUCTION_BYTES])
{
    instruction->opcode = bytes[0];
    instruction->dst = bytes[1] & 15u;
    instruction->src = bytes[1] >> 4;
    instruction->offset = (int16_t)zkb_load16(bytes + 2);
    instruction->imm = (int32_t)zkb_load32(bytes + 4);
}

void zkb_instruction_encode(uint8_t bytes[ZKB_INSTRUCTION_BYTES],
                            const zkb_instruction *instruction)
{
    bytes[0] = instruction->opcode;
    bytes[1] = (uint8_t)((instruction->dst & 15u) | (instruction->src & 15u) << 4);
    zkb_store16(bytes + 2, (uint16_t)instruction->offset);
    zkb_store32(bytes + 4, (uint32_t)instruction->imm);
}

const char *zkb_program_symbol_at(const zkb_program *program, uint32_t slot, uint32_t *distance)
{
    /* Symbols rise by slot: the last one that begins at or before `slot`. */
    uint32_t low = 0;
    uint32_t high = program->symbol_count;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (program->symbols[middle].slot <= slot) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == 0 || slot - program->symbols[low - 1].slot >= program->symbols[low - 1].count) {
        return NULL;
    }
    *distance = slot - program->symbols[low - 1].slot;
    return program->symbols[low - 1].name;
}
