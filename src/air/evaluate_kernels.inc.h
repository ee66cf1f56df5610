/* The kernels of evaluate_kernels.h, written once for all backends. */
#include "air/evaluate_kernels.h"
#include "field/vector_inline.h"

#include <string.h>

_Static_assert(sizeof(zkb_frv) <= sizeof(zkb_vector_room), "a vector fits its room");

/* Products in a wide sum before it is reduced; the vocabulary allows 128. */
#define WIDE_TERMS 120u

static zkb_frv ZKB_ISA(room_load)(const zkb_vector_room *room)
{
    zkb_frv v;
    memcpy(&v, room->bytes, sizeof v);
    return v;
}

static void ZKB_ISA(room_store)(zkb_vector_room *room, zkb_frv v)
{
    memcpy(room->bytes, &v, sizeof v);
}

/* ---- Cells --------------------------------------------------------------------------------- */

/* Eight cells at `row`, or a copy of what there is of them followed by zeros. */
static inline const void *ZKB_ISA(cells_at)(const zkb_air_source *s, uint64_t row, size_t size,
                                            void *copy)
{
    const unsigned char *cells = s->cells;
    if (row + 8 <= s->length) {
        return cells + row * size;
    }
    memset(copy, 0, 8 * size);
    if (row < s->length) {
        memcpy(copy, cells + row * size, (size_t)(s->length - row) * size);
    }
    return copy;
}

static inline uint64_t ZKB_ISA(bits_of)(uint64_t row, unsigned low, unsigned count)
{
    return (row >> low) & (((uint64_t)1 << count) - 1);
}

/* The virtual columns that fit one limb. */
static zkb_v8_limb ZKB_ISA(virtual_limb)(const zkb_air_source *s, uint64_t row)
{
    uint32_t v[8];
    if (s->kind == ZKB_SOURCE_ACTIVE) {
        for (unsigned i = 0; i < 8; i++) {
            v[i] = row + i < s->length;
        }
        return zkb_v8_load_u32(v);
    }
    for (unsigned i = 0; i < 8; i++) {
        v[i] = (uint32_t)ZKB_ISA(bits_of)(row + i, s->low_a, s->count);
    }
    for (unsigned i = 0; s->kind == ZKB_SOURCE_AND && i < 8; i++) {
        v[i] &= (uint32_t)ZKB_ISA(bits_of)(row + i, s->low_b, s->count);
    }
    return zkb_v8_load_u32(v);
}

/* Cells of every kind but U64, FR and POWER. */
static inline zkb_v8_limb ZKB_ISA(load_limb)(const zkb_air_source *s, uint64_t row)
{
    uint32_t copy[8];
    switch (s->kind) {
    case ZKB_SOURCE_U8:
        return zkb_v8_load_u8(ZKB_ISA(cells_at)(s, row, 1, copy));
    case ZKB_SOURCE_U16:
        return zkb_v8_load_u16(ZKB_ISA(cells_at)(s, row, 2, copy));
    case ZKB_SOURCE_U32:
        return zkb_v8_load_u32(ZKB_ISA(cells_at)(s, row, 4, copy));
    default:
        return ZKB_ISA(virtual_limb)(s, row);
    }
}

static inline zkb_v8_u64 ZKB_ISA(load_u64)(const zkb_air_source *s, uint64_t row)
{
    uint64_t copy[8];
    return zkb_v8_load_u64(ZKB_ISA(cells_at)(s, row, 8, copy));
}

static zkb_frv ZKB_ISA(load_powers)(const zkb_air_source *s, uint64_t row)
{
    zkb_fr v[8];
    for (unsigned i = 0; i < 8; i++) {
        const uint64_t e = ZKB_ISA(bits_of)(row + i, s->low_a, s->count);
        uint64_t limbs[4] = {0, 0, 0, 0};
        limbs[e / 64] = (uint64_t)1 << (e % 64);
        zkb_fr_from_limbs(&v[i], limbs);
    }
    return zkb_frv_load_scalars(v);
}

