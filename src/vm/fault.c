/* What to tell a user about a fault: where, why, and which option allows more. */
#include "vm/check.h"
#include "vm/vm.h"

#include <stdio.h>
#include <string.h>

#define WHERE "vm"
#define NAME_BYTES 64u

static const char *const fault_texts[] = {
#define TEXT(name, text) [ZKB_FAULT_##name] = (text),
    ZKB_FAULT_LIST(TEXT)
#undef TEXT
};

const char *zkb_fault_string(zkb_fault fault)
{
    return (unsigned)fault <= (unsigned)ZKB_FAULT_INVALID ? fault_texts[fault] : "unknown fault";
}

/* An address of a load or a store that no region has. */
static void describe_unmapped(char *text, size_t size, const zkb_memory_layout *layout,
                              uint64_t address)
{
    const uint64_t region = address >> 32 << 32;
    const bool is_high = (address & UINT32_MAX) > INT32_MAX;
    switch (region) {
    case 0:
        (void)snprintf(text, size, ", where no memory is: a null pointer?");
        break;
    case ZKB_REGION_PROGRAM:
        (void)snprintf(text, size, "%s",
                       is_high ? ", below the stack" : ", beyond the program's data");
        break;
    case ZKB_REGION_STACK:
        (void)snprintf(text, size,
                       ", beyond the stack of %u frames of %u bytes: --max-frames or --frame-bytes "
                       "makes it larger",
                       layout->max_frames, layout->frame_bytes);
        break;
    case ZKB_REGION_HEAP:
        (void)snprintf(text, size, ", beyond the heap of %u bytes: --heap-bytes makes it larger",
                       layout->heap_bytes);
        break;
    case ZKB_REGION_OUTPUT:
        (void)snprintf(text, size,
                       ", beyond the output of %u bytes: --output-bytes makes it larger",
                       layout->output_bytes);
        break;
    case ZKB_REGION_PUBLIC_INPUT:
        (void)snprintf(text, size, ", beyond the public input");
        break;
    case ZKB_REGION_PRIVATE_INPUT:
        (void)snprintf(text, size, ", beyond the private input");
        break;
    case ZKB_CODE_BASE:
        (void)snprintf(text, size, ", a function's");
        break;
    default:
        text[0] = '\0';
    }
}

static const char *read_only_name(uint64_t address)
{
    switch (address >> 32 << 32) {
    case ZKB_REGION_PROGRAM:
        return ", a constant of the program";
    case ZKB_REGION_PUBLIC_INPUT:
        return ", in the public input";
    case ZKB_REGION_PRIVATE_INPUT:
        return ", in the private input";
    default:
        return "";
    }
}

static void describe(char *text, size_t size, const zkb_program *program,
                     const zkb_vm_result *result)
{
    const unsigned long long address = result->address;
    char region[128] = "";
    text[0] = '\0';
    switch (result->fault) {
    case ZKB_FAULT_LOAD_UNMAPPED:
    case ZKB_FAULT_STORE_UNMAPPED:
        describe_unmapped(region, sizeof region, &program->layout, result->address);
        (void)snprintf(text, size, "address 0x%llx%s", address, region);
        break;
    case ZKB_FAULT_STORE_READ_ONLY:
        (void)snprintf(text, size, "address 0x%llx%s", address, read_only_name(result->address));
        break;
    case ZKB_FAULT_MISALIGNED_ATOMIC:
    case ZKB_FAULT_CALL_TARGET:
        (void)snprintf(text, size, "address 0x%llx", address);
        break;
    case ZKB_FAULT_HELPER_COUNT:
    case ZKB_FAULT_HELPER_MISALIGNED:
    case ZKB_FAULT_HELPER_REFUSED:
        (void)snprintf(text, size, "0x%llx", address);
        break;
    case ZKB_FAULT_CALL_DEPTH:
        (void)snprintf(text, size, "%u frames: --max-frames allows more",
                       program->layout.max_frames);
        break;
    case ZKB_FAULT_BUDGET:
        (void)snprintf(text, size, "--max-instructions %llu: a larger one allows more",
                       (unsigned long long)result->count);
        break;
    case ZKB_FAULT_UNKNOWN_HELPER:
        if (result->address == UINT32_MAX) {
            (void)snprintf(text, size, "a function that no object defines");
        } else if (result->address == ZKB_HELPER_ABORT) {
            (void)snprintf(text, size, "number %llu: the program aborts", address);
        } else {
            (void)snprintf(text, size, "number %llu", address);
        }
        break;
    case ZKB_FAULT_NONE:
    case ZKB_FAULT_INVALID:
        break;
    }
}

void zkb_vm_fault_detail(char *text, size_t size, const zkb_program *program,
                         const zkb_vm_result *result)
{
    describe(text, size, program, result);
    if (result->helper != NULL) {
        const size_t length = strlen(text);
        (void)snprintf(text + length, size - length, "; argument r%u of helper %s",
                       result->argument, result->helper);
    }
}

/* "name+distance" of a slot, or "" where no symbol covers it. Names come from files that anyone
 * may have made, and end up in terminals. */
static void describe_place(char *text, size_t size, const zkb_program *program, uint32_t slot)
{
    uint32_t distance = 0;
    const char *name = zkb_program_symbol_at(program, slot, &distance);
    if (name == NULL) {
        text[0] = '\0';
        return;
    }
    (void)snprintf(text, size, " (%.60s", name);
    for (char *c = text; *c != '\0'; c++) {
        *c = (char)(*c < ' ' || *c > '~' ? '?' : *c);
    }
    const size_t length = strlen(text);
    (void)snprintf(text + length, size - length, "+%u)", distance);
}

zkb_status zkb_vm_fault_error(const zkb_program *program, const zkb_vm_result *result,
                              zkb_error *error)
{
    char place[NAME_BYTES + 16] = "";
    char instruction[ZKB_DISASSEMBLY_BYTES] = "";
    char detail[ZKB_FAULT_DETAIL_BYTES];
    if (result->pc < program->slot_count) {
        describe_place(place, sizeof place, program, result->pc);
        (void)zkb_instruction_text(instruction, sizeof instruction, program, result->pc);
    }
    zkb_vm_fault_detail(detail, sizeof detail, program, result);
    return zkb_fail(error, ZKB_ERROR_FAULT, WHERE, result->pc,
                    "fault at pc %u%s in '%s': %s%s%s%s, after %llu instructions", result->pc,
                    place, instruction, zkb_fault_string(result->fault),
                    detail[0] != '\0' ? " (" : "", detail, detail[0] != '\0' ? ")" : "",
                    (unsigned long long)result->count);
}
