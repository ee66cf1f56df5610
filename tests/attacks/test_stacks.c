/* Stacks: what a prover may have committed to instead of the columns, each in its place. The prover
 * here holds the polynomials of all stacks and follows the protocol with them; the
 * columns' values that it sends are those of the honest columns. docs/protocol.md, "Stacks"
 * and "Gathering". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "air/chip.h"
#include "proof/challenges.h"
#include "proof/gather.h"
#include "proof/prover.h"
#include "proof/stacks.h"
#include "proof/toy.h"
#include "verify/verify_tables.h"

enum {
    SRS_K = 14,
    MOST_STACKS = 32,
    MOST_HEIGHTS = 8,
    MOST_TABLES = TOY_TABLES + 1,
    MOST_FORESEEN = 32
};

#define ARENA ((size_t)64 << 20)

static zkb_srs srs;
static zkb_fr tau;

/* ---- Foreseen challenges --------------------------------------------------------------------- */

typedef struct foreseen {
    size_t at[MOST_FORESEEN];
    zkb_fr value[MOST_FORESEEN];
    unsigned count;
    size_t calls;
} foreseen;

static void foresee(void *context, zkb_fr *challenge)
{
    foreseen *f = context;
    for (unsigned i = 0; i < f->count; i++) {
        if (f->calls == f->at[i]) {
            *challenge = f->value[i];
        }
    }
    f->calls++;
}

static void know(foreseen *f, size_t at, const zkb_fr *value)
{
    assert_true(f->count < MOST_FORESEEN);
    f->at[f->count] = at;
    f->value[f->count++] = *value;
}

/* ---- A prover of stacks ---------------------------------------------------------------------- */

typedef struct scene {
    toy t;
    zkb_table tables[MOST_TABLES]; /* those of the toy, and more */
    zkb_arena lists;
    zkb_layout layout;
    zkb_stacks stacks;
    size_t size; /* coefficients of a stack: 2^n */
    zkb_fr *polynomials[MOST_STACKS];
    size_t z, gammas; /* numbers of their first challenges */
} scene;

static scene *acting; /* whom the phases serve */

static zkb_g1_affine commit(const zkb_fr *f, size_t count)
{
    zkb_fr sum = ZKB_FR_ZERO;
    zkb_g1 point;
    zkb_g1_affine out;
    for (size_t i = count; i-- > 0;) {
        zkb_fr_mul(&sum, &sum, &tau);
        zkb_fr_add(&sum, &sum, &f[i]);
    }
    zkb_g1_from_affine(&point, &zkb_g1_generator);
    zkb_g1_mul(&point, &point, &sum);
    zkb_g1_to_affine(&out, &point);
    return out;
}

static void fill_polynomials(scene *c)
{
    zkb_column_view views[64];
    assert_true(c->layout.column_count <= 64 && c->stacks.count <= MOST_STACKS);
    zkb_view_columns(views, &c->t.statement, &c->layout);
    for (uint32_t i = 0; i < c->stacks.count; i++) {
        const zkb_stack *stack = &c->stacks.stacks[i];
        zkb_fr *f = calloc(c->size, sizeof *f);
        assert_non_null(f);
        c->polynomials[i] = f;
        for (uint32_t y = 0; y < stack->count; y++, f += (size_t)1 << stack->log_height) {
            const zkb_column_view *view = &views[c->stacks.columns[stack->first + y]];
            const zkb_column_data column = {view->cells, view->length};
            for (size_t x = 0; x < view->length; x++) {
                zkb_column_cell(&f[x], &column, view->bits, x);
            }
        }
    }
}

/* A toy whose table of squares is listed again when `twice`: with all counts zero. */
static void begin(scene *c, const toy_shape *shape, unsigned log_stack, bool twice)
{
    static const uint16_t no_counts[16];
    static const zkb_column_data nothing = {no_counts, 16};
    *c = (scene){.size = 0};
    toy_create(&c->t, &srs, shape);
    memcpy(c->tables, c->t.tables, sizeof c->t.tables);
    c->tables[TOY_TABLES] = c->t.tables[3];
    c->tables[TOY_TABLES].committed = &nothing;
    c->t.statement.tables = c->tables;
    c->t.statement.table_count = TOY_TABLES + (size_t)twice;
    c->t.statement.log_stack = log_stack;
    const zkb_statement *statement = &c->t.statement;
    assert_int_equal(zkb_arena_create(&c->lists, 1 << 16, NULL), ZKB_OK);
    assert_int_equal(zkb_layout_init(&c->layout, &c->lists, &c->t.key, statement, NULL), ZKB_OK);
    assert_int_equal(zkb_stacks_init(&c->stacks, &c->lists, &c->layout, statement, NULL), ZKB_OK);
    c->size = (size_t)1 << c->layout.open_variables;
    fill_polynomials(c);
    c->z = 2 + 1 + 4 + c->layout.log_height; /* α, β; μ₀; λ, ℓ₁, ℓ₂, ρ; s */
    for (unsigned k = 1; k < c->layout.log_leaves; k++) {
        c->z += k + 2;
    }
    if (c->layout.log_height > c->layout.log_leaves) { /* coordinates above the tree */
        c->z += c->layout.log_height - c->layout.log_leaves;
    }
    c->gammas = c->z + c->layout.open_variables;
}

