#include "chips/debug_check.h"

#include "chips/debug_ledger.h"
#include "air/evaluate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void zkb_fr_describe(char *text, size_t size, const zkb_fr *value)
{
    uint64_t v[4];
    uint64_t m[4];
    zkb_fr negative;
    zkb_fr_neg(&negative, value);
    zkb_fr_to_limbs(v, value);
    zkb_fr_to_limbs(m, &negative);
    if ((v[1] | v[2] | v[3]) == 0) {
        (void)snprintf(text, size, "%llu", (unsigned long long)v[0]);
    } else if ((m[1] | m[2] | m[3]) == 0) {
        (void)snprintf(text, size, "-%llu", (unsigned long long)m[0]);
    } else {
        (void)snprintf(text, size, "0x%016llx%016llx%016llx%016llx", (unsigned long long)v[3],
                       (unsigned long long)v[2], (unsigned long long)v[1],
                       (unsigned long long)v[0]);
    }
}

/* ---- Collecting failures ------------------------------------------------------------------- */

typedef struct zkb_check {
    const zkb_air_witness *witness;
    zkb_air_failure_fn report;
    void *context;
    zkb_error *error;
    bool failed;
    bool stop;
    bool out_of_memory;
    zkb_air_failure failure;
    zkb_ledger ledger;
    zkb_fr *values;
} zkb_check;

/* Files c->failure, whose fields are filled. */
static void file_failure(zkb_check *c)
{
    if (!c->failed) {
        c->failed = true;
        (void)zkb_fail(c->error, ZKB_ERROR_REJECTED, "air check", c->failure.row, "%s",
                       c->failure.message);
    }
    c->stop = c->report == NULL || !c->report(c->context, &c->failure);
}

static zkb_air_failure *start_failure(zkb_check *c, zkb_air_failure_kind kind, size_t table,
                                      uint64_t row, uint32_t index)
{
    const zkb_chip *chip = c->witness->tables[table].shape.chip;
    c->failure = (zkb_air_failure){
        .kind = kind, .table = table, .row = row, .index = index, .chip = chip->name};
    return &c->failure;
}

/* ---- Cells --------------------------------------------------------------------------------- */

static bool fr_is_canonical(const zkb_fr *x)
{
    static const uint64_t p[4] = {ZKB_FR_P0, ZKB_FR_P1, ZKB_FR_P2, ZKB_FR_P3};
    for (int i = 3; i >= 0; i--) {
        if (x->limb[i] != p[i]) {
            return x->limb[i] < p[i];
        }
    }
    return false;
}

static void check_cells(zkb_check *c, size_t table, uint32_t column, bool committed)
{
    const zkb_table *t = &c->witness->tables[table];
    const zkb_chip *chip = t->shape.chip;
    const zkb_column_data *d = committed ? &t->committed[column] : &t->preprocessed[column];
    const zkb_column_info *info =
        committed ? &chip->committed[column] : &chip->preprocessed[column];
    if (d->length > (uint64_t)1 << t->shape.log_height) {
        zkb_air_failure *f = start_failure(c, ZKB_AIR_SHAPE, table, d->length, column);
        f->name = info->name;
        (void)snprintf(f->message, sizeof f->message,
                       "chip %s: column '%s' has %llu cells in a table of 2^%u rows", chip->name,
                       info->name, (unsigned long long)d->length, t->shape.log_height);
        file_failure(c);
        return;
    }
    for (uint64_t row = 0; row < d->length && !c->stop; row++) {
        zkb_fr cell;
        zkb_column_cell(&cell, d, info->bits, row);
        const bool wide = (info->bits == 1 && ((const uint8_t *)d->cells)[row] > 1) ||
                          (info->bits == 254 && !fr_is_canonical(&cell));
        const bool tail = committed && row >= t->shape.active && !zkb_fr_is_zero(&cell);
        if (!wide && !tail) {
            continue;
        }
        zkb_air_failure *f =
            start_failure(c, wide ? ZKB_AIR_CELL : ZKB_AIR_TAIL, table, row, column);
        f->name = info->name;
        if (wide) {
            (void)snprintf(f->message, sizeof f->message,
                           "chip %s row %llu: column '%s' holds more than its %u bits", chip->name,
                           (unsigned long long)row, info->name, (unsigned)info->bits);
        } else {
            (void)snprintf(f->message, sizeof f->message,
                           "chip %s row %llu: column '%s' is not zero after the %llu active rows",
                           chip->name, (unsigned long long)row, info->name,
                           (unsigned long long)t->shape.active);
        }
        file_failure(c);
    }
}

