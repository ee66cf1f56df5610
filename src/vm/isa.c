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
#define INFO(name_, text_, kind_, shape_, bytes_, form_, flags_, operands_, action)                \
    [ZKB_OP_##name_] = {.name = #name_,                                                            \
                        .text = (text_),                                                           \
                        .kind = ZKB_KIND_##kind_,                                                  \
                        .shape = ZKB_SHAPE_##shape_,                                               \
                        .bytes = (bytes_),                                                         \
                        .flags = (flags_),                                                         \
                        .form = ZKB_FORM_##form_,                                                  \
                        .operands = ZKB_OPERANDS_##operands_},
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

bool zkb_jump_distance(int32_t *distance, zkb_op op, const zkb_instruction *instruction)
{
    const uint32_t uses = zkb_op_uses(op);
    if ((uses & ZKB_USE_JUMP) == 0 || (uses & (ZKB_USE_OFFSET | ZKB_USE_IMM)) == 0) {
        return false;
    }
    *distance = (uses & ZKB_USE_OFFSET) != 0 ? instruction->offset : instruction->imm;
    return true;
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