static void end(scene *c)
{
    for (uint32_t i = 0; i < c->stacks.count; i++) {
        free(c->polynomials[i]);
    }
    zkb_arena_destroy(&c->lists);
    toy_destroy(&c->t);
}

static zkb_status send_commitments(zkb_prover *prover, const zkb_stacks *stacks, const zkb_srs *own,
                                   zkb_error *error)
{
    zkb_g1_affine points[MOST_STACKS];
    uint32_t sent = 0;
    (void)own;
    (void)error;
    for (uint32_t i = 0; i < stacks->count; i++) {
        if (stacks->stacks[i].kind == ZKB_STACK_SENT) {
            points[sent++] = commit(acting->polynomials[i], acting->size);
        }
    }
    zkb_prover_send_points(prover, points, sent);
    return ZKB_OK;
}

/* F_h = sum of gamma_G G, for each height; f: what the claim is about. */
static zkb_status gather(zkb_open_claim *claim, zkb_fr *f, zkb_prover *prover,
                         const zkb_stacks *stacks, const zkb_fr *s, zkb_error *error)
{
    const unsigned n = prover->layout->open_variables;
    zkb_fr z[ZKB_MERCURY_MAX_VARIABLES], gammas[MOST_STACKS], scales[MOST_HEIGHTS];
    zkb_fr points[MOST_HEIGHTS][ZKB_MERCURY_MAX_VARIABLES];
    zkb_gather_term terms[MOST_HEIGHTS];
    size_t heights = 0;
    zkb_squeeze_gather(z, gammas, &prover->transcript, prover->layout);
    for (uint32_t i = 0, next = 0; i < stacks->count; i = next, heights++) {
        zkb_fr *sum = calloc(acting->size, sizeof *sum);
        assert_true(sum != NULL && heights < MOST_HEIGHTS);
        next = zkb_stacks_same_height(stacks, i);
        for (uint32_t g = i; g < next; g++) {
            for (size_t x = 0; x < acting->size; x++) {
                zkb_fr term;
                zkb_fr_mul(&term, &gammas[g], &acting->polynomials[g][x]);
                zkb_fr_add(&sum[x], &sum[x], &term);
            }
        }
        zkb_stack_point(points[heights], s, z, stacks->stacks[i].log_height, n);
        terms[heights] = (zkb_gather_term){sum, acting->size, points[heights], zkb_fr_one};
    }
    assert_int_equal(zkb_gather_prove(claim->point, scales, &claim->value, prover->at,
                                      &prover->transcript, prover->arena, terms, heights, n, 1,
                                      error),
                     ZKB_OK);
    prover->at += ZKB_GATHER_BYTES(n);
    for (size_t x = 0; x < acting->size; x++) {
        f[x] = ZKB_FR_ZERO;
        for (size_t i = 0; i < heights; i++) {
            zkb_fr term;
            zkb_fr_mul(&term, &scales[i], &terms[i].f[x]);
            zkb_fr_add(&f[x], &f[x], &term);
        }
    }
    for (size_t i = 0; i < heights; i++) {
        free((void *)(uintptr_t)terms[i].f);
    }
    claim->variables = n;
    zkb_transcript_challenge(&claim->digest, &prover->transcript);
    claim->transcript = prover->transcript;
    return ZKB_OK;
}

/* What the statement and the key say of the polynomials. */
static void publish(scene *c)
{
    zkb_error error;
    for (uint32_t i = 0; i < c->stacks.count; i++) {
        const zkb_stack *stack = &c->stacks.stacks[i];
        if (stack->kind == ZKB_STACK_EXTERNAL) {
            c->t.external.commitment = commit(c->polynomials[i], c->size);
        } else if (stack->kind == ZKB_STACK_KEY) {
            c->t.fixed = commit(c->polynomials[i], c->size);
        }
    }
    assert_int_equal(zkb_table_key_init(&c->t.key, c->t.chips, 4, &srs.digest, &error), ZKB_OK);
}

