#include "prover/run_part.h"

#include "base/bytes_inline.h"
#include "machine/keys.h"
#include "proof/fold.h"
#include "prover/file_head.h"
#include "prover/proved_bytes.h"

#include <stdlib.h>
#include <string.h>

#define WHERE "part"

/* Where the fields are; docs/formats.md says the same. */
enum {
    AT_ZERO = 12,
    AT_FIRST = 24,
    AT_COUNT = 28,
    AT_PLAN = ZKB_FILE_HEAD_BYTES,
    AT_PART = AT_PLAN + 32,
    AT_PARTS = AT_PART + 4,
    AT_CHUNKS = AT_PARTS + 4
};

static const zkb_file_kind kind = {
    .magic = "zkbpart", .version = 1, .what = "part", .remedy = "prove the part again"};

static zkb_status out_of_memory(zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_MEMORY, WHERE, ZKB_NO_INDEX, "out of memory for a part");
}

/* ---- What a part has of the tree of folds ---------------------------------------------------- */

/* One level: claims first .. end - 1, of which the groups group .. group_end - 1 are folded and all
 * others wait. */
typedef struct cover {
    unsigned level;
    uint32_t first, end;
    uint32_t group, group_end;
} cover;

static void see_groups(cover *c)
{
    c->group = c->first / ZKB_FOLD_MOST + (c->first % ZKB_FOLD_MOST != 0);
    c->group_end = c->end / ZKB_FOLD_MOST;
    if (c->group >= c->group_end) { /* none is whole */
        c->group = c->group_end = c->end;
    }
}

static cover cover_start(uint32_t first, uint32_t count)
{
    cover c = {.first = first, .end = first + count};
    see_groups(&c);
    return c;
}

/* The level above; empty (first = end) after the last. */
static void cover_up(cover *c)
{
    c->level++;
    c->first = c->group;
    c->end = c->group_end;
    see_groups(c);
}

/* Whether claim `index` of the level waits. */
static bool waits(const cover *c, uint32_t index)
{
    return c->group == c->group_end || index < c->group * ZKB_FOLD_MOST ||
           index >= c->group_end * ZKB_FOLD_MOST;
}

/* ---- Writing ----------------------------------------------------------------------------- */

/* What a claim is written as: no chunk's bytes with it, for these stand elsewhere. */
static zkb_proved_chunk claim_of(const zkb_run_folds *folds, unsigned level, uint32_t index)
{
    const zkb_fold_member m = zkb_run_folds_claim(folds, level, index);
    zkb_proved_chunk c = {.f = (zkb_fr *)m.f, .length = m.length};
    if (m.claim != NULL) {
        c.open = *m.claim;
    }
    return c;
}

/* Writes chunks, folds and claims at `out`, or only counts their bytes when it is NULL. */
static size_t write_content(uint8_t *out, const zkb_part_content *p)
{
    size_t at = 0;
    for (uint32_t c = 0; c < p->count; c++) {
        if (out != NULL) {
            zkb_store32(out + at, (uint32_t)p->chunks[c].size);
            memcpy(out + at + 4, p->chunks[c].bytes, p->chunks[c].size);
        }
        at += 4 + p->chunks[c].size;
    }
    for (cover c = cover_start(p->first, p->count); c.first != c.end; cover_up(&c)) {
        for (uint32_t g = c.group; g < c.group_end; g++) {
            size_t size;
            const uint8_t *messages = zkb_run_folds_messages(&size, p->folds, c.level, g);
            if (out != NULL) {
                zkb_store32(out + at, (uint32_t)size);
                memcpy(out + at + 4, messages, size);
            }
            at += 4 + size;
        }
        for (uint32_t i = c.first; i < c.end; i++) {
            if (waits(&c, i)) {
                const zkb_proved_chunk claim = claim_of(p->folds, c.level, i);
                if (out != NULL) {
                    zkb_proved_chunk_encode(out + at, &claim);
                }
                at += zkb_proved_chunk_head(&claim) + 32 * claim.length;
            }
        }
    }
    return at;
}

/* ---- Reading ----------------------------------------------------------------------------- */

static zkb_status refuse(const char *name, const char *field, uint32_t index, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_FORMAT, WHERE, index,
                    "%s: not a part that zkbpf made: %s %u; %s", name, field, index, kind.remedy);
}

/* The next bytes that a size (u32) stands before; NULL when there are fewer. */
static uint8_t *take_sized(size_t *size, const zkb_run_part *p, size_t *at)
{
    if (p->size - *at < 4) {
        return NULL;
    }
    *size = zkb_load32(p->bytes + *at);
    uint8_t *bytes = p->bytes + *at + 4;
    if (*size > p->size - *at - 4) {
        return NULL;
    }
    *at += 4 + *size;
    return bytes;
}

static zkb_status read_chunks(zkb_run_part *p, size_t *at, const char *name, zkb_error *error)
{
    p->chunks = calloc((size_t)p->count + 1, sizeof *p->chunks);
    if (p->chunks == NULL) {
        return out_of_memory(error);
    }
    for (uint32_t c = 0; c < p->count; c++) {
        p->chunks[c].bytes = take_sized(&p->chunks[c].size, p, at);
        if (p->chunks[c].bytes == NULL) {
            return refuse(name, "size of chunk", p->first + c, error);
        }
    }
    return ZKB_OK;
}