static inline bool ZKB_ISA(is_limb)(const zkb_air_source *s)
{
    return s->kind != ZKB_SOURCE_U64 && s->kind != ZKB_SOURCE_FR && s->kind != ZKB_SOURCE_POWER;
}

static inline zkb_frv ZKB_ISA(load_value)(const zkb_air_source *s, uint64_t row)
{
    zkb_fr copy[8];
    if (s->kind == ZKB_SOURCE_U64) {
        return zkb_frv_from_u64(ZKB_ISA(load_u64)(s, row));
    }
    if (s->kind == ZKB_SOURCE_FR) {
        return zkb_frv_load_scalars(ZKB_ISA(cells_at)(s, row, sizeof(zkb_fr), copy));
    }
    if (s->kind == ZKB_SOURCE_POWER) {
        return ZKB_ISA(load_powers)(s, row);
    }
    return zkb_frv_from_limb(ZKB_ISA(load_limb)(s, row));
}

/* ---- Linear forms -------------------------------------------------------------------------- */

/* A sum of products by cells of at most 32 bits. Its terms are tiny beside p·2^52, so that one
 * Montgomery step by one limb leaves it below 2p however many there are. The factors are those of
 * prepare_limb. */
#ifdef ZKB_ISA_IFMA
typedef zkb_v8_columns ZKB_ISA(narrow);

static inline ZKB_ISA(narrow) ZKB_ISA(narrow_zero)(void)
{
    const __m512i z = _mm512_setzero_si512();
    const zkb_v8_columns n = {z, z, z, z, z, z, z, z, z, z};
    return n;
}

static inline void ZKB_ISA(narrow_mac)(ZKB_ISA(narrow) * n, zkb_frv a, zkb_v8_limb s)
{
    ZKB_PRODUCT_ROW_(n->c0, n->c1, n->c2, n->c3, n->c4, n->c5, a, s.value);
}

static inline zkb_frv ZKB_ISA(narrow_reduce)(ZKB_ISA(narrow) n)
{
    return zkb_frv_carry_(zkb_frv_limb_step_(n));
}
#else
typedef zkb_frv ZKB_ISA(narrow);

static inline ZKB_ISA(narrow) ZKB_ISA(narrow_zero)(void) { return zkb_frv_zero(); }

static inline void ZKB_ISA(narrow_mac)(ZKB_ISA(narrow) * n, zkb_frv a, zkb_v8_limb s)
{
    *n = zkb_frv_add(*n, zkb_frv_mul_limb(a, s));
}

static inline zkb_frv ZKB_ISA(narrow_reduce)(ZKB_ISA(narrow) n) { return n; }
#endif

static void ZKB_ISA(prepare_limb)(zkb_vector_room *room, const zkb_fr *value)
{
    ZKB_ISA(room_store)(room, zkb_frv_prepare_limb(zkb_frv_broadcast(value)));
}

static void ZKB_ISA(fill)(zkb_vector_room *out, const zkb_fr *value)
{
    ZKB_ISA(room_store)(out, zkb_frv_broadcast(value));
}

static void ZKB_ISA(prepare)(zkb_air_linear_form *form)
{
    zkb_fr two_to_32;
    zkb_fr_from_u64(&two_to_32, (uint64_t)1 << 32);
    ZKB_ISA(fill)(&form->constant_room, &form->constant);
    for (uint32_t i = 0; i < form->count; i++) {
        zkb_air_linear_term *t = &form->terms[i];
        zkb_fr high;
        if (t->full) {
            ZKB_ISA(fill)(&t->low, &t->value);
            continue;
        }
        zkb_fr_mul(&high, &t->value, &two_to_32);
        ZKB_ISA(prepare_limb)(&t->low, &t->value);
        ZKB_ISA(prepare_limb)(&t->high, &high);
    }
}