/* Writes proof and opening, *size bytes. */
static uint8_t *prove(size_t *size, scene *c, const zkb_transcript_hook *hook)
{
    static const zkb_prover_phases phases = {.commit = send_commitments,
                                             .gkr = zkb_gkr_prove,
                                             .joined = zkb_joined_prove,
                                             .gather = gather,
                                             .open = zkb_prove_opening};
    const zkb_prove_options options = {.threads = 1, .hook = hook, .by = &phases};
    zkb_error error;
    zkb_open_claim claim;
    zkb_arena arena;
    acting = c;
    publish(c);
    assert_int_equal(opened_size(size, &c->t.key, &c->t.statement, &error), ZKB_OK);
    uint8_t *proof = malloc(*size);
    zkb_fr *f = malloc(c->size * sizeof *f);
    assert_true(proof != NULL && f != NULL);
    const size_t part = *size - ZKB_MERCURY_PROOF_SIZE;
    assert_int_equal(zkb_arena_create(&arena, ARENA, NULL), ZKB_OK);
    assert_int_equal(zkb_prove_tables(proof, part, &claim, f, &c->t.key, &srs, &c->t.statement,
                                      &arena, &options, &error),
                     ZKB_OK);
    assert_int_equal(zkb_prove_opening(proof + part, &claim, f, c->size, &srs, &arena, 1, &error),
                     ZKB_OK);
    zkb_arena_destroy(&arena);
    free(f);
    return proof;
}

static bool accepted_with(scene *c, const foreseen *known)
{
    zkb_error error;
    zkb_accumulator a;
    size_t size;
    foreseen f = *known;
    const zkb_transcript_hook hook = {.context = &f, .squeezed = foresee};
    f.calls = 0;
    uint8_t *proof = prove(&size, c, &hook);
    f.calls = 0;
    const zkb_status status =
        opened_verify(&a, &c->t.key, &c->t.statement, proof, size, &hook, &error);
    free(proof);
    assert_int_equal(status, ZKB_OK); /* all but the opening */
    return toy_accumulator_holds(&a);
}

static bool accepted(scene *c)
{
    const foreseen nothing = {.count = 0};
    return accepted_with(c, &nothing);
}

/* Accepted if and only if the prover knows the challenges. */
static void only_if_foreseen(scene *c, const foreseen *known)
{
    assert_false(accepted(c));
    assert_true(accepted_with(c, known));
}

/* z = (1/2, ..): every place of a stack counts as much as every other. */
static foreseen all_places_alike(const scene *c)
{
    foreseen f = {.count = 0};
    zkb_fr half;
    zkb_fr_from_u64(&half, 2);
    zkb_fr_inv(&half, &half);
    for (unsigned k = 0; k < c->layout.open_variables; k++) {
        know(&f, c->z + k, &half);
    }
    return f;
}

/* ---- Honest ---------------------------------------------------------------------------------- */

static const toy_shape low = {{5, 3}, {27, 8}, 4, true};
static const toy_shape without = {{5, 3}, {27, 8}, 4, false};
static const toy_shape highest = {{5, 3}, {27, 8}, 14, false}; /* a column is a stack */
static const toy_shape high = {{12, 3}, {70, 8}, 12, true};    /* two columns fill a stack */

/* n = max(13, the highest table, the height of stacks that is asked for). */
static void size_of_stacks(void **state)
{
    (void)state;
    static const unsigned expected[][3] = {
        /* plain table, height of stacks, n */
        {4, 0, 13},   {4, 1, 13},   {4, 12, 13},  {4, 13, 13},  {4, 14, 14},  {4, 20, 20},
        {4, 28, 28},  {12, 13, 13}, {13, 0, 13},  {13, 14, 14}, {14, 0, 14},  {14, 13, 14},
        {14, 14, 14}, {14, 28, 28}, {15, 14, 15}, {16, 17, 17}, {16, 16, 16},
    };
    toy t;
    toy_create(&t, &srs, &low);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        zkb_arena arena;
        zkb_layout layout;
        t.tables[4].shape.log_height = expected[i][0];
        t.statement.log_stack = expected[i][1];
        assert_int_equal(zkb_arena_create(&arena, zkb_layout_scratch(TOY_TABLES), NULL), ZKB_OK);
        assert_int_equal(zkb_layout_init(&layout, &arena, &t.key, &t.statement, NULL), ZKB_OK);
        assert_int_equal(layout.open_variables, expected[i][2]);
        zkb_arena_destroy(&arena);
    }
    toy_destroy(&t);
}

