/* Repairs of a changed row, see repair.h. */
#include "attacks/repair_search.h"

#include <string.h>

static bool usually(search *s) { return s->usual || repair_draw(s) % 4 != 0; }

/* A column that the node depends on and that has not been changed, or UINT32_MAX. */
static uint32_t draw_column(search *s, uint32_t node)
{
    uint32_t list[MOST_COLUMNS];
    unsigned count = 0;
    const bool focused = repair_draw(s) % 4 != 0;
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        if (!s->changed[c] && !s->fixed[c] && repair_has(&s->supports[node], c)) {
            if (focused && repair_has(&s->focus, c)) {
                return c;
            }
            list[count++] = c;
        }
    }
    /* Mostly the last one declared, which mostly follows from those before. */
    return count == 0 ? UINT32_MAX : list[usually(s) ? count - 1 : repair_draw(s) % count];
}

static void flip(search *s, uint32_t column)
{
    zkb_fr other;
    zkb_fr_sub(&other, &zkb_fr_one, s->cells[column]);
    repair_set(s, column, &other);
}

bool repair_solve(search *s, uint32_t node, const zkb_fr *value)
{
    const uint32_t column = draw_column(s, node);
    zkb_fr step;
    zkb_fr slope;
    if (column == UINT32_MAX) {
        return false;
    }
    if (s->bits[column] == 1 && !s->usual && repair_draw(s) % 2 == 0) {
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

/* Columns in which a node is linear with factors that are powers of two times one of them, at
 * different places of one number. */
typedef struct digits {
    uint32_t column[MOST_COLUMNS];
    unsigned shift[MOST_COLUMNS];
    unsigned count;
    uint64_t places[4]; /* the bits of the number that they have */
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

/* How the node grows with the column. */
static void slope_in(zkb_fr *slope, search *s, uint32_t node, uint32_t column)
{
    const zkb_fr before = *s->cells[column];
    const zkb_fr at = s->values[node];
    zkb_fr next;
    zkb_fr_add(&next, &before, &zkb_fr_one);
    repair_put(s, column, &next);
    zkb_fr_sub(slope, &s->values[node], &at);
    repair_put(s, column, &before);
}

static bool is_digit(const search *s, uint32_t node, uint32_t column)
{
    return !s->changed[column] && !s->fixed[column] && s->bits[column] <= 16 &&
           repair_has(&s->supports[node], column);
}

/* Adds the column unless another one has its place. */
static void add_digit(digits *d, uint32_t column, unsigned shift, unsigned bits)
{
    bool taken = shift + bits > 256;
    for (unsigned i = shift; i < shift + bits && !taken; i++) {
        taken = ((d->places[i / 64] >> (i % 64)) & 1u) != 0;
    }
    for (unsigned i = shift; i < shift + bits && !taken; i++) {
        d->places[i / 64] |= UINT64_C(1) << (i % 64);
    }
    if (!taken) {
        d->column[d->count] = column;
        d->shift[d->count++] = shift;
    }
}

/* The digit of the lowest place in the number that the column is a digit of. */
static uint32_t lowest_digit(search *s, uint32_t node, uint32_t column)
{
    uint32_t lowest = column;
    unsigned most = 0;
    zkb_fr slope;
    slope_in(&slope, s, node, column);
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        zkb_fr factor;
        if (is_digit(s, node, c)) {
            slope_in(&factor, s, node, c);
            zkb_fr_inv(&factor, &factor);
            zkb_fr_mul(&factor, &factor, &slope);
            const unsigned below = log2_of(&factor);
            if (below != UINT32_MAX && below > most) {
                most = below;
                lowest = c;
            }
        }
    }
    return lowest;
}

/* The digits of a number of which the column is the lowest. *slope is how the node grows with the
 * number. Of digits that share a place, those declared first or last. */
static bool find_digits(digits *d, zkb_fr *slope, search *s, uint32_t node, uint32_t unit)
{
    const bool first = repair_draw(s) % 2 == 0;
    zkb_fr inverse;
    slope_in(slope, s, node, unit);
    memset(d, 0, sizeof *d);
    if (zkb_fr_is_zero(slope)) {
        return false;
    }
    zkb_fr_inv(&inverse, slope);
    for (uint32_t i = 0; i < s->chip.committed_count; i++) {
        const uint32_t c = first ? i : s->chip.committed_count - 1 - i;
        if (is_digit(s, node, c)) {
            zkb_fr factor;
            slope_in(&factor, s, node, c);
            zkb_fr_mul(&factor, &factor, &inverse);
            const unsigned shift = log2_of(&factor);
            if (shift != UINT32_MAX) {
                add_digit(d, c, shift, s->bits[c]);
            }
        }
    }
    return true;
}

static uint64_t bits_at(const uint64_t limbs[4], unsigned shift, unsigned count)
{
    uint64_t x = limbs[shift / 64] >> (shift % 64);
    if (shift % 64 != 0 && shift / 64 < 3) {
        x |= limbs[shift / 64 + 1] << (64 - shift % 64);
    }
    return x & ((UINT64_C(1) << count) - 1);
}

static uint32_t draw_digit(search *s, uint32_t node)
{
    uint32_t list[MOST_COLUMNS];
    unsigned count = 0;
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        if (is_digit(s, node, c)) {
            list[count++] = c;
        }
    }
    return count == 0 ? UINT32_MAX
                      : list[repair_draw(s) % 2 == 0 ? count - 1 : repair_draw(s) % count];
}

/* Makes the node take the value by digits of a number, as an honest prover splits one. */
static bool split(search *s, uint32_t node, const zkb_fr *value)
{
    digits d;
    zkb_fr slope;
    zkb_fr number;
    uint64_t limbs[4];
    uint32_t unit = draw_digit(s, node);
    if (unit == UINT32_MAX) {
        return false;
    }
    if (usually(s)) {
        unit = lowest_digit(s, node, unit);
    }
    if (!find_digits(&d, &slope, s, node, unit)) {
        return false;
    }
    for (unsigned i = 0; i < d.count; i++) {
        repair_put(s, d.column[i], &ZKB_FR_ZERO);
    }
    zkb_fr_sub(&number, value, &s->values[node]);
    zkb_fr_inv(&slope, &slope);
    zkb_fr_mul(&number, &number, &slope);
    zkb_fr_to_limbs(limbs, &number);
    for (unsigned i = 0; i < d.count; i++) {
        zkb_fr digit;
        zkb_fr_from_u64(&digit, bits_at(limbs, d.shift[i], s->bits[d.column[i]]));
        repair_set(s, d.column[i], &digit);
    }
    return zkb_fr_equal(&s->values[node], value);
}

/* The same after a bit that the node depends on is another, of which the number's sign may be. */
static bool flip_and_split(search *s, uint32_t node, const zkb_fr *value)
{
    for (unsigned tries = 0; tries < 4; tries++) {
        const uint32_t column = draw_digit(s, node);
        if (column != UINT32_MAX && s->bits[column] == 1) {
            flip(s, column);
            break;
        }
    }
    return zkb_fr_equal(&s->values[node], value) || split(s, node, value);
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
        zkb_fr limb;
        zkb_fr_from_u64(&limb, (value >> (16 * j)) & 0xffff);
        repair_set(s, first + j, &limb);
    }
}