static void check_key_column(zkb_check *c, size_t table, uint32_t column)
{
    const zkb_table *t = &c->witness->tables[table];
    const zkb_chip *chip = t->shape.chip;
    const zkb_column_info *info = &chip->preprocessed[column];
    const zkb_column_data *mine = &t->preprocessed[column];
    const zkb_column_data *key = &c->witness->key_preprocessed[table][column];
    const uint64_t end = mine->length > key->length ? mine->length : key->length;
    for (uint64_t row = 0; row < end && !c->stop; row++) {
        zkb_fr x;
        zkb_fr y;
        zkb_column_cell(&x, mine, info->bits, row);
        zkb_column_cell(&y, key, info->bits, row);
        if (!zkb_fr_equal(&x, &y)) {
            zkb_air_failure *f = start_failure(c, ZKB_AIR_PREPROCESSED, table, row, column);
            f->name = info->name;
            (void)snprintf(f->message, sizeof f->message,
                           "chip %s row %llu: preprocessed column '%s' differs from the key's",
                           chip->name, (unsigned long long)row, info->name);
            file_failure(c);
        }
    }
}

/* Shape, then cells; false when the table cannot be looked at further. */
static bool check_table_form(zkb_check *c, size_t table)
{
    const zkb_table *t = &c->witness->tables[table];
    zkb_error error;
    if (zkb_shape_check(&t->shape, c->witness->max_log_height, &error) != ZKB_OK) {
        zkb_air_failure *f = start_failure(c, ZKB_AIR_SHAPE, table, 0, 0);
        f->name = "shape";
        (void)snprintf(f->message, sizeof f->message, "%s", error.message);
        file_failure(c);
        return false;
    }
    const zkb_chip *chip = t->shape.chip;
    for (uint32_t i = 0; i < chip->committed_count && !c->stop; i++) {
        check_cells(c, table, i, true);
    }
    for (uint32_t i = 0; i < chip->preprocessed_count && !c->stop; i++) {
        check_cells(c, table, i, false);
    }
    const zkb_column_data *const *key = c->witness->key_preprocessed;
    for (uint32_t i = 0; key != NULL && key[table] != NULL && i < chip->preprocessed_count; i++) {
        if (!c->stop) {
            check_key_column(c, table, i);
        }
    }
    return true;
}

/* ---- Rows ---------------------------------------------------------------------------------- */

/* The first constraint at or after `from` that is not zero; constraint_count when there is none. */
static uint32_t broken_constraint(const zkb_chip *chip, const zkb_fr *values, uint32_t from)
{
    while (from < chip->constraint_count && zkb_fr_is_zero(&values[chip->constraints[from].node])) {
        from++;
    }
    return from;
}

static void constraint_message(char *text, size_t size, const zkb_chip *chip, const zkb_fr *values,
                               uint32_t index, uint64_t row, bool active)
{
    const zkb_constraint *k = &chip->constraints[index];
    char is[80];
    zkb_fr_describe(is, sizeof is, &values[k->node]);
    (void)snprintf(text, size, "chip %s row %llu%s: constraint '%s' is %s instead of 0", chip->name,
                   (unsigned long long)row, active ? "" : " (padding)", k->name, is);
}

