#include "proof/statement.h"

#include "base/log2_inline.h"
#include "kzg/mercury.h"

#include <string.h>

/* The degree in the row variables of what a chip puts into the joined sumcheck. */
static unsigned round_degree(const zkb_chip *chip)
{
    unsigned degree = 1;
    for (uint32_t c = 0; c < chip->constraint_count; c++) {
        degree = chip->constraints[c].degree > degree ? chip->constraints[c].degree : degree;
    }
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        const zkb_interaction *x = &chip->interactions[i];
        unsigned d = x->kind == ZKB_MULTIPLICITY_EXPRESSION ? x->multiplicity_degree : 0;
        d = 1 + (x->tuple_degree > d ? x->tuple_degree : d); /* 1 for [row < n] */
        degree = d > degree ? d : degree;
    }
    return degree;
}

/* ---- Layout -------------------------------------------------------------------------------- */

size_t zkb_layout_scratch(size_t table_count)
{
    /* more are refused before anything is laid out, and must not size anything */
    const size_t most = table_count < ZKB_MAX_TABLES ? table_count : ZKB_MAX_TABLES;
    return zkb_arena_cost(most * sizeof(zkb_layout_table));
}

static zkb_status check_table(zkb_layout_table *out, const zkb_table_key *key,
                              const zkb_statement *statement, uint32_t index, zkb_error *error)
{
    const zkb_table_shape *shape = &statement->tables[index].shape;
    const size_t chip = zkb_table_key_find(key, shape->chip);
    if (chip == key->chip_count) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "statement.table", index,
                        "table %u is of a chip that the key does not have", index);
    }
    ZKB_TRY(zkb_shape_check(shape, ZKB_MAX_LOG_HEIGHT, error));
    if (shape->chip->preprocessed_count != 0 && shape->log_height != key->chips[chip].log_height) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "statement.table", index,
                        "table %u (%s) has log2 height %u; its preprocessed columns have %u", index,
                        shape->chip->name, shape->log_height, key->chips[chip].log_height);
    }
    *out =
        (zkb_layout_table){.table = index, .chip = (uint32_t)chip, .log_height = shape->log_height};
    return ZKB_OK;
}

/* Fills tables by falling height; equal heights keep the statement's order. */
static zkb_status order_tables(zkb_layout_table *tables, const zkb_table_key *key,
                               const zkb_statement *statement, zkb_error *error)
{
    for (uint32_t i = 0; i < statement->table_count; i++) {
        zkb_layout_table entry = {0};
        ZKB_TRY(check_table(&entry, key, statement, i, error));
        uint32_t at = i;
        while (at > 0 && tables[at - 1].log_height < entry.log_height) {
            tables[at] = tables[at - 1];
            at--;
        }
        tables[at] = entry;
    }
    return ZKB_OK;
}

static zkb_status place_table(zkb_layout *layout, zkb_layout_table *table, const zkb_chip *chip,
                              zkb_error *error)
{
    table->first_leaf = layout->leaf_count;
    table->first_column = layout->column_count;
    layout->leaf_count += (uint64_t)chip->interaction_count << table->log_height;
    layout->column_count += chip->committed_count + chip->preprocessed_count;
    layout->interacting += chip->interaction_count != 0;
    const unsigned degree = round_degree(chip);
    layout->degree = degree > layout->degree ? degree : layout->degree;
    if (layout->leaf_count > (uint64_t)1 << ZKB_MAX_LOG_LEAVES ||
        layout->column_count > ZKB_MAX_COLUMNS) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, "statement.table", table->table,
                        "the tables up to %u (%s) have %llu leaves and %u columns; the most are "
                        "2^%d and %d: prove fewer rows",
                        table->table, chip->name, (unsigned long long)layout->leaf_count,
                        layout->column_count, ZKB_MAX_LOG_LEAVES, ZKB_MAX_COLUMNS);
    }
    return ZKB_OK;
}

