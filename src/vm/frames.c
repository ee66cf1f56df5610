/* A constant propagation over the control flow of each function. Known are registers that hold
 * r10 + constant, and between two jump targets those that hold a constant, because compilers add
 * the two in either order. */
#include "vm/frames.h"

#include "vm/dialect.h"

#include <stdio.h>
#include <stdlib.h>

#define WHERE "program check"
#define TRACKED ZKB_FRAME_POINTER /* r0..r9; r10 never changes */

typedef enum value_kind { VALUE_UNKNOWN, VALUE_CONSTANT, VALUE_FRAME } value_kind;

/* What a register holds: a constant, or r10 + a constant. */
typedef struct value {
    value_kind kind;
    int32_t constant;
} value;

typedef struct state {
    value r[ZKB_REGISTER_COUNT];
} state;

/* A slot where execution can arrive by a jump or a call. Its registers are r10 + offset, or
 * OFFSET_UNKNOWN. */
#define OFFSET_UNKNOWN INT32_MIN
typedef struct leader {
    int32_t offset[TRACKED];
} leader;

typedef struct analysis {
    const zkb_program *program;
    uint32_t *leader_of; /* by slot: 1 + index of its leader, or 0 */
    leader *leaders;
    uint8_t *visited; /* by leader */
    uint8_t *queued;  /* by leader */
    uint32_t *queue;  /* slots of leaders to look at again */
    uint32_t leader_count;
    uint32_t queue_count;
} analysis;

/* ---- One instruction --------------------------------------------------------------------- */

static value value_of(value_kind kind, int64_t constant)
{
    if (constant <= INT32_MIN || constant > INT32_MAX) {
        return (value){VALUE_UNKNOWN, 0};
    }
    return (value){kind, (int32_t)constant};
}

/* a + sign * b */
static value value_sum(value a, value b, int sign)
{
    const bool known = a.kind != VALUE_UNKNOWN && b.kind != VALUE_UNKNOWN;
    if (!known || (b.kind == VALUE_FRAME && (sign < 0 || a.kind == VALUE_FRAME))) {
        return (value){VALUE_UNKNOWN, 0};
    }
    const value_kind kind =
        a.kind == VALUE_FRAME || b.kind == VALUE_FRAME ? VALUE_FRAME : VALUE_CONSTANT;
    return value_of(kind, (int64_t)a.constant + sign * (int64_t)b.constant);
}

/* The value that an operation leaves in its dst. */
static value result_of(const state *s, const zkb_instruction *i, zkb_op op)
{
    const value immediate = value_of(VALUE_CONSTANT, i->imm);
    switch (op) {
    case ZKB_OP_MOV64_X:
        return s->r[i->src];
    case ZKB_OP_MOV64_K:
        return immediate;
    case ZKB_OP_LDDW:
        return value_of(VALUE_CONSTANT, (int64_t)zkb_lddw_value(i));
    case ZKB_OP_ADD64_K:
        return value_sum(s->r[i->dst], immediate, 1);
    case ZKB_OP_ADD64_X:
        return value_sum(s->r[i->dst], s->r[i->src], 1);
    case ZKB_OP_SUB64_K:
        return value_sum(s->r[i->dst], immediate, -1);
    case ZKB_OP_SUB64_X:
        return value_sum(s->r[i->dst], s->r[i->src], -1);
    default:
        return (value){VALUE_UNKNOWN, 0};
    }
}

static bool is_call(zkb_op op)
{
    return op == ZKB_OP_CALL || op == ZKB_OP_CALLX || op == ZKB_OP_CALL_HELPER;
}

/* The registers after an instruction. A call may change r0 to r5. */
static void apply(state *s, const zkb_instruction *i, zkb_op op)
{
    const uint32_t uses = zkb_op_uses(op);
    if ((uses & ZKB_USE_DST_WRITE) != 0) {
        s->r[i->dst] = result_of(s, i, op);
    }
    if ((uses & ZKB_USE_SRC_WRITE) != 0) {
        s->r[i->src].kind = VALUE_UNKNOWN;
    }
    if ((uses & ZKB_USE_R0_WRITE) != 0) {
        s->r[0].kind = VALUE_UNKNOWN;
    }
    for (unsigned r = 0; is_call(op) && r <= 5; r++) {
        s->r[r].kind = VALUE_UNKNOWN;
    }
}

