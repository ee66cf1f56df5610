#include "air/digest.h"

#include "hash/transcript.h"

/* Words on their way into messages of at most this many. The first message holds every count, so
 * that the words of the others can be told apart. */
#define BUFFERED 96u

typedef struct zkb_word_stream {
    zkb_transcript transcript;
    unsigned count;
    uint64_t words[BUFFERED];
} zkb_word_stream;

static void flush(zkb_word_stream *s)
{
    zkb_transcript_absorb_u64(&s->transcript, s->words, s->count);
    s->count = 0;
}

static void put(zkb_word_stream *s, uint64_t word)
{
    if (s->count == BUFFERED) {
        flush(s);
    }
    s->words[s->count++] = word;
}

static uint64_t pack(uint64_t low, uint64_t high) { return low | high << 32; }

static void put_counts(zkb_word_stream *s, const zkb_chip *chip)
{
    put(s, pack(chip->node_count, chip->constant_count));
    put(s, pack(chip->committed_count, chip->preprocessed_count));
    put(s, pack(chip->instance_count, chip->constraint_count));
    put(s, pack(chip->interaction_count, chip->degree));
    put(s, pack(chip->minimum_log_height, chip->fixed_height));
    flush(s);
}

static void put_nodes(zkb_word_stream *s, const zkb_chip *chip)
{
    for (uint32_t i = 0; i < chip->node_count; i++) {
        const zkb_node *n = &chip->nodes[i];
        put(s, (uint64_t)n->kind | (uint64_t)n->degree << 8 | (uint64_t)n->low_a << 16 |
                   (uint64_t)n->low_b << 24 | (uint64_t)n->count << 32);
        put(s, pack(n->x, n->y));
    }
}

static void put_columns(zkb_word_stream *s, const zkb_column_info *columns, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        put(s, pack(columns[i].bits, columns[i].node));
    }
}

static void put_interaction(zkb_word_stream *s, const zkb_interaction *t)
{
    put(s, pack(t->bus.id, t->bus.arity));
    put(s, (uint64_t)t->bus.kind | (uint64_t)t->give << 8 | (uint64_t)t->kind << 16 |
               (uint64_t)t->multiplicity_degree << 24 | (uint64_t)t->tuple_degree << 32 |
               (uint64_t)t->arity << 40);
    put(s, (uint64_t)t->constant);
    put(s, t->multiplicity);
    for (unsigned j = 0; j < t->arity; j++) {
        put(s, t->tuple[j]);
    }
}

void zkb_chip_digest(zkb_fr *out, const zkb_chip *chip)
{
    zkb_word_stream s = {.count = 0};
    zkb_transcript_init(&s.transcript, "zkbpf.chip.v1");
    put_counts(&s, chip);
    put_nodes(&s, chip);
    put_columns(&s, chip->committed, chip->committed_count);
    put_columns(&s, chip->preprocessed, chip->preprocessed_count);
    for (uint32_t i = 0; i < chip->constraint_count; i++) {
        const zkb_constraint *c = &chip->constraints[i];
        put(&s, pack(c->node, c->subject));
        put(&s, pack(c->assertion, c->degree));
    }
    for (uint32_t i = 0; i < chip->interaction_count; i++) {
        put_interaction(&s, &chip->interactions[i]);
    }
    flush(&s);
    zkb_transcript_absorb_fr(&s.transcript, chip->constants, chip->constant_count);
    zkb_transcript_challenge(out, &s.transcript);
}
