#include "vm_reference.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint64_t whole_segments(uint64_t bytes)
{
    while (bytes % 65536 != 0) {
        bytes++;
    }
    return bytes;
}

static void add_region(ref_machine *m, uint64_t start, uint64_t bytes, const uint8_t *initial,
                       uint64_t initial_bytes, bool writable)
{
    if (bytes == 0) {
        return;
    }
    assert(m->region_count < REF_MAX_REGIONS);
    ref_region *region = &m->regions[m->region_count++];
    *region = (ref_region){.start = start, .size = whole_segments(bytes), .writable = writable};
    region->bytes = calloc(region->size, 1);
    assert(region->bytes != NULL);
    for (uint64_t i = 0; i < initial_bytes; i++) {
        region->bytes[i] = initial[i];
    }
}

void ref_create(ref_machine *m, const zkb_program *program, const uint8_t *public_input,
                size_t public_bytes, const uint8_t *private_input, size_t private_bytes)
{
    *m = (ref_machine){.program = program, .pc = program->entry};
    add_region(m, 0x100000000, program->read_only_bytes, program->read_only,
               program->read_only_bytes, false);
    add_region(m, 0x100000000 + whole_segments(program->read_only_bytes), program->writable_bytes,
               program->writable, program->writable_bytes, true);
    add_region(m, 0x200000000, (uint64_t)program->layout.frame_bytes * program->layout.max_frames,
               NULL, 0, true);
    add_region(m, 0x300000000, program->layout.heap_bytes, NULL, 0, true);
    add_region(m, 0x400000000, public_bytes, public_input, public_bytes, false);
    add_region(m, 0x500000000, private_bytes, private_input, private_bytes, false);
    add_region(m, 0x600000000, program->layout.output_bytes, NULL, 0, true);
    m->r[1] = 0x400000000;
    m->r[2] = public_bytes;
    m->r[3] = 0x500000000;
    m->r[4] = private_bytes;
    m->r[5] = 0x600000000;
    m->r[10] = 0x200000000 + program->layout.frame_bytes;
}

void ref_destroy(ref_machine *m)
{
    for (unsigned i = 0; i < m->region_count; i++) {
        free(m->regions[i].bytes);
    }
    m->region_count = 0;
}

/* One byte of memory, or NULL. */
static uint8_t *byte_at(const ref_machine *m, uint64_t address, bool *writable)
{
    for (unsigned i = 0; i < m->region_count; i++) {
        const ref_region *region = &m->regions[i];
        if (address >= region->start && address - region->start < region->size) {
            *writable = region->writable;
            return &region->bytes[address - region->start];
        }
    }
    return NULL;
}

uint64_t ref_word(const ref_machine *m, uint64_t address)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++) {
        bool writable;
        const uint8_t *p = byte_at(m, address + i, &writable);
        value |= p != NULL ? (uint64_t)*p << (8 * i) : 0;
    }
    return value;
}

static bool fault(ref_machine *m, ref_stop reason, uint64_t address)
{
    m->stop = reason;
    m->fault_address = address;
    return false;
}

/* An access must lie in one region (the two parts of the program region count as one). */
static bool check_access(ref_machine *m, uint64_t address, unsigned bytes, bool store)
{
    bool all_writable = true;
    for (unsigned i = 0; i < bytes; i++) {
        bool writable = false;
        if (byte_at(m, address + i, &writable) == NULL) {
            return fault(m, store ? REF_STORE_UNMAPPED : REF_LOAD_UNMAPPED, address);
        }
        all_writable = all_writable && writable;
    }
    if (store && !all_writable) {
        return fault(m, REF_STORE_READ_ONLY, address);
    }
    return true;
}

static uint64_t read_bytes(ref_machine *m, uint64_t address, unsigned bytes)
{
    uint64_t value = 0;
    bool writable;
    for (unsigned i = bytes; i-- > 0;) {
        value = value << 8 | *byte_at(m, address + i, &writable);
    }
    return value;
}

static void write_bytes(ref_machine *m, uint64_t address, unsigned bytes, uint64_t value)
{
    bool writable;
    for (unsigned i = 0; i < bytes; i++) {
        *byte_at(m, address + i, &writable) = (uint8_t)(value >> (8 * i));
    }
    if (address >> 32 == 6 && address - 0x600000000 + bytes > m->output_end) {
        m->output_end = address - 0x600000000 + bytes;
    }
}

/* The value of the low `bits` bits read as two's complement, as 64 bits. */
static uint64_t sign_extend(uint64_t value, unsigned bits)
{
    if (bits == 64) {
        return value;
    }
    const uint64_t modulus = (uint64_t)1 << bits;
    value %= modulus;
    return value >= modulus / 2 ? value - modulus : value;
}

static bool negative(uint64_t value, unsigned bits) { return (value >> (bits - 1) & 1) != 0; }

static uint64_t truncate_to(uint64_t value, unsigned bits)
{
    return bits == 64 ? value : value & (((uint64_t)1 << bits) - 1);
}