/* How far below r10 an instruction reaches: by its access, or by the address that it leaves in
 * dst. 0 where it does not, or not known. `before` and `after` are the registers around it. */
static int64_t reach_of(const state *before, const state *after, const zkb_instruction *i,
                        zkb_op op)
{
    const uint32_t uses = zkb_op_uses(op);
    int64_t lowest = 0;
    if ((uses & (ZKB_USE_MEMORY_READ | ZKB_USE_MEMORY_WRITE)) != 0) {
        const bool is_load = zkb_op_get(op)->shape == ZKB_SHAPE_LOAD;
        const value base = before->r[is_load ? i->src : i->dst];
        lowest = base.kind == VALUE_FRAME ? (int64_t)base.constant + i->offset : 0;
    } else if ((uses & ZKB_USE_DST_WRITE) != 0 && after->r[i->dst].kind == VALUE_FRAME) {
        lowest = after->r[i->dst].constant;
    }
    return lowest < 0 ? -lowest : 0;
}

/* ---- Control flow ------------------------------------------------------------------------ */

/* The slot that a jump leads to, or UINT32_MAX. Calls come back, so they are none. */
static uint32_t jump_target(uint32_t slot, const zkb_instruction *i, zkb_op op)
{
    switch (zkb_op_get(op)->shape) {
    case ZKB_SHAPE_JUMP_K:
    case ZKB_SHAPE_JUMP_X:
    case ZKB_SHAPE_JA:
        return (uint32_t)((int64_t)slot + 1 + i->offset);
    case ZKB_SHAPE_JA32:
        return (uint32_t)((int64_t)slot + 1 + i->imm);
    default:
        return UINT32_MAX;
    }
}

static bool goes_on(zkb_op op) { return op != ZKB_OP_JA && op != ZKB_OP_JA32 && op != ZKB_OP_EXIT; }

static uint32_t next_slot(uint32_t slot, zkb_op op) { return slot + (op == ZKB_OP_LDDW ? 2 : 1); }

static void state_clear(state *s)
{
    *s = (state){0};
    s->r[ZKB_FRAME_POINTER] = (value){VALUE_FRAME, 0};
}

static void state_load(state *s, const leader *from)
{
    state_clear(s);
    for (unsigned r = 0; r < TRACKED; r++) {
        if (from->offset[r] != OFFSET_UNKNOWN) {
            s->r[r] = (value){VALUE_FRAME, from->offset[r]};
        }
    }
}

/* Keeps in a leader what it has in common with a state that also arrives there. */
static void arrive(analysis *a, uint32_t slot, const state *s)
{
    const uint32_t index = a->leader_of[slot] - 1;
    leader *into = &a->leaders[index];
    bool changed = a->visited[index] == 0;
    for (unsigned r = 0; r < TRACKED; r++) {
        const int32_t offset = s->r[r].kind == VALUE_FRAME ? s->r[r].constant : OFFSET_UNKNOWN;
        if (a->visited[index] == 0) {
            into->offset[r] = offset;
        } else if (into->offset[r] != offset && into->offset[r] != OFFSET_UNKNOWN) {
            into->offset[r] = OFFSET_UNKNOWN;
            changed = true;
        }
    }
    a->visited[index] = 1;
    if (changed && a->queued[index] == 0) {
        a->queued[index] = 1;
        a->queue[a->queue_count++] = slot;
    }
}

/* Follows the code from a leader to the next one or to where it ends. */
static void follow(analysis *a, uint32_t slot)
{
    const zkb_program *program = a->program;
    state s;
    state_load(&s, &a->leaders[a->leader_of[slot] - 1]);
    while (slot < program->slot_count) {
        const zkb_instruction *i = &program->code[slot];
        const zkb_op op = zkb_op_at(program, slot);
        const uint32_t target = jump_target(slot, i, op);
        apply(&s, i, op);
        if (target != UINT32_MAX) {
            arrive(a, target, &s);
        }
        slot = next_slot(slot, op);
        if (!goes_on(op)) {
            return;
        }
        if (slot < program->slot_count && a->leader_of[slot] != 0) {
            arrive(a, slot, &s);
            return;
        }
    }
}

static void mark_leader(analysis *a, uint32_t slot)
{
    if (a->leader_of[slot] == 0) {
        a->leader_of[slot] = ++a->leader_count;
    }
}

