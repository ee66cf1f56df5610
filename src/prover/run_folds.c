#include "prover/run_folds.h"

#include "kzg/mercury_open.h"
#include "proof/gather.h"
#include "proof/prover.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A claim that waits for the rest of its group. */
typedef struct node {
    zkb_open_claim claim;
    zkb_fr *f;
    size_t length;
} node;

/* Sixteen claims, and what they were folded by. */
typedef struct group {
    node *members[ZKB_FOLD_MOST];
    uint32_t present;
    uint8_t *messages;
    size_t size;
} group;

/* Enough for 16^LEVELS chunks. */
enum { LEVELS = 6 };

typedef struct fold_level {
    group *groups;
    uint32_t count;
} fold_level;

struct zkb_run_folds {
    pthread_mutex_t mutex; /* over what follows; folding goes on outside */
    fold_level levels[LEVELS];
};

static zkb_status out_of_memory(zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_MEMORY, "prover", ZKB_NO_INDEX, "out of memory");
}

zkb_status zkb_run_folds_create(zkb_run_folds **out, zkb_error *error)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL) {
        return out_of_memory(error);
    }
    (void)pthread_mutex_init(&(*out)->mutex, NULL);
    return ZKB_OK;
}

static void destroy_node(node *n)
{
    if (n != NULL) {
        free(n->f);
        free(n);
    }
}

/* One whose polynomial has so many coefficients, none of them set; NULL: out of memory. */
static node *new_node(size_t length)
{
    node *n = calloc(1, sizeof *n);
    if (n != NULL) {
        n->length = length;
        n->f = malloc(length * sizeof *n->f);
    }
    if (n != NULL && n->f == NULL) {
        free(n);
        return NULL;
    }
    return n;
}

void zkb_run_folds_destroy(zkb_run_folds *folds)
{
    for (unsigned l = 0; folds != NULL && l < LEVELS; l++) {
        for (uint32_t g = 0; g < folds->levels[l].count; g++) {
            group *old = &folds->levels[l].groups[g];
            for (unsigned i = 0; i < ZKB_FOLD_MOST; i++) {
                destroy_node(old->members[i]);
            }
            free(old->messages);
        }
        free(folds->levels[l].groups);
    }
    if (folds != NULL) {
        (void)pthread_mutex_destroy(&folds->mutex);
        free(folds);
    }
}

/* Under the mutex: the groups of a level up to number `index` exist. */
static zkb_status make_room(fold_level *l, uint32_t index, zkb_error *error)
{
    if (index < l->count) {
        return ZKB_OK;
    }
    const uint32_t count = index < 8 ? 8 : 2 * index;
    group *larger = realloc(l->groups, count * sizeof *larger);
    if (larger == NULL) {
        return out_of_memory(error);
    }
    memset(larger + l->count, 0, (count - l->count) * sizeof *larger);
    l->groups = larger;
    l->count = count;
    return ZKB_OK;
}

/* Under the mutex: puts a claim into its group; *whole has a copy of the group's members when it
 * was the last of sixteen, and the group has none any more. */
static zkb_status place_node(zkb_run_folds *folds, unsigned l, uint32_t index, node *n,
                             group *whole, zkb_error *error)
{
    fold_level *at = &folds->levels[l];
    whole->present = 0;
    ZKB_TRY(make_room(at, index / ZKB_FOLD_MOST, error));
    group *g = &at->groups[index / ZKB_FOLD_MOST];
    g->members[index % ZKB_FOLD_MOST] = n;
    if (++g->present == ZKB_FOLD_MOST) {
        *whole = *g;
        memset(g->members, 0, sizeof g->members);
    }
    return ZKB_OK;
}