static uint64_t absolute(uint64_t value, unsigned bits)
{
    return truncate_to(negative(value, bits) ? 0 - value : value, bits);
}

/* Section 4.1. Signed division by way of magnitudes: truncation is towards zero, the remainder has
 * the dividend's sign. */
static uint64_t divide(uint64_t a, uint64_t b, unsigned bits, bool is_signed, bool modulo)
{
    if (b == 0) {
        return modulo ? a : 0;
    }
    if (!is_signed) {
        return modulo ? a % b : a / b;
    }
    const uint64_t quotient = absolute(a, bits) / absolute(b, bits);
    const uint64_t remainder = absolute(a, bits) % absolute(b, bits);
    if (modulo) {
        return negative(a, bits) ? 0 - remainder : remainder;
    }
    return negative(a, bits) != negative(b, bits) ? 0 - quotient : quotient;
}

static uint64_t shift_right_signed(uint64_t a, unsigned count, unsigned bits)
{
    for (unsigned i = 0; i < count; i++) {
        const uint64_t top = a >> (bits - 1) & 1;
        a = a >> 1 | top << (bits - 1);
    }
    return a;
}

static uint64_t swap_bytes(uint64_t value, unsigned bits)
{
    uint64_t result = 0;
    for (unsigned i = 0; i < bits; i += 8) {
        result = result << 8 | (value >> i & 255);
    }
    return result;
}

static void step_alu(ref_machine *m, const zkb_instruction *i, unsigned bits)
{
    const bool register_source = (i->opcode & 8) != 0;
    const uint64_t a = truncate_to(m->r[i->dst], bits);
    const uint64_t operand = register_source ? m->r[i->src] : sign_extend((uint32_t)i->imm, 32);
    const uint64_t b = truncate_to(operand, bits);
    const unsigned count = (unsigned)(b % bits);
    uint64_t value = 0;
    switch (i->opcode >> 4) {
    case 0x0:
        value = a + b;
        break;
    case 0x1:
        value = a - b;
        break;
    case 0x2:
        value = a * b;
        break;
    case 0x3:
        value = divide(a, b, bits, i->offset == 1, false);
        break;
    case 0x4:
        value = a | b;
        break;
    case 0x5:
        value = a & b;
        break;
    case 0x6:
        value = a << count;
        break;
    case 0x7:
        value = a >> count;
        break;
    case 0x8:
        value = 0 - a;
        break;
    case 0x9:
        value = divide(a, b, bits, i->offset == 1, true);
        break;
    case 0xa:
        value = a ^ b;
        break;
    case 0xb:
        value = i->offset != 0 ? sign_extend(b, (unsigned)i->offset) : b;
        break;
    case 0xc:
        value = shift_right_signed(a, count, bits);
        break;
    case 0xd: { /* END: the width is in imm; class ALU64 swaps always, ALU K is LE, X is BE */
        const unsigned width = (unsigned)i->imm;
        const bool swap = bits == 64 || register_source;
        value = truncate_to(m->r[i->dst], width);
        m->r[i->dst] = swap ? swap_bytes(value, width) : value;
        m->pc++;
        return;
    }
    default:
        abort();
    }
    m->r[i->dst] = truncate_to(value, bits);
    m->pc++;
}

static bool less(uint64_t a, uint64_t b, unsigned bits, bool is_signed)
{
    if (is_signed && negative(a, bits) != negative(b, bits)) {
        return negative(a, bits);
    }
    return a < b;
}

static bool condition(unsigned code, uint64_t a, uint64_t b, unsigned bits)
{
    switch (code) {
    case 0x1:
        return a == b;
    case 0x2:
        return less(b, a, bits, false);
    case 0x3:
        return !less(a, b, bits, false);
    case 0x4:
        return (a & b) != 0;
    case 0x5:
        return a != b;
    case 0x6:
        return less(b, a, bits, true);
    case 0x7:
        return !less(a, b, bits, true);
    case 0xa:
        return less(a, b, bits, false);
    case 0xb:
        return !less(b, a, bits, false);
    case 0xc:
        return less(a, b, bits, true);
    case 0xd:
        return !less(b, a, bits, true);
    default:
        abort();
    }
}

static bool enter(ref_machine *m, int64_t target)
{
    if (m->depth + 1 == m->program->layout.max_frames) {
        return fault(m, REF_DEPTH, 0x700000000 + 8 * (uint64_t)target);
    }
    m->frames[m->depth].pc = m->pc + 1;
    for (unsigned k = 0; k < 5; k++) {
        m->frames[m->depth].saved[k] = m->r[6 + k];
    }
    m->depth++;
    m->r[10] += m->program->layout.frame_bytes;
    m->pc = target;
    return true;
}

