/* Repairs of a changed row, see repair.h. */
#include "attacks/repair_search.h"

#include <string.h>

/* A column that the node depends on and that has not been changed, or UINT32_MAX. */
static uint32_t draw_column(search *s, uint32_t node)
{
    uint32_t list[MOST_COLUMNS];
    unsigned count = 0;
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        if (!s->changed[c] && !s->fixed[c] &&
            ((s->supports[node].bits[c / 64] >> (c % 64)) & 1u) != 0) {
            list[count++] = c;
        }
    }
    /* Mostly the last one declared, which mostly follows from those before. */
    return count == 0 ? UINT32_MAX
                      : list[repair_draw(s) % 4 != 0 ? count - 1 : repair_draw(s) % count];
}

static void flip(search *s, uint32_t column)
{
    zkb_fr other;
    zkb_fr_sub(&other, &zkb_fr_one, s->cells[column]);
    repair_set(s, column, &other);
}

/* Makes the node take the value by one column in which it is linear. */
static bool solve(search *s, uint32_t node, const zkb_fr *value)
{
    const uint32_t column = draw_column(s, node);
    zkb_fr step;
    zkb_fr slope;
    if (column == UINT32_MAX) {
        return false;
    }
    if (s->bits[column] == 1 && repair_draw(s) % 2 == 0) {
        flip(s, column);
        return true;
    }
    const zkb_fr before = *s->cells[column];
    const zkb_fr at = s->values[node];
    zkb_fr_add(&step, &before, &zkb_fr_one);
    repair_set(s, column, &step);
    zkb_fr_sub(&slope, &s->values[node], &at);
    if (zkb_fr_is_zero(&slope)) {
        return false;
    }
    zkb_fr_inv(&slope, &slope);
    zkb_fr_sub(&step, value, &at);
    zkb_fr_mul(&step, &step, &slope);
    zkb_fr_add(&step, &step, &before);
    repair_set(s, column, &step);
    return zkb_fr_equal(&s->values[node], value);
}

/* Columns in which a node is linear with factors that are powers of two times one of them. */
typedef struct digits {
    uint32_t column[MOST_COLUMNS];
    zkb_fr slope[MOST_COLUMNS];
    unsigned shift[MOST_COLUMNS];
    unsigned count;
    zkb_fr rest; /* the node's value with all of them zero */
} digits;

/* The exponent, or UINT32_MAX. */
static unsigned log2_of(const zkb_fr *x)
{
    uint64_t limbs[4];
    unsigned log = UINT32_MAX;
    zkb_fr_to_limbs(limbs, x);
    for (unsigned w = 0; w < 4; w++) {
        if (limbs[w] != 0) {
            if (log != UINT32_MAX || (limbs[w] & (limbs[w] - 1)) != 0) {
                return UINT32_MAX;
            }
            log = 64 * w + (unsigned)__builtin_ctzll(limbs[w]);
        }
    }
    return log;
}

/* Bits, bytes and limbs that the node depends on and that have not been changed, set to zero. */
static void open_digits(digits *d, search *s, uint32_t node)
{
    d->count = 0;
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        if (!s->changed[c] && !s->fixed[c] && s->bits[c] <= 16 &&
            ((s->supports[node].bits[c / 64] >> (c % 64)) & 1u) != 0) {
            d->column[d->count++] = c;
            *s->cells[c] = ZKB_FR_ZERO;
        }
    }
    repair_evaluate(s);
    d->rest = s->values[node];
    for (unsigned i = 0; i < d->count; i++) {
        *s->cells[d->column[i]] = zkb_fr_one;
        repair_evaluate(s);
        zkb_fr_sub(&d->slope[i], &s->values[node], &d->rest);
        *s->cells[d->column[i]] = ZKB_FR_ZERO;
    }
}

/* Keeps those whose factor is 2^shift times the factor of column `unit`. */
static bool scale_digits(digits *d, unsigned unit)
{
    zkb_fr inverse;
    unsigned kept = 0;
    if (zkb_fr_is_zero(&d->slope[unit])) {
        return false;
    }
    zkb_fr_inv(&inverse, &d->slope[unit]);
    zkb_fr_mul(&d->rest, &d->rest, &inverse);
    for (unsigned i = 0; i < d->count; i++) {
        zkb_fr_mul(&d->slope[i], &d->slope[i], &inverse);
        d->shift[kept] = log2_of(&d->slope[i]);
        d->column[kept] = d->column[i];
        kept += d->shift[kept] != UINT32_MAX;
    }
    d->count = kept;
    return kept > 1;
}

static uint64_t bits_at(const uint64_t limbs[4], unsigned shift, unsigned count)
{
    uint64_t x = limbs[shift / 64] >> (shift % 64);
    if (shift % 64 != 0 && shift / 64 < 3) {
        x |= limbs[shift / 64 + 1] << (64 - shift % 64);
    }
    return x & ((UINT64_C(1) << count) - 1);
}