static zkb_status read_level(zkb_run_part *p, size_t *at, const cover *c, const char *name,
                             zkb_error *error)
{
    for (uint32_t g = c->group; g < c->group_end; g++) {
        zkb_part_piece *piece = &p->folds[p->fold_count++];
        *piece = (zkb_part_piece){.level = c->level, .index = g};
        piece->bytes = take_sized(&piece->size, p, at);
        if (piece->bytes == NULL) {
            return refuse(name, "size of fold", g, error);
        }
    }
    for (uint32_t i = c->first; i < c->end; i++) {
        size_t head;
        if (!waits(c, i)) {
            continue;
        }
        const size_t size = zkb_proved_chunk_measure(&head, p->bytes + *at, p->size - *at);
        if (size == 0 || zkb_load64(p->bytes + *at) != 0) { /* no chunk stands in a claim */
            return refuse(name, "sizes of claim", i, error);
        }
        p->claims[p->claim_count++] = (zkb_part_piece){c->level, i, p->bytes + *at, size};
        *at += size;
    }
    return ZKB_OK;
}

/* count is at most what the file's bytes can hold, which bounds the lists. */
static zkb_status read_tree(zkb_run_part *p, size_t *at, const char *name, zkb_error *error)
{
    p->folds = calloc((size_t)p->count + 1, sizeof *p->folds);
    p->claims = calloc((size_t)p->count + 1, sizeof *p->claims);
    if (p->folds == NULL || p->claims == NULL) {
        return out_of_memory(error);
    }
    for (cover c = cover_start(p->first, p->count); c.first != c.end; cover_up(&c)) {
        ZKB_TRY(read_level(p, at, &c, name, error));
    }
    return ZKB_OK;
}

static zkb_status read_part(zkb_run_part *p, const char *name, zkb_error *error)
{
    const uint8_t *in = p->bytes;
    size_t at = AT_CHUNKS;
    ZKB_TRY(zkb_file_check(in, p->size, AT_CHUNKS, &kind, name, error));
    p->first = zkb_load32(in + AT_FIRST);
    p->count = zkb_load32(in + AT_COUNT);
    p->part = zkb_load32(in + AT_PART);
    p->parts = zkb_load32(in + AT_PARTS);
    if (zkb_load32(in + AT_ZERO) != 0 || p->first >= ZKB_MAX_CHUNKS || p->count == 0 ||
        p->count > ZKB_MAX_CHUNKS - p->first || p->count > (p->size - at) / 4) {
        return refuse(name, "number of chunks", p->count, error);
    }
    if (p->part >= p->parts || p->parts > ZKB_MAX_CHUNKS) {
        return refuse(name, "number of the part", p->part, error);
    }
    if (!zkb_fr_from_bytes(&p->plan, in + AT_PLAN)) {
        return refuse(name, "digest of the plan", 0, error);
    }
    ZKB_TRY(read_chunks(p, &at, name, error));
    ZKB_TRY(read_tree(p, &at, name, error));
    return at == p->size ? ZKB_OK : refuse(name, "bytes at its end", 0, error);
}

/* Takes over bytes, whatever the outcome. */
static zkb_status adopt(zkb_run_part **part, uint8_t *bytes, size_t size, const char *name,
                        zkb_error *error)
{
    zkb_run_part *p = calloc(1, sizeof *p);
    *part = NULL;
    if (p == NULL) {
        free(bytes);
        return out_of_memory(error);
    }
    p->bytes = bytes;
    p->size = size;
    p->name = strdup(name);
    const zkb_status status = p->name == NULL ? out_of_memory(error) : read_part(p, name, error);
    if (status != ZKB_OK) {
        zkb_run_part_destroy(p);
        return status;
    }
    *part = p;
    return ZKB_OK;
}

zkb_status zkb_run_part_make(zkb_run_part **out, const zkb_part_content *content, zkb_error *error)
{
    const size_t size = AT_CHUNKS + write_content(NULL, content);
    uint8_t *bytes = calloc(1, size);
    *out = NULL;
    if (bytes == NULL) {
        return out_of_memory(error);
    }
    zkb_store32(bytes + AT_FIRST, content->first);
    zkb_store32(bytes + AT_COUNT, content->count);
    zkb_fr_to_bytes(bytes + AT_PLAN, content->plan);
    zkb_store32(bytes + AT_PART, content->part);
    zkb_store32(bytes + AT_PARTS, content->parts);
    (void)write_content(bytes + AT_CHUNKS, content);
    zkb_file_seal(bytes, size, &kind);
    return adopt(out, bytes, size, "part", error);
}

zkb_status zkb_run_part_parse(zkb_run_part **part, const uint8_t *bytes, size_t size,
                              const char *name, zkb_error *error)
{
    uint8_t *copy = malloc(size + 1);
    *part = NULL;
    if (copy == NULL) {
        return out_of_memory(error);
    }
    if (size != 0) {
        memcpy(copy, bytes, size);
    }
    return adopt(part, copy, size, name, error);
}

void zkb_run_part_destroy(zkb_run_part *part)
{
    if (part != NULL) {
        free(part->chunks);
        free(part->folds);
        free(part->claims);
        free(part->name);
        free(part->bytes);
        free(part);
    }
}

const uint8_t *zkb_run_part_bytes(const zkb_run_part *part, size_t *size)
{
    *size = part->size;
    return part->bytes;
}

void zkb_run_part_describe(zkb_run_part_facts *facts, size_t size, const zkb_run_part *part)
{
    const zkb_run_part_facts all = {.first = part->first,
                                    .chunks = part->count,
                                    .part = part->part,
                                    .parts = part->parts,
                                    .polynomials = part->claim_count};
    zkb_copy_facts(facts, size, &all, sizeof all);
}
