#include "cli/plugin_prove.h"

#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

/* Appended code: the new entry, a function that is helper 5, and one function for each register
 * that an indirect call may go through. */
enum {
    ENTRY_SLOTS = 5,
    UNWIND_SLOTS = 2,
    THUNK_SLOTS = 5,
    THUNKS = 10, /* r0 to r9 */
    MORE_SLOTS = ENTRY_SLOTS + UNWIND_SLOTS + THUNKS * THUNK_SLOTS
};

enum { PLUGIN_K = 10, PLUGIN_LOOKUP_BITS = 8 };

static void put_constant(zkb_instruction *at, uint8_t dst, uint64_t value)
{
    at[0] = (zkb_instruction){ZKB_OPCODE_LDDW, dst, 0, 0, (int32_t)(uint32_t)value};
    at[1] = (zkb_instruction){0, 0, 0, 0, (int32_t)(uint32_t)(value >> 32)};
}

/* r1 = address; r2 = length; goto the program's own entry. */
static void put_entry(zkb_program *p, uint32_t slot, uint64_t address, uint64_t length)
{
    put_constant(&p->code[slot], 1, address);
    put_constant(&p->code[slot + 2], 2, length);
    p->code[slot + 4] = (zkb_instruction){ZKB_OPCODE_JA32, 0, 0, 0,
                                          (int32_t)p->entry - (int32_t)(slot + ENTRY_SLOTS)};
    p->function_start[slot] = 1;
    p->entry = slot;
}

/* r0 = r1; exit. */
static void put_unwind(zkb_program *p, uint32_t slot)
{
    p->code[slot] = (zkb_instruction){0xbf, 0, 1, 0, 0};
    p->code[slot + 1] = (zkb_instruction){ZKB_OPCODE_EXIT, 0, 0, 0, 0};
    p->function_start[slot] = 1;
}

/* if reg == 5 return r1, else call the function whose address reg is. */
static void put_thunk(zkb_program *p, uint32_t slot, uint8_t reg)
{
    p->code[slot] = (zkb_instruction){0x55, reg, 0, 2, ZKB_PLUGIN_UNWIND};
    put_unwind(p, slot + 1);
    p->function_start[slot + 1] = 0;
    p->code[slot + 3] = (zkb_instruction){ZKB_OPCODE_CALLX, reg, 0, 0, 0};
    p->code[slot + 4] = (zkb_instruction){ZKB_OPCODE_EXIT, 0, 0, 0, 0};
    p->function_start[slot] = 1;
}

/* Calls of helper 5, and indirect ones, go to the appended functions. */
static void redirect_calls(zkb_program *p, uint32_t slots)
{
    const uint32_t unwind = slots + ENTRY_SLOTS;
    for (uint32_t s = 0; s < slots; s++) {
        zkb_instruction *i = &p->code[s];
        uint32_t callee = 0;
        if (i->opcode == ZKB_OPCODE_LDDW) {
            s++;
            continue;
        }
        if (i->opcode == ZKB_OPCODE_CALL && i->src == ZKB_CALL_SRC_HELPER &&
            i->imm == ZKB_PLUGIN_UNWIND) {
            callee = unwind;
        } else if (i->opcode == ZKB_OPCODE_CALLX && zkb_callx_register(i) < THUNKS) {
            callee = unwind + UNWIND_SLOTS + THUNK_SLOTS * zkb_callx_register(i);
        }
        if (callee != 0) {
            *i = (zkb_instruction){ZKB_OPCODE_CALL, 0, ZKB_CALL_SRC_LOCAL, 0,
                                   (int32_t)(callee - s - 1)};
        }
    }
}

