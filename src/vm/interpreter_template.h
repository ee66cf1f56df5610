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
 * always 0. Nothing here depends on the program having been written by anyone sane: indices come
 * from the check at load, addresses are checked at each access. */

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

/* An operation of two operands a and b, in four forms. EXPRESSION64 and EXPRESSION32 see them as
 * uint64_t and uint32_t; 32-bit results are zero-extended. */
#define ALU(NAME, EXPRESSION64, EXPRESSION32)                                                      \
    ALU_FORM(NAME##64_K, uint64_t, IMM, EXPRESSION64)                                              \
    ALU_FORM(NAME##64_X, uint64_t, SRC, EXPRESSION64)                                              \
    ALU_FORM(NAME##32_K, uint32_t, IMM, EXPRESSION32)                                              \
    ALU_FORM(NAME##32_X, uint32_t, SRC, EXPRESSION32)
#define ALU_FORM(NAME, TYPE, OPERAND, EXPRESSION)                                                  \
    op_##NAME:                                                                                     \
    {                                                                                              \
        const TYPE a = (TYPE)DST;                                                                  \
        const TYPE b = (TYPE)(OPERAND);                                                            \
        DST = (TYPE)(EXPRESSION);                                                                  \
        NEXT();                                                                                    \
    }

#define UNARY(NAME, EXPRESSION)                                                                    \
    op_##NAME:                                                                                     \
    {                                                                                              \
        const uint64_t a = DST;                                                                    \
        DST = (EXPRESSION);                                                                        \
        NEXT();                                                                                    \
    }

#define MOVE(NAME, EXPRESSION)                                                                     \
    op_##NAME:                                                                                     \
    {                                                                                              \
        DST = (EXPRESSION);                                                                        \
        NEXT();                                                                                    \
    }

#define BRANCH(NAME, OPERATOR, CAST)                                                               \
    BRANCH_FORM(NAME##64_K, CAST##64_t, IMM, OPERATOR)                                             \
    BRANCH_FORM(NAME##64_X, CAST##64_t, SRC, OPERATOR)                                             \
    BRANCH_FORM(NAME##32_K, CAST##32_t, IMM, OPERATOR)                                             \
    BRANCH_FORM(NAME##32_X, CAST##32_t, SRC, OPERATOR)
#define BRANCH_FORM(NAME, TYPE, OPERAND, OPERATOR)                                                 \
    op_##NAME:                                                                                     \
    {                                                                                              \
        if ((TYPE)DST OPERATOR(TYPE)(OPERAND)) {                                                   \
            NEXT_AT(1 + (ptrdiff_t)ip->jump);                                                      \
        }                                                                                          \
        NEXT();                                                                                    \
    }

#define UNLIKELY(condition) __builtin_expect((condition), 0)

#define LOAD(NAME, BYTES, EXPRESSION)                                                              \
    op_##NAME:                                                                                     \
    {                                                                                              \
        const uint64_t address = SRC + (uint64_t)(int64_t)ip->jump;                                \
        const zkb_mapping *m = zkb_map_entry(vm->map, address);                                    \
        const uint64_t at = address - m->start;                                                    \
        if (UNLIKELY(at + (BYTES) > m->size)) {                                                    \
            fault_address = address;                                                               \
            goto bad_load;                                                                         \
        }                                                                                          \
        const uint8_t *p = m->base + at;                                                           \
        BEFORE_ACCESS(m, at, BYTES);                                                               \
        DST = (EXPRESSION);                                                                        \
        AFTER_ACCESS(m, at);                                                                       \
        NEXT();                                                                                    \
    }

#define STORE(NAME, BYTES, BITS, VALUE)                                                            \
    op_##NAME:                                                                                     \
    {                                                                                              \
        const uint64_t address = DST + (uint64_t)(int64_t)ip->jump;                                \
        zkb_mapping *m = zkb_map_entry(vm->map, address);                                          \
        const uint64_t at = address - m->start;                                                    \
        if (UNLIKELY(at + (BYTES) > m->size || at < m->writable_from)) {                           \
            fault_address = address;                                                               \
            goto bad_store;                                                                        \
        }                                                                                          \
        BEFORE_ACCESS(m, at, BYTES);                                                               \
        store##BITS(m->base + at, (uint##BITS##_t)(VALUE));                                        \
        zkb_mark_written(m, at, BYTES);                                                            \
        AFTER_ACCESS(m, at);                                                                       \
        NEXT();                                                                                    \
    }

/* ACTION sees old (the value in memory) and operand (the source register) as TYPE and stores or
 * not. A program is one thread, so plain accesses are atomic. */
#define ATOMIC_FORM(NAME, BITS, ACTION)                                                            \
    op_##NAME##BITS:                                                                               \
    {                                                                                              \
        typedef uint##BITS##_t word;                                                               \
        const uint64_t address = DST + (uint64_t)(int64_t)ip->jump;                                \
        zkb_mapping *m = zkb_map_entry(vm->map, address);                                          \
        const uint64_t at = address - m->start;                                                    \
        if (UNLIKELY(at + sizeof(word) > m->size || at < m->writable_from ||                       \
                     at % sizeof(word) != 0)) {                                                    \
            fault_address = address;                                                               \
            goto bad_atomic;                                                                       \
        }                                                                                          \
        uint8_t *p = m->base + at;                                                                 \
        const word operand = (word)SRC;                                                            \
        const word old = load##BITS(p);                                                            \
        BEFORE_ACCESS(m, at, sizeof(word));                                                        \
        ACTION(word, BITS);                                                                        \
        zkb_mark_written(m, at, sizeof(word));                                                     \
        AFTER_ACCESS(m, at);                                                                       \
        NEXT();                                                                                    \
    }
#define ATOMIC(NAME, ACTION)                                                                       \
    ATOMIC_FORM(NAME, 64, ACTION)                                                                  \
    ATOMIC_FORM(NAME, 32, ACTION)

#define DO_ADD(word, BITS) store##BITS(p, (word)(old + operand))
#define DO_OR(word, BITS) store##BITS(p, (word)(old | operand))
#define DO_AND(word, BITS) store##BITS(p, (word)(old & operand))
#define DO_XOR(word, BITS) store##BITS(p, (word)(old ^ operand))
#define DO_FETCH_ADD(word, BITS)                                                                   \
    DO_ADD(word, BITS);                                                                            \
    SRC = old
#define DO_FETCH_OR(word, BITS)                                                                    \
    DO_OR(word, BITS);                                                                             \
    SRC = old
#define DO_FETCH_AND(word, BITS)                                                                   \
    DO_AND(word, BITS);                                                                            \
    SRC = old
#define DO_FETCH_XOR(word, BITS)                                                                   \
    DO_XOR(word, BITS);                                                                            \
    SRC = old
#define DO_XCHG(word, BITS)                                                                        \
    store##BITS(p, operand);                                                                       \
    SRC = old
#define DO_CMPXCHG(word, BITS)                                                                     \
    store##BITS(p, old == (word)r[0] ? operand : old);                                             \
    r[0] = old

#define load64 zkb_load64
#define load32 zkb_load32
#define store64 zkb_store64
#define store32 zkb_store32
#define store16 zkb_store16
#define store8(p, v) (void)(*(p) = (v))

// NOLINTNEXTLINE(readability-function-cognitive-complexity): one dispatch loop
void LOOP(zkb_vm *vm, uint64_t budget, zkb_step_batch *batch)
{
    static const void *const labels[ZKB_OP_COUNT] = {
#define LABEL(name, text, kind, shape, opcode, selector, value, bytes)                             \
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

    ALU(ADD, a + b, a + b)
    ALU(SUB, a - b, a - b)
    ALU(MUL, a * b, a * b)
    ALU(DIV, zkb_div64(a, b), zkb_div32(a, b))
    ALU(SDIV, zkb_sdiv64(a, b), zkb_sdiv32(a, b))
    ALU(OR, a | b, a | b)
    ALU(AND, a & b, a & b)
    ALU(LSH, a << (b & 63), a << (b & 31))
    ALU(RSH, a >> (b & 63), a >> (b & 31))
    ALU(MOD, zkb_mod64(a, b), zkb_mod32(a, b))
    ALU(SMOD, zkb_smod64(a, b), zkb_smod32(a, b))
    ALU(XOR, a ^ b, a ^ b)
    ALU(ARSH, (int64_t)a >> (b & 63), (int32_t)a >> (b & 31))
    UNARY(NEG64, 0 - a)
    UNARY(NEG32, (uint32_t)(0 - a))
    MOVE(MOV64_K, IMM)
    MOVE(MOV64_X, SRC)
    MOVE(MOV32_K, (uint32_t)IMM)
    MOVE(MOV32_X, (uint32_t)SRC)
    MOVE(MOVSX64_8, zkb_sign64_8(SRC))
    MOVE(MOVSX64_16, zkb_sign64_16(SRC))
    MOVE(MOVSX64_32, zkb_sign64_32(SRC))
    MOVE(MOVSX32_8, (uint32_t)zkb_sign64_8(SRC))
    MOVE(MOVSX32_16, (uint32_t)zkb_sign64_16(SRC))
    /* The host is little-endian, so LE truncates and BE swaps like SWAP. */
    UNARY(LE16, (uint16_t)a)
    UNARY(LE32, (uint32_t)a)
    UNARY(LE64, a)
    UNARY(BE16, __builtin_bswap16((uint16_t)a))
    UNARY(BE32, __builtin_bswap32((uint32_t)a))
    UNARY(BE64, __builtin_bswap64(a))
    UNARY(SWAP16, __builtin_bswap16((uint16_t)a))
    UNARY(SWAP32, __builtin_bswap32((uint32_t)a))
    UNARY(SWAP64, __builtin_bswap64(a))

    LOAD(LDXB, 1, *p)
    LOAD(LDXH, 2, zkb_load16(p))
    LOAD(LDXW, 4, zkb_load32(p))
    LOAD(LDXDW, 8, zkb_load64(p))
    LOAD(LDXSB, 1, zkb_sign64_8(*p))
    LOAD(LDXSH, 2, zkb_sign64_16(zkb_load16(p)))
    LOAD(LDXSW, 4, zkb_sign64_32(zkb_load32(p)))
    STORE(STB, 1, 8, IMM)
    STORE(STH, 2, 16, IMM)
    STORE(STW, 4, 32, IMM)
    STORE(STDW, 8, 64, IMM)
    STORE(STXB, 1, 8, SRC)
    STORE(STXH, 2, 16, SRC)
    STORE(STXW, 4, 32, SRC)
    STORE(STXDW, 8, 64, SRC)
    ATOMIC(ATOMIC_ADD, DO_ADD)
    ATOMIC(ATOMIC_OR, DO_OR)
    ATOMIC(ATOMIC_AND, DO_AND)
    ATOMIC(ATOMIC_XOR, DO_XOR)
    ATOMIC(FETCH_ADD, DO_FETCH_ADD)
    ATOMIC(FETCH_OR, DO_FETCH_OR)
    ATOMIC(FETCH_AND, DO_FETCH_AND)
    ATOMIC(FETCH_XOR, DO_FETCH_XOR)
    ATOMIC(XCHG, DO_XCHG)
    ATOMIC(CMPXCHG, DO_CMPXCHG)

    BRANCH(JEQ, ==, uint)
    BRANCH(JGT, >, uint)
    BRANCH(JGE, >=, uint)
    BRANCH(JSET, &, uint)
    BRANCH(JNE, !=, uint)
    BRANCH(JSGT, >, int)
    BRANCH(JSGE, >=, int)
    BRANCH(JLT, <, uint)
    BRANCH(JLE, <=, uint)
    BRANCH(JSLT, <, int)
    BRANCH(JSLE, <=, int)

op_LDDW:
    DST = IMM;
    NEXT_AT(2);

op_JA:
op_JA32:
    NEXT_AT(1 + (ptrdiff_t)ip->jump);

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
    if (!zkb_helper_run(&value, &words, &end, HELPER_ACCESSES(), vm, helper, r)) {
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
