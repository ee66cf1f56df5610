#include "hash/transcript.h"

#include "base/bytes_inline.h"
#include "hash/poseidon2.h"

#include <assert.h>
#include <string.h>

/* Word `index` of a message, already packed into field elements. */
typedef void (*word_fn)(zkb_fr *out, const void *data, size_t length, size_t index);

static void add_to_capacity(zkb_transcript *t, zkb_transcript_kind kind, size_t length)
{
    zkb_fr tag;
    assert(length <= ZKB_TRANSCRIPT_MAX_LENGTH);
    zkb_fr_from_u64(&tag, ((uint64_t)kind << 32) + (uint64_t)length);
    zkb_fr_add(&t->state[2], &t->state[2], &tag);
}

/* (words, 0, ..) into the rate, two at a time. */
static void absorb_words(zkb_transcript *t, const zkb_fr *words, size_t count)
{
    for (size_t i = 0; i == 0 || i < count; i += 2) {
        for (size_t j = 0; j < 2 && i + j < count; j++) {
            zkb_fr_add(&t->state[j], &t->state[j], &words[i + j]);
        }
        zkb_poseidon2_permute(t->state);
    }
    t->available = ZKB_TRANSCRIPT_RATE;
}

/* ---- Long messages: sixteen strands, side by side in the lanes of a vector ------------------ */

enum { STRANDS = 16, SPREAD_ABOVE = 32 };

/* Adds words first .. first + 15 of the message, one to a strand; zeros behind its end. */
static void add_row(zkb_fr_block *rate, word_fn word, const void *data, size_t length, size_t words,
                    size_t first)
{
    zkb_fr row[STRANDS];
    zkb_fr_block blocks[2];
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    for (size_t j = 0; j < STRANDS; j++) {
        row[j] = ZKB_FR_ZERO;
        if (first + j < words) {
            word(&row[j], data, length, first + j);
        }
    }
    k->from_scalars(blocks, row, STRANDS);
    k->add(rate, rate, blocks, STRANDS);
}

/* The digests of the strands: word i of the message belongs to strand i mod 16. */
static void digest_strands(zkb_fr digests[STRANDS], zkb_transcript_kind kind, word_fn word,
                           const void *data, size_t length, size_t words)
{
    zkb_transcript start;
    zkb_fr capacity[STRANDS];
    zkb_fr_block state[3][STRANDS / 8];
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    memset(state, 0, sizeof state);
    zkb_transcript_init(&start, "zkbpf.strand.v1");
    add_to_capacity(&start, kind, length);
    for (size_t j = 0; j < STRANDS; j++) {
        capacity[j] = start.state[2];
    }
    k->from_scalars(state[2], capacity, STRANDS);
    for (size_t i = 0; i < words; i += (size_t)2 * STRANDS) {
        add_row(state[0], word, data, length, words, i);
        add_row(state[1], word, data, length, words, i + STRANDS);
        zkb_poseidon2_permute_blocks(state[0], state[1], state[2], STRANDS);
    }
    k->to_scalars(digests, state[0], STRANDS);
}

static void absorb(zkb_transcript *t, zkb_transcript_kind kind, word_fn word, const void *data,
                   size_t length, size_t words)
{
    zkb_fr few[SPREAD_ABOVE];
    if (t->hook != NULL && t->hook->absorbed != NULL) {
        t->hook->absorbed(t->hook->context, kind, data, length);
    }
    add_to_capacity(t, kind, length);
    if (words > SPREAD_ABOVE) {
        digest_strands(few, kind, word, data, length, words);
        absorb_words(t, few, STRANDS);
        return;
    }
    for (size_t i = 0; i < words; i++) {
        word(&few[i], data, length, i);
    }
    absorb_words(t, few, words);
}

static void word_of_fr(zkb_fr *out, const void *data, size_t length, size_t index)
{
    (void)length;
    *out = ((const zkb_fr *)data)[index];
}

static void word_of_u64(zkb_fr *out, const void *data, size_t length, size_t index)
{
    uint64_t limbs[4] = {0, 0, 0, 0};
    const size_t left = length - 3 * index;
    memcpy(limbs, (const uint64_t *)data + 3 * index, (left < 3 ? left : 3) * sizeof limbs[0]);
    zkb_fr_from_limbs(out, limbs);
}

static void word_of_bytes(zkb_fr *out, const void *data, size_t length, size_t index)
{
    uint64_t limbs[4] = {0, 0, 0, 0};
    const size_t left = length - 31 * index;
    memcpy(limbs, (const uint8_t *)data + 31 * index, left < 31 ? left : 31);
    zkb_fr_from_limbs(out, limbs);
}

/* Points whose two bits share a word. */
enum { FLAGS_IN_WORD = 126 };

static bool is_at_least_order(const uint64_t limbs[4])
{
    static const uint64_t order[4] = {ZKB_FR_P0, ZKB_FR_P1, ZKB_FR_P2, ZKB_FR_P3};
    for (int i = 3; i >= 0; i--) {
        if (limbs[i] != order[i]) {
            return limbs[i] > order[i];
        }
    }
    return true;
}

/* Parity of y, and whether x is not below r: what x mod r leaves open. */
static uint64_t flags_of_g1(const zkb_g1_affine *point)
{
    uint64_t x[4];
    uint64_t y[4];
    zkb_fq_to_limbs(x, &point->x);
    zkb_fq_to_limbs(y, &point->y);
    return (y[0] & 1) | (uint64_t)is_at_least_order(x) << 1;
}

