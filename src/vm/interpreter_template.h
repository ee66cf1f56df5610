/* The dispatch loop, included by interpreter.c and recorder.c, which define
 *   LOOP            the function's name
 *   BEGIN_STEP()    before an instruction (ip, r, depth in scope)
 *   END_STEP(next)  after it; next is the pc that follows
 *   BEFORE_ACCESS(m, at, bytes), AFTER_ACCESS(m, at)    around an access to memory
 *   BEFORE_CALL(frame), AFTER_CALL(frame), ON_RETURN(frame)    around frame entries
 *   HELPER_FITS(helper), HELPER_ACCESSES(), ON_HELPER(words)   around a helper call
 * so that what is recorded is what is run. No include guard: a template.
 *
 * Registers live in an array with one element more, which ZKB_NO_REGISTER selects and which is
 * always 0. operations.h says what an operation does. The loop is safe for any program that passes
 * the check at load: that check bounds the indices, and each access checks its address. */

/* The next instruction, or the way out when the budget is used up. One indirect jump per
 * operation, so that each has its own branch prediction. */
#define DISPATCH()                                                                                 \
    do {                                                                                           \
        if (remaining == 0) {                                                                      \
            goto paused;                                                                           \
        }                                                                                          \
        remaining--;                                                                               \
        BEGIN_STEP();                                                                              \
        goto *labels[ip->op];                                                                      \
    } while (0)

#define NEXT_AT(displacement)                                                                      \
    do {                                                                                           \
        ip += (displacement);                                                                      \
        END_STEP((uint32_t)(ip - code));                                                           \
        DISPATCH();                                                                                \
    } while (0)
#define NEXT() NEXT_AT(1)

#define DST r[ip->dst]
#define SRC r[ip->src]
#define IMM ((uint64_t)ip->imm)

/* What an operation of each shape does with its action (operations.h). Actions see a, b and c as
 * unsigned numbers of the width in bytes; 32-bit results are zero-extended. */
#define WORD(bytes) WORD_##bytes
#define WORD_1 uint8_t
#define WORD_2 uint16_t
#define WORD_4 uint32_t
#define WORD_8 uint64_t
#define LOAD_1(p) (*(p))
#define LOAD_2 zkb_load16
#define LOAD_4 zkb_load32
#define LOAD_8 zkb_load64
#define STORE_1(p, v) (void)(*(p) = (v))
#define STORE_2 zkb_store16
#define STORE_4 zkb_store32
#define STORE_8 zkb_store64

#define RUN_ALU(name, bytes, operand, action)                                                      \
    op_##name:                                                                                     \
    {                                                                                              \
        const WORD(bytes) a = (WORD(bytes))DST;                                                    \
        const WORD(bytes) b = (WORD(bytes))(operand);                                              \
        DST = (WORD(bytes))(action);                                                               \
        NEXT();                                                                                    \
    }
#define RUN_ALU_K(name, bytes, action) RUN_ALU(name, bytes, IMM, action)
#define RUN_ALU_X(name, bytes, action) RUN_ALU(name, bytes, SRC, action)

#define RUN_MOV(name, operand, action, slots)                                                      \
    op_##name:                                                                                     \
    {                                                                                              \
        const uint64_t b = (operand);                                                              \
        DST = (action);                                                                            \
        NEXT_AT(slots);                                                                            \
    }
#define RUN_MOV_K(name, bytes, action) RUN_MOV(name, IMM, action, 1)
#define RUN_MOV_X(name, bytes, action) RUN_MOV(name, SRC, action, 1)
#define RUN_LDDW(name, bytes, action) RUN_MOV(name, IMM, action, 2)

#define RUN_UNARY(name, bytes, action)                                                             \
    op_##name:                                                                                     \
    {                                                                                              \
        const uint64_t a = DST;                                                                    \
        DST = (action);                                                                            \
        NEXT();                                                                                    \
    }

#define RUN_JUMP(name, bytes, operand, action)                                                     \
    op_##name:                                                                                     \
    {                                                                                              \
        const WORD(bytes) a = (WORD(bytes))DST;                                                    \
        const WORD(bytes) b = (WORD(bytes))(operand);                                              \
        if (action) {                                                                              \
            NEXT_AT(1 + (ptrdiff_t)ip->jump);                                                      \
        }                                                                                          \
        NEXT();                                                                                    \
    }
#define RUN_JUMP_K(name, bytes, action) RUN_JUMP(name, bytes, IMM, action)
#define RUN_JUMP_X(name, bytes, action) RUN_JUMP(name, bytes, SRC, action)
#define RUN_JA(name, bytes, action) op_##name : NEXT_AT(1 + (ptrdiff_t)ip->jump);
#define RUN_JA32 RUN_JA

