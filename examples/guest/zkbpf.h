/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What a program for zkbpf includes. It needs no other header and no library; the flags that
 * go with it are in zkbpf.mk.
 *
 *     #include "zkbpf.h"
 *
 *     uint64_t entrypoint(const uint8_t *input, uint64_t input_bytes,
 *                         const uint8_t *secret, uint64_t secret_bytes, uint8_t *output)
 *     {
 *         ...
 *     }
 *
 * Its arguments are r1 to r5; a program that needs fewer leaves the last ones out. The value
 * returned is r0, the program's result.
 *   input, input_bytes      public input: part of what a proof states
 *   secret, secret_bytes    private input: known to the prover alone
 *   output                  public output: zero at the start
 */
#ifndef ZKBPF_GUEST_H
#define ZKBPF_GUEST_H

#include "stdint.h"
#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
#define ZKBPF_C_BEGIN extern "C" {
#define ZKBPF_C_END }
#define ZKBPF_RESTRICT __restrict
#else
#define ZKBPF_C_BEGIN
#define ZKBPF_C_END
#define ZKBPF_RESTRICT restrict
#endif

/* The memory map. A region reaches to the end of its last whole 64 KiB; what the program did not
 * put there reads as zero. An access outside faults, a store to read-only memory too. */
#define ZKBPF_PROGRAM_BASE 0x100000000u       /* constants (read-only), then variables */
#define ZKBPF_STACK_BASE 0x200000000u         /* one frame for each call */
#define ZKBPF_HEAP_BASE 0x300000000u          /* free for any use; zero at the start */
#define ZKBPF_INPUT_BASE 0x400000000u         /* read-only */
#define ZKBPF_PRIVATE_INPUT_BASE 0x500000000u /* read-only */
#define ZKBPF_OUTPUT_BASE 0x600000000u

/* Sizes unless the command line says otherwise. */
#ifndef ZKBPF_HEAP_BYTES
#define ZKBPF_HEAP_BYTES 0x100000u
#endif
#define ZKBPF_OUTPUT_BYTES 0x10000u
#define ZKBPF_FRAME_BYTES 4096u
#define ZKBPF_MAX_FRAMES 64u

/* Before a loop: unroll it. Table entries and addresses that depend on the loop's counter become
 * constants, which saves instructions where it matters. */
#ifdef __clang__
#define ZKBPF_UNROLL _Pragma("unroll")
#else
#define ZKBPF_UNROLL
#endif

/* An array or object of the heap: nothing allocates there but the program itself. */
#define ZKBPF_HEAP(type) ((type *)(uintptr_t)ZKBPF_HEAP_BASE)

/* A helper of the machine, called by its number, as any function:
 *     static uint64_t (*const helper)(uint64_t) = ZKBPF_HELPER(5);
 * The call becomes `call 5`. A number that the machine does not know ends the run with a fault
 * that names it. */
#ifdef __cplusplus
extern "C++" {
struct zkbpf_helper {
    uintptr_t number;
    template <class F> operator F *() const { return reinterpret_cast<F *>(number); }
};
}
#define ZKBPF_HELPER(number) (zkbpf_helper{(number)})
#else
#define ZKBPF_HELPER(number) ((void *)(uintptr_t)(number))
#endif

/* The high 64 bits of x * y: one instruction in place of some twenty. */
#if defined(__bpf__) && !defined(__cplusplus)
static uint64_t (*const zkbpf_mulhi)(uint64_t x, uint64_t y)
    __attribute__((unused)) = ZKBPF_HELPER(1000);
#else
static inline uint64_t zkbpf_mulhi(uint64_t x, uint64_t y)
{
#ifdef __bpf__
    return reinterpret_cast<uint64_t (*)(uint64_t, uint64_t)>(1000)(x, y);
#else
    return (uint64_t)((__extension__(unsigned __int128) x * y) >> 64);
#endif
}
#endif

/* Copies words from `from` to `to`, both multiples of 8, as if all were read before any is written;
 * returns `to`. At most 256 words a call. One instruction, and a row of a small table for each four
 * words: a sixth of what a loop costs, or less. ZKBPF_NO_HELPERS leaves helpers out. */
