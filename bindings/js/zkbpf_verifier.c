/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * What zkbpf_verifier.wasm exports to index.js: one setup, one key at a time, and the answer to the
 * last verification. Bytes come in through memory of zkbpf_allocate; nothing here keeps a pointer
 * to them after it returns, but the output of a verdict lies inside the proof. */
#include <zkbpf.h>

#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(#name))) name

static zkb_srs *setup;
static zkb_verifying_key *key; /* of the last id: proofs of one program often come together */
static zkb_verdict verdict;
static zkb_error error;

void *EXPORT(zkbpf_allocate)(size_t size);
void EXPORT(zkbpf_free)(void *memory);
zkb_status EXPORT(zkbpf_load_setup)(const uint8_t *bytes, size_t size);
zkb_status EXPORT(zkbpf_verify)(const uint8_t id[32], const uint8_t *proof, size_t proof_bytes,
                                const uint8_t *public_input, size_t public_bytes);
const char *EXPORT(zkbpf_version)(void);
const char *EXPORT(zkbpf_error_message)(void);
uint64_t EXPORT(zkbpf_error_index)(void);
uint64_t EXPORT(zkbpf_r0)(void);
uint64_t EXPORT(zkbpf_instructions)(void);
uint32_t EXPORT(zkbpf_chunks)(void);
uint64_t EXPORT(zkbpf_private_bytes)(void);
uint64_t EXPORT(zkbpf_output_bytes)(void);
const uint8_t *EXPORT(zkbpf_output)(void);

/* NULL when there is no memory; otherwise not NULL, also for a size of 0. */
void *zkbpf_allocate(size_t size) { return malloc(size == 0 ? 1 : size); }

void zkbpf_free(void *memory) { free(memory); }

/* Once. Of a setup with more powers, it keeps those that a verifier uses. */
zkb_status zkbpf_load_setup(const uint8_t *bytes, size_t size)
{
    return zkb_srs_load_bytes(&setup, bytes, size, "setup", ZKB_SRS_VERIFIER_K, &error);
}

static zkb_status choose_key(const uint8_t id[32])
{
    uint8_t present[32];
    if (key != NULL) {
        zkb_verifying_key_program_id(present, key);
        if (memcmp(present, id, sizeof present) == 0) {
            return ZKB_OK;
        }
        zkb_verifying_key_destroy(key);
        key = NULL;
    }
    return zkb_verifying_key_from_id(&key, setup, id, &error);
}

zkb_status zkbpf_verify(const uint8_t id[32], const uint8_t *proof, size_t proof_bytes,
                        const uint8_t *public_input, size_t public_bytes)
{
    const zkb_status status = choose_key(id);
    verdict = (zkb_verdict){0};
    if (status != ZKB_OK) {
        return status;
    }
    return zkb_verify(&verdict, key, proof, proof_bytes, public_input, public_bytes, 1, &error);
}

const char *zkbpf_version(void) { return zkb_version(); }

/* Of the last call that failed. */
const char *zkbpf_error_message(void) { return error.message; }

uint64_t zkbpf_error_index(void) { return error.index; }

/* Of the last verification, all 0 unless it returned ZKB_OK. */
uint64_t zkbpf_r0(void) { return verdict.r0; }

uint64_t zkbpf_instructions(void) { return verdict.instructions; }

uint32_t zkbpf_chunks(void) { return verdict.chunks; }

uint64_t zkbpf_private_bytes(void) { return verdict.private_bytes; }

uint64_t zkbpf_output_bytes(void) { return verdict.output_bytes; }

/* Inside the proof: copy it before the proof is freed. */
const uint8_t *zkbpf_output(void) { return verdict.output; }
