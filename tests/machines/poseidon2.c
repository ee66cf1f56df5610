/* Poseidon2, one permutation a row: 3 cells of input and the outputs of the 80 S-boxes. Everything
 * between two S-boxes is linear, so it costs no cells; each S-box is one constraint of degree 5.
 * Round constants are multiplied by [row < n], so that an all-zero padding row satisfies all. */
#include "machines/machine.h"

#include "air/chip.h"
#include "hash/poseidon2_constants.h"

enum { WIDTH = 3, HALF_FULL = 4, PARTIAL = 56, SBOXES = 2 * WIDTH * HALF_FULL + PARTIAL };

static const zkb_bus chain = {1, 4, ZKB_BUS_PERMUTATION, "chain"}; /* index, state */

typedef struct chip_state {
    zkb_chip_builder *b;
    zkb_expr active;
    zkb_expr s[WIDTH];
    unsigned sboxes;
} chip_state;

/* s[i] = (s[i] + constant)^5, the result a column of its own. */
static void chip_sbox(chip_state *c, unsigned i, const zkb_fr *constant)
{
    zkb_chip_builder *b = c->b;
    const zkb_expr x = zkb_add(b, c->s[i], zkb_mul(b, c->active, zkb_const_fr(b, constant)));
    const zkb_expr x2 = zkb_mul(b, x, x);
    const zkb_expr x5 = zkb_mul(b, zkb_mul(b, x2, x2), x);
    const zkb_expr y = zkb_column(b, zkb_name(b, "y%u", c->sboxes), 254);
    zkb_assert_zero(b, zkb_name(b, "S-box %u", c->sboxes++), zkb_sub(b, y, x5));
    c->s[i] = y;
}

static zkb_expr chip_sum(chip_state *c)
{
    return zkb_add(c->b, c->s[0], zkb_add(c->b, c->s[1], c->s[2]));
}

static void chip_external(chip_state *c)
{
    const zkb_expr sum = chip_sum(c);
    for (unsigned i = 0; i < WIDTH; i++) {
        c->s[i] = zkb_add(c->b, c->s[i], sum);
    }
}

static void chip_full_rounds(chip_state *c, const zkb_fr *constants)
{
    for (unsigned r = 0; r < HALF_FULL; r++) {
        for (unsigned i = 0; i < WIDTH; i++) {
            chip_sbox(c, i, &constants[WIDTH * r + i]);
        }
        chip_external(c);
    }
}

static void chip_partial_rounds(chip_state *c)
{
    for (unsigned r = 0; r < PARTIAL; r++) {
        chip_sbox(c, 0, &poseidon2_partial[r]);
        const zkb_expr sum = chip_sum(c);
        c->s[0] = zkb_add(c->b, c->s[0], sum);
        c->s[1] = zkb_add(c->b, c->s[1], sum);
        c->s[2] = zkb_add(c->b, zkb_scale(c->b, c->s[2], 2), sum);
    }
}

static zkb_chip *permutation_chip(machine *m)
{
    chip_state c = {.b = zkb_chip_builder_create("poseidon2")};
    zkb_chip_note(c.b, "One permutation of width 3: input, and the output of each S-box.");
    c.active = zkb_active(c.b);
    zkb_expr in[WIDTH];
    for (unsigned i = 0; i < WIDTH; i++) {
        in[i] = c.s[i] = zkb_column(c.b, zkb_name(c.b, "in%u", i), 254);
    }
    chip_external(&c);
    chip_full_rounds(&c, poseidon2_first);
    chip_partial_rounds(&c);
    chip_full_rounds(&c, poseidon2_last);
    const zkb_expr one = zkb_const(c.b, 1);
    const zkb_expr row = zkb_row(c.b);
    zkb_take(c.b, &chain, one, (zkb_expr[]){row, in[0], in[1], in[2]}, 4);
    zkb_give(c.b, &chain, one, (zkb_expr[]){zkb_add(c.b, row, one), c.s[0], c.s[1], c.s[2]}, 4);
    return machine_build(m, c.b);
}

/* The same in values, each S-box's output written to its column. */
typedef struct row_state {
    const zkb_table *table;
    uint64_t row;
    zkb_fr s[WIDTH];
    uint32_t column;
} row_state;

static void row_put(row_state *c, const zkb_fr *value)
{
    ((zkb_fr *)machine_cells(c->table, c->column++))[c->row] = *value;
}

static void row_sbox(row_state *c, unsigned i, const zkb_fr *constant)
{
    zkb_fr x;
    zkb_fr x4;
    zkb_fr_add(&x, &c->s[i], constant);
    zkb_fr_sqr(&x4, &x);
    zkb_fr_sqr(&x4, &x4);
    zkb_fr_mul(&c->s[i], &x4, &x);
    row_put(c, &c->s[i]);
}

static void row_mix(row_state *c, bool external)
{
    zkb_fr sum;
    zkb_fr_add(&sum, &c->s[0], &c->s[1]);
    zkb_fr_add(&sum, &sum, &c->s[2]);
    if (!external) {
        zkb_fr_double(&c->s[2], &c->s[2]);
    }
    for (unsigned i = 0; i < WIDTH; i++) {
        zkb_fr_add(&c->s[i], &c->s[i], &sum);
    }
}

static void row_full_rounds(row_state *c, const zkb_fr *constants)
{
    for (unsigned r = 0; r < HALF_FULL; r++) {
        for (unsigned i = 0; i < WIDTH; i++) {
            row_sbox(c, i, &constants[WIDTH * r + i]);
        }
        row_mix(c, true);
    }
}

static void row_permute(row_state *c)
{
    c->column = 0;
    for (unsigned i = 0; i < WIDTH; i++) {
        row_put(c, &c->s[i]);
    }
    row_mix(c, true);
    row_full_rounds(c, poseidon2_first);
    for (unsigned r = 0; r < PARTIAL; r++) {
        row_sbox(c, 0, &poseidon2_partial[r]);
        row_mix(c, false);
    }
    row_full_rounds(c, poseidon2_last);
}

void machine_poseidon2(machine *m, uint64_t permutations)
{
    *m = (machine){.name = "poseidon2"};
    row_state c = {
        .table = machine_table(m, permutation_chip(m), machine_log2(permutations), permutations)};
    for (unsigned i = 0; i < WIDTH; i++) {
        zkb_fr_from_u64(&c.s[i], i + 1);
    }
    machine_boundary(m, &chain, true, (uint64_t[]){0, 1, 2, 3});
    for (c.row = 0; c.row < permutations; c.row++) {
        row_permute(&c);
    }
    machine_boundary(m, &chain, false, (uint64_t[]){permutations, 0, 0, 0});
    zkb_fr *end = (zkb_fr *)(uintptr_t)m->boundary[1].tuple;
    for (unsigned i = 0; i < WIDTH; i++) {
        end[1 + i] = c.s[i];
    }
}