/* The terms whose cells are field elements; `cached` has the vector of each source, or is NULL. */
static zkb_frv ZKB_ISA(full_terms)(const zkb_air_linear_form *form, const zkb_air_source *sources,
                                   const zkb_frv *cached, uint64_t row)
{
    zkb_frv sum = zkb_frv_zero();
    zkb_frw wide = zkb_frw_zero();
    uint32_t pending = 0;
    for (uint32_t i = 0; i < form->count; i++) {
        const zkb_air_linear_term *t = &form->terms[i];
        if (!t->full) {
            continue;
        }
        zkb_frw_mac(&wide, ZKB_ISA(room_load)(&t->low),
                    cached != NULL ? cached[t->source]
                                   : ZKB_ISA(load_value)(&sources[t->source], row));
        if (++pending == WIDE_TERMS) {
            sum = zkb_frv_add(sum, zkb_frw_reduce(wide));
            wide = zkb_frw_zero();
            pending = 0;
        }
    }
    return zkb_frv_add(sum, zkb_frw_reduce(wide));
}

static inline zkb_frv ZKB_ISA(form_value)(const zkb_air_linear_form *form,
                                          const zkb_air_source *sources, const zkb_frv *cached,
                                          uint64_t row)
{
    zkb_frv sum = ZKB_ISA(room_load)(&form->constant_room);
    ZKB_ISA(narrow) narrow = ZKB_ISA(narrow_zero)();
    for (uint32_t i = 0; i < form->count; i++) {
        const zkb_air_linear_term *t = &form->terms[i];
        const zkb_air_source *s = &sources[t->source];
        if (ZKB_ISA(is_limb)(s)) {
            ZKB_ISA(narrow_mac)(&narrow, ZKB_ISA(room_load)(&t->low), ZKB_ISA(load_limb)(s, row));
        } else if (s->kind == ZKB_SOURCE_U64) {
            const zkb_v8_u64 cells = ZKB_ISA(load_u64)(s, row);
            ZKB_ISA(narrow_mac)(&narrow, ZKB_ISA(room_load)(&t->low), zkb_v8_low32(cells));
            ZKB_ISA(narrow_mac)(&narrow, ZKB_ISA(room_load)(&t->high), zkb_v8_high32(cells));
        }
    }
    sum = zkb_frv_add(sum, ZKB_ISA(narrow_reduce)(narrow));
    return form->full ? zkb_frv_add(sum, ZKB_ISA(full_terms)(form, sources, cached, row)) : sum;
}

/* Columns of field elements are converted once for all the forms of a block. */
static void ZKB_ISA(forms_rows)(zkb_fr_block *const *outs, const zkb_air_linear_form *const *forms,
                                uint32_t form_count, const zkb_air_source *sources,
                                uint32_t source_count, uint64_t first, uint64_t count)
{
    zkb_frv cached[ZKB_CACHED_SOURCES];
    const bool cache = source_count <= ZKB_CACHED_SOURCES;
    bool full = false;
    for (uint32_t i = 0; i < form_count; i++) {
        full = full || forms[i]->full;
        for (uint64_t k = 0; !forms[i]->full && k < count; k++) {
            zkb_frv_store(&outs[i][first + k],
                          ZKB_ISA(form_value)(forms[i], sources, NULL, 8 * (first + k)));
        }
    }
    for (uint64_t k = 0; full && k < count; k++) {
        const uint64_t row = 8 * (first + k);
        for (uint32_t i = 1; cache && i < source_count; i++) {
            if (sources[i].kind == ZKB_SOURCE_FR) {
                cached[i] = ZKB_ISA(load_value)(&sources[i], row);
            } else if (sources[i].kind == ZKB_SOURCE_POWER) {
                cached[i] = ZKB_ISA(load_powers)(&sources[i], row);
            }
        }
        for (uint32_t i = 0; i < form_count; i++) {
            if (forms[i]->full) {
                zkb_frv_store(&outs[i][first + k],
                              ZKB_ISA(form_value)(forms[i], sources, cache ? cached : NULL, row));
            }
        }
    }
}