/* Makes the node take the value by digits of a number, as an honest prover splits one: all digits
 * of what the node depends on, in place of one cell that is solved for. */
static bool split(search *s, uint32_t node, const zkb_fr *value)
{
    digits d;
    zkb_fr number;
    uint64_t limbs[4];
    open_digits(&d, s, node);
    if (d.count < 2) {
        return false;
    }
    const unsigned unit = (unsigned)(repair_draw(s) % d.count);
    zkb_fr goal;
    zkb_fr_inv(&goal, &d.slope[unit]);
    zkb_fr_mul(&goal, &goal, value);
    if (!scale_digits(&d, unit)) {
        return false;
    }
    zkb_fr_sub(&number, &goal, &d.rest);
    zkb_fr_to_limbs(limbs, &number);
    for (unsigned i = 0; i < d.count; i++) {
        const uint32_t c = d.column[i];
        zkb_fr_from_u64(s->cells[c], bits_at(limbs, d.shift[i], s->bits[c]));
        s->changed[c] = true;
    }
    repair_evaluate(s);
    return zkb_fr_equal(&s->values[node], value);
}

static uint32_t column_named(const search *s, const char *name)
{
    uint32_t c = 0;
    while (c < s->chip.committed_count && strcmp(s->columns[c].name, name) != 0) {
        c++;
    }
    return c;
}

static void set_limbs(search *s, uint32_t first, uint64_t value)
{
    for (uint32_t j = 0; j < 4; j++) {
        zkb_fr_from_u64(s->cells[first + j], (value >> (16 * j)) & 0xffff);
        s->changed[first + j] = true;
    }
    repair_evaluate(s);
}

/* Division's own: the node is m - q n - r, and q and r become the quotient and remainder. */
static bool divide(search *s, uint32_t node)
{
    const uint32_t quotient = column_named(s, "quotient 0");
    const uint32_t remainder = column_named(s, "remainder 0");
    uint64_t m;
    uint64_t n;
    zkb_fr slope;
    if (remainder == s->chip.committed_count || s->changed[quotient] || s->changed[remainder]) {
        return false;
    }
    set_limbs(s, remainder, 0);
    set_limbs(s, quotient, 1);
    slope = s->values[node];
    set_limbs(s, quotient, 0);
    zkb_fr_sub(&slope, &s->values[node], &slope);
    if (!repair_word(&m, &s->values[node]) || !repair_word(&n, &slope) || n == 0) {
        return false;
    }
    set_limbs(s, quotient, m / n);
    set_limbs(s, remainder, m % n);
    return true;
}

/* Another entry of the tuple, so that its table has it. */
static bool repair_lookup(search *s, const zkb_interaction *t)
{
    const unsigned j = (unsigned)(repair_draw(s) % t->arity);
    uint64_t x = 0;
    uint64_t y = 0;
    const bool words = repair_word(&x, &s->values[t->tuple[0]]) &&
                       (t->arity == 1 || repair_word(&y, &s->values[t->tuple[1]]));
    zkb_fr value = s->honest[t->tuple[j]];
    if (t->bus.id == zkb_bus_byte_and.id && j == 2 && words) {
        zkb_fr_from_u64(&value, x & y);
    } else if (t->bus.id == zkb_bus_power.id && j == 1 && words && x < 64) {
        zkb_fr_from_u64(&value, UINT64_C(1) << x);
    } else if (t->bus.id == zkb_bus_range16.id && repair_draw(s) % 2 == 0) {
        zkb_fr_from_u64(&value, repair_draw(s) % 65536);
    }
    return solve(s, t->tuple[j], &value);
}

repair_outcome repair_one(search *s)
{
    uint32_t list[MOST_EQUATIONS + ZKB_AIR_MAX_INTERACTIONS];
    unsigned count = 0;
    for (uint32_t e = 0; e < s->equation_count; e++) {
        const equation *q = &s->equations[e];
        const bool elsewhere = q->cell != REPAIR_NOTHING &&
                               repair_entries_differ(s, &s->chip.interactions[q->cell], CELL);
        if (!elsewhere && !zkb_fr_equal(&s->values[q->node], &q->value)) {
            list[count++] = e;
        }
    }
    for (uint32_t i = 0; i < s->chip.interaction_count; i++) {
        if (repair_lookup_fails(s, i)) {
            list[count++] = MOST_EQUATIONS + i;
        }
    }
    if (count == 0) {
        return NOTHING_OBJECTS;
    }
    const uint32_t broken = list[repair_draw(s) % count];
    if (broken >= MOST_EQUATIONS) {
        return repair_lookup(s, &s->chip.interactions[broken - MOST_EQUATIONS]) ? REPAIRED : STUCK;
    }
    const equation *q = &s->equations[broken];
    const uint64_t move = repair_draw(s) % 8;
    const bool good = move == 0  ? divide(s, q->node)
                      : move < 4 ? split(s, q->node, &q->value)
                                 : solve(s, q->node, &q->value);
    return good ? REPAIRED : STUCK;
}