#define UNLIKELY(condition) __builtin_expect((condition), 0)

#define RUN_LOAD(name, bytes, action)                                                              \
    op_##name:                                                                                     \
    {                                                                                              \
        const uint64_t address = SRC + (uint64_t)(int64_t)ip->jump;                                \
        const zkb_mapping *m = zkb_map_entry(vm->map, address);                                    \
        const uint64_t at = address - m->start;                                                    \
        if (UNLIKELY(at + (bytes) > m->size)) {                                                    \
            fault_address = address;                                                               \
            goto bad_load;                                                                         \
        }                                                                                          \
        const WORD(bytes) a = LOAD_##bytes(m->base + at);                                          \
        BEFORE_ACCESS(m, at, bytes);                                                               \
        DST = (action);                                                                            \
        AFTER_ACCESS(m, at);                                                                       \
        NEXT();                                                                                    \
    }

#define RUN_STORE(name, bytes, operand, action)                                                    \
    op_##name:                                                                                     \
    {                                                                                              \
        const uint64_t address = DST + (uint64_t)(int64_t)ip->jump;                                \
        const WORD(bytes) b = (WORD(bytes))(operand);                                              \
        zkb_mapping *m = zkb_map_entry(vm->map, address);                                          \
        const uint64_t at = address - m->start;                                                    \
        if (UNLIKELY(at + (bytes) > m->size || at < m->writable_from)) {                           \
            fault_address = address;                                                               \
            goto bad_store;                                                                        \
        }                                                                                          \
        BEFORE_ACCESS(m, at, bytes);                                                               \
        STORE_##bytes(m->base + at, (action));                                                     \
        zkb_mark_written(m, at, bytes);                                                            \
        AFTER_ACCESS(m, at);                                                                       \
        NEXT();                                                                                    \
    }
#define RUN_STORE_K(name, bytes, action) RUN_STORE(name, bytes, IMM, action)
#define RUN_STORE_X(name, bytes, action) RUN_STORE(name, bytes, SRC, action)

/* AFTER says what becomes of a, the value that memory held. A program has one thread, so plain
 * accesses are atomic. */
#define RUN_LOCKED(name, bytes, action, AFTER)                                                     \
    op_##name:                                                                                     \
    {                                                                                              \
        const uint64_t address = DST + (uint64_t)(int64_t)ip->jump;                                \
        zkb_mapping *m = zkb_map_entry(vm->map, address);                                          \
        const uint64_t at = address - m->start;                                                    \
        if (UNLIKELY(at + (bytes) > m->size || at < m->writable_from || at % (bytes) != 0)) {      \
            fault_address = address;                                                               \
            goto bad_atomic;                                                                       \
        }                                                                                          \
        uint8_t *p = m->base + at;                                                                 \
        const WORD(bytes) a = LOAD_##bytes(p);                                                     \
        const WORD(bytes) b = (WORD(bytes))SRC;                                                    \
        const WORD(bytes) c = (WORD(bytes))r[0];                                                   \
        (void)c;                                                                                   \
        BEFORE_ACCESS(m, at, bytes);                                                               \
        STORE_##bytes(p, (WORD(bytes))(action));                                                   \
        AFTER;                                                                                     \
        zkb_mark_written(m, at, bytes);                                                            \
        AFTER_ACCESS(m, at);                                                                       \
        NEXT();                                                                                    \
    }
#define RUN_ATOMIC(name, bytes, action) RUN_LOCKED(name, bytes, action, (void)0)
#define RUN_FETCH(name, bytes, action) RUN_LOCKED(name, bytes, action, SRC = a)
#define RUN_CMPXCHG(name, bytes, action) RUN_LOCKED(name, bytes, action, r[0] = a)

/* What has no action stands below. */
#define RUN_CALL(name, bytes, action)
#define RUN_CALLX(name, bytes, action)
#define RUN_HELPER(name, bytes, action)
#define RUN_EXIT(name, bytes, action)
#define RUN_INVALID(name, bytes, action)

