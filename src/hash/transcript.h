/* The Fiat-Shamir transcript: a duplex sponge over Poseidon2, rate 2, capacity 1.
 *
 * Every message is typed and carries its length: it begins a new block, and the first block of a
 * message adds (kind, length) to the capacity, so the sequence of messages can be read back from
 * the sequence of blocks. A message of more than 32 words goes in as the digests of sixteen strands
 * of it, which vectors compute side by side. Exact rules and the argument: docs/protocol.md,
 * section Transcript. */
#ifndef ZKB_HASH_TRANSCRIPT_H
#define ZKB_HASH_TRANSCRIPT_H

#include "curve/g1.h"
#include "field/fr.h"

/* Values are part of the protocol. */
typedef enum zkb_transcript_kind {
    ZKB_TRANSCRIPT_FR = 1,      /* field elements, length in elements */
    ZKB_TRANSCRIPT_U64 = 2,     /* unsigned 64-bit words, three to an element, length in words */
    ZKB_TRANSCRIPT_BYTES = 3,   /* 31 bytes to an element, length in bytes */
    ZKB_TRANSCRIPT_G1 = 4,      /* points of G1, length in points */
    ZKB_TRANSCRIPT_SQUEEZE = 5, /* never a message: marks a permutation made for more output */
} zkb_transcript_kind;

/* The longest message, in units of its kind. Whoever absorbs what a caller gave holds its length to
 * this first: zkb_layout_init those of a statement. */
#define ZKB_TRANSCRIPT_MAX_LENGTH 0xffffffffu
/* The longest domain name, in bytes. */
#define ZKB_TRANSCRIPT_MAX_DOMAIN 23

/* For tests: sees every message (data as passed in, length in units of its kind) and every
 * challenge, which it may replace. Either function may be NULL. */
typedef struct zkb_transcript_hook {
    void *context;
    void (*absorbed)(void *context, zkb_transcript_kind kind, const void *data, size_t length);
    void (*squeezed)(void *context, zkb_fr *challenge);
} zkb_transcript_hook;

enum { ZKB_TRANSCRIPT_RATE = 2 };

typedef struct zkb_transcript {
    zkb_fr state[3];                 /* words 0, 1 rate; word 2 capacity */
    unsigned available;              /* rate words not yet given out */
    const zkb_transcript_hook *hook; /* NULL except in tests; not owned */
} zkb_transcript;

/* Starts in the domain named by 1..23 characters, e.g. "zkbpf.chunk.v1". Copy the struct to fork
 * a transcript. */
void zkb_transcript_init(zkb_transcript *transcript, const char *domain);

/* Each call is one message; a message of length 0 is a message too. */
void zkb_transcript_absorb_fr(zkb_transcript *transcript, const zkb_fr *values, size_t count);
void zkb_transcript_absorb_u64(zkb_transcript *transcript, const uint64_t *values, size_t count);
void zkb_transcript_absorb_bytes(zkb_transcript *transcript, const void *bytes, size_t count);
/* A word for each point, x mod r, then one for each 126 points, with two bits for each: whether y
 * is odd, and whether x is at least r. The identity is (0, 0), and no other point has x = 0. Points
 * are on the curve. */
void zkb_transcript_absorb_g1(zkb_transcript *transcript, const zkb_g1_affine *points,
                              size_t count);

/* A challenge uniform in Fr. */
void zkb_transcript_challenge(zkb_fr *out, zkb_transcript *transcript);
/* A challenge below 2^128: the low half of the canonical integer that zkb_transcript_challenge
 * would give. Uses up one squeezed word each. */
void zkb_transcript_challenge_128(zkb_fr *out, zkb_transcript *transcript);

/* `count` challenges below 2^126, expanded from one squeezed word by a permutation for every six,
 * sixteen side by side. */
void zkb_transcript_challenges_126(zkb_fr *out, size_t count, zkb_transcript *transcript);

/* A digest: one message in a domain of its own, one word squeezed. */
void zkb_digest_fr(zkb_fr *out, const char *domain, const zkb_fr *values, size_t count);

#endif