/* ---- Fractions ----------------------------------------------------------------------------- */

static zkb_frv ZKB_ISA(product_value)(const zkb_air_product *p, const zkb_air_source *sources,
                                      uint64_t row)
{
    zkb_frv v = zkb_frv_broadcast(&p->coefficient);
    for (uint32_t j = 0; j < p->count; j++) {
        v = zkb_frv_mul(v, ZKB_ISA(form_value)(p->forms[j], sources, NULL, row));
    }
    return v;
}

static void ZKB_ISA(fraction_rows)(zkb_fr_block *out, const zkb_air_fraction_part *part,
                                   const zkb_air_source *sources, uint64_t first, uint64_t count)
{
    const zkb_frv fill = zkb_frv_broadcast(&part->fill);
    for (uint64_t k = 0; k < count; k++) {
        const uint64_t row = 8 * (first + k);
        if (row >= part->active) {
            zkb_frv_store(&out[k], fill);
            continue;
        }
        zkb_frv v = ZKB_ISA(form_value)(part->form, sources, NULL, row);
        for (uint32_t i = 0; i < part->product_count; i++) {
            v = zkb_frv_add(v, ZKB_ISA(product_value)(&part->products[i], sources, row));
        }
        if (row + 8 > part->active) {
            v = zkb_frv_select((zkb_vmask)((1u << (part->active - row)) - 1), v, fill);
        }
        zkb_frv_store(&out[k], v);
    }
}

/* ---- Columns at a point -------------------------------------------------------------------- */

/* A long sum of eq·cells: wide sums, emptied into a vector as they fill; high is of the upper
 * halves of 64-bit cells. */
typedef struct ZKB_ISA(column_sum) {
    zkb_frw low, high;
    zkb_frv total;
} ZKB_ISA(column_sum);

static void ZKB_ISA(column_flush)(ZKB_ISA(column_sum) * c, zkb_frv two_to_32, uint8_t kind)
{
    const bool limbs = kind != ZKB_SOURCE_FR && kind != ZKB_SOURCE_POWER;
    c->total = zkb_frv_add(c->total, limbs ? zkb_frw_reduce_limb(c->low) : zkb_frw_reduce(c->low));
    c->low = zkb_frw_zero();
    if (kind == ZKB_SOURCE_U64) {
        const zkb_frv high = zkb_frv_mul(zkb_frw_reduce_limb(c->high), two_to_32);
        c->total = zkb_frv_add(c->total, high);
        c->high = zkb_frw_zero();
    }
}

static void ZKB_ISA(column_sum_one)(zkb_fr *sum, const zkb_air_source *s, const zkb_fr_block *eq,
                                    uint64_t first, uint64_t count)
{
    zkb_fr shift;
    zkb_fr_from_u64(&shift, (uint64_t)1 << 32);
    const zkb_frv two_to_32 = zkb_frv_broadcast(&shift);
    const bool limbs = s->kind != ZKB_SOURCE_FR && s->kind != ZKB_SOURCE_POWER;
    ZKB_ISA(column_sum) c = {zkb_frw_zero(), zkb_frw_zero(), zkb_frv_zero()};
    for (uint64_t k = 0; k < count; k++) {
        const uint64_t row = 8 * (first + k);
        const zkb_frv e = zkb_frv_load(&eq[k]);
        if (s->kind == ZKB_SOURCE_U64) {
            const zkb_v8_u64 cells = ZKB_ISA(load_u64)(s, row);
            zkb_frw_mac_limb(&c.low, e, zkb_v8_low32(cells));
            zkb_frw_mac_limb(&c.high, e, zkb_v8_high32(cells));
        } else if (limbs) {
            zkb_frw_mac_limb(&c.low, e, ZKB_ISA(load_limb)(s, row));
        } else {
            zkb_frw_mac(&c.low, e, ZKB_ISA(load_value)(s, row));
        }
        if (k % WIDE_TERMS == WIDE_TERMS - 1) {
            ZKB_ISA(column_flush)(&c, two_to_32, s->kind);
        }
    }
    ZKB_ISA(column_flush)(&c, two_to_32, s->kind);
    const zkb_fr all = zkb_frv_sum_lanes(c.total);
    zkb_fr_add(sum, sum, &all);
}

