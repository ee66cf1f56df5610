/* The document in the input, its keys sorted, without spaces. */
#include "json.h"
#include "zkbpf.h"

#include <string.h>

uint64_t entrypoint(const uint8_t *input, uint64_t n, const uint8_t *secret, uint64_t m,
                    uint8_t *output)
{
    const char *error;
    json *j = json_parse((const char *)input, &error);
    (void)n;
    (void)secret;
    (void)m;
    if (j == NULL) {
        strcpy((char *)output, error);
        return UINT64_MAX;
    }
    json_sort(j);
    const size_t size = json_print((char *)output, 4096, j);
    json_free(j);
    return size;
}