static void check_constraints(zkb_check *c, size_t table, uint64_t row)
{
    const zkb_table *t = &c->witness->tables[table];
    const zkb_chip *chip = t->shape.chip;
    uint32_t k = broken_constraint(chip, c->values, 0);
    while (k < chip->constraint_count && !c->stop) {
        zkb_air_failure *f = start_failure(c, ZKB_AIR_CONSTRAINT, table, row, k);
        f->name = chip->constraints[k].name;
        constraint_message(f->message, sizeof f->message, chip, c->values, k, row,
                           row < t->shape.active);
        file_failure(c);
        k = broken_constraint(chip, c->values, k + 1);
    }
}

static void gather_tuple(zkb_fr *tuple, const zkb_interaction *t, const zkb_fr *values)
{
    for (unsigned j = 0; j < t->arity; j++) {
        tuple[j] = values[t->tuple[j]];
    }
}

static void book_row(zkb_check *c, size_t table, uint64_t row)
{
    const zkb_chip *chip = c->witness->tables[table].shape.chip;
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        const zkb_interaction *t = &chip->interactions[i];
        const zkb_fr *multiplicity = &c->values[t->multiplicity];
        if (zkb_fr_is_zero(multiplicity)) { /* a constant one is itself on an active row */
            continue;
        }
        zkb_fr tuple[ZKB_AIR_MAX_ARITY];
        gather_tuple(tuple, t, c->values);
        const zkb_ledger_party who = {.table = (uint32_t)table, .interaction = i, .row = row};
        if (!zkb_ledger_add(&c->ledger, &t->bus, tuple, t->give, multiplicity, &who)) {
            c->out_of_memory = true;
            c->stop = true;
        }
    }
}

/* Whether all padding rows of the chip look alike: nothing but committed cells and [row < n]. */
static bool uniform_padding(const zkb_chip *chip)
{
    for (uint32_t i = 0; i < chip->node_count; i++) {
        const uint8_t kind = chip->nodes[i].kind;
        if (kind == ZKB_NODE_PREPROCESSED || (kind >= ZKB_NODE_ROW && kind <= ZKB_NODE_ROW_POWER)) {
            return false;
        }
    }
    return true;
}

static uint64_t rows_to_check(const zkb_table *t)
{
    const uint64_t height = (uint64_t)1 << t->shape.log_height;
    uint64_t end = t->shape.active;
    for (uint32_t i = 0; i < t->shape.chip->committed_count; i++) {
        end = t->committed[i].length > end ? t->committed[i].length : end;
    }
    return uniform_padding(t->shape.chip) && end < height ? end + 1 : height;
}

static void check_rows(zkb_check *c, size_t table)
{
    const zkb_table *t = &c->witness->tables[table];
    c->values = malloc((t->shape.chip->node_count + 1u) * sizeof *c->values);
    if (c->values == NULL) {
        c->out_of_memory = true;
        c->stop = true;
        return;
    }
    const uint64_t end = rows_to_check(t);
    for (uint64_t row = 0; row < end && !c->stop; row++) {
        zkb_chip_row_values(c->values, t, row);
        check_constraints(c, table, row);
        if (row < t->shape.active) {
            book_row(c, table, row);
        }
    }
    free(c->values);
    c->values = NULL;
}

/* ---- Buses --------------------------------------------------------------------------------- */

typedef struct zkb_text {
    char *at;
    size_t left;
} zkb_text;

