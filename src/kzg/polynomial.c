#include "kzg/polynomial.h"

#include "base/parallel.h"

void zkb_polynomial_evaluate(zkb_fr *out, const zkb_fr *p, size_t count, const zkb_fr *x)
{
    zkb_fr sum = ZKB_FR_ZERO;
    for (size_t i = count; i-- > 0;) {
        zkb_fr_mul(&sum, &sum, x);
        zkb_fr_add(&sum, &sum, &p[i]);
    }
    *out = sum;
}

void zkb_polynomial_divide(zkb_fr *out, const zkb_fr *p, size_t count, const zkb_fr *x)
{
    zkb_fr carry = ZKB_FR_ZERO;
    zkb_fr own = count > 0 ? p[count - 1] : ZKB_FR_ZERO;
    for (size_t i = count; i-- > 1;) {
        zkb_fr_mul(&carry, &carry, x);
        zkb_fr_add(&carry, &carry, &own);
        own = p[i - 1]; /* before it is overwritten, when out is p */
        out[i - 1] = carry;
    }
}

/* Segments side by side: eight groups of 32, four blocks in flight each. */
enum { GROUP = 32, GROUPS = 8, SEGMENTS = GROUP * GROUPS, PIECE = 256 };

typedef struct division {
    const zkb_fr_kernels *kernels;
    zkb_fr *p;
    size_t count;
    size_t segment; /* elements of a segment; odd, so that segments do not share cache sets */
    const zkb_fr_block *powers; /* x^0 .. x^(segment-1) */
    zkb_fr x;
    zkb_fr carry[SEGMENTS]; /* first each segment's value at x, then what enters it from above */
} division;

static void segment_value(void *context, size_t index, unsigned thread)
{
    (void)thread;
    division *d = context;
    zkb_fr_block piece[PIECE / 8];
    zkb_fr sum = ZKB_FR_ZERO;
    const size_t start = index * d->segment;
    for (size_t i = 0; i < d->segment && start + i < d->count; i += PIECE) {
        const size_t m = d->segment - i < PIECE ? d->segment - i : PIECE;
        zkb_polynomial_load(d->kernels, piece, d->p, start + i, m, d->count);
        const zkb_fr part = d->kernels->inner_product(piece, d->powers + i / 8, m);
        zkb_fr_add(&sum, &sum, &part);
    }
    d->carry[index] = sum;
}

/* Horner's rule down a group of segments: p[i] becomes p[i] + x·(state), the state being the
 * quotient's coefficient i. */
static void divide_group(void *context, size_t index, unsigned thread)
{
    (void)thread;
    division *d = context;
    zkb_fr row[GROUP];
    zkb_fr_block state[GROUP / 8];
    zkb_fr_block next[GROUP / 8];
    const size_t first = index * GROUP;
    d->kernels->from_scalars(state, d->carry + first, GROUP);
    for (size_t i = d->segment; i-- > 0;) {
        for (size_t s = 0; s < GROUP; s++) {
            const size_t at = (first + s) * d->segment + i;
            row[s] = at < d->count ? d->p[at] : ZKB_FR_ZERO;
        }
        d->kernels->from_scalars(next, row, GROUP);
        d->kernels->add_scaled(next, state, &d->x, GROUP);
        d->kernels->to_scalars(row, next, GROUP);
        for (size_t s = 0; s < GROUP; s++) {
            const size_t at = (first + s) * d->segment + i;
            if (at < d->count) {
                d->p[at] = row[s];
            }
        }
        for (size_t s = 0; s < GROUP / 8; s++) {
            state[s] = next[s];
        }
    }
}

static size_t segment_size(size_t count)
{
    return (count / SEGMENTS + (count % SEGMENTS != 0)) | 1;
}

size_t zkb_polynomial_divide_long_scratch(size_t count)
{
    const size_t segment = segment_size(count);
    return zkb_arena_cost(sizeof(division)) + zkb_arena_cost(segment * sizeof(zkb_fr)) +
           zkb_arena_cost(zkb_blocks(segment) * sizeof(zkb_fr_block));
}

/* Segment values to carries: what enters segment s is the value of all above it, at x. */
static void carry_down(division *d, const zkb_fr *top_power)
{
    zkb_fr above = ZKB_FR_ZERO;
    for (size_t s = SEGMENTS; s-- > 0;) {
        const zkb_fr own = d->carry[s];
        d->carry[s] = above;
        zkb_fr_mul(&above, &above, top_power);
        zkb_fr_add(&above, &above, &own);
    }
}

zkb_status zkb_polynomial_divide_long(zkb_fr *p, size_t count, zkb_arena *arena, const zkb_fr *x,
                                      unsigned threads, zkb_error *error)
{
    const size_t mark = zkb_arena_mark(arena);
    const size_t segment = segment_size(count);
    division *d = zkb_arena_alloc(arena, 1, sizeof *d);
    zkb_fr *powers = zkb_arena_alloc(arena, segment, sizeof *powers);
    zkb_fr_block *blocks = zkb_arena_alloc(arena, zkb_blocks(segment), sizeof *blocks);
    if (d == NULL || powers == NULL || blocks == NULL) {
        zkb_arena_release(arena, mark);
        return zkb_fail(error, ZKB_ERROR_MEMORY, "opening", ZKB_NO_INDEX,
                        "opening: the arena is too small for a division");
    }
    d->kernels = zkb_fr_kernels_get();
    d->p = p;
    d->count = count;
    d->segment = segment;
    d->powers = blocks;
    d->x = *x;
    zkb_fr power = zkb_fr_one;
    for (size_t i = 0; i < segment; i++) {
        powers[i] = power;
        zkb_fr_mul(&power, &power, x);
    }
    d->kernels->from_scalars(blocks, powers, segment);
    zkb_parallel_for(SEGMENTS, threads, segment_value, d);
    carry_down(d, &power);
    zkb_parallel_for(GROUPS, threads, divide_group, d);
    zkb_arena_release(arena, mark);
    return ZKB_OK;
}

void zkb_polynomial_times_eq_inverse(zkb_fr *out, const zkb_fr *p, size_t count, const zkb_fr *w,
                                     unsigned variables)
{
    /* The coefficients so far begin at out + offset; each factor reaches 2^k further down. */
    size_t offset = ((size_t)1 << variables) - 1;
    size_t length = count;
    for (size_t i = 0; i < count; i++) {
        out[offset + i] = p[i];
    }
    for (unsigned k = 0; k < variables; k++) {
        const size_t step = (size_t)1 << k;
        zkb_fr *low = out + (offset - step);
        for (size_t i = 0; i < step; i++) {
            low[i] = ZKB_FR_ZERO;
        }
        for (size_t i = 0; i < length; i++) {
            zkb_fr moved;
            zkb_fr_mul(&moved, &low[i + step], &w[k]);
            zkb_fr_sub(&low[i + step], &low[i + step], &moved);
            zkb_fr_add(&low[i], &low[i], &moved);
        }
        offset -= step;
        length += step;
    }
}