static void ZKB_ISA(column_sums)(zkb_fr *sums, const zkb_air_source *columns, uint32_t column_count,
                                 const zkb_fr_block *eq, uint64_t first, uint64_t count)
{
    for (uint32_t c = 0; c < column_count; c++) {
        const uint64_t end = zkb_blocks((size_t)columns[c].length);
        const uint64_t stop = first + count < end ? first + count : end;
        if (stop > first) {
            ZKB_ISA(column_sum_one)(&sums[c], &columns[c], eq, first, stop - first);
        }
    }
}

/* ---- Rounds of the joined sumcheck --------------------------------------------------------- */

/* What one call of a round works with: the constants as vectors, the inputs of the pair of blocks
 * at hand at the current point (`at`) and their slopes, and the sums. */
typedef struct ZKB_ISA(round_state) {
    const zkb_air_round *round;
    unsigned degree;
    uint32_t pending; /* products in the wide sums */
    zkb_frw wide[ZKB_AIR_MAX_DEGREE];
    zkb_frv total[ZKB_AIR_MAX_DEGREE];
    zkb_frv at[ZKB_MAX_INPUTS];
    zkb_frv slope[ZKB_MAX_INPUTS];
    zkb_frv products[ZKB_SHARED_PRODUCTS]; /* of the first groups, at the current point */
} ZKB_ISA(round_state);

static void ZKB_ISA(round_start)(ZKB_ISA(round_state) * s, const zkb_air_round *round)
{
    s->round = round;
    s->degree = round->program->degree;
    s->pending = 0;
    for (unsigned j = 0; j < s->degree; j++) {
        s->wide[j] = zkb_frw_zero();
        s->total[j] = zkb_frv_zero();
    }
}

static void ZKB_ISA(round_flush)(ZKB_ISA(round_state) * s)
{
    for (unsigned j = 0; j < s->degree; j++) {
        s->total[j] = zkb_frv_add(s->total[j], zkb_frw_reduce(s->wide[j]));
        s->wide[j] = zkb_frw_zero();
    }
    s->pending = 0;
}

static void ZKB_ISA(round_end)(zkb_fr *sums, ZKB_ISA(round_state) * s)
{
    ZKB_ISA(round_flush)(s);
    for (unsigned j = 0; j < s->degree; j++) {
        const zkb_fr sum = zkb_frv_sum_lanes(s->total[j]);
        zkb_fr_add(&sums[j], &sums[j], &sum);
    }
}

/* A factor at the current point; at infinity its slope. */
static inline zkb_frv ZKB_ISA(factor)(const ZKB_ISA(round_state) * s, const zkb_product_factor *f,
                                      bool infinity)
{
    if (infinity) {
        return s->slope[f->input];
    }
    if (f->offset == ZKB_PRODUCT_NONE) {
        return s->at[f->input];
    }
    return zkb_frv_add(s->at[f->input], ZKB_ISA(room_load)(&s->round->offsets[f->offset]));
}

static inline bool ZKB_ISA(same_factor)(const zkb_product_factor *x, const zkb_product_factor *y)
{
    return x->input == y->input && x->offset == y->offset;
}