static zkb_status check_external(const zkb_statement *statement, zkb_error *error)
{
    for (size_t i = 0; i < statement->external_count; i++) {
        const zkb_external_column *e = &statement->external[i];
        const zkb_external_column *before = i == 0 ? NULL : e - 1;
        if (e->table >= statement->table_count ||
            e->column >= statement->tables[e->table].shape.chip->committed_count) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "statement.external", i,
                            "external column %zu names column %u of table %u, which is not there",
                            i, e->column, e->table);
        }
        if (before != NULL && (before->table > e->table ||
                               (before->table == e->table && before->column >= e->column))) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "statement.external", i,
                            "external column %zu is not after the one before it", i);
        }
        if (!zkb_g1_affine_on_curve(&e->commitment)) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "statement.external", i,
                            "the commitment of external column %zu is no point of the curve", i);
        }
    }
    return ZKB_OK;
}

static void place_external(zkb_layout_table *table, const zkb_statement *statement)
{
    size_t first = 0;
    while (first < statement->external_count && statement->external[first].table < table->table) {
        first++;
    }
    size_t end = first;
    while (end < statement->external_count && statement->external[end].table == table->table) {
        end++;
    }
    table->first_external = (uint32_t)first;
    table->external_count = (uint32_t)(end - first);
}

static zkb_status check_boundary(const zkb_table_key *key, const zkb_statement *statement,
                                 zkb_error *error)
{
    for (size_t i = 0; i < statement->boundary_count; i++) {
        const zkb_bus *bus = statement->boundary[i].bus;
        bool known = false;
        for (size_t c = 0; c < key->chip_count && !known; c++) {
            const zkb_chip *chip = key->chips[c].chip;
            for (uint32_t j = 0; j < chip->interaction_count && !known; j++) {
                const zkb_bus *b = &chip->interactions[j].bus;
                known = b->id == bus->id && b->arity == bus->arity;
            }
        }
        if (!known) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "statement.boundary", i,
                            "boundary term %zu is on a bus (id %u, arity %u) that no chip uses", i,
                            bus->id, bus->arity);
        }
    }
    return ZKB_OK;
}

/* A stack of so many columns is among those that the claim is about. */
static void lengthen(zkb_layout *layout, uint64_t columns, unsigned log_height)
{
    const size_t length = (size_t)columns << log_height;
    layout->claim_length = length > layout->claim_length ? length : layout->claim_length;
}

/* The stacks of the tables first .. end, which have one height: of the columns that are sent, of
 * each external column, of the key. */
static void count_stacks(zkb_layout *layout, const zkb_statement *statement, uint32_t first,
                         uint32_t end)
{
    const unsigned log_height = layout->tables[first].log_height;
    const uint64_t most = zkb_stack_columns(statement->log_stack, log_height);
    uint64_t columns = 0;
    for (uint32_t t = first; t < end; t++) {
        const zkb_layout_table *table = &layout->tables[t];
        const zkb_chip *chip = statement->tables[table->table].shape.chip;
        const uint32_t of_key = zkb_key_stack_columns(log_height);
        columns += chip->committed_count - table->external_count;
        layout->stack_count +=
            table->external_count + zkb_key_stack_count(chip->preprocessed_count, log_height);
        lengthen(layout, table->external_count != 0, log_height);
        lengthen(layout, chip->preprocessed_count < of_key ? chip->preprocessed_count : of_key,
                 log_height);
    }
    lengthen(layout, columns < most ? columns : most, log_height);
    const uint32_t sent = (uint32_t)((columns + most - 1) / most);
    layout->sent_count += sent;
    layout->stack_count += sent;
}

static void count_all_stacks(zkb_layout *layout, const zkb_statement *statement)
{
    for (uint32_t t = 0; t < layout->table_count;) {
        const uint32_t first = t;
        while (t < layout->table_count &&
               layout->tables[t].log_height == layout->tables[first].log_height) {
            t++;
        }
        count_stacks(layout, statement, first, t);
    }
}