#if defined __bpf__ && !defined ZKBPF_NO_HELPERS && defined __cplusplus
static inline uint64_t *zkbpf_copy(uint64_t *to, const uint64_t *from, uint64_t words)
{
    return reinterpret_cast<uint64_t *(*)(uint64_t *, const uint64_t *, uint64_t)>(1001)(to, from,
                                                                                         words);
}
#elif defined __bpf__ && !defined ZKBPF_NO_HELPERS
static uint64_t *(*const zkbpf_copy)(uint64_t *to, const uint64_t *from, uint64_t words)
    __attribute__((unused)) = ZKBPF_HELPER(1001);
#else
static inline uint64_t *zkbpf_copy(uint64_t *to, const uint64_t *from, uint64_t words)
{
    const int down = (uintptr_t)to > (uintptr_t)from;
    for (uint64_t i = 0; i < words; i++) {
        const uint64_t word = down ? words - 1 - i : i;
        to[word] = from[word];
    }
    return to;
}
#endif

/* Writes `value` to the words from `to` on, a multiple of 8; returns `to`. At most 256 words a
 * call: a seventh of what a loop costs, or less. */
#if defined __bpf__ && !defined ZKBPF_NO_HELPERS && defined __cplusplus
static inline uint64_t *zkbpf_set(uint64_t *to, uint64_t value, uint64_t words)
{
    return reinterpret_cast<uint64_t *(*)(uint64_t *, uint64_t, uint64_t)>(1005)(to, value, words);
}
#elif defined __bpf__ && !defined ZKBPF_NO_HELPERS
static uint64_t *(*const zkbpf_set)(uint64_t *to, uint64_t value, uint64_t words)
    __attribute__((unused)) = ZKBPF_HELPER(1005);
#else
static inline uint64_t *zkbpf_set(uint64_t *to, uint64_t value, uint64_t words)
{
    for (uint64_t i = 0; i < words; i++) {
        to[i] = value;
    }
    return to;
}
#endif

/* How many words from `left` on are the same as those from `right` on, up to the first that is not:
 * `words` if all are. Both are multiples of 8, at most 256 words a call: an eighth of what a loop
 * costs, or less. */
#if defined __bpf__ && !defined ZKBPF_NO_HELPERS && defined __cplusplus
static inline uint64_t zkbpf_compare(const uint64_t *left, const uint64_t *right, uint64_t words)
{
    return reinterpret_cast<uint64_t (*)(const uint64_t *, const uint64_t *, uint64_t)>(1006)(
        left, right, words);
}
#elif defined __bpf__ && !defined ZKBPF_NO_HELPERS
static uint64_t (*const zkbpf_compare)(const uint64_t *left, const uint64_t *right, uint64_t words)
    __attribute__((unused)) = ZKBPF_HELPER(1006);
#else
static inline uint64_t zkbpf_compare(const uint64_t *left, const uint64_t *right, uint64_t words)
{
    uint64_t i = 0;
    while (i < words && left[i] == right[i]) {
        i++;
    }
    return i;
}
#endif

/* Ends the run with a fault, so that there is nothing to prove: no machine has this helper. */
static inline void zkbpf_abort(void)
{
#ifdef __bpf__
    void (*const stop)(void) = ZKBPF_HELPER(999);
    stop();
#else
    __builtin_trap();
#endif
}

/* In r3 of mulhi(text, 0): shows `size` bytes of text, see stdio.h. */
#define ZKBPF_SHOW_MARK 0x7a6b6270662d7478u

/* From libc.c beside this file. Compilers call the first four of their own accord too. */
#ifdef __bpf__
ZKBPF_C_BEGIN
void *memcpy(void *ZKBPF_RESTRICT to, const void *ZKBPF_RESTRICT from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int byte, size_t bytes);
int memcmp(const void *a, const void *b, size_t bytes);
size_t strlen(const char *text);
ZKBPF_C_END
#else
#include <string.h>
#endif

#endif