/* The product of a group's factors: squares where a factor comes twice or four times. */
static inline zkb_frv ZKB_ISA(group_product)(const ZKB_ISA(round_state) * s,
                                             const zkb_product_group *g, bool infinity)
{
    const zkb_product_factor *f = g->factors;
    zkb_frv v = ZKB_ISA(factor)(s, &f[0], infinity);
    unsigned j = 1;
    if (g->count >= 2 && ZKB_ISA(same_factor)(&f[0], &f[1])) {
        v = zkb_frv_sqr(v);
        j = 2;
        if (g->count >= 4 && ZKB_ISA(same_factor)(&f[0], &f[2]) &&
            ZKB_ISA(same_factor)(&f[0], &f[3])) {
            v = zkb_frv_sqr(v);
            j = 4;
        }
    }
    for (; j < g->count; j++) {
        v = zkb_frv_mul(v, ZKB_ISA(factor)(s, &f[j], infinity));
    }
    return v;
}

/* The same at a finite point, going on from an earlier group's product where there is one. */
static inline zkb_frv ZKB_ISA(shared_product)(const ZKB_ISA(round_state) * s,
                                              const zkb_product_group *g, const zkb_frv *products)
{
    if (g->reuse == ZKB_PRODUCT_NONE) {
        return ZKB_ISA(group_product)(s, g, false);
    }
    zkb_frv v = products[g->reuse];
    for (unsigned j = g->reused; j < g->count; j++) {
        v = zkb_frv_mul(v, ZKB_ISA(factor)(s, &g->factors[j], false));
    }
    return v;
}

/* The summed polynomial at the current point, or its coefficient of X^degree. */
static zkb_frv ZKB_ISA(groups_value)(ZKB_ISA(round_state) * s, bool infinity)
{
    const zkb_product_form *program = s->round->program;
    zkb_frv sum = zkb_frv_zero();
    zkb_frw wide = zkb_frw_zero();
    if (program->linear != ZKB_PRODUCT_NONE && (!infinity || s->degree == 1)) {
        sum = infinity ? s->slope[program->linear] : s->at[program->linear];
    }
    for (uint32_t i = 0; i < program->group_count; i++) {
        const zkb_product_group *g = &program->groups[i];
        if (infinity && g->degree != s->degree) {
            continue;
        }
        const zkb_frv v = infinity ? ZKB_ISA(group_product)(s, g, true)
                                   : ZKB_ISA(shared_product)(s, g, s->products);
        if (g->kept) {
            s->products[i] = v;
        }
        if (g->scaled) {
            zkb_frw_mac(&wide, v, ZKB_ISA(room_load)(&s->round->scales[i]));
        } else {
            zkb_frw_mac(&wide, v, infinity ? s->slope[g->last] : s->at[g->last]);
        }
        if (i % WIDE_TERMS == WIDE_TERMS - 1) {
            sum = zkb_frv_add(sum, zkb_frw_reduce(wide));
            wide = zkb_frw_zero();
        }
    }
    return zkb_frv_add(sum, zkb_frw_reduce(wide));
}

/* Adds the pairs at hand, whose `at` is the value at 1. */
static void ZKB_ISA(round_add)(ZKB_ISA(round_state) * s, zkb_frv eq)
{
    const unsigned last = s->degree - 1;
    for (unsigned j = 0; j < last; j++) {
        for (uint32_t i = 0; j > 0 && i < s->round->program->input_count; i++) {
            s->at[i] = zkb_frv_add(s->at[i], s->slope[i]);
        }
        zkb_frw_mac(&s->wide[j], ZKB_ISA(groups_value)(s, false), eq);
    }
    zkb_frw_mac(&s->wide[last], ZKB_ISA(groups_value)(s, true), eq);
    if (++s->pending == WIDE_TERMS) {
        ZKB_ISA(round_flush)(s);
    }
}

/* Block `block` of an input as it stands. */
static inline zkb_frv ZKB_ISA(input_block)(const zkb_air_round *round, const zkb_air_input *input,
                                           uint64_t block)
{
    if (8 * block >= round->extent) {
        return ZKB_ISA(room_load)(&input->tail);
    }
    if (input->stored) {
        return zkb_frv_load(&input->blocks[block]);
    }
    return ZKB_ISA(load_value)(&round->sources[input->source], 8 * block);
}