/* Whether the node is m - q n - r of a division, whose q and r may change. */
static bool is_division(const search *s, uint32_t node)
{
    const uint32_t quotient = column_named(s, "quotient 0");
    const uint32_t remainder = column_named(s, "remainder 0");
    return remainder != s->chip.committed_count && quotient != s->chip.committed_count &&
           repair_has(&s->supports[node], quotient) && repair_has(&s->supports[node], remainder) &&
           !s->changed[quotient] && !s->changed[remainder];
}

/* q and r become the quotient and remainder. */
static bool divide(search *s, uint32_t node)
{
    const uint32_t quotient = column_named(s, "quotient 0");
    const uint32_t remainder = column_named(s, "remainder 0");
    uint64_t m;
    uint64_t n;
    zkb_fr slope;
    if (!is_division(s, node)) {
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
    return zkb_fr_is_zero(&s->values[node]);
}

/* An entry of the tuple that is not what it was; any, if all are. */
static unsigned draw_changed_entry(search *s, const zkb_interaction *t)
{
    unsigned list[ZKB_AIR_MAX_ARITY];
    unsigned count = 0;
    for (unsigned j = 0; j < t->arity; j++) {
        if (!zkb_fr_equal(&s->values[t->tuple[j]], &s->honest[t->tuple[j]])) {
            list[count++] = j;
        }
    }
    if (count == 0) {
        return (unsigned)(repair_draw(s) % (t->arity == 0 ? 1u : t->arity));
    }
    return list[repair_draw(s) % count];
}

/* Another entry of the tuple, so that its table has it. */
static bool repair_lookup(search *s, const zkb_interaction *t)
{
    const bool last = t->bus.id != zkb_bus_program.id && repair_draw(s) % 4 != 0;
    const unsigned j = last ? t->arity - 1u : draw_changed_entry(s, t);
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
    return repair_solve(s, t->tuple[j], &value);
}

/* ---- Choice of a repair --------------------------------------------------------------------- */

typedef enum move { SOLVE, SPLIT, FLIP_AND_SPLIT, DIVIDE, MOVES } move;

/* Whether the node depends on a column of what is left out that has not been changed. */
static bool has_focus(const search *s, uint32_t node)
{
    bool has = false;
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        has = has || (!s->changed[c] && !s->fixed[c] && repair_has(&s->focus, c) &&
                      repair_has(&s->supports[node], c));
    }
    return has;
}

