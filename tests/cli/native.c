/* Runs an example's C as compiled for the host: the tests compare what it returns and writes with
 * the same C run as a BPF program. Usage: NAME INPUT PRIVATE OUTPUT; prints r0. */
#include "zkbpf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define REGION_BYTES ((size_t)1 << 21)

/* The example. */
uint64_t entrypoint(const uint8_t *input, uint64_t input_bytes, const uint8_t *secret,
                    uint64_t secret_bytes, uint8_t *output);

/* A file at the start of a zero-filled region. */
static uint8_t *read_region(const char *path, size_t *bytes)
{
    FILE *file = fopen(path, "rb");
    uint8_t *region = calloc(1, REGION_BYTES);
    if (file == NULL || region == NULL) {
        perror(path);
        exit(1);
    }
    *bytes = fread(region, 1, REGION_BYTES, file);
    (void)fclose(file);
    return region;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: %s INPUT PRIVATE OUTPUT\n", argv[0]);
        return 2;
    }
    size_t bytes;
    size_t secret_bytes;
    uint8_t *input = read_region(argv[1], &bytes);
    uint8_t *secret = read_region(argv[2], &secret_bytes);
    uint8_t *output = calloc(1, REGION_BYTES);
    if (output == NULL) {
        return 1;
    }
    printf("%" PRIu64 "\n", entrypoint(input, bytes, secret, secret_bytes, output));
    FILE *file = fopen(argv[3], "wb");
    const int written =
        file != NULL && fwrite(output, 1, REGION_BYTES, file) == REGION_BYTES && fclose(file) == 0;
    free(input);
    free(secret);
    free(output);
    return written ? 0 : 1;
}