/* A copy of the program that starts with the memory; ended by zkb_program_clear. */
static bool make_provable(zkb_program *out, const zkb_program *program, const uint8_t *memory,
                          size_t memory_bytes)
{
    const uint32_t slots = program->slot_count;
    const size_t read_only = program->read_only_bytes;
    const size_t begin = ((size_t)program->writable_bytes + 7) / 8 * 8;
    const uint64_t data = ZKB_REGION_PROGRAM + (read_only + ZKB_SEGMENT_BYTES - 1) /
                                                   ZKB_SEGMENT_BYTES * ZKB_SEGMENT_BYTES;
    *out = (zkb_program){.slot_count = slots + MORE_SLOTS,
                         .entry = program->entry,
                         .layout = program->layout,
                         .read_only_bytes = program->read_only_bytes,
                         .writable_bytes = (uint32_t)(begin + memory_bytes)};
    out->code = calloc(out->slot_count, sizeof *out->code);
    out->function_start = calloc(out->slot_count, 1);
    out->read_only = calloc(read_only + 1, 1);
    out->writable = calloc(begin + memory_bytes + 1, 1);
    if (out->code == NULL || out->function_start == NULL || out->read_only == NULL ||
        out->writable == NULL) {
        zkb_cli_message("no memory for the program");
        return false;
    }
    memcpy(out->code, program->code, slots * sizeof *out->code);
    memcpy(out->function_start, program->function_start, slots);
    if (read_only != 0) {
        memcpy(out->read_only, program->read_only, read_only);
    }
    if (program->writable_bytes != 0) {
        memcpy(out->writable, program->writable, program->writable_bytes);
    }
    if (memory_bytes != 0) {
        memcpy(out->writable + begin, memory, memory_bytes);
    }
    redirect_calls(out, slots);
    put_entry(out, slots, data + begin, memory_bytes);
    put_unwind(out, slots + ENTRY_SLOTS);
    for (uint32_t reg = 0; reg < THUNKS; reg++) {
        put_thunk(out, slots + ENTRY_SLOTS + UNWIND_SLOTS + THUNK_SLOTS * reg, (uint8_t)reg);
    }
    return true;
}

static zkb_status prove_and_verify(uint64_t *r0, const zkb_keypair *keys, const zkb_config *config,
                                   zkb_error *error)
{
    zkb_proof *proof;
    zkb_verdict verdict;
    ZKB_TRY(zkb_prove(&proof, NULL, keys->proving, NULL, config, error));
    const zkb_status status =
        zkb_verify_chunks(&verdict, keys->verifying, proof, NULL, 0, 1, error);
    zkb_proof_destroy(proof);
    *r0 = verdict.r0;
    return status;
}

static zkb_status prove(uint64_t *r0, const zkb_program *program, const char *setup,
                        zkb_error *error)
{
    zkb_srs *srs = NULL;
    zkb_config *config = NULL;
    zkb_keypair keys = {0};
    zkb_status status = zkb_srs_load(&srs, setup, error);
    if (status == ZKB_OK) {
        status = zkb_config_create(&config, PLUGIN_K, NULL, PLUGIN_LOOKUP_BITS, error);
    }
    if (status == ZKB_OK) {
        (void)zkb_config_with_check(zkb_config_with_threads(config, 1), 0); /* it is, below */
        status = zkb_keypair_load_or_generate(&keys, config, srs, program, error);
    }
    if (status == ZKB_OK) {
        status = prove_and_verify(r0, &keys, config, error);
    }
    zkb_keypair_clear(&keys);
    zkb_config_destroy(config);
    zkb_srs_destroy(srs);
    return status;
}

int zkb_plugin_prove(uint64_t *r0, const zkb_program *program, const uint8_t *memory,
                     size_t memory_bytes, const char *setup)
{
    zkb_program provable;
    zkb_error error = {0};
    int status = ZKB_EXIT_OTHER;
    if (make_provable(&provable, program, memory, memory_bytes)) {
        status =
            prove(r0, &provable, setup, &error) == ZKB_OK ? ZKB_EXIT_OK : zkb_cli_report(&error);
    }
    zkb_program_clear(&provable);
    return status;
}