/* What an honest prover would do: mostly what is declared last follows from what comes before. */
static move usual_move(search *s, uint32_t node)
{
    uint32_t c = s->chip.committed_count;
    if (has_focus(s, node) && repair_draw(s) % 2 == 0) {
        return SOLVE;
    }
    if (is_division(s, node)) {
        return DIVIDE;
    }
    while (c-- > 0) {
        const bool free = !s->changed[c] && !s->fixed[c] && repair_has(&s->supports[node], c);
        if (free && (s->bits[c] != 1 || repair_draw(s) % 2 == 0)) {
            return s->bits[c] == 8 || s->bits[c] == 16 ? SPLIT : SOLVE;
        }
    }
    return SOLVE;
}

static move draw_move(search *s) { return (move)(repair_draw(s) % MOVES); }

static bool make(search *s, move what, const equation *q)
{
    switch (what) {
    case SPLIT:
        return split(s, q->node, &q->value);
    case FLIP_AND_SPLIT:
        return flip_and_split(s, q->node, &q->value);
    case DIVIDE:
        return divide(s, q->node);
    default:
        return repair_solve(s, q->node, &q->value);
    }
}

/* Takes a move back that did not repair. */
static void take_back(search *s, const zkb_fr *cells, const bool *changed)
{
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        if (!zkb_fr_equal(s->cells[c], &cells[c])) {
            repair_put(s, c, &cells[c]);
        }
    }
    memcpy(s->changed, changed, sizeof s->changed);
}

static repair_outcome repair_equation(search *s, const equation *q)
{
    zkb_fr cells[MOST_COLUMNS] = {ZKB_FR_ZERO};
    bool changed[MOST_COLUMNS];
    for (uint32_t c = 0; c < s->chip.committed_count; c++) {
        cells[c] = *s->cells[c];
    }
    memcpy(changed, s->changed, sizeof changed);
    if (make(s, usually(s) ? usual_move(s, q->node) : draw_move(s), q)) {
        return REPAIRED;
    }
    take_back(s, cells, changed);
    const bool usual = s->usual;
    s->usual = false;
    const bool good = make(s, draw_move(s), q);
    s->usual = usual;
    return good ? REPAIRED : STUCK;
}

repair_outcome repair_one(search *s)
{
    uint32_t list[MOST_EQUATIONS + ZKB_AIR_MAX_INTERACTIONS];
    unsigned count = 0;
    for (uint32_t e = 0; e < s->equation_count; e++) {
        if (repair_objects(s, &s->equations[e])) {
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
    /* Mostly the first one declared, from which others mostly follow. */
    const uint32_t broken = list[usually(s) ? 0 : repair_draw(s) % count];
    if (broken >= MOST_EQUATIONS) {
        return repair_lookup(s, &s->chip.interactions[broken - MOST_EQUATIONS]) ? REPAIRED : STUCK;
    }
    return repair_equation(s, &s->equations[broken]);
}
