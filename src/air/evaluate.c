#include "air/evaluate.h"

#include <assert.h>
#include <string.h>

/* ---- Rows ---------------------------------------------------------------------------------- */

void zkb_column_cell(zkb_fr *out, const zkb_column_data *column, unsigned bits, uint64_t row)
{
    *out = ZKB_FR_ZERO;
    if (row >= column->length) {
        return;
    }
    switch (bits) {
    case 16:
        zkb_fr_from_u64(out, ((const uint16_t *)column->cells)[row]);
        break;
    case 32:
        zkb_fr_from_u64(out, ((const uint32_t *)column->cells)[row]);
        break;
    case 64:
        zkb_fr_from_u64(out, ((const uint64_t *)column->cells)[row]);
        break;
    case 254:
        *out = ((const zkb_fr *)column->cells)[row];
        break;
    default:
        zkb_fr_from_u64(out, ((const uint8_t *)column->cells)[row]);
        break;
    }
}

static uint64_t bit_range(uint64_t row, unsigned low, unsigned count)
{
    return (row >> low) & (((uint64_t)1 << count) - 1);
}

/* 2^exponent, exponent < 128. */
static void power_of_two(zkb_fr *out, unsigned exponent)
{
    uint64_t limbs[4] = {0, 0, 0, 0};
    limbs[exponent / 64] = (uint64_t)1 << (exponent % 64);
    zkb_fr_from_limbs(out, limbs);
}

/* Nodes that depend on other nodes. */
static void operation(zkb_fr *values, const zkb_node *n, zkb_fr *out)
{
    if (n->kind == ZKB_NODE_ADD) {
        zkb_fr_add(out, &values[n->x], &values[n->y]);
    } else if (n->kind == ZKB_NODE_SUB) {
        zkb_fr_sub(out, &values[n->x], &values[n->y]);
    } else {
        zkb_fr_mul(out, &values[n->x], &values[n->y]);
    }
}

void zkb_chip_row_values_with(zkb_fr *values, const zkb_table *table, uint64_t row, uint32_t column,
                              const zkb_fr *cell)
{
    const zkb_chip *chip = table->shape.chip;
    for (uint32_t i = 0; i < chip->node_count; i++) {
        const zkb_node *n = &chip->nodes[i];
        switch ((zkb_node_kind)n->kind) {
        case ZKB_NODE_CONSTANT:
            values[i] = chip->constants[n->x];
            break;
        case ZKB_NODE_COMMITTED:
            if (n->x == column && cell != NULL) {
                values[i] = *cell;
            } else {
                zkb_column_cell(&values[i], &table->committed[n->x], chip->committed[n->x].bits,
                                row);
            }
            break;
        case ZKB_NODE_PREPROCESSED:
            zkb_column_cell(&values[i], &table->preprocessed[n->x], chip->preprocessed[n->x].bits,
                            row);
            break;
        case ZKB_NODE_INSTANCE:
            values[i] = table->shape.instances[n->x];
            break;
        case ZKB_NODE_ACTIVE:
            values[i] = row < table->shape.active ? zkb_fr_one : ZKB_FR_ZERO;
            break;
        case ZKB_NODE_ROW:
            zkb_fr_from_u64(&values[i], row);
            break;
        case ZKB_NODE_ROW_BITS:
            zkb_fr_from_u64(&values[i], bit_range(row, n->low_a, n->count));
            break;
        case ZKB_NODE_ROW_AND:
            zkb_fr_from_u64(&values[i], bit_range(row, n->low_a, n->count) &
                                            bit_range(row, n->low_b, n->count));
            break;
        case ZKB_NODE_ROW_POWER:
            power_of_two(&values[i], (unsigned)bit_range(row, n->low_a, n->count));
            break;
        case ZKB_NODE_ADD:
        case ZKB_NODE_SUB:
        case ZKB_NODE_MUL:
            operation(values, n, &values[i]);
            break;
        }
    }
}

void zkb_chip_row_values(zkb_fr *values, const zkb_table *table, uint64_t row)
{
    zkb_chip_row_values_with(values, table, row, UINT32_MAX, NULL);
}

/* ---- Points -------------------------------------------------------------------------------- */

void zkb_prefix_evaluate(zkb_fr *out, uint64_t n, const zkb_fr *point, unsigned variables)
{
    assert(variables < 64 && n <= (uint64_t)1 << variables);
    if (n >> variables != 0) {
        *out = zkb_fr_one;
        return;
    }
    /* below = Σ over rows of the low k bits that are less than n's low k bits. A row's bit k under
     * n's bit 1: a 0 puts it below whatever the rest, a 1 leaves it to the rest. */
    zkb_fr below = ZKB_FR_ZERO;
    for (unsigned k = 0; k < variables; k++) {
        zkb_fr t;
        if (((n >> k) & 1) != 0) {
            zkb_fr_sub(&t, &zkb_fr_one, &below);
            zkb_fr_mul(&t, &t, &point[k]);
            zkb_fr_sub(&below, &zkb_fr_one, &t); /* (1 - x) + x·below */
        } else {
            zkb_fr_mul(&t, &below, &point[k]);
            zkb_fr_sub(&below, &below, &t); /* (1 - x)·below */
        }
    }
    *out = below;
}

