#include "prover/proved_bytes.h"

#include "base/bytes_inline.h"
#include "base/checksum.h"
#include "proof/limits.h"

#include <stdlib.h>
#include <string.h>

/* Sizes (u64), then the claim, then the chunk as it stands in the proof file. The polynomial
 * follows; of it the head has a checksum. */
enum { NUMBERS = 4, HEAD_ELEMENTS = 1 + 1 + 3, HEAD = 8 * NUMBERS + ZKB_CHECKSUM_SIZE };

static size_t head_size(unsigned variables, size_t chunk_size)
{
    return HEAD + 32 * (HEAD_ELEMENTS + (size_t)variables) + chunk_size;
}

static uint8_t *put_elements(uint8_t *at, const zkb_fr *values, size_t count)
{
    for (size_t i = 0; i < count; i++, at += 32) {
        zkb_fr_to_bytes(at, &values[i]);
    }
    return at;
}

static bool take_elements(zkb_fr *values, const uint8_t **at, size_t count)
{
    for (size_t i = 0; i < count; i++, *at += 32) {
        if (!zkb_fr_from_bytes(&values[i], *at)) {
            return false;
        }
    }
    return true;
}

static void checksum(uint8_t out[ZKB_CHECKSUM_SIZE], const uint8_t *data, size_t size)
{
    zkb_checksum sum;
    zkb_checksum_init(&sum);
    zkb_checksum_add(&sum, data, size);
    zkb_checksum_finish(out, &sum);
}

size_t zkb_proved_chunk_head(const zkb_proved_chunk *chunk)
{
    return head_size(chunk->open.variables, chunk->size);
}

void zkb_proved_chunk_encode(uint8_t *out, const zkb_proved_chunk *c)
{
    const zkb_open_claim *open = &c->open;
    uint8_t *f = out + head_size(open->variables, c->size);
    zkb_store64(out, c->size);
    zkb_store64(out + 8, open->variables);
    zkb_store64(out + 16, open->transcript.available);
    zkb_store64(out + 24, c->length);
    (void)put_elements(f, c->f, c->length);
    checksum(out + 8 * NUMBERS, f, 32 * c->length);
    uint8_t *at = put_elements(out + HEAD, &open->value, 1);
    at = put_elements(at, &open->digest, 1);
    at = put_elements(at, open->transcript.state, 3);
    at = put_elements(at, open->point, open->variables);
    if (c->size != 0) {
        memcpy(at, c->bytes, c->size);
    }
}

bool zkb_proved_chunk_decode(zkb_proved_chunk *c, const uint8_t *in)
{
    uint8_t sum[ZKB_CHECKSUM_SIZE];
    zkb_open_claim *open = &c->open;
    *c = (zkb_proved_chunk){0};
    c->size = zkb_load64(in);
    open->variables = (unsigned)zkb_load64(in + 8);
    open->transcript.available = (unsigned)zkb_load64(in + 16);
    c->length = zkb_load64(in + 24);
    const uint8_t *f = in + head_size(open->variables, c->size);
    checksum(sum, f, 32 * c->length);
    if (memcmp(sum, in + 8 * NUMBERS, sizeof sum) != 0) {
        return false;
    }
    c->bytes = malloc(c->size + 1);
    c->f = malloc((c->length + 1) * sizeof *c->f);
    const uint8_t *at = in + HEAD;
    if (c->bytes == NULL || c->f == NULL || !take_elements(&open->value, &at, 1) ||
        !take_elements(&open->digest, &at, 1) || !take_elements(open->transcript.state, &at, 3) ||
        !take_elements(open->point, &at, open->variables)) {
        return false;
    }
    memcpy(c->bytes, at, c->size);
    return take_elements(c->f, &f, c->length);
}

size_t zkb_proved_chunk_measure(size_t *head, const uint8_t *in, size_t size)
{
    if (size < HEAD) {
        return 0;
    }
    const uint64_t chunk = zkb_load64(in), variables = zkb_load64(in + 8);
    const uint64_t available = zkb_load64(in + 16), length = zkb_load64(in + 24);
    if (chunk > size || variables < ZKB_MIN_OPEN_VARIABLES ||
        variables > ZKB_MERCURY_MAX_VARIABLES || available > ZKB_TRANSCRIPT_RATE || length == 0 ||
        length > (uint64_t)1 << variables || length > size / 32) {
        return 0;
    }
    *head = head_size((unsigned)variables, (size_t)chunk);
    const size_t all = *head + 32 * (size_t)length;
    return all <= size ? all : 0;
}

unsigned zkb_proved_chunk_variables(const uint8_t *in) { return (unsigned)zkb_load64(in + 8); }