static void append(zkb_text *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void append(zkb_text *t, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int n = vsnprintf(t->at, t->left, format, arguments);
    va_end(arguments);
    const size_t wrote = n < 0 ? 0 : (size_t)n < t->left ? (size_t)n : t->left - 1;
    t->at += wrote;
    t->left -= wrote;
}

static void append_tuple(zkb_text *text, const zkb_ledger *ledger, const zkb_ledger_entry *e)
{
    append(text, "(");
    for (uint32_t j = 0; j < e->bus->arity; j++) {
        char value[80];
        zkb_fr_describe(value, sizeof value, &ledger->pool[e->tuple + j]);
        append(text, "%s%s", j == 0 ? "" : ", ", value);
    }
    append(text, ")");
}

static void append_party(zkb_text *text, const zkb_check *c, const zkb_ledger_party *p)
{
    if (p->table == ZKB_LEDGER_BOUNDARY) {
        append(text, "boundary term %llu", (unsigned long long)p->row);
    } else {
        append(text, "chip %s (table %u) row %llu interaction %u",
               c->witness->tables[p->table].shape.chip->name, p->table, (unsigned long long)p->row,
               p->interaction);
    }
}

static void append_side(zkb_text *text, const zkb_check *c, const zkb_ledger_party *first,
                        uint64_t times, const char *verb)
{
    if (!first->present) {
        append(text, "never %s", verb);
        return;
    }
    append(text, "%s by %llu, first by ", verb, (unsigned long long)times);
    append_party(text, c, first);
}

static void bus_failure(zkb_check *c, const zkb_ledger_entry *e)
{
    const zkb_ledger_party *who = e->giver.present ? &e->giver : &e->taker;
    const bool boundary = who->table == ZKB_LEDGER_BOUNDARY;
    c->failure = (zkb_air_failure){
        .kind = ZKB_AIR_BUS,
        .table = boundary ? SIZE_MAX : who->table,
        .row = who->row,
        .index = who->interaction,
        .chip = boundary ? "boundary" : c->witness->tables[who->table].shape.chip->name,
        .name = e->bus->name};
    zkb_text text = {.at = c->failure.message, .left = sizeof c->failure.message};
    char sum[80];
    zkb_fr_describe(sum, sizeof sum, &e->balance);
    append(&text, "bus %s: tuple ", e->bus->name);
    append_tuple(&text, &c->ledger, e);
    append(&text, " sums to %s: ", sum);
    append_side(&text, c, &e->giver, e->gives, "given");
    append(&text, "; ");
    append_side(&text, c, &e->taker, e->takes, "taken");
    const zkb_ledger_entry *close = zkb_ledger_closest(&c->ledger, e);
    if (close != NULL) {
        append(&text, "; compare ");
        append_tuple(&text, &c->ledger, close);
        append(&text, " %s by ", close->giver.present ? "given" : "taken");
        append_party(&text, c, close->giver.present ? &close->giver : &close->taker);
    }
    file_failure(c);
}

static void check_buses(zkb_check *c)
{
    for (size_t i = 0; i < c->witness->boundary_count && !c->stop; i++) {
        const zkb_boundary_term *b = &c->witness->boundary[i];
        const zkb_ledger_party who = {.table = ZKB_LEDGER_BOUNDARY, .row = i};
        if (!zkb_ledger_add(&c->ledger, b->bus, b->tuple, b->give, &zkb_fr_one, &who)) {
            c->out_of_memory = true;
            return;
        }
    }
    for (size_t i = 0; i < c->ledger.count && !c->stop; i++) {
        if (!zkb_fr_is_zero(&c->ledger.entries[i].balance)) {
            bus_failure(c, &c->ledger.entries[i]);
        }
    }
}

zkb_status zkb_air_check(const zkb_air_witness *witness, zkb_air_failure_fn report, void *context,
                         zkb_error *error)
{
    zkb_check c = {.witness = witness, .report = report, .context = context, .error = error};
    bool readable = true;
    for (size_t i = 0; i < witness->table_count && !c.stop; i++) {
        readable = check_table_form(&c, i) && readable;
    }
    for (size_t i = 0; readable && i < witness->table_count && !c.stop; i++) {
        check_rows(&c, i);
    }
    if (readable && !c.stop) {
        check_buses(&c);
    }
    zkb_ledger_destroy(&c.ledger);
    if (c.out_of_memory) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "air check", ZKB_NO_INDEX, "out of memory");
    }
    return c.failed ? ZKB_ERROR_REJECTED : ZKB_OK;
}
