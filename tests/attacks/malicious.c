#include "attacks/malicious.h"

#include <fnmatch.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/chip.h"
#include "air/evaluate.h"
#include "attacks/recount.h"
#include "kzg/commit.h"
#include "kzg/mercury.h"
#include "kzg/srs.h"
#include "proof/opened.h"
#include "prover/prove_chunk.h"
#include "prover/run_folds.h"
#include "verify/verify_run.h"

enum { LOG_SETUP = 16, LOG_STACK = 14 };

static void must(zkb_status status, const zkb_error *error)
{
    if (status != ZKB_OK) {
        fail_msg("%s", error->message);
    }
}

/* Every word, in use or not. */
static void offer_whole_segment(zkb_table *table)
{
    const uint64_t words = (uint64_t)1 << table->shape.log_height;
    zkb_column_data *columns = (zkb_column_data *)(uintptr_t)table->committed;
    for (uint32_t c = 0; c < table->shape.chip->committed_count; c++) {
        columns[c].length = words;
    }
    table->shape.active = words;
}

static void offer_whole_segments(zkb_chunk_writer *w)
{
    for (uint32_t t = 0; t < w->table_count; t++) {
        if (w->table_segments[t] != UINT32_MAX && w->table_chips[t] != ZKB_CHIP_SEGMENT_CHECKED) {
            offer_whole_segment(&w->tables[t]);
        }
    }
}

static void begin(malicious *m)
{
    assert_int_equal(m->run.result.outcome, ZKB_OUTCOME_EXITED);
    offer_whole_segments(m->run.writer);
    malicious_consistent(m);
}

void malicious_begin_functions(malicious *m, const zkb_instruction *code, uint32_t slots,
                               const uint8_t *functions, const uint8_t *input, size_t input_size)
{
    *m = (malicious){.input = input, .input_size = input_size};
    machine_use_wide_lookups(true);
    machine_run_create(&m->run, code, slots, functions, input, input_size);
    begin(m);
}

void malicious_begin(malicious *m, const zkb_instruction *code, uint32_t slots,
                     const uint8_t *input, size_t input_size)
{
    malicious_begin_functions(m, code, slots, NULL, input, input_size);
}

void malicious_begin_data(malicious *m, const zkb_instruction *code, uint32_t slots,
                          const uint8_t *input, size_t input_size, const uint64_t *read_only,
                          uint32_t read_only_words, const uint64_t *writable,
                          uint32_t writable_words)
{
    *m = (malicious){.input = input, .input_size = input_size};
    machine_use_wide_lookups(true);
    machine_run_create_data(&m->run, code, slots, NULL, input, input_size, read_only,
                            8 * read_only_words, writable, 8 * writable_words);
    begin(m);
}

void malicious_begin_compact(malicious *m, const zkb_instruction *code, uint32_t slots)
{
    *m = (malicious){.compact = true};
    machine_use_wide_lookups(false);
    machine_run_create(&m->run, code, slots, NULL, NULL, 0);
    begin(m);
}

void malicious_begin_private(malicious *m, const zkb_instruction *code, uint32_t slots,
                             const uint8_t *secret, size_t secret_size)
{
    *m = (malicious){.private_size = secret_size};
    machine_use_wide_lookups(true);
    machine_run_create_private(&m->run, code, slots, secret, secret_size);
    begin(m);
}

void malicious_begin_chunks(malicious chunks[2], const zkb_instruction *code, uint32_t slots,
                            uint64_t steps)
{
    machine_use_wide_lookups(true);
    chunks[0] = (malicious){.input = NULL};
    chunks[1] = (malicious){.input = NULL};
    machine_run_create_part(&chunks[0].run, code, slots, steps);
    machine_run_create_rest(&chunks[1].run, &chunks[0].run);
    assert_int_equal(chunks[1].run.result.outcome, ZKB_OUTCOME_EXITED);
    for (unsigned i = 0; i < 2; i++) {
        offer_whole_segments(chunks[i].run.writer);
        malicious_consistent(&chunks[i]);
    }
}

void malicious_end(malicious *m)
{
    for (uint32_t i = 0; i < m->widened_count; i++) {
        const malicious_column *c = &m->widened[i];
        machine_chips()[c->chip]->committed[c->column].bits = c->bits;
    }
    machine_run_destroy(&m->run);
}