/* Folds the group's members, which are destroyed, into *out. */
static zkb_status fold_group(node **out, group *g, unsigned l, uint32_t index, zkb_arena *arena,
                             unsigned threads, zkb_error *error)
{
    zkb_fold_member members[ZKB_FOLD_MOST];
    const zkb_fold_place place = {l, index, g->present};
    for (uint32_t i = 0; i < g->present; i++) {
        const node *n = g->members[i];
        members[i] = (zkb_fold_member){&n->claim, n->f, n->length};
    }
    node *n = new_node(zkb_fold_length(members, g->present));
    g->size = ZKB_GATHER_BYTES(zkb_fold_variables(members, g->present));
    g->messages = malloc(g->size);
    zkb_status status =
        n == NULL || g->messages == NULL
            ? out_of_memory(error)
            : zkb_arena_reserve(arena, zkb_prove_fold_scratch(members, g->present), error);
    if (status == ZKB_OK && n != NULL) {
        status = zkb_prove_fold(&n->claim, n->f, g->messages, arena, &place, members, threads, NULL,
                                error);
    }
    for (uint32_t i = 0; i < g->present; i++) {
        destroy_node(g->members[i]);
    }
    if (status != ZKB_OK) {
        free(g->messages);
        g->messages = NULL;
        destroy_node(n);
        return status;
    }
    *out = n;
    return ZKB_OK;
}

/* Adds a claim of a level and folds upwards while groups get whole. Takes over n. */
static zkb_status add_node(zkb_run_folds *folds, unsigned l, uint32_t index, node *n,
                           zkb_arena *arena, unsigned threads, zkb_error *error)
{
    for (; n != NULL; l++, index /= ZKB_FOLD_MOST) {
        group whole;
        (void)pthread_mutex_lock(&folds->mutex);
        zkb_status status = place_node(folds, l, index, n, &whole, error);
        (void)pthread_mutex_unlock(&folds->mutex);
        if (status != ZKB_OK) {
            destroy_node(n);
            return status;
        }
        n = NULL;
        if (whole.present == ZKB_FOLD_MOST) {
            const uint32_t number = index / ZKB_FOLD_MOST;
            ZKB_TRY(fold_group(&n, &whole, l, number, arena, threads, error));
            (void)pthread_mutex_lock(&folds->mutex);
            folds->levels[l].groups[number].messages = whole.messages;
            folds->levels[l].groups[number].size = whole.size;
            (void)pthread_mutex_unlock(&folds->mutex);
        }
    }
    return ZKB_OK;
}

zkb_status zkb_run_folds_add_at(zkb_run_folds *folds, unsigned level, uint32_t index,
                                const zkb_open_claim *claim, zkb_fr *f, size_t length,
                                zkb_arena *arena, unsigned threads, zkb_error *error)
{
    node *n = malloc(sizeof *n);
    if (n == NULL) {
        free(f);
        return out_of_memory(error);
    }
    *n = (node){*claim, f, length};
    return add_node(folds, level, index, n, arena, threads, error);
}

zkb_status zkb_run_folds_add(zkb_run_folds *folds, uint32_t chunk, const zkb_open_claim *claim,
                             zkb_fr *f, size_t length, zkb_arena *arena, unsigned threads,
                             zkb_error *error)
{
    return zkb_run_folds_add_at(folds, 0, chunk, claim, f, length, arena, threads, error);
}

/* ---- Of several machines ------------------------------------------------------------------- */

/* NULL when no claim and no fold of that group is there. */
static const group *find_group(const zkb_run_folds *folds, unsigned l, uint32_t index)
{
    return l < LEVELS && index < folds->levels[l].count ? &folds->levels[l].groups[index] : NULL;
}

zkb_status zkb_run_folds_put(zkb_run_folds *folds, unsigned level, uint32_t index,
                             const uint8_t *messages, size_t size, zkb_error *error)
{
    uint8_t *copy = malloc(size + 1);
    if (copy == NULL) {
        return out_of_memory(error);
    }
    memcpy(copy, messages, size);
    (void)pthread_mutex_lock(&folds->mutex);
    const zkb_status status = make_room(&folds->levels[level], index, error);
    if (status == ZKB_OK) {
        group *g = &folds->levels[level].groups[index];
        free(g->messages);
        g->messages = copy;
        g->size = size;
    } else {
        free(copy);
    }
    (void)pthread_mutex_unlock(&folds->mutex);
    return status;
}

