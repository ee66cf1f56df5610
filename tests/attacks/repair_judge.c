/* What an attack of repair.h is: the rules that a walk's row is held to. */
#include "attacks/repair_search.h"

#include <string.h>

#include "machine/segments.h"

/* A private input's words are its row's to choose, but only words, and nothing beyond its end. */
bool repair_is_private(const search *s) { return strcmp(s->chip.name, "segment_checked") == 0; }

bool repair_objects(const search *s, const equation *q)
{
    if (q->cell != REPAIR_NOTHING) {
        const zkb_interaction *t = &s->chip.interactions[q->cell];
        if (zkb_fr_is_zero(&s->values[t->multiplicity]) || repair_entries_differ(s, t, CELL)) {
            return false;
        }
    }
    return !zkb_fr_equal(&s->values[q->node], &q->value);
}

/* ---- What tables can have ------------------------------------------------------------------ */

bool repair_word(uint64_t *word, const zkb_fr *x)
{
    uint64_t limbs[4];
    zkb_fr_to_limbs(limbs, x);
    *word = limbs[0];
    return (limbs[1] | limbs[2] | limbs[3]) == 0;
}

static bool in_program(const zkb_program_columns *p, const uint64_t x[6])
{
    const uint64_t slots = p->program->slot_count;
    return x[0] < slots && x[1] == p->code[x[0]] && x[2] == p->dst[x[0]] && x[3] == p->src[x[0]] &&
           x[4] == p->imm[x[0]] && x[5] == p->target[x[0]];
}

/* The number of values of a range, or of each operand of an AND. */
static uint64_t range_of(const zkb_bus *bus)
{
    return bus->id == zkb_bus_range16.id                                  ? 65536
           : bus->id == zkb_bus_byte.id || bus->id == zkb_bus_byte_and.id ? 256
                                                                          : 16;
}

static bool in_range_table(const zkb_bus *bus, const uint64_t x[], uint64_t range)
{
    return bus->arity == 1 ? x[0] < range : x[0] < range && x[1] < range && x[2] == (x[0] & x[1]);
}

static bool in_table(const search *s, const zkb_bus *bus, const uint64_t x[])
{
    const zkb_program_columns *p = &s->run->columns;
    if (bus->id == zkb_bus_program.id) {
        return in_program(p, x);
    }
    if (bus->id == zkb_bus_function.id) {
        return x[0] < p->program->slot_count && x[1] == p->program->function_start[x[0]];
    }
    if (bus->id == zkb_bus_power.id) {
        return x[0] < 64 && x[1] == UINT64_C(1) << x[0];
    }
    return in_range_table(bus, x, range_of(bus));
}

static bool tuple_words(uint64_t x[ZKB_AIR_MAX_ARITY], const search *s, const zkb_interaction *t)
{
    bool words = true;
    for (unsigned j = 0; j < t->arity; j++) {
        words = repair_word(&x[j], &s->values[t->tuple[j]]) && words;
    }
    return words;
}

static bool tuple_is_in_table(const search *s, const zkb_interaction *t)
{
    uint64_t x[ZKB_AIR_MAX_ARITY] = {0};
    return tuple_words(x, s, t) && in_table(s, &t->bus, x);
}

bool repair_lookup_fails(const search *s, uint32_t i)
{
    const zkb_interaction *t = &s->chip.interactions[i];
    return !t->give && t->bus.kind == ZKB_BUS_LOOKUP && i != s->options->without_interaction &&
           !zkb_fr_is_zero(&s->values[t->multiplicity]) && !tuple_is_in_table(s, t);
}

bool repair_entries_differ(const search *s, const zkb_interaction *t, unsigned count)
{
    for (unsigned j = 0; j < count; j++) {
        if (!zkb_fr_equal(&s->values[t->tuple[j]], &s->honest[t->tuple[j]])) {
            return true;
        }
    }
    return false;
}

static bool interaction_differs(const search *s, const zkb_interaction *t)
{
    const zkb_fr *m = &s->values[t->multiplicity];
    const bool memory = t->bus.id == zkb_bus_memory.id;
    if (t->bus.kind == ZKB_BUS_LOOKUP) {
        return t->give && repair_entries_differ(s, t, t->arity) && !tuple_is_in_table(s, t);
    }
    if (!t->give) {
        return memory && !zkb_fr_is_zero(m) && repair_entries_differ(s, t, CELL);
    }
    return !zkb_fr_equal(m, &s->honest[t->multiplicity]) ||
           (!zkb_fr_is_zero(m) && repair_entries_differ(s, t, memory ? TIME : t->arity));
}

/* Whether the tuple that is given next is the one taken: together they are nothing. */
static bool gives_what_it_takes(const zkb_fr *values, const zkb_interaction *taken)
{
    bool same = true;
    for (unsigned j = 0; j < taken->arity; j++) {
        same = same && zkb_fr_equal(&values[taken->tuple[j]], &values[taken[1].tuple[j]]);
    }
    return same;
}

/* Whether an access takes what is given at its own time or later, as far as clocks go; a refresh's
 * own time may be none. Each is taken just before it is given. What is no access in the honest row
 * may be none. */
static bool takes_what_is_to_come(const search *s, uint32_t i)
{
    const zkb_interaction *t = &s->chip.interactions[i];
    uint64_t before;
    uint64_t after;
    if (i + 1 >= s->chip.interaction_count || t->give || t->bus.id != zkb_bus_memory.id ||
        zkb_fr_is_zero(&s->values[t->multiplicity])) {
        return false;
    }
    const zkb_interaction *given = t + 1;
    return given->give && given->bus.id == zkb_bus_memory.id &&
           !(gives_what_it_takes(s->honest, t) && gives_what_it_takes(s->values, t)) &&
           repair_word(&before, &s->values[t->tuple[TIME]]) && before >> 34 == 0 &&
           (!repair_word(&after, &s->values[given->tuple[TIME]]) || before >= after);
}