/* ---- Cells ------------------------------------------------------------------------------- */

static zkb_table *table_of(malicious *m, zkb_chip_id id)
{
    zkb_table *table = machine_run_table(&m->run, id);
    if (table == NULL) {
        fail_msg("the run has no table of chip %s", machine_chips()[id]->name);
    }
    return table;
}

static uint32_t column_index(zkb_chip_id id, const char *name)
{
    const zkb_chip *chip = machine_chips()[id];
    for (uint32_t c = 0; c < chip->committed_count; c++) {
        if (strcmp(chip->committed[c].name, name) == 0) {
            return c;
        }
    }
    fail_msg("chip %s has no column %s", chip->name, name);
    return 0;
}

static zkb_column_data *data_of(malicious *m, zkb_chip_id id, uint32_t column)
{
    return (zkb_column_data *)(uintptr_t)&table_of(m, id)->committed[column];
}

static void widen(malicious *m, zkb_chip_id id, uint32_t column)
{
    zkb_column_info *info = &machine_chips()[id]->committed[column];
    zkb_column_data *data = data_of(m, id, column);
    if (info->bits == 254) {
        return;
    }
    assert_true(m->widened_count < MALICIOUS_MOST_WIDENED);
    zkb_fr *cells = zkb_arena_alloc(&m->run.arena, data->length + 1, sizeof *cells);
    assert_non_null(cells);
    for (uint64_t row = 0; row < data->length; row++) {
        zkb_column_cell(&cells[row], data, info->bits, row);
    }
    m->widened[m->widened_count++] = (malicious_column){id, column, info->bits};
    info->bits = 254;
    data->cells = cells;
}

uint64_t malicious_get(malicious *m, zkb_chip_id chip, const char *column, uint64_t row)
{
    const uint32_t c = column_index(chip, column);
    zkb_fr cell;
    uint64_t limbs[4];
    zkb_column_cell(&cell, data_of(m, chip, c), machine_chips()[chip]->committed[c].bits, row);
    zkb_fr_to_limbs(limbs, &cell);
    return limbs[0];
}

void malicious_set_fr(malicious *m, zkb_chip_id chip, const char *column, uint64_t row,
                      const zkb_fr *value)
{
    const uint32_t c = column_index(chip, column);
    widen(m, chip, c);
    zkb_column_data *data = data_of(m, chip, c);
    assert_true(row < data->length);
    ((zkb_fr *)(uintptr_t)data->cells)[row] = *value;
}

void malicious_set(malicious *m, zkb_chip_id chip, const char *column, uint64_t row, uint64_t value)
{
    const uint32_t c = column_index(chip, column);
    const unsigned bits = machine_chips()[chip]->committed[c].bits;
    zkb_column_data *data = data_of(m, chip, c);
    zkb_fr wide;
    if (bits == 254 || (bits < 64 && value >> bits != 0)) {
        zkb_fr_from_u64(&wide, value);
        malicious_set_fr(m, chip, column, row, &wide);
        return;
    }
    assert_true(row < data->length);
    const size_t size = zkb_cell_bytes(bits); /* little-endian storage, like the machine */
    memcpy((uint8_t *)(uintptr_t)data->cells + row * size, &value, size);
}