/* How many inputs ahead their blocks are asked for: a wide chip has more of them in a row than a
 * core follows by itself. */
enum { ZKB_ISA(AHEAD) = 2 };

/* Asks for the `parts` blocks of the input that bind to, or pair in, block `first`. */
static inline void ZKB_ISA(ask_for)(const zkb_air_round *round, const zkb_air_input *input,
                                    uint64_t first, unsigned parts, uint64_t step)
{
    for (unsigned i = 0; input->stored && i < parts; i++) {
        const uint64_t block = first + i * step;
        const char *at = (const char *)&input->blocks[block];
        for (size_t line = 0; 8 * block < round->extent && line < sizeof(zkb_fr_block);
             line += 64) {
            __builtin_prefetch(at + line, 1, 3);
        }
    }
}

static void ZKB_ISA(first_round)(zkb_fr *sums, const zkb_air_round *round, const zkb_fr_block *eq,
                                 uint64_t first, uint64_t count)
{
    ZKB_ISA(round_state) s;
    ZKB_ISA(round_start)(&s, round);
    const uint64_t half = (uint64_t)1 << (round->variables - 1);
    for (uint64_t k = 0; k < count; k++) {
        for (uint32_t i = 0; i < round->program->input_count; i++) {
            const zkb_air_input *input = &round->inputs[i];
            if (i + ZKB_ISA(AHEAD) < round->program->input_count) {
                ZKB_ISA(ask_for)(round, input + ZKB_ISA(AHEAD), first + k, 2, half / 8);
            }
            const zkb_frv low = ZKB_ISA(input_block)(round, input, first + k);
            s.at[i] = half < 8 ? zkb_frv_rotate_lanes(low, (unsigned)half)
                               : ZKB_ISA(input_block)(round, input, first + k + half / 8);
            s.slope[i] = zkb_frv_sub(s.at[i], low);
        }
        ZKB_ISA(round_add)(&s, zkb_frv_load(&eq[k]));
    }
    ZKB_ISA(round_end)(sums, &s);
}

static inline zkb_frv ZKB_ISA(between)(zkb_frv low, zkb_frv high, zkb_frv r)
{
    return zkb_frv_add(low, zkb_frv_mul(zkb_frv_sub(high, low), r));
}

/* low + r (high - low). Cells of one limb are weighed by 1 - r and r instead: a third of the cost.
 */
typedef struct ZKB_ISA(binder) {
    zkb_frv r;
    zkb_frv limb_r, limb_rest; /* r and 1 - r, prepared */
} ZKB_ISA(binder);

static ZKB_ISA(binder) ZKB_ISA(binder_make)(const zkb_fr *challenge)
{
    zkb_fr rest;
    zkb_fr_sub(&rest, &zkb_fr_one, challenge);
    ZKB_ISA(binder) b;
    b.r = zkb_frv_broadcast(challenge);
    b.limb_r = zkb_frv_prepare_limb(b.r);
    b.limb_rest = zkb_frv_prepare_limb(zkb_frv_broadcast(&rest));
    return b;
}

static inline zkb_frv ZKB_ISA(bind_limbs)(const ZKB_ISA(binder) * b, zkb_v8_limb low,
                                          zkb_v8_limb high)
{
    ZKB_ISA(narrow) n = ZKB_ISA(narrow_zero)();
    ZKB_ISA(narrow_mac)(&n, b->limb_rest, low);
    ZKB_ISA(narrow_mac)(&n, b->limb_r, high);
    return ZKB_ISA(narrow_reduce)(n);
}

