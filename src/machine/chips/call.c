/* Calls and returns. A call saves the return pc and r6..r10 in the frame array, which no program
 * can address, at the caller's depth; a return takes them from there. The address 6*depth + i
 * exists only for 0 <= depth < max_frames, so a return at depth 0 finds no frame. */
#include "machine/chips/chips.h"

enum { SAVED = 5, FIRST_SAVED = 6 };

static zkb_expr frame_address(zkb_chip_builder *b, zkb_expr depth, int64_t word)
{
    return zkb_add(b, zkb_scale(b, depth, ZKB_FRAME_WORDS), zkb_const(b, word));
}

/* ---- CALL and CALLX ---- */

enum { DIRECT, INDIRECT };

/* The callee from the address in a register: ZKB_CODE_BASE + 8 * slot of a function's first
 * instruction. */
static void declare_indirect(const zkb_instruction_block *i, zkb_instruction_fields *f,
                             zkb_expr target)
{
    zkb_chip_builder *b = i->b;
    f->src = zkb_column(b, "src", 8);
    const zkb_expr address = zkb_register_read(i, "callee address", f->src, 0);
    const zkb_expr base = zkb_scale(b, i->active, ZKB_CODE_BASE);
    const zkb_expr function[2] = {target, zkb_const(b, 1)};
    zkb_assert_zero(b, "address = code base + 8 target",
                    zkb_sub(b, address, zkb_add(b, base, zkb_scale(b, target, 8))));
    zkb_take(b, &zkb_bus_function, i->one, function, 2);
}

void zkb_declare_call(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access word[1 + SAVED];
    const zkb_expr frame_bytes = zkb_instance(b, "frame bytes");
    const zkb_expr max_frames = zkb_instance(b, "max frames");
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    const zkb_expr target = zkb_column(b, "target", 32);
    if (variant == DIRECT) {
        f.target = target;
    } else {
        declare_indirect(&i, &f, target);
    }
    for (unsigned j = 0; j <= SAVED; j++) {
        zkb_access_begin(&word[j], &i, zkb_name(b, "frame word %u before", j),
                         zkb_const(b, ZKB_SPACE_FRAME), frame_address(b, i.depth, j), 1);
    }
    zkb_access_end(&word[0], &i, zkb_add(b, i.pc, zkb_const(b, 1)));
    for (unsigned j = 1; j <= SAVED; j++) {
        zkb_access saved;
        zkb_register_begin(&saved, &i, zkb_name(b, "r%u", FIRST_SAVED + j - 1),
                           zkb_const(b, FIRST_SAVED + (int64_t)j - 1), 1);
        zkb_access_end(&word[j], &i, saved.value);
        zkb_access_end(&saved, &i, j == SAVED ? zkb_add(b, saved.value, frame_bytes) : saved.value);
    }
    /* depth + 1 < max_frames */
    zkb_range16(&i, zkb_sub(b, zkb_sub(b, max_frames, i.depth), zkb_const(b, 2)));
    zkb_instruction_end(&i, &f, target, zkb_add(b, i.depth, zkb_const(b, 1)));
}

ZKB_PROVER_ONLY void zkb_fill_call(zkb_row_writer *row, unsigned variant)
{
    const zkb_step *s = row->step;
    const zkb_frame_step *frame = row->frame;
    const uint32_t first = ZKB_FRAME_WORDS * s->depth;
    zkb_put_instruction(row);
    zkb_put32(row, s->next_pc);
    if (variant == INDIRECT) {
        zkb_put8(row, row->decoded->src);
        zkb_put_register(row, row->decoded->src, 0, s->dst_value);
        row->counts->function[s->next_pc]++;
    }
    for (unsigned j = 0; j <= SAVED; j++) {
        zkb_put_frame(row, first + j, 1, frame->before[j]);
    }
    for (unsigned j = 0; j < SAVED; j++) {
        zkb_put_register(row, FIRST_SAVED + j, 1, frame->registers[j]);
    }
    row->counts->range16[zkb_max_frames(row) - 2 - s->depth]++;
}

/* ---- EXIT ---- */

void zkb_declare_exit(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_access word[1 + SAVED];
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    for (unsigned j = 0; j <= SAVED; j++) {
        zkb_access_begin(&word[j], &i, zkb_name(b, "frame word %u", j),
                         zkb_const(b, ZKB_SPACE_FRAME),
                         frame_address(b, i.depth, (int64_t)j - (int64_t)ZKB_FRAME_WORDS), 1);
        zkb_access_end(&word[j], &i, word[j].value);
    }
    for (unsigned j = 0; j < SAVED; j++) {
        zkb_access restored;
        zkb_register_begin(&restored, &i, zkb_name(b, "r%u before", FIRST_SAVED + j),
                           zkb_const(b, FIRST_SAVED + (int64_t)j), 1);
        zkb_access_end(&restored, &i, word[j + 1].value);
    }
    zkb_instruction_end(&i, &f, word[0].value, zkb_sub(b, i.depth, zkb_const(b, 1)));
}

ZKB_PROVER_ONLY void zkb_fill_exit(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    const zkb_frame_step *frame = row->frame;
    const uint32_t first = ZKB_FRAME_WORDS * (row->step->depth - 1);
    zkb_put_instruction(row);
    for (unsigned j = 0; j <= SAVED; j++) {
        zkb_put_frame(row, first + j, 1, frame->before[j]);
    }
    for (unsigned j = 0; j < SAVED; j++) {
        zkb_put_register(row, FIRST_SAVED + j, 1, frame->registers[j]);
    }
}

/* EXIT at depth 0: the end of the run. */
void zkb_declare_halt(zkb_chip_builder *b, zkb_form form, unsigned variant)
{
    (void)variant;
    zkb_instruction_block i;
    zkb_instruction_fields f;
    zkb_instruction_begin(&i, b);
    zkb_instruction_fields_init(&f, b, form);
    zkb_assert_zero(b, "depth = 0", i.depth);
    zkb_instruction_end(&i, &f, zkb_const(b, ZKB_PC_HALT), i.depth);
}

ZKB_PROVER_ONLY void zkb_fill_halt(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    zkb_put_instruction(row);
}
