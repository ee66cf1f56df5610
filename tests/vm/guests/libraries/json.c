#include "json.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader {
    const char *at;
    const char *error;
} reader;

static json *parse_value(reader *r);

static json *fail(reader *r, const char *error)
{
    r->error = r->error != NULL ? r->error : error;
    return NULL;
}

static bool skip(reader *r, char c)
{
    while (isspace((unsigned char)*r->at)) {
        r->at++;
    }
    const bool found = *r->at == c;
    r->at += found;
    return found;
}

static json *make(json_kind kind)
{
    json *j = calloc(1, sizeof *j);
    if (j != NULL) {
        j->kind = kind;
    }
    return j;
}

static char *parse_text(reader *r)
{
    if (!skip(r, '"')) {
        fail(r, "a string was expected");
        return NULL;
    }
    const size_t size = strcspn(r->at, "\"");
    if (r->at[size] == 0) {
        fail(r, "a string does not end");
        return NULL;
    }
    char *text = malloc(size + 1);
    memcpy(text, r->at, size);
    text[size] = 0;
    r->at += size + 1;
    return text;
}

/* More arguments than BPF passes: the container, what to add, and where to look for an error. */
static bool append(json *j, char *key, json *item, reader *r, const char *full, size_t most,
                   size_t step)
{
    if (item == NULL || j->count >= most) {
        fail(r, full);
        return false;
    }
    if (j->count == j->room) {
        j->room += step;
        j->items = realloc(j->items, j->room * sizeof *j->items);
        j->keys = realloc(j->keys, j->room * sizeof *j->keys);
    }
    j->keys[j->count] = key;
    j->items[j->count++] = item;
    return true;
}

static json *parse_container(reader *r, json_kind kind, char end)
{
    json *j = make(kind);
    if (skip(r, end)) {
        return j;
    }
    do {
        char *key = NULL;
        if (kind == JSON_OBJECT) {
            key = parse_text(r);
            if (key == NULL || !skip(r, ':')) {
                return fail(r, "a key and a colon were expected");
            }
        }
        if (!append(j, key, parse_value(r), r, "too many items", 1000,
                    kind == JSON_ARRAY ? 8 : 4)) {
            return NULL;
        }
    } while (skip(r, ','));
    return skip(r, end) ? j : fail(r, "a list does not end");
}

static json *parse_word(reader *r)
{
    static const struct {
        const char *word;
        json_kind kind;
        int64_t number;
    } words[] = {{"null", JSON_NULL, 0}, {"true", JSON_BOOL, 1}, {"false", JSON_BOOL, 0}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strncmp(r->at, words[i].word, strlen(words[i].word)) == 0) {
            json *j = make(words[i].kind);
            j->number = words[i].number;
            r->at += strlen(words[i].word);
            return j;
        }
    }
    return fail(r, "a value was expected");
}

static json *parse_value(reader *r)
{
    if (skip(r, '{')) {
        return parse_container(r, JSON_OBJECT, '}');
    }
    if (skip(r, '[')) {
        return parse_container(r, JSON_ARRAY, ']');
    }
    if (*r->at == '"') {
        json *j = make(JSON_TEXT);
        j->text = parse_text(r);
        return j->text != NULL ? j : NULL;
    }
    if (*r->at == '-' || isdigit((unsigned char)*r->at)) {
        char *end;
        json *j = make(JSON_NUMBER);
        j->number = strtoll(r->at, &end, 10);
        r->at = end;
        return j;
    }
    return parse_word(r);
}

json *json_parse(const char *text, const char **error)
{
    reader r = {text, NULL};
    json *j = parse_value(&r);
    if (j != NULL && (skip(&r, 0), *r.at != 0)) {
        j = fail(&r, "there is more than one value");
    }
    *error = r.error;
    return j;
}

typedef struct pair {
    char *key;
    json *item;
} pair;

static int compare(const void *a, const void *b)
{
    return strcmp(((const pair *)a)->key, ((const pair *)b)->key);
}

void json_sort(json *j)
{
    pair *pairs = malloc((j->count + 1) * sizeof *pairs);
    for (size_t i = 0; i < j->count; i++) {
        json_sort(j->items[i]);
        pairs[i] = (pair){j->keys[i], j->items[i]};
    }
    if (j->kind == JSON_OBJECT) {
        qsort(pairs, j->count, sizeof *pairs, compare);
    }
    for (size_t i = 0; i < j->count; i++) {
        j->keys[i] = pairs[i].key;
        j->items[i] = pairs[i].item;
    }
    free(pairs);
}

size_t json_print(char *text, size_t size, const json *j)
{
    size_t used = 0;
    const char *open = j->kind == JSON_ARRAY ? "[" : "{";
    const char *close = j->kind == JSON_ARRAY ? "]" : "}";
    switch (j->kind) {
    case JSON_NULL:
        return (size_t)snprintf(text, size, "null");
    case JSON_BOOL:
        return (size_t)snprintf(text, size, "%s", j->number != 0 ? "true" : "false");
    case JSON_NUMBER:
        return (size_t)snprintf(text, size, "%lld", (long long)j->number);
    case JSON_TEXT:
        return (size_t)snprintf(text, size, "\"%s\"", j->text);
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    used += (size_t)snprintf(text + used, size - used, "%s", open);
    for (size_t i = 0; i < j->count; i++) {
        if (i > 0) {
            used += (size_t)snprintf(text + used, size - used, ",");
        }
        if (j->kind == JSON_OBJECT) {
            used += (size_t)snprintf(text + used, size - used, "\"%s\":", j->keys[i]);
        }
        used += json_print(text + used, size - used, j->items[i]);
    }
    return used + (size_t)snprintf(text + used, size - used, "%s", close);
}

void json_free(json *j)
{
    for (size_t i = 0; i < j->count; i++) {
        json_free(j->items[i]);
        free(j->keys[i]);
    }
    free(j->items);
    free(j->keys);
    free(j->text);
    free(j);
}