static bool step_jump(ref_machine *m, const zkb_instruction *i, unsigned bits)
{
    const unsigned code = i->opcode >> 4;
    if (i->opcode == 0x05) {
        m->pc += 1 + i->offset;
        return true;
    }
    if (i->opcode == 0x06) {
        m->pc += 1 + (int64_t)i->imm;
        return true;
    }
    if (i->opcode == 0x85) {
        return i->src == 1 ? enter(m, m->pc + 1 + i->imm) : fault(m, REF_HELPER, (uint32_t)i->imm);
    }
    if (i->opcode == 0x8d) {
        const uint64_t address = m->r[i->dst != 0 ? i->dst : i->imm];
        for (uint32_t slot = 0; slot < m->program->slot_count; slot++) {
            if (address == 0x700000000 + 8 * (uint64_t)slot && m->program->function_start[slot]) {
                return enter(m, slot);
            }
        }
        return fault(m, REF_TARGET, address);
    }
    if (i->opcode == 0x95) {
        if (m->depth == 0) {
            m->stop = REF_EXITED;
            return true;
        }
        m->depth--;
        m->pc = m->frames[m->depth].pc;
        for (unsigned k = 0; k < 5; k++) {
            m->r[6 + k] = m->frames[m->depth].saved[k];
        }
        return true;
    }
    const uint64_t operand =
        (i->opcode & 8) != 0 ? m->r[i->src] : sign_extend((uint32_t)i->imm, 32);
    const bool taken =
        condition(code, truncate_to(m->r[i->dst], bits), truncate_to(operand, bits), bits);
    m->pc += 1 + (taken ? i->offset : 0);
    return true;
}

static unsigned width_of(uint8_t opcode)
{
    static const unsigned widths[4] = {4, 2, 1, 8}; /* W, H, B, DW */
    return widths[opcode >> 3 & 3];
}

static bool step_load(ref_machine *m, const zkb_instruction *i)
{
    const uint64_t address = m->r[i->src] + sign_extend((uint16_t)i->offset, 16);
    const unsigned bytes = width_of(i->opcode);
    if (!check_access(m, address, bytes, false)) {
        return false;
    }
    const uint64_t value = read_bytes(m, address, bytes);
    m->r[i->dst] = i->opcode >> 5 == 4 ? sign_extend(value, 8 * bytes) : value;
    m->pc++;
    return true;
}

static uint64_t combine(unsigned operation, uint64_t old, uint64_t operand)
{
    switch (operation) {
    case 0x00:
        return old + operand;
    case 0x40:
        return old | operand;
    case 0x50:
        return old & operand;
    case 0xa0:
        return old ^ operand;
    default:
        abort();
    }
}

static bool step_atomic(ref_machine *m, const zkb_instruction *i, uint64_t address, unsigned bytes)
{
    if (address % bytes != 0) {
        return fault(m, REF_MISALIGNED, address);
    }
    const uint64_t old = read_bytes(m, address, bytes);
    const uint64_t operand = truncate_to(m->r[i->src], 8 * bytes);
    if (i->imm == 0xf1) { /* CMPXCHG */
        const bool equal = old == truncate_to(m->r[0], 8 * bytes);
        write_bytes(m, address, bytes, equal ? operand : old);
        m->r[0] = old;
    } else if (i->imm == 0xe1) { /* XCHG */
        write_bytes(m, address, bytes, operand);
        m->r[i->src] = old;
    } else {
        write_bytes(m, address, bytes, combine((unsigned)i->imm & 0xf0u, old, operand));
        if ((i->imm & 1) != 0) {
            m->r[i->src] = old;
        }
    }
    m->pc++;
    return true;
}

static bool step_store(ref_machine *m, const zkb_instruction *i)
{
    const uint64_t address = m->r[i->dst] + sign_extend((uint16_t)i->offset, 16);
    const unsigned bytes = width_of(i->opcode);
    if (!check_access(m, address, bytes, true)) {
        return false;
    }
    if (i->opcode >> 5 == 6) {
        return step_atomic(m, i, address, bytes);
    }
    write_bytes(m, address, bytes,
                (i->opcode & 7) == 3 ? m->r[i->src] : sign_extend((uint32_t)i->imm, 32));
    m->pc++;
    return true;
}

void ref_step(ref_machine *m)
{
    assert(m->stop == REF_RUNNING && m->pc >= 0 && m->pc < (int64_t)m->program->slot_count);
    const zkb_instruction *i = &m->program->code[m->pc];
    bool done = true;
    switch (i->opcode & 7) {
    case 0:
        m->r[i->dst] = (uint32_t)i[0].imm + ((uint64_t)(uint32_t)i[1].imm << 32);
        m->pc += 2;
        break;
    case 1:
        done = step_load(m, i);
        break;
    case 2:
    case 3:
        done = step_store(m, i);
        break;
    case 4:
        step_alu(m, i, 32);
        break;
    case 5:
        done = step_jump(m, i, 64);
        break;
    case 6:
        done = step_jump(m, i, 32);
        break;
    default:
        step_alu(m, i, 64);
        break;
    }
    m->count += done ? 1 : 0;
}