static zkb_status check_counts(const zkb_statement *statement, zkb_error *error)
{
    if (statement->table_count == 0 || statement->table_count > ZKB_MAX_TABLES) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, "statement", ZKB_NO_INDEX,
                        "%zu tables; 1 to %d are possible", statement->table_count, ZKB_MAX_TABLES);
    }
    if (statement->boundary_count > ZKB_MAX_BOUNDARY) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, "statement", ZKB_NO_INDEX,
                        "%zu boundary terms; the most are %d", statement->boundary_count,
                        ZKB_MAX_BOUNDARY);
    }
    if (statement->header_size > ZKB_TRANSCRIPT_MAX_LENGTH ||
        statement->public_count > ZKB_TRANSCRIPT_MAX_LENGTH) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, "statement", ZKB_NO_INDEX,
                        "a header of %zu bytes and %zu public values; the transcript counts %u of "
                        "each at most",
                        statement->header_size, statement->public_count, ZKB_TRANSCRIPT_MAX_LENGTH);
    }
    if (statement->log_stack > ZKB_MERCURY_MAX_VARIABLES) {
        return zkb_fail(error, ZKB_ERROR_LIMIT, "statement", ZKB_NO_INDEX,
                        "stacks of 2^%u coefficients; the most are 2^%u", statement->log_stack,
                        ZKB_MERCURY_MAX_VARIABLES);
    }
    return ZKB_OK;
}

static unsigned larger(unsigned a, unsigned b) { return a > b ? a : b; }

static size_t proof_size(const zkb_layout *l)
{
    const size_t nu = l->log_leaves;
    const size_t elements = nu * nu + 3 * nu + 2 * (size_t)l->interacting +
                            (size_t)l->degree * l->log_height + l->column_count +
                            2 * (size_t)l->open_variables;
    return ZKB_PROOF_HEADER_SIZE + 32 * (elements + l->sent_count);
}

zkb_status zkb_layout_init(zkb_layout *layout, zkb_arena *arena, const zkb_table_key *key,
                           const zkb_statement *statement, zkb_error *error)
{
    ZKB_TRY(check_counts(statement, error));
    zkb_layout_table *tables =
        zkb_arena_alloc(arena, statement->table_count, sizeof(zkb_layout_table));
    if (tables == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "statement", ZKB_NO_INDEX,
                        "the arena is too small for the layout");
    }
    *layout = (zkb_layout){
        .tables = tables, .table_count = (uint32_t)statement->table_count, .degree = 1};
    ZKB_TRY(order_tables(tables, key, statement, error));
    for (uint32_t i = 0; i < layout->table_count; i++) {
        ZKB_TRY(place_table(layout, &tables[i], key->chips[tables[i].chip].chip, error));
        place_external(&tables[i], statement);
    }
    ZKB_TRY(check_external(statement, error));
    ZKB_TRY(check_boundary(key, statement, error));
    layout->log_leaves = zkb_log2_ceil(layout->leaf_count);
    layout->log_height = tables[0].log_height;
    layout->open_variables =
        larger(larger(ZKB_MIN_OPEN_VARIABLES, layout->log_height), statement->log_stack);
    count_all_stacks(layout, statement);
    layout->proof_size = proof_size(layout);
    return ZKB_OK;
}

/* ---- Absorbing ----------------------------------------------------------------------------- */

/* Gathers elements into messages of at most GATHER, so that a list of short items costs its
 * elements and not its items. How many follow is known from what was absorbed before. */
enum { GATHER = 256 };
typedef struct gather {
    zkb_transcript *transcript;
    size_t count;
    zkb_fr values[GATHER];
    size_t words;
    uint64_t limbs[4]; /* words on their way into one element */
} gather;

