#include "machine/program_row.h"

#include "vm/dialect.h"

static uint64_t immediate_of(zkb_op op, const zkb_instruction *i)
{
    const uint32_t uses = zkb_op_uses(op);
    const bool is_distance = (uses & ZKB_USE_JUMP) != 0 && (uses & ZKB_USE_OFFSET) == 0;
    const unsigned bits = 8u * zkb_op_get(op)->bytes;
    if ((uses & ZKB_USE_IMM) == 0 || is_distance) {
        return 0;
    }
    const uint64_t imm = op == ZKB_OP_LDDW ? zkb_lddw_value(i) : (uint64_t)(int64_t)i->imm;
    return bits == 64 ? imm : imm & (((uint64_t)1 << bits) - 1);
}

static uint32_t target_of(zkb_op op, const zkb_instruction *i, uint32_t slot)
{
    int32_t distance;
    if (zkb_jump_distance(&distance, op, i)) {
        return (uint32_t)((int64_t)slot + 1 + distance);
    }
    return (zkb_op_uses(op) & ZKB_USE_OFFSET) != 0 ? (uint32_t)((int32_t)i->offset + 32768) : 0;
}

/* A shift by s is a multiplication by 2^s, or by 2^(w-s) for its high half; one by 0 is a move. */
static void set_factor(zkb_program_row *row, const zkb_op_info *info)
{
    const unsigned bits = 8u * info->bytes;
    const unsigned amount = (unsigned)row->imm & (bits - 1);
    if (amount != 0) {
        row->imm = (uint64_t)1 << (info->flags == 0 ? amount : bits - amount);
        return;
    }
    const zkb_op_info *move = zkb_op_get(bits == 64 ? ZKB_OP_MOV64_X : ZKB_OP_MOV32_X);
    row->code = (uint16_t)ZKB_FORM_CODE(move->form, move->flags);
    row->src = row->dst;
    row->imm = 0;
}

static void arrange(zkb_program_row *row, const zkb_op_info *info, const zkb_instruction *i)
{
    const uint64_t sign = (uint64_t)1 << (8u * info->bytes - 1);
    const uint8_t dst = row->dst;
    switch (info->operands) {
    case ZKB_OPERANDS_NEGATED:
        row->imm = (0 - row->imm) & (sign | (sign - 1));
        break;
    case ZKB_OPERANDS_FACTOR:
        set_factor(row, info);
        break;
    case ZKB_OPERANDS_BIASED:
        row->imm ^= sign;
        break;
    case ZKB_OPERANDS_EXCHANGED:
        row->dst = row->src;
        row->src = dst;
        break;
    case ZKB_OPERANDS_BOTH:
        row->src = dst;
        break;
    case ZKB_OPERANDS_CALLEE:
        row->dst = 0;
        row->src = (uint8_t)zkb_callx_register(i);
        break;
    case ZKB_OPERANDS_PLAIN:
        break;
    }
}

static zkb_program_row row_of(const zkb_program *program, uint32_t slot, zkb_op op)
{
    const zkb_instruction *i = &program->code[slot];
    const zkb_op_info *info = zkb_op_get(op);
    const uint32_t uses = zkb_op_uses(op);
    zkb_program_row row = {.code = (uint16_t)ZKB_FORM_CODE(info->form, info->flags),
                           .imm = immediate_of(op, i),
                           .target = target_of(op, i, slot)};
    row.dst = (uses & (ZKB_USE_DST_READ | ZKB_USE_DST_WRITE)) != 0 ? i->dst : 0;
    row.src = (uses & (ZKB_USE_SRC_READ | ZKB_USE_SRC_WRITE)) != 0 ? i->src : 0;
    if (op != ZKB_OP_INVALID) {
        arrange(&row, info, i);
    }
    return row;
}

void zkb_program_rows_fill(zkb_program_row *rows, const zkb_program *program)
{
    for (uint32_t slot = 0; slot < program->slot_count; slot++) {
        const zkb_op op = zkb_op_at(program, slot);
        rows[slot] = row_of(program, slot, op);
        if (op == ZKB_OP_LDDW && slot + 1 < program->slot_count) {
            rows[++slot] = (zkb_program_row){0};
        }
    }
}
