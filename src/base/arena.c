#include "base/arena.h"

#include "base/os.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define ZKB_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ZKB_ASAN 1
#endif
#endif
#ifdef ZKB_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
#else
#define POISON(p, n) ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
#endif

size_t zkb_arena_cost(size_t size)
{
    return ((size + ZKB_ARENA_ALIGN - 1) & ~(size_t)(ZKB_ARENA_ALIGN - 1)) + ZKB_ARENA_GAP;
}

zkb_status zkb_arena_create(zkb_arena *arena, size_t size, zkb_error *error)
{
    *arena = (zkb_arena){0};
    size = zkb_arena_cost(size);
    void *block = zkb_os_pages(size);
    if (block == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "arena", ZKB_NO_INDEX,
                        "no memory for a block of %zu bytes", size);
    }
    arena->base = block;
    arena->size = size;
    POISON(arena->base, size);
    return ZKB_OK;
}

void zkb_arena_destroy(zkb_arena *arena)
{
    if (arena->base != NULL) {
        UNPOISON(arena->base, arena->size);
        zkb_os_release(arena->base, arena->size);
    }
    *arena = (zkb_arena){0};
}

zkb_status zkb_arena_reserve(zkb_arena *arena, size_t size, zkb_error *error)
{
    zkb_arena_release(arena, 0);
    if (arena->size >= zkb_arena_cost(size)) {
        return ZKB_OK;
    }
    size_t rounded = (size_t)1 << 20;
    while (rounded < size && rounded <= SIZE_MAX / 4) {
        rounded *= 2;
    }
    const zkb_cancel *cancel = arena->cancel;
    const size_t high_water = arena->high_water;
    zkb_arena_destroy(arena);
    ZKB_TRY(zkb_arena_create(arena, rounded > size ? rounded : size, error));
    arena->cancel = cancel;
    arena->high_water = high_water;
    return ZKB_OK;
}

void *zkb_arena_alloc(zkb_arena *arena, size_t count, size_t element_size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, element_size, &bytes) || bytes > SIZE_MAX / 2) {
        return NULL;
    }
    const size_t cost = zkb_arena_cost(bytes);
    if (cost > arena->size - arena->used) {
        return NULL;
    }
    unsigned char *p = arena->base + arena->used;
    arena->used += cost;
    if (arena->used > arena->high_water) {
        arena->high_water = arena->used;
    }
    UNPOISON(p, bytes);
    return p;
}

size_t zkb_arena_mark(const zkb_arena *arena) { return arena->used; }

void zkb_arena_release(zkb_arena *arena, size_t mark)
{
    assert(mark <= arena->used);
    if (mark != arena->used) { /* else it may have no memory yet */
        POISON(arena->base + mark, arena->used - mark);
        arena->used = mark;
    }
}

zkb_arena zkb_arena_part(zkb_arena *whole, size_t size)
{
    zkb_arena part = {.base = zkb_arena_alloc(whole, size, 1), .cancel = whole->cancel};
    if (part.base != NULL) {
        part.size = size;
        POISON(part.base, size);
    }
    return part;
}

zkb_status zkb_arena_set_reserve(zkb_arena_set *set, size_t count, zkb_error *error)
{
    if (count <= set->count) {
        return ZKB_OK;
    }
    zkb_arena *arenas =
        count > SIZE_MAX / sizeof *arenas ? NULL : realloc(set->arenas, count * sizeof *arenas);
    if (arenas == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "arena", ZKB_NO_INDEX, "no memory for %zu arenas",
                        count);
    }
    for (size_t i = set->count; i < count; i++) {
        arenas[i] = (zkb_arena){0};
    }
    *set = (zkb_arena_set){arenas, count};
    return ZKB_OK;
}

void zkb_arena_set_clear(zkb_arena_set *set)
{
    for (size_t i = 0; i < set->count; i++) {
        zkb_arena_destroy(&set->arenas[i]);
    }
    free(set->arenas);
    *set = (zkb_arena_set){0};
}