zkb_fold_member zkb_run_folds_claim(const zkb_run_folds *folds, unsigned level, uint32_t index)
{
    const group *g = find_group(folds, level, index / ZKB_FOLD_MOST);
    const node *n = g != NULL ? g->members[index % ZKB_FOLD_MOST] : NULL;
    return n != NULL ? (zkb_fold_member){&n->claim, n->f, n->length} : (zkb_fold_member){0};
}

const uint8_t *zkb_run_folds_messages(size_t *size, const zkb_run_folds *folds, unsigned level,
                                      uint32_t index)
{
    const group *g = find_group(folds, level, index);
    *size = g != NULL ? g->size : 0;
    return g != NULL ? g->messages : NULL;
}

/* ---- The end ------------------------------------------------------------------------------- */

/* The last group of a level, when it is not whole: folded, or moved up when it has one member.
 * *top is what is left when nothing else is at this level. */
static zkb_status end_level(node **top, zkb_run_folds *folds, unsigned l, uint32_t width,
                            zkb_arena *arena, unsigned threads, zkb_error *error)
{
    const uint32_t last = (width - 1) / ZKB_FOLD_MOST;
    if (width != 1 && width % ZKB_FOLD_MOST == 0) {
        return ZKB_OK;
    }
    group *g = &folds->levels[l].groups[last];
    if (width == 1) {
        *top = g->members[0];
        g->members[0] = NULL;
        return ZKB_OK;
    }
    node *n = g->members[0];
    group part = *g;
    memset(g->members, 0, sizeof g->members);
    if (part.present > 1) {
        ZKB_TRY(fold_group(&n, &part, l, last, arena, threads, error));
        g->messages = part.messages;
        g->size = part.size;
    }
    return add_node(folds, l + 1, last, n, arena, threads, error);
}

static zkb_status collect(uint8_t **messages, size_t *size, const zkb_run_folds *folds,
                          zkb_error *error)
{
    *size = 0;
    for (unsigned l = 0; l < LEVELS; l++) {
        for (uint32_t g = 0; g < folds->levels[l].count; g++) {
            *size += folds->levels[l].groups[g].size;
        }
    }
    *messages = malloc(*size + 1);
    if (*messages == NULL) {
        return out_of_memory(error);
    }
    uint8_t *at = *messages;
    for (unsigned l = 0; l < LEVELS; l++) {
        for (uint32_t g = 0; g < folds->levels[l].count; g++) {
            const group *from = &folds->levels[l].groups[g];
            if (from->size != 0) {
                memcpy(at, from->messages, from->size);
                at += from->size;
            }
        }
    }
    return ZKB_OK;
}

zkb_status zkb_run_folds_end(uint8_t **messages, size_t *size, uint8_t *opening,
                             zkb_run_folds *folds, uint32_t chunks, const zkb_srs *srs,
                             const zkb_prover_phases *by, zkb_arena *arena, unsigned threads,
                             zkb_error *error)
{
    node *top = NULL;
    uint32_t width = chunks;
    zkb_status status = ZKB_OK;
    *messages = NULL;
    for (unsigned l = 0; status == ZKB_OK && top == NULL; l++) {
        status = end_level(&top, folds, l, width, arena, threads, error);
        width = width / ZKB_FOLD_MOST + (width % ZKB_FOLD_MOST != 0);
    }
    if (status == ZKB_OK) {
        status = zkb_arena_reserve(
            arena, zkb_mercury_open_scratch(top->claim.variables, top->length, threads), error);
    }
    if (status == ZKB_OK) {
        by = by != NULL ? by : &zkb_cpu_phases;
        status = by->open(opening, &top->claim, top->f, top->length, srs, arena, threads, error);
    }
    destroy_node(top);
    return status == ZKB_OK ? collect(messages, size, folds, error) : status;
}
