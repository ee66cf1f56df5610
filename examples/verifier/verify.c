/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * Checks a proof with the verifier's library alone, which holds no prover and no interpreter:
 *
 *     cc verify.c $(pkg-config --cflags --libs zkbpf-verifier) -o verify
 *     ./verify SETUP PROGRAM-ID PROOF [INPUT]
 *
 * PROGRAM-ID is what `zkbpf id PROG` prints. Exit status: 0 valid, 1 not valid, 2 not checked. */
#include <zkbpf.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POWERS = 13 }; /* 2^13 are all that a verifier uses */

static uint8_t *read_file(size_t *size, const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = NULL;
    long length;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0 && (length = ftell(file)) >= 0 &&
        fseek(file, 0, SEEK_SET) == 0) {
        *size = (size_t)length;
        bytes = malloc(*size + 1);
        if (bytes != NULL && fread(bytes, 1, *size, file) != *size) {
            free(bytes);
            bytes = NULL;
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    if (bytes == NULL) {
        (void)fprintf(stderr, "%s: cannot be read\n", path);
    }
    return bytes;
}

/* Printed with the most significant byte first, kept with the least significant one first. */
static int parse_id(uint8_t id[32], const char *text)
{
    if (strlen(text) != 64 || strspn(text, "0123456789abcdefABCDEF") != 64) {
        return 0;
    }
    for (int i = 0; i < 32; i++) {
        const char digits[3] = {text[2 * i], text[2 * i + 1], '\0'};
        id[31 - i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return 1;
}

/* Exit status. */
static int check(const zkb_verifying_key *key, const uint8_t *proof, size_t proof_bytes,
                 const uint8_t *input, size_t input_bytes)
{
    zkb_verdict verdict;
    zkb_error error;
    const zkb_status status =
        zkb_verify(&verdict, key, proof, proof_bytes, input, input_bytes, 0, &error);
    if (status == ZKB_OK) {
        printf("valid: r0 %llu after %llu instructions, %llu bytes of output\n",
               (unsigned long long)verdict.r0, (unsigned long long)verdict.instructions,
               (unsigned long long)verdict.output_bytes);
        return 0;
    }
    printf("%s\n", error.message);
    return status == ZKB_ERROR_REJECTED || status == ZKB_ERROR_FORMAT ? 1 : 2;
}

int main(int argc, char **argv)
{
    zkb_error error;
    zkb_srs *srs = NULL;
    zkb_verifying_key *key = NULL;
    uint8_t id[32];
    size_t proof_bytes = 0;
    size_t input_bytes = 0;
    size_t setup_bytes = 0;
    uint8_t *input = NULL;
    int exit_status = 2;
    if (argc < 4 || argc > 5 || !parse_id(id, argv[2])) {
        (void)fprintf(stderr, "usage: verify SETUP PROGRAM-ID PROOF [INPUT]\n");
        return 2;
    }
    uint8_t *setup = read_file(&setup_bytes, argv[1]);
    uint8_t *proof = read_file(&proof_bytes, argv[3]);
    if (argc == 5) {
        input = read_file(&input_bytes, argv[4]);
    }
    if (setup == NULL || proof == NULL || (argc == 5 && input == NULL)) {
        /* said already */
    } else if (zkb_srs_load_bytes(&srs, setup, setup_bytes, argv[1], POWERS, &error) != ZKB_OK ||
               zkb_verifying_key_from_id(&key, srs, id, &error) != ZKB_OK) {
        (void)fprintf(stderr, "%s\n", error.message);
    } else {
        exit_status = check(key, proof, proof_bytes, input, input_bytes);
    }
    zkb_verifying_key_destroy(key);
    zkb_srs_destroy(srs);
    free(input);
    free(proof);
    free(setup);
    return exit_status;
}
