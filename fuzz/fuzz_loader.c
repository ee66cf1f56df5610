/* The loader on any bytes. Input: an object, or instructions; "ZKB2", the size of the first as four
 * bytes little-endian, and two objects to be linked.
 *
 * What loads must keep what zkb_program promises, and run a little without leaving its memory. */
#include "fuzz.h"

#include "base/bytes_inline.h"
#include "vm/loader.h"
#include "vm/vm.h"

#include <string.h>

#define STEPS 2000

static void require_invariants(const zkb_program *program)
{
    FUZZ_REQUIRE(program->slot_count > 0 && program->entry < program->slot_count);
    FUZZ_REQUIRE(program->function_start[program->entry] == 1);
    uint32_t end = 0;
    for (uint32_t i = 0; i < program->symbol_count; i++) {
        const zkb_symbol *symbol = &program->symbols[i];
        FUZZ_REQUIRE(symbol->slot >= end && symbol->count > 0);
        FUZZ_REQUIRE(symbol->count <= program->slot_count - symbol->slot);
        FUZZ_REQUIRE(symbol->name != NULL && program->function_start[symbol->slot] == 1);
        end = symbol->slot + symbol->count;
    }
    FUZZ_REQUIRE(program->read_only_bytes <= ZKB_MAX_DATA_BYTES);
    FUZZ_REQUIRE(program->writable_bytes <= ZKB_MAX_DATA_BYTES);
}

static void run(const zkb_program *program)
{
    static const uint8_t input[16] = {1, 2, 3};
    const zkb_vm_options options = {.max_instructions = STEPS};
    zkb_vm *vm = NULL;
    zkb_vm_result result;
    /* The loader checked the program already; all that can be missing is memory. */
    if (zkb_vm_create(&vm, program, input, sizeof input, input, 3, &options, NULL) != ZKB_OK) {
        return;
    }
    zkb_vm_run(vm, ZKB_VM_NO_PAUSE, &result);
    FUZZ_REQUIRE(result.outcome != ZKB_OUTCOME_PAUSED);
    zkb_vm_destroy(vm);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zkb_object_bytes objects[2] = {{.name = "a", .bytes = data, .size = size}};
    size_t count = 1;
    if (size >= 8 && memcmp(data, "ZKB2", 4) == 0) {
        const size_t rest = size - 8;
        const size_t first = zkb_load32(data + 4) <= rest ? zkb_load32(data + 4) : rest;
        objects[0] = (zkb_object_bytes){.name = "a", .bytes = data + 8, .size = first};
        objects[1] =
            (zkb_object_bytes){.name = "b", .bytes = data + 8 + first, .size = rest - first};
        count = 2;
    }
    zkb_program program;
    zkb_error error = {.status = ZKB_OK};
    const zkb_status status = zkb_program_load(&program, NULL, objects, count, &error);
    if (status == ZKB_OK) {
        require_invariants(&program);
        run(&program);
    } else {
        FUZZ_REQUIRE(error.status == status && error.message[0] != 0);
        FUZZ_REQUIRE(program.code == NULL && program.symbols == NULL);
    }
    zkb_program_clear(&program);
    return 0;
}