/* What this prover says is what the library's says, byte by byte. */
static void honest(void **state)
{
    (void)state;
    static const struct {
        const toy_shape *shape;
        unsigned log_stack;
        bool twice;
    } cases[] = {{&low, 0, false},      {&low, 13, true},   {&low, 14, true},     {&high, 0, true},
                 {&without, 14, false}, {&high, 14, false}, {&highest, 13, false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        scene c;
        zkb_error error;
        size_t size;
        const zkb_prove_options options = {.threads = 2};
        begin(&c, cases[i].shape, cases[i].log_stack, cases[i].twice);
        uint8_t *proof = prove(&size, &c, NULL);
        uint8_t *own = malloc(size);
        assert_int_equal(toy_verify(&c.t, proof, size, &error), ZKB_OK);
        assert_int_equal(
            opened_prove(own, size, &c.t.key, &srs, &c.t.statement, &options, NULL, &error),
            ZKB_OK);
        assert_memory_equal(own, proof, size);
        free(own);
        free(proof);
        end(&c);
    }
}

/* Every column has one place; places of a stack are filled from the first; stacks of a kind are
 * counted on; only the last of a height is not full. */
static void every_column_has_a_place(void **state)
{
    (void)state;
    const toy_shape *shapes[] = {&low, &without, &high};
    for (size_t i = 0; i < 6; i++) {
        scene c;
        bool placed[64] = {false};
        uint32_t sent = 0, last_sent = UINT32_MAX, most = 0;
        begin(&c, shapes[i % 3], i < 3 ? 13 : 14, i % 2 == 1);
        for (uint32_t g = 0; g < c.stacks.count; g++) {
            const zkb_stack *stack = &c.stacks.stacks[g];
            const unsigned length =
                stack->kind == ZKB_STACK_KEY ? ZKB_MIN_OPEN_VARIABLES : c.t.statement.log_stack;
            const uint64_t room = zkb_stack_columns(length, stack->log_height);
            assert_true(g == 0 || c.stacks.stacks[g - 1].log_height >= stack->log_height);
            assert_true(stack->count > 0 && stack->count <= room);
            most = stack->count > most ? stack->count : most;
            if (stack->kind == ZKB_STACK_SENT) {
                assert_int_equal(stack->index, sent++);
                if (last_sent != UINT32_MAX &&
                    c.stacks.stacks[last_sent].log_height == stack->log_height) {
                    assert_int_equal(c.stacks.stacks[last_sent].count, room);
                }
                last_sent = g;
            }
            assert_true(stack->kind != ZKB_STACK_EXTERNAL || stack->count == 1);
            for (uint32_t y = 0; y < stack->count; y++) {
                const uint32_t column = c.stacks.columns[stack->first + y];
                assert_true(column < c.layout.column_count && !placed[column]);
                placed[column] = true;
                uint32_t t = 0; /* a column is in a stack of its height */
                while (t + 1 < c.layout.table_count &&
                       c.layout.tables[t + 1].first_column <= column) {
                    t++;
                }
                assert_int_equal(c.layout.tables[t].log_height, stack->log_height);
            }
        }
        assert_int_equal(sent, c.layout.sent_count);
        assert_int_equal(c.stacks.count, c.layout.stack_count);
        assert_int_equal(c.stacks.most, most);
        for (uint32_t column = 0; column < c.layout.column_count; column++) {
            assert_true(placed[column]);
        }
        end(&c);
    }
}

/* ---- Places ---------------------------------------------------------------------------------- */

static void exchange(scene *c, uint32_t stack, uint32_t a, uint32_t b)
{
    const size_t rows = (size_t)1 << c->stacks.stacks[stack].log_height;
    zkb_fr *f = c->polynomials[stack];
    for (size_t x = 0; x < rows; x++) {
        const zkb_fr saved = f[a * rows + x];
        f[a * rows + x] = f[b * rows + x];
        f[b * rows + x] = saved;
    }
}

/* Two columns of a stack exchanged, or one moved to an empty place: near, and the stack's last. So
 * too an external column that stands anywhere but at the beginning, and those of a key. */
static void columns_elsewhere(void **state)
{
    (void)state;
    scene c;
    begin(&c, &low, 13, false);
    const foreseen known = all_places_alike(&c);
    for (uint32_t g = 0; g < c.stacks.count; g++) {
        const zkb_stack *stack = &c.stacks.stacks[g];
        const uint32_t places = (uint32_t)(c.size >> stack->log_height);
        const uint32_t last = stack->count - 1;
        const uint32_t others[] = {last + 1, places / 2, places - 1};
        if (last > 0) {
            exchange(&c, g, 0, last);
            only_if_foreseen(&c, &known);
            exchange(&c, g, 0, last);
        }
        for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
            exchange(&c, g, last, others[i]);
            if (i == 0) {
                only_if_foreseen(&c, &known);
            } else {
                assert_false(accepted(&c));
            }
            exchange(&c, g, last, others[i]);
        }
    }
    assert_true(accepted(&c));
    end(&c);
}

