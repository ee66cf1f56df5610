#include "machine/block.h"

void zkb_instruction_begin(zkb_instruction_block *i, zkb_chip_builder *b)
{
    i->b = b;
    i->one = zkb_const(b, 1);
    i->active = zkb_active(b);
    i->clock = zkb_column(b, "clock", 32);
    i->pc = zkb_column(b, "pc", 32);
    i->depth = zkb_column(b, "depth", 16);
}

void zkb_auxiliary_begin(zkb_instruction_block *i, zkb_chip_builder *b)
{
    *i = (zkb_instruction_block){.b = b,
                                 .one = zkb_const(b, 1),
                                 .active = zkb_active(b),
                                 .clock = zkb_column(b, "clock", 32)};
}

void zkb_instruction_fields_init(zkb_instruction_fields *fields, zkb_chip_builder *b, zkb_form form)
{
    const zkb_expr zero = zkb_const(b, 0);
    fields->code = zkb_const(b, (int64_t)ZKB_FORM_CODE(form, 0));
    fields->dst = zero;
    fields->src = zero;
    fields->imm = zero;
    fields->target = zero;
}

void zkb_instruction_flag(zkb_instruction_fields *fields, zkb_chip_builder *b, unsigned bit,
                          zkb_expr flag)
{
    fields->code = zkb_add(b, fields->code, zkb_scale(b, flag, (uint64_t)1 << bit));
}

void zkb_instruction_end(const zkb_instruction_block *i, const zkb_instruction_fields *fields,
                         zkb_expr next_pc, zkb_expr next_depth)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr program[6] = {i->pc,       fields->code, fields->dst,
                                 fields->src, fields->imm,  fields->target};
    const zkb_expr before[3] = {i->clock, i->pc, i->depth};
    const zkb_expr after[3] = {zkb_add(b, i->clock, zkb_const(b, 1)), next_pc, next_depth};
    zkb_take(b, &zkb_bus_program, i->one, program, 6);
    zkb_take(b, &zkb_bus_state, i->one, before, 3);
    zkb_give(b, &zkb_bus_state, i->one, after, 3);
}

void zkb_instruction_end_next(const zkb_instruction_block *i, const zkb_instruction_fields *fields)
{
    zkb_instruction_end(i, fields, zkb_add(i->b, i->pc, zkb_const(i->b, 1)), i->depth);
}

void zkb_access_begin_value(zkb_access *access, const zkb_instruction_block *i, const char *name,
                            zkb_expr space, zkb_expr address, unsigned slot, zkb_expr value)
{
    zkb_chip_builder *b = i->b;
    access->space = space;
    access->address = address;
    access->value = value;
    access->difference = zkb_column(b, zkb_name(b, "%s: time difference", name), 16);
    access->time = zkb_add(b, zkb_scale(b, i->clock, ZKB_TIME_SLOTS), zkb_const(b, (int64_t)slot));
}

void zkb_access_begin(zkb_access *access, const zkb_instruction_block *i, const char *name,
                      zkb_expr space, zkb_expr address, unsigned slot)
{
    const zkb_expr value = zkb_column(i->b, name, 64);
    zkb_access_begin_value(access, i, name, space, address, slot, value);
}

static void end_access(const zkb_access *access, const zkb_instruction_block *i, zkb_expr after,
                       zkb_expr multiplicity)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr time_before =
        zkb_sub(b, zkb_sub(b, access->time, access->difference), zkb_const(b, 1));
    const zkb_expr take[4] = {access->space, access->address, access->value, time_before};
    const zkb_expr give[4] = {access->space, access->address, after, access->time};
    zkb_take(b, &zkb_bus_memory, multiplicity, take, 4);
    zkb_give(b, &zkb_bus_memory, multiplicity, give, 4);
    zkb_take(b, &zkb_bus_range16, multiplicity, &access->difference, 1);
}

void zkb_access_end(const zkb_access *access, const zkb_instruction_block *i, zkb_expr after)
{
    end_access(access, i, after, i->one);
}

