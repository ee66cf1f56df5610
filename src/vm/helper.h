/* Calls of helper functions. */
#ifndef ZKB_VM_HELPER_H
#define ZKB_VM_HELPER_H

#include "vm/vm_internal.h"

/* ZKB_ERROR_ARGUMENT names the helper whose declaration is out of bounds. */
zkb_status zkb_helpers_check(const zkb_helper *helpers, size_t count,
                             zkb_error *error) ZKB_MUST_USE;

/* Calls a helper with the arguments in r1 to r5. Writes its accesses to `accesses`, which has room
 * for the words of all its ranges, unless it is NULL; *words is their count. When an argument is
 * refused, returns false and sets the VM's fault; then nothing has changed. *end: the program ends.
 */
bool zkb_helper_run(uint64_t *value, uint32_t *words, bool *end, zkb_memory_operation *accesses,
                    zkb_vm *vm, const zkb_helper *helper, const uint64_t *r);

/* Whether the batch has room for the call as the next of its steps. */
bool zkb_helper_fits(const zkb_step_batch *batch, uint32_t steps, const zkb_helper *helper);

#endif