static void add_at(scene *c, uint32_t stack, size_t at, const zkb_fr *value)
{
    zkb_fr *f = &c->polynomials[stack][at];
    zkb_fr_add(f, f, value);
}

static zkb_fr minus_one(void)
{
    zkb_fr out;
    zkb_fr_neg(&out, &zkb_fr_one);
    return out;
}

/* A coefficient in the empty part of a stack, near and far and the last one; and one that makes
 * good for a wrong cell when all places count alike. */
static void content_in_the_empty_part(void **state)
{
    (void)state;
    const zkb_fr minus = minus_one();
    scene c;
    begin(&c, &low, 13, true);
    const foreseen known = all_places_alike(&c);
    for (uint32_t g = 0; g < c.stacks.count; g++) {
        const zkb_stack *stack = &c.stacks.stacks[g];
        const size_t first = (size_t)stack->count << stack->log_height;
        if (stack->kind == ZKB_STACK_KEY && g + 1 == c.stacks.count) {
            continue; /* the same commitment again */
        }
        const bool both = stack->kind == ZKB_STACK_KEY;
        for (size_t at = first; at < c.size;) {
            add_at(&c, g, at, &zkb_fr_one);
            if (both) {
                add_at(&c, g + 1, at, &zkb_fr_one);
            }
            assert_false(accepted(&c));
            add_at(&c, g, at, &minus);
            if (both) {
                add_at(&c, g + 1, at, &minus);
            }
            at = 4 * at < c.size || at == c.size - 1 ? 4 * at : c.size - 1;
        }
        if (both) {
            continue;
        }
        add_at(&c, g, 3, &minus);
        assert_false(accepted(&c));
        add_at(&c, g, first + 3, &zkb_fr_one);
        only_if_foreseen(&c, &known);
        add_at(&c, g, first + 3, &minus);
        add_at(&c, g, 3, &zkb_fr_one);
    }
    assert_true(accepted(&c));
    end(&c);
}

/* A key's stacks are of 2^13 coefficients whatever the proof's: what lies above in one of 2^14 is
 * seen there. */
static void content_above_the_key(void **state)
{
    (void)state;
    static const size_t places[] = {0x1fff, 0x2000, 0x3fff};
    const zkb_fr minus = minus_one();
    scene c;
    begin(&c, &low, 14, false);
    uint32_t key = 0;
    while (c.stacks.stacks[key].kind != ZKB_STACK_KEY) {
        key++;
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        add_at(&c, key, places[i], &zkb_fr_one);
        assert_false(accepted(&c));
        add_at(&c, key, places[i], &minus);
    }
    assert_true(accepted(&c));
    end(&c);
}

/* ---- Weights --------------------------------------------------------------------------------- */

/* One coefficient is wrong in two stacks of a height, by amounts that cancel where both have one
 * weight. */
static void wrong_in_two_stacks(scene *c, uint32_t a, uint32_t b)
{
    const zkb_fr minus = minus_one();
    foreseen known = {.count = 0};
    zkb_fr weight;
    zkb_fr_from_u64(&weight, 31);
    know(&known, c->gammas + a, &weight);
    know(&known, c->gammas + b, &weight);
    add_at(c, a, 1, &zkb_fr_one);
    add_at(c, b, 1, &minus);
    only_if_foreseen(c, &known);
    add_at(c, a, 1, &minus);
    add_at(c, b, 1, &zkb_fr_one);
}

static void weights_of_stacks(void **state)
{
    (void)state;
    const toy_shape *shapes[] = {&low, &high};
    for (size_t i = 0; i < 2; i++) {
        scene c;
        unsigned pairs = 0;
        begin(&c, shapes[i], 13, false);
        for (uint32_t a = 0, next = 0; a < c.stacks.count; a = next) {
            next = zkb_stacks_same_height(&c.stacks, a);
            for (uint32_t b = a + 1; b < next; b++) { /* each with the first, and the one before */
                wrong_in_two_stacks(&c, a, b);
                if (b > a + 1) {
                    wrong_in_two_stacks(&c, b - 1, b);
                }
                pairs++;
            }
        }
        assert_true(pairs >= 2);
        end(&c);
    }
}