/* Whether some segment has the cell; those of the tests' programs have no data. */
static bool cell_exists(const search *s, uint64_t space, uint64_t address)
{
    zkb_segment_info info;
    const zkb_program_record record = {.layout = s->run->program.layout};
    const zkb_run_lengths lengths = {.public_bytes = 1,
                                     .private_bytes = s->run->writer->private_bytes};
    if (space == ZKB_SPACE_REGISTER) {
        return address < ZKB_REGISTER_COUNT;
    }
    if (space == ZKB_SPACE_FRAME) {
        return address < (uint64_t)ZKB_FRAME_WORDS * record.layout.max_frames;
    }
    return address >= 8192 && zkb_segment_find(&info, &record, &lengths, address / 8192 * 8192) &&
           info.space == space;
}

/* Whether the row asks for a cell that there is not: nothing gives it. */
static bool asks_for_nothing(const search *s)
{
    for (uint32_t i = 0; i < s->chip.interaction_count; i++) {
        const zkb_interaction *t = &s->chip.interactions[i];
        uint64_t space;
        uint64_t address;
        if (!t->give && t->bus.id == zkb_bus_memory.id &&
            !zkb_fr_is_zero(&s->values[t->multiplicity]) &&
            (!repair_word(&space, &s->values[t->tuple[0]]) ||
             !repair_word(&address, &s->values[t->tuple[1]]) || !cell_exists(s, space, address))) {
            return true;
        }
    }
    return false;
}

/* The access of memory whose space the row says, or NULL. */
const zkb_interaction *repair_free_access(const search *s)
{
    for (uint32_t i = 0; i < s->chip.interaction_count; i++) {
        const zkb_interaction *t = &s->chip.interactions[i];
        if (!t->give && t->bus.id == zkb_bus_memory.id &&
            s->chip.nodes[t->tuple[0]].kind != ZKB_NODE_CONSTANT) {
            return t;
        }
    }
    return NULL;
}

/* Whether it is of a register or a frame, which programs cannot address. */
static bool leaves_memory(const search *s)
{
    uint64_t space;
    return repair_word(&space, &s->values[repair_free_access(s)->tuple[0]]) &&
           space != ZKB_SPACE_READ_WRITE && space != ZKB_SPACE_READ_ONLY;
}

static bool is_beyond_input(const search *s)
{
    const uint64_t bytes = s->run->writer->private_bytes;
    const uint64_t before = 8 * s->row;
    const uint64_t inside = bytes > before ? bytes - before : 0;
    uint64_t word;
    return !repair_word(&word, s->cells[0]) || (inside == 0 && word != 0) ||
           (inside < 8 && word >> (8 * inside % 64) != 0);
}

/* Whether the row gives or asks for what it should not. At another instruction's place it should
 * not be at all. */
static bool output_differs(const search *s)
{
    bool differs = s->away;
    if (repair_is_private(s)) {
        return is_beyond_input(s);
    }
    if (s->astray) {
        return leaves_memory(s);
    }
    for (uint32_t i = 0; i < s->chip.interaction_count; i++) {
        differs = differs || takes_what_is_to_come(s, i) ||
                  (i != s->options->without_interaction &&
                   interaction_differs(s, &s->chip.interactions[i]));
    }
    return differs;
}

/* Whether all that the row takes from memory are words, as all that is given there are. */
static bool takes_words(const search *s)
{
    bool words = true;
    for (uint32_t i = 0; i < s->chip.interaction_count; i++) {
        const zkb_interaction *t = &s->chip.interactions[i];
        uint64_t word;
        words = words && (t->give || t->bus.id != zkb_bus_memory.id ||
                          zkb_fr_is_zero(&s->values[t->multiplicity]) ||
                          repair_word(&word, &s->values[t->tuple[CELL]]));
    }
    return words;
}

static bool is_range(const zkb_bus *bus)
{
    return bus->id == zkb_bus_range16.id || bus->id == zkb_bus_byte.id ||
           bus->id == zkb_bus_byte_and.id || bus->id == zkb_bus_nibble_and.id;
}

bool repair_can_weaken(const zkb_chip *chip, uint32_t constraint, uint32_t interaction)
{
    if (constraint != REPAIR_NOTHING) {
        return chip->constraints[constraint].assertion == ZKB_ASSERT_BOOL;
    }
    return interaction != REPAIR_NOTHING && !chip->interactions[interaction].give &&
           is_range(&chip->interactions[interaction].bus);
}

bool repair_weakened_accepts(const search *s)
{
    uint64_t x[ZKB_AIR_MAX_ARITY] = {0};
    const uint32_t constraint = s->options->without_constraint;
    if (constraint != REPAIR_NOTHING) {
        return repair_word(x, &s->values[s->chip.constraints[constraint].subject]) && x[0] <= 2;
    }
    const zkb_interaction *t = &s->chip.interactions[s->options->without_interaction];
    return zkb_fr_is_zero(&s->values[t->multiplicity]) ||
           (tuple_words(x, s, t) && in_range_table(&t->bus, x, 2 * range_of(&t->bus)));
}

bool repair_is_attack(const search *s)
{
    return (!s->options->weakened || repair_weakened_accepts(s)) && output_differs(s) &&
           !asks_for_nothing(s) && takes_words(s);
}