static void find_leaders(analysis *a)
{
    const zkb_program *program = a->program;
    for (uint32_t slot = 0; slot < program->slot_count;) {
        const zkb_op op = zkb_op_at(program, slot);
        const uint32_t target = jump_target(slot, &program->code[slot], op);
        if (program->function_start[slot] != 0) {
            mark_leader(a, slot);
        }
        if (target != UINT32_MAX) {
            mark_leader(a, target);
        }
        slot = next_slot(slot, op);
    }
}

/* Every function begins with nothing known, and the rest follows from that. A leader is queued
 * again only when it lost a register, so at most 11 times. */
static void propagate(analysis *a)
{
    state unknown;
    state_clear(&unknown);
    for (uint32_t slot = 0; slot < a->program->slot_count; slot++) {
        if (a->program->function_start[slot] != 0) {
            arrive(a, slot, &unknown);
        }
        while (a->queue_count > 0) {
            const uint32_t next = a->queue[--a->queue_count];
            a->queued[a->leader_of[next] - 1] = 0;
            follow(a, next);
        }
    }
}

/* ---- The result -------------------------------------------------------------------------- */

/* The instruction that reaches furthest below r10. */
typedef struct furthest {
    int64_t bytes;
    uint32_t slot;
    uint32_t function; /* first slot */
} furthest;

static furthest find_furthest(const analysis *a)
{
    const zkb_program *program = a->program;
    furthest found = {0};
    uint32_t function = 0;
    state s;
    state_clear(&s);
    for (uint32_t slot = 0; slot < program->slot_count;) {
        const zkb_instruction *i = &program->code[slot];
        const zkb_op op = zkb_op_at(program, slot);
        const uint32_t index = a->leader_of[slot];
        function = program->function_start[slot] != 0 ? slot : function;
        if (index != 0 && a->visited[index - 1] != 0) {
            state_load(&s, &a->leaders[index - 1]);
        } else if (index != 0) {
            state_clear(&s); /* code that nothing leads to */
        }
        const state before = s;
        apply(&s, i, op);
        const int64_t bytes = reach_of(&before, &s, i, op);
        if (bytes > found.bytes) {
            found = (furthest){bytes, slot, function};
        }
        if (!goes_on(op)) {
            state_clear(&s);
        }
        slot = next_slot(slot, op);
    }
    return found;
}

static zkb_status refuse(const zkb_program *program, const furthest *found, zkb_error *error)
{
    uint32_t distance = 0;
    const char *name = zkb_program_symbol_at(program, found->function, &distance);
    char text[48];
    if (name != NULL) {
        (void)snprintf(text, sizeof text, "%s", name);
    } else {
        (void)snprintf(text, sizeof text, "at slot %u", found->function);
    }
    const int64_t enough = (found->bytes + 7) / 8 * 8;
    return zkb_fail(error, ZKB_ERROR_LIMIT, WHERE, found->slot,
                    "function %s needs %lld bytes of stack; a frame has %u, so it would write over "
                    "its caller's: give --frame-bytes %lld, or make large variables static",
                    text, (long long)found->bytes, program->layout.frame_bytes, (long long)enough);
}

static void analysis_clear(analysis *a)
{
    free(a->leader_of);
    free(a->leaders);
    free(a->visited);
    free(a->queued);
    free(a->queue);
}

static zkb_status analyse(analysis *a, zkb_error *error)
{
    const zkb_program *program = a->program;
    a->leader_of = calloc(program->slot_count, sizeof *a->leader_of);
    if (a->leader_of != NULL) {
        find_leaders(a);
        a->leaders = calloc((size_t)a->leader_count + 1, sizeof *a->leaders);
        a->visited = calloc((size_t)a->leader_count + 1, 1);
        a->queued = calloc((size_t)a->leader_count + 1, 1);
        a->queue = calloc((size_t)a->leader_count + 1, sizeof *a->queue);
    }
    if (a->leader_of == NULL || a->leaders == NULL || a->visited == NULL || a->queued == NULL ||
        a->queue == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "out of memory");
    }
    propagate(a);
    const furthest found = find_furthest(a);
    return found.bytes <= program->layout.frame_bytes ? ZKB_OK : refuse(program, &found, error);
}

zkb_status zkb_program_check_frames(const zkb_program *program, zkb_error *error)
{
    analysis a = {.program = program};
    const zkb_status status = analyse(&a, error);
    analysis_clear(&a);
    return status;
}