void malicious_set_signed(malicious *m, zkb_chip_id chip, const char *column, uint64_t row,
                          int64_t value)
{
    zkb_fr cell;
    zkb_fr_from_u64(&cell, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
    if (value < 0) {
        zkb_fr_neg(&cell, &cell);
    }
    malicious_set_fr(m, chip, column, row, &cell);
}

void malicious_drop_row(malicious *m, zkb_chip_id id, uint64_t row)
{
    const zkb_chip *chip = machine_chips()[id];
    zkb_table *table = table_of(m, id);
    for (uint32_t c = 0; c < chip->committed_count; c++) {
        zkb_column_data *data = data_of(m, id, c);
        const size_t size = zkb_cell_bytes(chip->committed[c].bits);
        uint8_t *cells = (uint8_t *)(uintptr_t)data->cells;
        memmove(cells + row * size, cells + (row + 1) * size, (data->length - row - 1) * size);
        data->length--;
    }
    table->shape.active--;
}

void malicious_add_row(malicious *m, zkb_chip_id id)
{
    const zkb_chip *chip = machine_chips()[id];
    zkb_table *table = table_of(m, id);
    assert_true(table->shape.active < (uint64_t)1 << table->shape.log_height);
    for (uint32_t c = 0; c < chip->committed_count; c++) {
        zkb_column_data *data = data_of(m, id, c);
        const size_t size = zkb_cell_bytes(chip->committed[c].bits);
        uint8_t *cells = zkb_arena_alloc(&m->run.arena, data->length + 1, size);
        assert_non_null(cells);
        memcpy(cells, data->cells, data->length * size);
        memcpy(cells + data->length * size, cells + (data->length - 1) * size, size);
        data->cells = cells;
        data->length++;
    }
    table->shape.active++;
}

zkb_touched_segment *malicious_segment(malicious *m, zkb_space space, uint64_t word)
{
    for (uint32_t s = 0; s < m->run.writer->segment_count; s++) {
        zkb_touched_segment *segment = &m->run.writer->segments[s];
        if (segment->info.space == space && word >= segment->base &&
            word - segment->base < (uint64_t)1 << segment->info.log_words) {
            return segment;
        }
    }
    fail_msg("the run touches no segment with word 0x%llx", (unsigned long long)word);
    return NULL;
}

/* ---- Judgement --------------------------------------------------------------------------- */

typedef struct objections {
    const char *expected, *also;
    unsigned found, others;
    const char *part; /* of the verifier, that sees the first of them */
} objections;

static bool object(void *context, const zkb_air_failure *failure)
{
    objections *o = context;
    if (failure->kind == ZKB_AIR_BUS) {
        o->part = "proof.gkr.root";
    } else if (failure->kind == ZKB_AIR_CONSTRAINT && o->part == NULL) {
        o->part = "proof.joined.end";
    }
    if (fnmatch(o->expected, failure->name, 0) == 0) {
        o->found++;
    } else if (o->also == NULL || strcmp(failure->name, o->also) != 0) {
        print_error("objects too: %s\n", failure->message);
        o->others++;
    }
    return true;
}

static zkb_status judge(malicious *m, zkb_air_failure_fn report, void *context, zkb_error *error)
{
    const zkb_air_witness witness = {.tables = m->run.writer->tables,
                                     .table_count = m->run.writer->table_count,
                                     .boundary = m->run.terms.terms,
                                     .boundary_count = ZKB_CHUNK_TERMS,
                                     .max_log_height = 24};
    zkb_chunk_terms_make(&m->run.terms, &m->run.boundary);
    return zkb_air_check(&witness, report, context, error);
}

void malicious_refused_by(malicious *m, const char *expected, const char *also)
{
    zkb_error error;
    objections o = {.expected = expected, .also = also};
    if (!m->compact) {
        recount_lookups(m->run.writer);
    }
    if (judge(m, object, &o, &error) == ZKB_OK) {
        fail_msg("nothing objects; '%s' was to", expected);
    }
    assert_true(o.found > 0);
    assert_int_equal(o.others, 0);
    m->refused_at = o.part;
}

void malicious_consistent(malicious *m)
{
    zkb_error error;
    if (!m->compact) {
        recount_lookups(m->run.writer);
    }
    must(judge(m, NULL, NULL, &error), &error);
    m->refused_at = NULL;
}

/* ---- Proofs ------------------------------------------------------------------------------ */

static const zkb_srs *setup(void)
{
    static zkb_srs srs;
    static bool made;
    if (!made) {
        zkb_error error;
        zkb_fr tau;
        zkb_fr_from_u64(&tau, 0x1234567890abcdef);
        must(zkb_srs_from_tau(&srs, &tau, LOG_SETUP, 2, &error), &error);
        made = true;
    }
    return &srs;
}

static void make_record(zkb_program_record *record, const zkb_program_columns *columns)
{
    zkb_error error;
    zkb_arena arena;
    must(zkb_arena_create(&arena, zkb_program_record_scratch(columns->program, 1), &error), &error);
    must(zkb_program_record_make(record, columns, setup(), &arena, 1, &error), &error);
    zkb_arena_destroy(&arena);
}

/* What a segment's table begins with. */
static void commit_content(zkb_g1_affine *out, const zkb_table *table)
{
    zkb_error error;
    zkb_arena arena;
    const zkb_column_view content = {.cells = table->committed[0].cells,
                                     .length = table->committed[0].length,
                                     .bits = table->shape.chip->committed[0].bits};
    must(zkb_arena_create(&arena, zkb_commit_scratch(content.length, content.bits, 1), &error),
         &error);
    must(zkb_commit_column(out, &arena, setup(), &content, 1, &error), &error);
    zkb_arena_destroy(&arena);
}

/* How a run's proof ends. */
typedef struct opened {
    uint8_t *folds;
    size_t folds_size;
    uint8_t opening[ZKB_MERCURY_PROOF_SIZE];
} opened;

/* Folds the chunks' claims and opens what is left; takes the polynomials. */
static void open_run(opened *out, zkb_proved_chunk *chunks, uint32_t count)
{
    zkb_error error;
    zkb_arena arena = {0};
    zkb_run_folds *folds;
    must(zkb_run_folds_create(&folds, &error), &error);
    for (uint32_t n = 0; n < count; n++) {
        must(zkb_run_folds_add(folds, n, &chunks[n].open, chunks[n].f, chunks[n].length, &arena, 1,
                               &error),
             &error);
        chunks[n].f = NULL;
    }
    must(zkb_run_folds_end(&out->folds, &out->folds_size, out->opening, folds, count, setup(), NULL,
                           &arena, 1, &error),
         &error);
    zkb_run_folds_destroy(folds);
    zkb_arena_destroy(&arena);
}

/* The claims as a run, with what it wrote as its output. The private input is what the prover's
 * table says, of one segment at most. */
static zkb_status verify_claims(malicious *m, const zkb_machine_key *key,
                                const zkb_run_lengths *lengths, uint8_t *output,
                                zkb_chunk_claim *claims, uint32_t count, const opened *end,
                                zkb_error *error)
{
    zkb_run_verdict verdict;
    zkb_g1_affine content = ZKB_G1_AFFINE_IDENTITY;
    if (m->private_size != 0) {
        commit_content(&content, table_of(m, ZKB_CHIP_SEGMENT_CHECKED));
    }
    const zkb_run_expectation expected = {
        .program_id = &key->id, .public_input = m->input, .public_bytes = m->input_size};
    const zkb_run_proof proof = {.header = {.lookup_bits = key->lookup_bits,
                                            .log_stack = LOG_STACK,
                                            .record = key->record,
                                            .lengths = *lengths,
                                            .output = output,
                                            .private_segments = &content,
                                            .chunk_count = count},
                                 .chunks = claims,
                                 .folds = end->folds,
                                 .folds_size = end->folds_size,
                                 .opening = end->opening};
    return zkb_verify_run(&verdict, &proof, &expected, setup(), 1, error);
}

/* The key of the run's program, whose columns in the tables may have been changed. */
static void make_key(zkb_machine_key *key, malicious *m)
{
    zkb_error error;
    zkb_program_columns honest;
    zkb_program_record record;
    must(zkb_program_columns_init(&honest, &m->run.program, &error), &error);
    make_record(&record, &honest);
    must(zkb_machine_key_init(key, &record, m->compact ? ZKB_LOOKUP_COMPACT : ZKB_LOOKUP_WIDE,
                              &setup()->digest, &error),
         &error);
    must(zkb_machine_multiply_out(key->chips, &error), &error);
    zkb_program_columns_clear(&honest);
}

static void set_widths(malicious *m, const zkb_machine_key *key, bool wide)
{
    for (uint32_t i = 0; i < m->widened_count; i++) {
        const malicious_column *c = &m->widened[i];
        key->chips[c->chip]->committed[c->column].bits = wide ? 254 : c->bits;
    }
}

/* Gives the writer's tables the shapes that the statement has for them, with the key's chips and
 * what follows from lengths that the prover chooses. They live in the arena. */
static zkb_status take_shapes(zkb_arena *arena, malicious *m, const zkb_machine_key *key,
                              const zkb_run_lengths *lengths, uint32_t index, zkb_error *error)
{
    static zkb_chunk_table tables[ZKB_MAX_CHUNK_TABLES];
    static zkb_chunk_segment segments[ZKB_MAX_TOUCHED];
    zkb_chunk_writer *w = m->run.writer;
    zkb_statement statement;
    zkb_table *shapes;
    zkb_chunk_statement chunk = {.lengths = *lengths,
                                 .log_stack = LOG_STACK,
                                 .index = index,
                                 .boundary = m->run.boundary,
                                 .tables = tables,
                                 .segments = segments};
    for (uint32_t t = 0; t < w->table_count; t++) {
        const zkb_table_shape *shape = &w->tables[t].shape;
        if (w->table_segments[t] == UINT32_MAX) {
            tables[chunk.table_count++] =
                (zkb_chunk_table){w->table_chips[t], (uint8_t)shape->log_height, shape->active};
        } else {
            segments[chunk.segment_count++] = (zkb_chunk_segment){
                .base = w->segments[w->table_segments[t]].base, .active = (uint32_t)shape->active};
        }
    }
    must(zkb_arena_create(
             arena, zkb_chunk_statement_scratch(chunk.table_count, chunk.segment_count), error),
         error);
    ZKB_TRY(zkb_chunk_statement_tables(&statement, &shapes, arena, key, &chunk, error));
    for (uint32_t t = 0; t < w->table_count; t++) {
        w->tables[t].shape = shapes[t].shape;
    }
    return ZKB_OK;
}

/* The chunk's claim with its proof; *proved is cleared by the caller. */
static zkb_status prove_claim(zkb_chunk_claim *claim, zkb_proved_chunk *proved, malicious *m,
                              const zkb_machine_key *key, const zkb_run_lengths *lengths,
                              uint32_t index, zkb_error *error)
{
    zkb_arena scratch = {0};
    const zkb_chunk_job job = {.key = key,
                               .srs = setup(),
                               .lengths = *lengths,
                               .log_stack = LOG_STACK,
                               .index = index,
                               .boundary = m->run.boundary,
                               .writer = m->run.writer,
                               .threads = 1};
    zkb_arena shapes;
    static zkb_table kept[ZKB_MAX_CHUNK_TABLES];
    memcpy(kept, m->run.writer->tables, sizeof kept);
    zkb_status status = take_shapes(&shapes, m, key, lengths, index, error);
    if (status == ZKB_OK) {
        set_widths(m, key, true); /* the width is the prover's affair alone */
        status = zkb_prove_chunk(proved, &job, &scratch, error);
        set_widths(m, key, false);
    }
    memcpy(m->run.writer->tables, kept, sizeof kept);
    zkb_arena_destroy(&shapes);
    if (status == ZKB_OK) {
        must(zkb_chunk_claim_decode(claim, proved->bytes, proved->size, error), error);
    }
    zkb_arena_destroy(&scratch);
    return status;
}

zkb_status malicious_prove_run(malicious *chunks, uint32_t count, zkb_error *error)
{
    enum { MOST = 4 };
    zkb_machine_key key;
    zkb_chunk_claim claims[MOST] = {0};
    zkb_proved_chunk proved[MOST] = {0};
    size_t output_bytes;
    zkb_status status = ZKB_OK;
    const uint8_t *output = zkb_vm_output(chunks[count - 1].run.vm, &output_bytes);
    if (chunks->output != NULL) {
        output = chunks->output;
        output_bytes = chunks->output_size;
    }
    const zkb_run_lengths lengths = {chunks->input_size, chunks->private_size, output_bytes};
    assert_true(count <= MOST);
    make_key(&key, chunks);
    for (uint32_t n = 0; status == ZKB_OK && n < count; n++) {
        status = prove_claim(&claims[n], &proved[n], &chunks[n], &key, &lengths, n, error);
    }
    if (status == ZKB_OK) {
        opened end;
        open_run(&end, proved, count);
        status = verify_claims(chunks, &key, &lengths, (uint8_t *)(uintptr_t)output, claims, count,
                               &end, error);
        free(end.folds);
    }
    for (uint32_t n = 0; n < count; n++) {
        zkb_chunk_claim_clear(&claims[n]);
        zkb_proved_chunk_clear(&proved[n]);
    }
    zkb_machine_key_clear(&key);
    return status;
}

zkb_status malicious_prove(malicious *m, zkb_error *error)
{
    return malicious_prove_run(m, 1, error);
}

/* The statement as the prover has it: what was before is what its tables begin with. */
static void complete_segments(zkb_chunk_claim *claim, malicious *m)
{
    const zkb_chunk_writer *w = m->run.writer;
    for (uint32_t t = 0; t < w->table_count; t++) {
        if (w->table_segments[t] != UINT32_MAX) {
            zkb_chunk_segment *segment = &claim->segments[w->table_segments[t]];
            commit_content(&segment->before, &w->tables[t]);
            if (w->table_chips[t] != ZKB_CHIP_SEGMENT) {
                segment->after = segment->before;
            }
        }
    }
}

static void verify_alone(malicious *m, const zkb_machine_key *key, const zkb_chunk_claim *claim,
                         zkb_proved_chunk *proved, const zkb_run_lengths *lengths, uint32_t index)
{
    zkb_error error;
    zkb_arena shapes;
    zkb_arena scratch;
    zkb_statement statement;
    zkb_table *tables;
    zkb_accumulator accumulator;
    size_t size;
    const zkb_chunk_statement chunk = {.lengths = *lengths,
                                       .log_stack = LOG_STACK,
                                       .index = index,
                                       .boundary = m->run.boundary,
                                       .tables = claim->tables,
                                       .table_count = claim->table_count,
                                       .segments = claim->segments,
                                       .segment_count = claim->segment_count};
    must(zkb_arena_create(&shapes,
                          zkb_chunk_statement_scratch(claim->table_count, claim->segment_count),
                          &error),
         &error);
    const zkb_table_key *table_key = zkb_chunk_statement_key(key, &chunk);
    must(zkb_chunk_statement_tables(&statement, &tables, &shapes, key, &chunk, &error), &error);
    must(opened_size(&size, table_key, &statement, &error), &error);
    uint8_t *proof = malloc(size);
    assert_int_equal(size, claim->proof_size + ZKB_MERCURY_PROOF_SIZE);
    memcpy(proof, claim->proof, claim->proof_size);
    opened end;
    open_run(&end, proved, 1);
    memcpy(proof + claim->proof_size, end.opening, sizeof end.opening);
    free(end.folds);
    must(opened_verify(&accumulator, table_key, &statement, proof, size, NULL, &error), &error);
    free(proof);
    must(zkb_arena_create(&scratch, zkb_accumulator_scratch(1), &error), &error);
    must(zkb_accumulator_check(&scratch, &accumulator, 1, setup()->pairing, &error), &error);
    zkb_arena_destroy(&scratch);
    zkb_arena_destroy(&shapes);
}

void malicious_holds_alone(malicious *m, uint32_t index)
{
    zkb_error error;
    zkb_machine_key key;
    zkb_chunk_claim claim;
    zkb_proved_chunk proved = {0};
    const zkb_run_lengths lengths = {m->input_size, m->private_size, 0};
    make_key(&key, m);
    must(prove_claim(&claim, &proved, m, &key, &lengths, index, &error), &error);
    complete_segments(&claim, m);
    verify_alone(m, &key, &claim, &proved, &lengths, index);
    zkb_chunk_claim_clear(&claim);
    zkb_proved_chunk_clear(&proved);
    zkb_machine_key_clear(&key);
}

void malicious_no_proof(malicious *m)
{
    zkb_error error = {.where = "nowhere"};
    assert_int_equal(malicious_prove(m, &error), ZKB_ERROR_REJECTED);
    if (m->refused_at != NULL) {
        assert_string_equal(error.where, m->refused_at);
    }
}

void malicious_no_statement(malicious *m, const char *reason)
{
    zkb_error error = {.message = ""};
    assert_int_equal(malicious_prove(m, &error), ZKB_ERROR_REJECTED);
    if (strstr(error.message, reason) == NULL) {
        fail_msg("'%s' was to be '%s'", error.message, reason);
    }
}

void malicious_proof(malicious *m)
{
    zkb_error error;
    must(malicious_prove(m, &error), &error);
}

void malicious_fraction(zkb_fr *out, int64_t x, unsigned exponent)
{
    zkb_fr power;
    zkb_fr_from_u64(&power, 2);
    zkb_fr_from_u64(out, 1);
    for (unsigned i = 0; i < exponent; i++) {
        zkb_fr_mul(out, out, &power);
    }
    zkb_fr_inv(out, out);
    zkb_fr_from_u64(&power, x < 0 ? 0 - (uint64_t)x : (uint64_t)x);
    zkb_fr_mul(out, out, &power);
    if (x < 0) {
        zkb_fr_neg(out, out);
    }
}