/* A false table of squares beside the true one, both said to be the key's: in either order, and
 * with all counts zero, so that nothing else is wrong with it. */
static void chip_listed_twice(void **state)
{
    (void)state;
    uint8_t squares[16];
    scene c;
    begin(&c, &without, 13, true);
    assert_true(accepted(&c));
    memcpy(squares, c.t.fixed_columns[1].cells, sizeof squares);
    squares[3] = 10;
    zkb_column_data columns[2] = {c.t.fixed_columns[0], {squares, 16}};
    const zkb_table honest_table = c.tables[TOY_TABLES];
    c.tables[TOY_TABLES].preprocessed = columns;
    for (int order = 0; order < 2; order++) {
        assert_false(accepted(&c));
        const zkb_table saved = c.tables[3];
        c.tables[3] = c.tables[TOY_TABLES];
        c.tables[TOY_TABLES] = saved;
    }
    c.tables[TOY_TABLES] = honest_table;
    assert_true(accepted(&c));
    end(&c);
}

/* ---- A key of several stacks ----------------------------------------------------------------- */

enum { TALL = 12, TALL_ROWS = 1 << TALL, TALL_COLUMNS = 3, TALL_STACKS = 2 };

/* Three preprocessed columns, of which two fill a stack, and a committed one that is their sum. */
typedef struct tall {
    zkb_chip *chip;
    uint8_t cells[TALL_COLUMNS][TALL_ROWS];
    uint16_t sums[TALL_ROWS];
    zkb_column_data fixed[TALL_COLUMNS], committed;
    zkb_g1_affine commitments[TALL_STACKS];
    zkb_chip_key entry;
    zkb_table table;
    toy t; /* key and statement alone */
} tall;

static void commit_tall(tall *k)
{
    static zkb_fr stack[2 * TALL_ROWS];
    for (uint32_t i = 0; i < TALL_STACKS; i++) {
        for (size_t x = 0; x < 2 * (size_t)TALL_ROWS; x++) {
            const uint32_t column = 2 * i + (uint32_t)(x / TALL_ROWS);
            zkb_fr_from_u64(&stack[x], column < TALL_COLUMNS ? k->cells[column][x % TALL_ROWS] : 0);
        }
        k->commitments[i] = commit(stack, 2 * (size_t)TALL_ROWS);
    }
}

static void begin_tall(tall *k)
{
    static const zkb_bus bus = {11, 1, ZKB_BUS_PERMUTATION, "tall"};
    zkb_error error;
    zkb_chip_builder *b = zkb_chip_builder_create("tall");
    const zkb_expr sum = zkb_column(b, "sum", 16);
    const zkb_expr x = zkb_preprocessed(b, "x", 8);
    const zkb_expr y = zkb_preprocessed(b, "y", 8);
    const zkb_expr z = zkb_preprocessed(b, "z", 8);
    zkb_assert_zero(b, "sum", zkb_sub(b, sum, zkb_add(b, x, zkb_add(b, y, z))));
    zkb_take(b, &bus, zkb_const(b, 1), &sum, 1);
    zkb_give(b, &bus, zkb_const(b, 1), &sum, 1);
    zkb_chip_height(b, TALL, true);
    assert_int_equal(zkb_chip_build(&k->chip, b, &error), ZKB_OK);
    assert_int_equal(zkb_chip_multiply_out(k->chip, &error), ZKB_OK);
    zkb_chip_builder_destroy(b);
    for (size_t i = 0; i < TALL_ROWS; i++) {
        for (uint32_t c = 0; c < TALL_COLUMNS; c++) {
            k->cells[c][i] = (uint8_t)(i * (7 + 2 * c) + c);
            k->sums[i] = (uint16_t)(k->sums[i] + k->cells[c][i]);
        }
    }
    for (uint32_t c = 0; c < TALL_COLUMNS; c++) {
        k->fixed[c] = (zkb_column_data){k->cells[c], TALL_ROWS};
    }
    k->committed = (zkb_column_data){k->sums, TALL_ROWS};
    k->entry = (zkb_chip_key){.chip = k->chip, .preprocessed = k->commitments, .log_height = TALL};
    k->table = (zkb_table){.shape = {k->chip, TALL, TALL_ROWS, NULL},
                           .committed = &k->committed,
                           .preprocessed = k->fixed};
    k->t.statement = (zkb_statement){.tables = &k->table, .table_count = 1};
    commit_tall(k);
}