/* Σ_{j<count} 2^j x_{low+j}, or of the products with x_{low_b+j}. */
static void weighted_bits(zkb_fr *out, const zkb_fr *point, unsigned low_a, const unsigned *low_b,
                          unsigned count)
{
    zkb_fr sum = ZKB_FR_ZERO;
    for (unsigned j = count; j-- > 0;) {
        zkb_fr term = point[low_a + j];
        if (low_b != NULL) {
            zkb_fr_mul(&term, &term, &point[*low_b + j]);
        }
        zkb_fr_double(&sum, &sum);
        zkb_fr_add(&sum, &sum, &term);
    }
    *out = sum;
}

/* Π_{j<count} (1 + (2^(2^j) - 1)·x_{low+j}). */
static void power_at_point(zkb_fr *out, const zkb_fr *point, unsigned low, unsigned count)
{
    *out = zkb_fr_one;
    for (unsigned j = 0; j < count; j++) {
        zkb_fr factor;
        power_of_two(&factor, 1u << j);
        zkb_fr_sub(&factor, &factor, &zkb_fr_one);
        zkb_fr_mul(&factor, &factor, &point[low + j]);
        zkb_fr_add(&factor, &factor, &zkb_fr_one);
        zkb_fr_mul(out, out, &factor);
    }
}

void zkb_chip_point_values(zkb_fr *values, const zkb_table_shape *shape, const zkb_fr *point,
                           const zkb_fr *committed, const zkb_fr *preprocessed)
{
    const zkb_chip *chip = shape->chip;
    for (uint32_t i = 0; i < chip->node_count; i++) {
        const zkb_node *n = &chip->nodes[i];
        const unsigned low_b = n->low_b;
        switch ((zkb_node_kind)n->kind) {
        case ZKB_NODE_CONSTANT:
            values[i] = chip->constants[n->x];
            break;
        case ZKB_NODE_COMMITTED:
            values[i] = committed[n->x];
            break;
        case ZKB_NODE_PREPROCESSED:
            values[i] = preprocessed[n->x];
            break;
        case ZKB_NODE_INSTANCE:
            values[i] = shape->instances[n->x];
            break;
        case ZKB_NODE_ACTIVE:
            zkb_prefix_evaluate(&values[i], shape->active, point, shape->log_height);
            break;
        case ZKB_NODE_ROW:
            weighted_bits(&values[i], point, 0, NULL, shape->log_height);
            break;
        case ZKB_NODE_ROW_BITS:
            weighted_bits(&values[i], point, n->low_a, NULL, n->count);
            break;
        case ZKB_NODE_ROW_AND:
            weighted_bits(&values[i], point, n->low_a, &low_b, n->count);
            break;
        case ZKB_NODE_ROW_POWER:
            power_at_point(&values[i], point, n->low_a, n->count);
            break;
        case ZKB_NODE_ADD:
        case ZKB_NODE_SUB:
        case ZKB_NODE_MUL:
            operation(values, n, &values[i]);
            break;
        }
    }
}

/* ---- Combinations -------------------------------------------------------------------------- */

void zkb_interaction_numerator(zkb_fr *out, const zkb_chip *chip, uint32_t i, const zkb_fr *values)
{
    const zkb_interaction *t = &chip->interactions[i];
    if (t->kind == ZKB_MULTIPLICITY_CONSTANT) {
        zkb_fr_from_u64(out, (uint64_t)(t->constant < 0 ? -t->constant : t->constant));
        if (t->constant < 0) {
            zkb_fr_neg(out, out);
        }
    } else if (t->give) {
        *out = values[t->multiplicity];
    } else {
        zkb_fr_neg(out, &values[t->multiplicity]);
    }
}

void zkb_interaction_denominator(zkb_fr *out, const zkb_chip *chip, uint32_t i,
                                 const zkb_fr *values, const zkb_fr *beta_powers)
{
    const zkb_interaction *t = &chip->interactions[i];
    zkb_fr sum;
    zkb_fr_from_u64(&sum, t->bus.id);
    for (unsigned j = 0; j < t->arity; j++) {
        zkb_fr term;
        zkb_fr_mul(&term, &beta_powers[j + 1], &values[t->tuple[j]]);
        zkb_fr_add(&sum, &sum, &term);
    }
    *out = sum;
}
