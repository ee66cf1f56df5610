/* Membership in a Merkle tree: the public input is the root, the private input an index, a leaf
 * and the sibling hashes from the leaf up. Returns 1 when they lead to the root, else 0.
 *
 * Hashes as in RFC 6962: leaf SHA-256(0x00 || leaf), node SHA-256(0x01 || left || right). */
#include "../sha256/sha256.h"

#define HASH 32

/* digest = SHA-256(prefix || 32 bytes of left || right_len bytes of right). */
static void hash_prefixed(uint8_t digest[HASH], uint8_t prefix, const uint8_t left[HASH],
                          const uint8_t *right, uint64_t right_len)
{
    uint32_t words[17]; /* 65 bytes, aligned */
    uint8_t *message = (uint8_t *)words;
    message[0] = prefix;
    for (uint64_t i = 0; i < HASH; i++) {
        message[1 + i] = left[i];
    }
    for (uint64_t i = 0; i < right_len; i++) {
        message[1 + HASH + i] = right[i];
    }
    sha256(digest, message, 1 + HASH + right_len);
}

/* Private input: index (8 bytes, little-endian), leaf (32 bytes), siblings (32 bytes each). */
uint64_t entrypoint(const uint8_t *input, uint64_t input_bytes, const uint8_t *secret,
                    uint64_t secret_bytes, uint8_t *output)
{
    (void)output;
    if (input_bytes != HASH || secret_bytes < 8 + HASH || (secret_bytes - 8) % HASH != 0 ||
        secret_bytes > 8 + HASH + (uint64_t)64 * HASH) {
        return 0;
    }
    uint64_t index = *(const uint64_t *)(const void *)secret;
    const uint8_t *leaf = secret + 8;
    uint32_t words[HASH / 4];
    uint8_t *node = (uint8_t *)words;
    hash_prefixed(node, 0, leaf, leaf, 0);
    for (const uint8_t *sibling = leaf + HASH; sibling < secret + secret_bytes; sibling += HASH) {
        if (index % 2 == 0) {
            hash_prefixed(node, 1, node, sibling, HASH);
        } else {
            hash_prefixed(node, 1, sibling, node, HASH);
        }
        index /= 2;
    }
    uint8_t difference = (uint8_t)(index != 0); /* an index beyond the tree is no member */
    for (unsigned i = 0; i < HASH; i++) {
        difference |= (uint8_t)(node[i] ^ input[i]);
    }
    return difference == 0;
}
