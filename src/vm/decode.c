/* Makes a checked program ready to run. */
#include "vm/dialect.h"
#include "vm/vm_internal.h"

static zkb_vm_slot decode_slot(const zkb_program *program, uint32_t slot)
{
    const zkb_instruction *i = &program->code[slot];
    const zkb_op op = zkb_op_at(program, slot);
    const uint32_t uses = zkb_op_uses(op);
    zkb_vm_slot d = {.op = (uint8_t)op,
                     .dst = ZKB_NO_REGISTER,
                     .src = ZKB_NO_REGISTER,
                     .result = ZKB_NO_REGISTER};
    if ((uses & (ZKB_USE_DST_READ | ZKB_USE_DST_WRITE)) != 0) {
        d.dst = i->dst;
    }
    if ((uses & ZKB_USE_SRC_READ) != 0) {
        d.src = i->src;
    }
    if ((uses & ZKB_USE_DST_WRITE) != 0) {
        d.result = d.dst;
    } else if ((uses & ZKB_USE_SRC_WRITE) != 0) {
        d.result = d.src;
    } else if ((uses & ZKB_USE_R0_WRITE) != 0) {
        d.result = 0;
    }
    if ((uses & ZKB_USE_IMM) != 0) {
        d.imm = i->imm;
    }
    if ((uses & ZKB_USE_OFFSET) != 0) {
        d.jump = i->offset;
    }
    (void)zkb_jump_distance(&d.jump, op, i);
    if (op == ZKB_OP_CALLX) {
        d.dst = (uint8_t)zkb_callx_register(i);
    } else if (op == ZKB_OP_LDDW) {
        d.imm = (int64_t)zkb_lddw_value(i);
    }
    return d;
}

void zkb_vm_decode(zkb_vm_slot *code, const zkb_program *program)
{
    const zkb_vm_slot invalid = {.op = ZKB_OP_INVALID,
                                 .dst = ZKB_NO_REGISTER,
                                 .src = ZKB_NO_REGISTER,
                                 .result = ZKB_NO_REGISTER};
    for (uint32_t slot = 0; slot < program->slot_count; slot++) {
        code[slot] = decode_slot(program, slot);
        if (code[slot].op == ZKB_OP_LDDW && slot + 1 < program->slot_count) {
            slot++;
            code[slot] = invalid;
        }
    }
    code[program->slot_count] = invalid;
}