static bool tall_accepted(tall *k)
{
    zkb_error error;
    uint8_t *proof;
    size_t size;
    assert_int_equal(zkb_table_key_init(&k->t.key, &k->entry, 1, &srs.digest, &error), ZKB_OK);
    assert_int_equal(toy_prove(&proof, &size, &k->t, &srs, 1, &error), ZKB_OK);
    const zkb_status status = toy_verify(&k->t, proof, size, &error);
    assert_true(status == ZKB_OK || strcmp(error.where, "pairing") == 0);
    free(proof);
    return status == ZKB_OK;
}

/* Each of a chip's stacks has its own commitment: they are not to be exchanged, nor one of them
 * to stand for both. */
static void several_stacks_of_a_key(void **state)
{
    (void)state;
    static tall k;
    begin_tall(&k);
    const zkb_g1_affine own[TALL_STACKS] = {k.commitments[0], k.commitments[1]};
    zkb_fr digests[TALL_STACKS + 1];
    for (uint32_t i = 0; i <= TALL_STACKS; i++) { /* the key is of all of them */
        zkb_error error;
        if (i < TALL_STACKS) {
            k.commitments[i] = zkb_g1_generator;
        }
        assert_int_equal(zkb_table_key_init(&k.t.key, &k.entry, 1, &srs.digest, &error), ZKB_OK);
        digests[i] = k.t.key.digest;
        memcpy(k.commitments, own, sizeof own);
        for (uint32_t j = 0; j < i; j++) {
            assert_false(zkb_fr_equal(&digests[i], &digests[j]));
        }
    }
    for (unsigned log_stack = 0; log_stack <= SRS_K; log_stack += SRS_K) {
        k.t.statement.log_stack = log_stack;
        assert_true(tall_accepted(&k));
        k.commitments[0] = own[1];
        assert_false(tall_accepted(&k));
        k.commitments[1] = own[0];
        assert_false(tall_accepted(&k));
        k.commitments[0] = own[0];
        assert_false(tall_accepted(&k));
        k.commitments[1] = own[1];
    }
    zkb_chip_destroy(k.chip);
}

/* ---- The height of stacks -------------------------------------------------------------------- */

/* Prover and verifier have other heights in mind, also where those make no difference to any stack.
 */
static void another_height(void **state)
{
    (void)state;
    static const unsigned heights[] = {0, 1, 12, 13, 14, 15, 28};
    scene c;
    size_t size;
    zkb_error error;
    begin(&c, &low, 13, false);
    uint8_t *proof = prove(&size, &c, NULL);
    for (size_t i = 0; i < sizeof heights / sizeof heights[0]; i++) {
        c.t.statement.log_stack = heights[i];
        const zkb_status status = toy_verify(&c.t, proof, size, &error);
        assert_int_equal(status == ZKB_OK, heights[i] == 13);
        assert_true(status == ZKB_OK || status == ZKB_ERROR_REJECTED);
    }
    free(proof);
    end(&c);
}

/* Heights beyond what an opening can have size nothing. At the largest all sizes are in bounds, and
 * bytes of the right number, whatever they are, are refused. */
static void bounds(void **state)
{
    (void)state;
    static const unsigned beyond[] = {29, 31, 32, 63, 64, 1000, UINT32_MAX};
    scene c;
    zkb_error error;
    size_t bytes, terms, size;
    begin(&c, &low, 13, false);
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        c.t.statement.log_stack = beyond[i];
        assert_int_equal(
            zkb_verify_tables_scratch(&bytes, &terms, &c.t.key, &c.t.statement, &error),
            ZKB_ERROR_LIMIT);
        assert_int_equal(bytes, 0);
        assert_int_equal(terms, 0);
    }
    c.t.statement.log_stack = 28;
    assert_int_equal(opened_size(&size, &c.t.key, &c.t.statement, &error), ZKB_OK);
    assert_int_equal(zkb_verify_tables_scratch(&bytes, &terms, &c.t.key, &c.t.statement, &error),
                     ZKB_OK);
    assert_true(bytes < 1 << 20 && terms < 64);
    uint8_t *proof = calloc(size, 1);
    assert_non_null(proof);
    proof[0] = ZKB_PROOF_VERSION;
    assert_int_equal(toy_verify(&c.t, proof, size, &error), ZKB_ERROR_REJECTED);
    assert_string_not_equal(error.where, "proof.length");
    free(proof);
    end(&c);
}

/* ---- The claim ------------------------------------------------------------------------------- */