/* Blocks x and y of an input, joined by the challenge. */
static inline zkb_frv ZKB_ISA(bind_blocks)(const zkb_air_round *round, const ZKB_ISA(binder) * b,
                                           const zkb_air_input *input, uint64_t x, uint64_t y)
{
    if (!input->stored && 8 * y < round->extent &&
        ZKB_ISA(is_limb)(&round->sources[input->source])) {
        const zkb_air_source *source = &round->sources[input->source];
        return ZKB_ISA(bind_limbs)(b, ZKB_ISA(load_limb)(source, 8 * x),
                                   ZKB_ISA(load_limb)(source, 8 * y));
    }
    return ZKB_ISA(between)(ZKB_ISA(input_block)(round, input, x),
                            ZKB_ISA(input_block)(round, input, y), b->r);
}

/* Tables of 16 rows or fewer: what is left after binding is one block. */
static void ZKB_ISA(next_round_narrow)(ZKB_ISA(round_state) * s, const ZKB_ISA(binder) * b,
                                       const zkb_fr_block *eq)
{
    const zkb_air_round *round = s->round;
    const unsigned rows = 1u << (round->variables - 1); /* after binding */
    for (uint32_t i = 0; i < round->program->input_count; i++) {
        const zkb_air_input *input = &round->inputs[i];
        zkb_frv v;
        if (rows == 8) {
            v = ZKB_ISA(bind_blocks)(round, b, input, 0, 1);
        } else {
            const zkb_frv low = ZKB_ISA(input_block)(round, input, 0);
            v = ZKB_ISA(between)(low, zkb_frv_rotate_lanes(low, rows), b->r);
        }
        zkb_frv_store(&input->blocks[0], v);
        s->at[i] = zkb_frv_rotate_lanes(v, rows / 2);
        s->slope[i] = zkb_frv_sub(s->at[i], v);
    }
    if (rows > 1) {
        ZKB_ISA(round_add)(s, zkb_frv_load(eq));
    }
}

static void ZKB_ISA(next_round)(zkb_fr *sums, const zkb_air_round *round, const zkb_fr_block *eq,
                                uint64_t first, uint64_t count)
{
    ZKB_ISA(round_state) s;
    ZKB_ISA(round_start)(&s, round);
    const ZKB_ISA(binder) b = ZKB_ISA(binder_make)(&round->challenge);
    if (round->variables <= 4) {
        ZKB_ISA(next_round_narrow)(&s, &b, eq);
        ZKB_ISA(round_end)(sums, &s);
        return;
    }
    const uint64_t quarter = (uint64_t)1 << (round->variables - 5); /* in blocks */
    for (uint64_t k = 0; k < count; k++) {
        const uint64_t x = first + k;
        const bool keep_high = 8 * (x + quarter) < round->extent;
        for (uint32_t i = 0; i < round->program->input_count; i++) {
            const zkb_air_input *input = &round->inputs[i];
            if (i + ZKB_ISA(AHEAD) < round->program->input_count) {
                ZKB_ISA(ask_for)(round, input + ZKB_ISA(AHEAD), x, 4, quarter);
            }
            const zkb_frv low = ZKB_ISA(bind_blocks)(round, &b, input, x, x + 2 * quarter);
            zkb_frv high = ZKB_ISA(room_load)(&input->tail);
            if (keep_high) {
                high = ZKB_ISA(bind_blocks)(round, &b, input, x + quarter, x + 3 * quarter);
                zkb_frv_store(&input->blocks[x + quarter], high);
            }
            zkb_frv_store(&input->blocks[x], low);
            s.at[i] = high;
            s.slope[i] = zkb_frv_sub(high, low);
        }
        ZKB_ISA(round_add)(&s, zkb_frv_load(&eq[k]));
    }
    ZKB_ISA(round_end)(sums, &s);
}

const zkb_air_kernels ZKB_ISA(zkb_air_kernels) = {
    .backend = ZKB_ISA_NAME,
    .fill = ZKB_ISA(fill),
    .prepare = ZKB_ISA(prepare),
    .forms_rows = ZKB_ISA(forms_rows),
    .fraction_rows = ZKB_ISA(fraction_rows),
    .column_sums = ZKB_ISA(column_sums),
    .first_round = ZKB_ISA(first_round),
    .next_round = ZKB_ISA(next_round),
};
