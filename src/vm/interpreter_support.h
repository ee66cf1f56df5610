/* What both loops need besides the template. */
#ifndef ZKB_VM_INTERPRETER_SUPPORT_H
#define ZKB_VM_INTERPRETER_SUPPORT_H

#include "base/bytes_inline.h"
#include "vm/helper.h"
#include "vm/interpreter_inline.h"
#include "vm/vm_internal.h"

/* The slot of the function at `address`, or ZKB_PC_HALT if it is not the address of a function. */
uint32_t zkb_call_target(const zkb_vm *vm, uint64_t address);
/* NULL if no helper has that number. */
const zkb_helper *zkb_find_helper(const zkb_vm *vm, uint64_t number);
/* Why a store or an atomic operation of `bytes` bytes at `address` is refused. */
zkb_fault zkb_store_fault(const zkb_vm *vm, uint64_t address, unsigned bytes);

#endif