// NOLINTNEXTLINE(readability-function-cognitive-complexity): one dispatch loop
void LOOP(zkb_vm *vm, uint64_t budget, zkb_step_batch *batch)
{
    static const void *const labels[ZKB_OP_COUNT] = {
#define LABEL(name, text, kind, shape, bytes, form, flags, operands, action)                       \
    [ZKB_OP_##name] = &&op_##name,
        /* cppcheck-suppress assignBoolToPointer ; it takes && for the operator */
        ZKB_OP_LIST(LABEL)
#undef LABEL
    };
    uint64_t r[ZKB_REGISTER_COUNT + 1];
    const zkb_vm_slot *const code = vm->code;
    const zkb_vm_slot *ip = code + vm->state.pc;
    uint64_t remaining = budget;
    uint32_t depth = vm->state.depth;
    uint64_t fault_address = 0;
    uint32_t target = 0; /* slot that a call goes to */
    RECORDER_STATE();
    memcpy(r, vm->state.r, sizeof vm->state.r);
    r[ZKB_NO_REGISTER] = 0;
    DISPATCH();

#define RUN(name, text, kind, shape, bytes, form, flags, operands, action)                         \
    RUN_##shape(name, bytes, action)
    ZKB_OP_LIST(RUN)
#undef RUN

op_CALL:
    target = (uint32_t)(ip - code + 1 + ip->jump);
    goto call;

op_CALLX:
    fault_address = DST;
    target = zkb_call_target(vm, fault_address);
    if (target == ZKB_PC_HALT) {
        if (!vm->helpers_by_register) {
            vm->fault = ZKB_FAULT_CALL_TARGET;
            goto faulted;
        }
        goto helper_or_fault;
    }
    goto call;

call:
    if (depth + 1 >= vm->program->layout.max_frames) {
        fault_address = ZKB_CODE_BASE + 8 * (uint64_t)target;
        vm->fault = ZKB_FAULT_CALL_DEPTH;
        goto faulted;
    }
    {
        zkb_frame *frame = &vm->frames[depth];
        BEFORE_CALL(frame);
        frame->word[0] = (uint64_t)(ip - code) + 1;
        memcpy(&frame->word[1], &r[6], 5 * sizeof r[0]);
        AFTER_CALL(frame);
        r[ZKB_FRAME_POINTER] += vm->program->layout.frame_bytes;
    }
    depth++;
    vm->frames_used = depth > vm->frames_used ? depth : vm->frames_used;
    ip = code + target;
    END_STEP(target);
    DISPATCH();

op_EXIT:
    if (depth == 0) {
        vm->outcome = ZKB_OUTCOME_EXITED;
        goto halted;
    }
    depth--;
    {
        const zkb_frame *frame = &vm->frames[depth];
        ON_RETURN(frame);
        memcpy(&r[6], &frame->word[1], 5 * sizeof r[0]);
        ip = code + frame->word[0];
    }
    END_STEP((uint32_t)(ip - code));
    DISPATCH();

op_CALL_HELPER:
    fault_address = (uint32_t)IMM;
    goto helper_or_fault;

helper_or_fault: {
    const zkb_helper *helper = zkb_find_helper(vm, fault_address);
    uint64_t value = 0;
    uint32_t words = 0;
    bool end = false;
    if (helper == NULL) {
        vm->fault = ip->op == ZKB_OP_CALLX ? ZKB_FAULT_CALL_TARGET : ZKB_FAULT_UNKNOWN_HELPER;
        goto faulted;
    }
    if (!HELPER_FITS(helper)) {
        remaining++; /* it is executed in the next batch */
        goto paused;
    }
    /* A copy: the registers' own address stays in this function. */
    const uint64_t arguments[] = {0, r[1], r[2], r[3], r[4], r[5]};
    if (!zkb_helper_run(&value, &words, &end, HELPER_ACCESSES(), vm, helper, arguments)) {
        fault_address = vm->fault_address;
        goto faulted;
    }
    ON_HELPER(words);
    r[0] = value;
    if (end) {
        vm->outcome = ZKB_OUTCOME_EXITED;
        goto halted;
    }
    NEXT();
}

op_INVALID:
    vm->fault = ZKB_FAULT_INVALID;
    fault_address = 0;
    goto faulted;

bad_load:
    vm->fault = ZKB_FAULT_LOAD_UNMAPPED;
    goto faulted;
bad_store:
bad_atomic:
    vm->fault = zkb_store_fault(vm, fault_address, zkb_op_get((zkb_op)ip->op)->bytes);
    goto faulted;

faulted:
    vm->outcome = ZKB_OUTCOME_FAULTED;
    vm->fault_address = fault_address;
    remaining++; /* it was not executed */
    vm->state.pc = (uint32_t)(ip - code);
    goto leave;
halted:
    END_STEP(ZKB_PC_HALT);
    vm->state.pc = ZKB_PC_HALT;
    goto leave;
paused:
    vm->state.pc = (uint32_t)(ip - code);
leave:
    memcpy(vm->state.r, r, sizeof vm->state.r);
    vm->state.depth = depth;
    vm->state.count += budget - remaining;
    RECORDER_END();
}
