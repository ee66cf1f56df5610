/* A claim with its polynomial as bytes, after what was proved by it: in resume files, and in parts
 * of runs. docs/formats.md, "Resume files". */
#ifndef ZKB_PROVER_PROVED_BYTES_H
#define ZKB_PROVER_PROVED_BYTES_H

#include "prover/prove_chunk.h"

/* Bytes before the polynomial, of which there are 32 for each coefficient. chunk->bytes is NULL
 * when chunk->size is 0. */
size_t zkb_proved_chunk_head(const zkb_proved_chunk *chunk);
/* Writes zkb_proved_chunk_head bytes, and then the polynomial. */
void zkb_proved_chunk_encode(uint8_t *out, const zkb_proved_chunk *chunk);

/* Bytes of what begins at `in`, *head of them before the polynomial; 0 when its numbers are not
 * possible or need more than the `size` bytes that are there. */
size_t zkb_proved_chunk_measure(size_t *head, const uint8_t *in, size_t size);
/* The variables of a claim that zkb_proved_chunk_measure has found to be good. */
unsigned zkb_proved_chunk_variables(const uint8_t *in);
/* Reads what zkb_proved_chunk_measure has found to be good. False when the polynomial is not what
 * its checksum says, an element is not canonical, or there is no memory; the caller ends it with
 * zkb_proved_chunk_clear in any case. */
bool zkb_proved_chunk_decode(zkb_proved_chunk *chunk, const uint8_t *in);

#endif