static void gather_flush(gather *g)
{
    if (g->count != 0) {
        zkb_transcript_absorb_fr(g->transcript, g->values, g->count);
        g->count = 0;
    }
}

static void gather_put(gather *g, const zkb_fr *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        g->values[g->count++] = values[i];
        if (g->count == GATHER) {
            gather_flush(g);
        }
    }
}

/* Ends a list of words: the last element may hold fewer than three. */
static void gather_end_words(gather *g)
{
    zkb_fr value;
    if (g->words != 0) {
        zkb_fr_from_limbs(&value, g->limbs);
        gather_put(g, &value, 1);
        g->words = 0;
        memset(g->limbs, 0, sizeof g->limbs);
    }
}

static void gather_word(gather *g, uint64_t word)
{
    g->limbs[g->words++] = word;
    if (g->words == 3) {
        gather_end_words(g);
    }
}

/* Which tables, terms and external columns: a word for each. */
static void gather_shapes(gather *g, const zkb_statement *statement, const zkb_layout *layout)
{
    for (uint32_t i = 0; i < layout->table_count; i++) {
        const zkb_layout_table *t = &layout->tables[i];
        /* chip < 2^8, log height < 2^5, active <= 2^24, index < 2^10 */
        gather_word(g, statement->tables[t->table].shape.active | (uint64_t)t->chip << 32 |
                           (uint64_t)t->log_height << 40 | (uint64_t)t->table << 48);
    }
    for (size_t i = 0; i < statement->boundary_count; i++) {
        const zkb_boundary_term *b = &statement->boundary[i];
        gather_word(g, (uint64_t)b->bus->id << 1 | b->give);
    }
    for (size_t i = 0; i < statement->external_count; i++) {
        const zkb_external_column *e = &statement->external[i];
        gather_word(g, (uint64_t)e->table << 32 | e->column);
    }
    gather_end_words(g);
}

/* What the shapes say how many elements of there are. */
static void gather_values(gather *g, const zkb_statement *statement, const zkb_layout *layout)
{
    for (uint32_t i = 0; i < layout->table_count; i++) {
        const zkb_table_shape *shape = &statement->tables[layout->tables[i].table].shape;
        gather_put(g, shape->instances, shape->chip->instance_count);
    }
    for (size_t i = 0; i < statement->boundary_count; i++) {
        gather_put(g, statement->boundary[i].tuple, statement->boundary[i].bus->arity);
    }
    gather_flush(g);
}

static void absorb_external(zkb_transcript *transcript, const zkb_statement *statement)
{
    enum { POINTS = 64 }; /* in a message */
    zkb_g1_affine points[POINTS];
    size_t count = 0;
    for (size_t i = 0; i < statement->external_count; i++) {
        points[count++] = statement->external[i].commitment;
        if (count == POINTS || i + 1 == statement->external_count) {
            zkb_transcript_absorb_g1(transcript, points, count);
            count = 0;
        }
    }
}

void zkb_statement_absorb(zkb_transcript *transcript, const zkb_transcript_hook *hook,
                          const zkb_table_key *key, const zkb_statement *statement,
                          const zkb_layout *layout)
{
    zkb_transcript_init(transcript, "zkbpf.tables.v2");
    transcript->hook = hook;
    const zkb_fr digests[2] = {key->srs_digest, key->digest};
    zkb_transcript_absorb_fr(transcript, digests, 2);
    zkb_transcript_absorb_bytes(transcript, statement->header, statement->header_size);
    zkb_transcript_absorb_fr(transcript, statement->public_values, statement->public_count);
    const uint64_t counts[4] = {statement->table_count, statement->boundary_count,
                                statement->external_count, statement->log_stack};
    zkb_transcript_absorb_u64(transcript, counts, 4);
    gather g = {.transcript = transcript};
    gather_shapes(&g, statement, layout);
    gather_values(&g, statement, layout);
    absorb_external(transcript, statement);
}
