/* A bump allocator over one block of memory. Below src/prover/ nothing calls malloc: functions
 * take an arena and publish how much they need. Allocations are 64-byte aligned; under
 * AddressSanitizer each is followed by a poisoned gap. Not thread-safe: one arena per worker. */
#ifndef ZKB_BASE_ARENA_H
#define ZKB_BASE_ARENA_H

#include "base/cancel.h"
#include "base/error.h"

#include <stddef.h>

typedef struct zkb_arena {
    unsigned char *base;
    size_t size;       /* bytes in the block */
    size_t used;       /* bytes handed out, alignment and gaps included */
    size_t high_water; /* the most that used has been */
    /* What work in this arena looks at to stop early, with ZKB_ERROR_CANCELLED; NULL. The owner
     * sets it. */
    const zkb_cancel *cancel;
} zkb_arena;

#define ZKB_ARENA_ALIGN 64u
#define ZKB_ARENA_GAP 64u

/* Bytes that one allocation of `size` bytes takes from an arena. Sum these to size an arena. */
size_t zkb_arena_cost(size_t size);

/* Obtains a zero-filled block of `size` bytes from the operating system, committed on first use.
 * ZKB_ERROR_MEMORY when there is none. The caller ends it with zkb_arena_destroy. */
zkb_status zkb_arena_create(zkb_arena *arena, size_t size, zkb_error *error) ZKB_MUST_USE;
void zkb_arena_destroy(zkb_arena *arena);
/* Empties an arena, or a zeroed struct, and makes it hold at least `size` bytes. A block that is
 * large enough stays, with the pages that it has and not zero-filled; else it grows to a power of
 * two, so that this is rare. high_water and cancel are kept. */
zkb_status zkb_arena_reserve(zkb_arena *arena, size_t size, zkb_error *error) ZKB_MUST_USE;

/* `count` elements of `element_size` bytes, uninitialised, or NULL when the arena is too small or
 * the product overflows. */
void *zkb_arena_alloc(zkb_arena *arena, size_t count, size_t element_size);

/* An arena of `size` bytes within another, for a thread of its own; it has the other's cancel and
 * is not destroyed: it ends when the other releases it. base is NULL when the other is too small.
 */
zkb_arena zkb_arena_part(zkb_arena *whole, size_t size);

/* Arenas that go from one piece of work to the next, to keep the pages that they have. A zeroed
 * struct is an empty set. */
typedef struct zkb_arena_set {
    zkb_arena *arenas;
    size_t count;
} zkb_arena_set;

/* Makes it `count` arenas at least, the new ones empty, for zkb_arena_reserve. */
zkb_status zkb_arena_set_reserve(zkb_arena_set *set, size_t count, zkb_error *error) ZKB_MUST_USE;
/* Destroys all of them. */
void zkb_arena_set_clear(zkb_arena_set *set);

/* Marks and releases in stack order. */
size_t zkb_arena_mark(const zkb_arena *arena);
void zkb_arena_release(zkb_arena *arena, size_t mark);

#endif