static zkb_open_claim claim_of(const scene *c, const uint8_t *proof, size_t size)
{
    zkb_error error;
    zkb_arena arena;
    size_t bytes, terms;
    assert_int_equal(zkb_verify_tables_scratch(&bytes, &terms, &c->t.key, &c->t.statement, &error),
                     ZKB_OK);
    assert_int_equal(zkb_arena_create(&arena, bytes, NULL), ZKB_OK);
    zkb_g1_affine points[MOST_STACKS];
    zkb_fr scalars[MOST_STACKS];
    assert_true(terms <= MOST_STACKS);
    zkb_checked_claim claim = {.points = points, .scalars = scalars};
    assert_int_equal(
        zkb_verify_tables(&claim, &c->t.key, &c->t.statement, proof, size, &arena, NULL, &error),
        ZKB_OK);
    assert_int_equal(claim.count, terms);
    zkb_arena_destroy(&arena);
    return claim.open;
}

/* The claim's digest, by which folds know it, is squeezed after the last word of the proof: every
 * element of the gathering changes it, and point and value. */
static void digest_of_the_claim(void **state)
{
    (void)state;
    scene c;
    size_t size;
    begin(&c, &low, 13, false);
    uint8_t *proof = prove(&size, &c, NULL);
    size -= ZKB_MERCURY_PROOF_SIZE;
    const zkb_open_claim claim = claim_of(&c, proof, size);
    const size_t length = ZKB_GATHER_BYTES(c.layout.open_variables);
    assert_int_equal(claim.variables, c.layout.open_variables);
    for (size_t offset = size - length; offset < size; offset += 32) {
        proof[offset] ^= 1;
        const zkb_open_claim other = claim_of(&c, proof, size);
        assert_false(zkb_fr_equal(&claim.digest, &other.digest));
        assert_false(zkb_fr_equal(&claim.point[0], &other.point[0]));
        assert_false(zkb_fr_equal(&claim.value, &other.value));
        assert_false(zkb_fr_equal(&claim.transcript.state[2], &other.transcript.state[2]));
        proof[offset] ^= 1;
    }
    free(proof);
    end(&c);
}

/* Keeps all challenges. */
typedef struct seen {
    zkb_fr challenges[1024];
    size_t count;
} seen;

static void see(void *context, zkb_fr *challenge)
{
    seen *s = context;
    assert_true(s->count < 1024);
    s->challenges[s->count++] = *challenge;
}

/* The opening goes on from the claim's transcript: another claim has other challenges there, and so
 * has another digest alone. */
static void opening_of_the_claim(void **state)
{
    (void)state;
    enum { OPENING = 5 }; /* challenges */
    static seen first, other;
    scene c;
    zkb_error error;
    zkb_accumulator a;
    size_t size;
    begin(&c, &low, 13, false);
    uint8_t *proof = prove(&size, &c, NULL);
    zkb_transcript_hook hook = {.context = &first, .squeezed = see};
    first.count = other.count = 0;
    assert_int_equal(opened_verify(&a, &c.t.key, &c.t.statement, proof, size, &hook, &error),
                     ZKB_OK);
    hook.context = &other;
    proof[size - ZKB_MERCURY_PROOF_SIZE - 32] ^= 1;
    assert_int_equal(opened_verify(&a, &c.t.key, &c.t.statement, proof, size, &hook, &error),
                     ZKB_OK);
    assert_int_equal(first.count, other.count);
    for (size_t i = first.count - OPENING; i < first.count; i++) {
        assert_false(zkb_fr_equal(&first.challenges[i], &other.challenges[i]));
    }
    free(proof);
    end(&c);
}

static int setup(void **state)
{
    (void)state;
    zkb_fr_from_u64(&tau, 0x123456789abcdefu); /* the toy's */
    zkb_fr_sqr(&tau, &tau);
    assert_int_equal(zkb_srs_from_tau(&srs, &tau, SRS_K, 2, NULL), ZKB_OK);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    zkb_srs_close(&srs);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(size_of_stacks),
        cmocka_unit_test(honest),
        cmocka_unit_test(every_column_has_a_place),
        cmocka_unit_test(columns_elsewhere),
        cmocka_unit_test(content_in_the_empty_part),
        cmocka_unit_test(content_above_the_key),
        cmocka_unit_test(weights_of_stacks),
        cmocka_unit_test(chip_listed_twice),
        cmocka_unit_test(several_stacks_of_a_key),
        cmocka_unit_test(another_height),
        cmocka_unit_test(bounds),
        cmocka_unit_test(digest_of_the_claim),
        cmocka_unit_test(opening_of_the_claim),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
