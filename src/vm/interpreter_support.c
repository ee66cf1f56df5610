#include "vm/interpreter_support.h"

uint32_t zkb_call_target(const zkb_vm *vm, uint64_t address)
{
    const uint64_t distance = address - ZKB_CODE_BASE;
    const uint64_t slot = distance / 8;
    if (distance % 8 != 0 || slot >= vm->program->slot_count ||
        vm->program->function_start[slot] == 0) {
        return ZKB_PC_HALT;
    }
    return (uint32_t)slot;
}

const zkb_helper *zkb_find_helper(const zkb_vm *vm, uint64_t number)
{
    for (size_t i = 0; i < vm->helper_count; i++) {
        if (vm->helpers[i].number == number) {
            return &vm->helpers[i];
        }
    }
    return NULL;
}

zkb_fault zkb_store_fault(const zkb_vm *vm, uint64_t address, unsigned bytes)
{
    const zkb_mapping *m = &vm->map[address >> 32 & (ZKB_MAP_ENTRIES - 1)];
    const uint64_t at = address - m->start;
    if (at + bytes > m->size) {
        return ZKB_FAULT_STORE_UNMAPPED;
    }
    return at < m->writable_from ? ZKB_FAULT_STORE_READ_ONLY : ZKB_FAULT_MISALIGNED_ATOMIC;
}
