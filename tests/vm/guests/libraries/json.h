/* A JSON document as a tree. */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum json_kind {
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_TEXT,
    JSON_ARRAY,
    JSON_OBJECT
} json_kind;

typedef struct json {
    json_kind kind;
    int64_t number;     /* of JSON_NUMBER, JSON_BOOL */
    char *text;         /* of JSON_TEXT */
    size_t count, room; /* of the items */
    struct json **items;
    char **keys; /* of JSON_OBJECT */
} json;

json *json_parse(const char *text, const char **error);
void json_sort(json *j);
size_t json_print(char *text, size_t size, const json *j);
void json_free(json *j);

#endif