void zkb_access_end_if(const zkb_access *access, const zkb_instruction_block *i, zkb_expr after,
                       zkb_expr condition)
{
    zkb_chip_builder *b = i->b;
    end_access(access, i, after, condition);
    zkb_assert_zero(b,
                    zkb_name(b, "no time difference without an access (%u)", access->difference.id),
                    zkb_mul(b, access->difference, zkb_sub(b, i->active, condition)));
}

void zkb_register_begin(zkb_access *access, const zkb_instruction_block *i, const char *name,
                        zkb_expr index, unsigned slot)
{
    zkb_access_begin(access, i, name, zkb_const(i->b, ZKB_SPACE_REGISTER), index, slot);
}

zkb_expr zkb_register_read(const zkb_instruction_block *i, const char *name, zkb_expr index,
                           unsigned slot)
{
    zkb_access access;
    zkb_register_begin(&access, i, name, index, slot);
    zkb_access_end(&access, i, access.value);
    return access.value;
}

zkb_expr zkb_limbs(const zkb_instruction_block *i, const char *name, unsigned count,
                   zkb_expr *limbs)
{
    zkb_expr sum = zkb_const(i->b, 0);
    for (unsigned j = 0; j < count; j++) {
        const zkb_expr limb = zkb_column(i->b, zkb_name(i->b, "%s %u", name, j), 16);
        zkb_range16(i, limb);
        sum = zkb_add(i->b, sum, zkb_times_power(i->b, limb, 16 * j));
        if (limbs != NULL) {
            limbs[j] = limb;
        }
    }
    return sum;
}

void zkb_range16(const zkb_instruction_block *i, zkb_expr value)
{
    zkb_take(i->b, &zkb_bus_range16, i->one, &value, 1);
}

zkb_expr zkb_bit(const zkb_instruction_block *i, const char *name)
{
    const zkb_expr bit = zkb_column(i->b, name, 1);
    zkb_assert_bool(i->b, name, bit);
    return bit;
}

zkb_expr zkb_equal(const zkb_instruction_block *i, zkb_expr difference, unsigned limbs)
{
    zkb_chip_builder *b = i->b;
    const zkb_expr equal = zkb_bit(i, "equal");
    const zkb_expr less = zkb_bit(i, "less");
    const zkb_expr distance = zkb_limbs(i, "distance - 1", limbs, NULL);
    const zkb_expr twice = zkb_scale(b, zkb_mul(b, less, difference), 2);
    zkb_assert_zero(b, "equal: no difference", zkb_mul(b, equal, difference));
    zkb_assert_zero(b, "equal: not less", zkb_mul(b, equal, less));
    zkb_assert_zero(b, "|difference| = distance unless equal",
                    zkb_sub(b, zkb_sub(b, difference, twice),
                            zkb_add(b, distance, zkb_sub(b, i->active, equal))));
    return equal;
}

zkb_expr zkb_weighted_sum(zkb_chip_builder *b, unsigned bits, unsigned count, const zkb_expr *parts)
{
    zkb_expr sum = zkb_const(b, 0);
    for (unsigned j = 0; j < count; j++) {
        sum = zkb_add(b, sum, zkb_times_power(b, parts[j], bits * j));
    }
    return sum;
}

zkb_expr zkb_times_power(zkb_chip_builder *b, zkb_expr x, unsigned exponent)
{
    if (exponent < 64) {
        return zkb_scale(b, x, (uint64_t)1 << exponent);
    }
    const uint64_t limbs[4] = {0, exponent < 128 ? (uint64_t)1 << (exponent - 64) : 0,
                               exponent >= 128 && exponent < 192 ? (uint64_t)1 << (exponent - 128)
                                                                 : 0,
                               exponent >= 192 ? (uint64_t)1 << (exponent - 192) : 0};
    zkb_fr power;
    zkb_fr_from_limbs(&power, limbs);
    return zkb_mul(b, x, zkb_const_fr(b, &power));
}
