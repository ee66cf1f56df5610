/* Fibonacci with range checks: rows are tied together by a bus that carries the state from one to
 * the next, since constraints cannot see the next row. */
#include "machines/machine.h"

static const zkb_bus state = {1, 3, ZKB_BUS_PERMUTATION, "state"}; /* step, a, b */
static const zkb_bus range = {2, 1, ZKB_BUS_LOOKUP, "range"};

enum { A, B, LOW, HIGH, CARRY };

static zkb_chip *step_chip(machine *m, unsigned limb_bits)
{
    zkb_chip_builder *x = zkb_chip_builder_create("fibonacci");
    zkb_chip_note(x, "One step: (a, b) becomes (b, a + b mod 2^(2 limbs)).");
    const zkb_expr a = zkb_column(x, "a", 2 * limb_bits);
    const zkb_expr b = zkb_column(x, "b", 2 * limb_bits);
    const zkb_expr low = zkb_column(x, "low", limb_bits);
    const zkb_expr high = zkb_column(x, "high", limb_bits);
    const zkb_expr carry = zkb_column(x, "carry", 1);
    zkb_note(x, low, "low limb of the new value");
    zkb_note(x, high, "high limb of the new value");
    zkb_note(x, carry, "what a + b loses");
    const zkb_expr one = zkb_const(x, 1);
    const zkb_expr sum = zkb_add(x, low, zkb_scale(x, high, (uint64_t)1 << limb_bits));
    const zkb_expr lost = zkb_scale(x, carry, (uint64_t)1 << (2 * limb_bits));
    zkb_assert_bool(x, "carry is a bit", carry);
    zkb_assert_zero(x, "addition", zkb_sub(x, zkb_add(x, a, b), zkb_add(x, sum, lost)));
    const zkb_expr step = zkb_row(x);
    zkb_take(x, &state, one, (zkb_expr[]){step, a, b}, 3);
    zkb_give(x, &state, one, (zkb_expr[]){zkb_add(x, step, one), b, sum}, 3);
    zkb_take(x, &range, one, &low, 1);
    zkb_take(x, &range, one, &high, 1);
    return machine_build(m, x);
}

static void write(const zkb_table *t, unsigned limb_bits, uint32_t column, uint64_t row,
                  uint64_t value)
{
    const unsigned bits = column <= B ? 2 * limb_bits : column == CARRY ? 1 : limb_bits;
    void *cells = machine_cells(t, column);
    if (bits <= 8) {
        ((uint8_t *)cells)[row] = (uint8_t)value;
    } else if (bits == 16) {
        ((uint16_t *)cells)[row] = (uint16_t)value;
    } else {
        ((uint32_t *)cells)[row] = (uint32_t)value;
    }
}

void machine_fibonacci(machine *m, unsigned limb_bits, uint64_t steps)
{
    *m = (machine){.name = "fibonacci"};
    const zkb_table *t = machine_table(m, step_chip(m, limb_bits), machine_log2(steps), steps);
    uint32_t *times = machine_cells(machine_range(m, &range, limb_bits), 0);
    const uint64_t word = (uint64_t)1 << (2 * limb_bits);
    uint64_t a = 0;
    uint64_t b = 1;
    machine_boundary(m, &state, true, (uint64_t[]){0, a, b});
    for (uint64_t i = 0; i < steps; i++) {
        const uint64_t sum = (a + b) % word;
        const uint64_t low = sum % ((uint64_t)1 << limb_bits);
        const uint64_t high = sum >> limb_bits;
        write(t, limb_bits, A, i, a);
        write(t, limb_bits, B, i, b);
        write(t, limb_bits, LOW, i, low);
        write(t, limb_bits, HIGH, i, high);
        write(t, limb_bits, CARRY, i, (a + b) / word);
        times[low]++;
        times[high]++;
        a = b;
        b = sum;
    }
    machine_boundary(m, &state, false, (uint64_t[]){steps, a, b});
}