/* All x, then the flags. */
static void word_of_g1(zkb_fr *out, const void *data, size_t length, size_t index)
{
    const zkb_g1_affine *points = data;
    uint64_t limbs[4] = {0, 0, 0, 0};
    if (index < length) {
        zkb_fq_to_limbs(limbs, &points[index].x);
    } else {
        const size_t first = (index - length) * FLAGS_IN_WORD;
        for (size_t i = 0; i < FLAGS_IN_WORD && first + i < length; i++) {
            limbs[i / 32] |= flags_of_g1(&points[first + i]) << (2 * (i % 32));
        }
    }
    zkb_fr_from_limbs(out, limbs);
}

void zkb_transcript_init(zkb_transcript *t, const char *domain)
{
    /* From the second word on: above the tags, which stay below 2^64. */
    uint64_t limbs[4] = {0, 0, 0, 0};
    const size_t length = strlen(domain);
    assert(length >= 1 && length <= ZKB_TRANSCRIPT_MAX_DOMAIN);
    for (size_t i = 0; i < length; i++) {
        limbs[1 + i / 8] |= (uint64_t)(uint8_t)domain[i] << (8 * (i % 8));
    }
    *t = (zkb_transcript){{ZKB_FR_ZERO, ZKB_FR_ZERO, ZKB_FR_ZERO}, 0, NULL};
    zkb_fr_from_limbs(&t->state[2], limbs);
}

void zkb_transcript_absorb_fr(zkb_transcript *t, const zkb_fr *values, size_t count)
{
    absorb(t, ZKB_TRANSCRIPT_FR, word_of_fr, values, count, count);
}

void zkb_transcript_absorb_u64(zkb_transcript *t, const uint64_t *values, size_t count)
{
    absorb(t, ZKB_TRANSCRIPT_U64, word_of_u64, values, count, (count + 2) / 3);
}

void zkb_transcript_absorb_bytes(zkb_transcript *t, const void *bytes, size_t count)
{
    absorb(t, ZKB_TRANSCRIPT_BYTES, word_of_bytes, bytes, count, (count + 30) / 31);
}

void zkb_transcript_absorb_g1(zkb_transcript *t, const zkb_g1_affine *points, size_t count)
{
    absorb(t, ZKB_TRANSCRIPT_G1, word_of_g1, points, count,
           count + (count + FLAGS_IN_WORD - 1) / FLAGS_IN_WORD);
}

static void squeeze(zkb_fr *out, zkb_transcript *t)
{
    if (t->available == 0) {
        add_to_capacity(t, ZKB_TRANSCRIPT_SQUEEZE, 0);
        zkb_poseidon2_permute(t->state);
        t->available = ZKB_TRANSCRIPT_RATE;
    }
    *out = t->state[ZKB_TRANSCRIPT_RATE - t->available];
    t->available--;
}

static void show_challenge(zkb_transcript *t, zkb_fr *challenge)
{
    if (t->hook != NULL && t->hook->squeezed != NULL) {
        t->hook->squeezed(t->hook->context, challenge);
    }
}

void zkb_transcript_challenge(zkb_fr *out, zkb_transcript *t)
{
    squeeze(out, t);
    show_challenge(t, out);
}

void zkb_transcript_challenge_128(zkb_fr *out, zkb_transcript *t)
{
    uint64_t limbs[4];
    squeeze(out, t);
    zkb_fr_to_limbs(limbs, out);
    limbs[2] = 0;
    limbs[3] = 0;
    zkb_fr_from_limbs(out, limbs);
    show_challenge(t, out);
}

/* Challenges of 126 bits: two from each word of a permutation, whose words are below 2^254. */
enum { EXPANDED_BITS = 126, EXPANDED = 6 };

/* Bits 0..125, or 126..251. */
static void half_of(zkb_fr *out, const zkb_fr *word, size_t half)
{
    uint64_t limbs[4];
    zkb_fr_to_limbs(limbs, word);
    if (half != 0) {
        limbs[0] = limbs[1] >> 62 | limbs[2] << 2;
        limbs[1] = limbs[2] >> 62 | limbs[3] << 2;
    }
    limbs[1] &= ((uint64_t)1 << (EXPANDED_BITS - 64)) - 1;
    limbs[2] = 0;
    limbs[3] = 0;
    zkb_fr_from_limbs(out, limbs);
}

void zkb_transcript_challenges_126(zkb_fr *out, size_t count, zkb_transcript *t)
{
    zkb_fr seed;
    zkb_transcript start;
    zkb_fr lanes[3][STRANDS];
    zkb_fr_block state[3][STRANDS / 8];
    const zkb_fr_kernels *k = zkb_fr_kernels_get();
    squeeze(&seed, t);
    zkb_transcript_init(&start, "zkbpf.expand.v1");
    for (size_t i = 0; i < count; i += (size_t)EXPANDED * STRANDS) {
        for (size_t j = 0; j < STRANDS; j++) {
            lanes[0][j] = seed;
            zkb_fr_from_u64(&lanes[1][j], i / EXPANDED + j);
            lanes[2][j] = start.state[2];
        }
        for (size_t w = 0; w < 3; w++) {
            k->from_scalars(state[w], lanes[w], STRANDS);
        }
        zkb_poseidon2_permute_blocks(state[0], state[1], state[2], STRANDS);
        for (size_t w = 0; w < 3; w++) {
            k->to_scalars(lanes[w], state[w], STRANDS);
        }
        for (size_t j = 0; j < (size_t)EXPANDED * STRANDS && i + j < count; j++) {
            half_of(&out[i + j], &lanes[j % EXPANDED / 2][j / EXPANDED], j % 2);
            show_challenge(t, &out[i + j]);
        }
    }
}

void zkb_digest_fr(zkb_fr *out, const char *domain, const zkb_fr *values, size_t count)
{
    zkb_transcript t;
    zkb_transcript_init(&t, domain);
    zkb_transcript_absorb_fr(&t, values, count);
    squeeze(out, &t);
}
