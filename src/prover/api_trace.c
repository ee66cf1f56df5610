/* Recording a run, of the public interface. */
#include "machine/helpers/helpers.h"
#include "prover/config.h"
#include "prover/memory.h"
#include "vm/trace.h"

/* What a trace may take where the settings say nothing, if the machine has as much left. */
#define DEFAULT_BYTES (UINT64_C(1) << 30)

/* A limit of 0 would be none. */
static uint64_t memory_of(const zkb_config *config)
{
    if (config != NULL && config->memory != 0) {
        return config->memory;
    }
    const uint64_t available = zkb_memory_available();
    return available >= DEFAULT_BYTES ? DEFAULT_BYTES : available != 0 ? available : 1;
}

zkb_status zkb_trace_create(zkb_trace **trace, const zkb_program *program, const zkb_input *input,
                            const zkb_config *config, zkb_error *error)
{
    static const zkb_input nothing;
    input = input != NULL ? input : &nothing;
    const zkb_vm_options options = {.max_instructions = input->max_instructions,
                                    .helpers = zkb_machine_helpers,
                                    .helper_count = zkb_machine_helper_count};
    const zkb_trace_limits limits = {.bytes = memory_of(config),
                                     .cancel = config != NULL ? &config->cancel : NULL};
    zkb_vm_result result;
    zkb_vm *vm;
    *trace = NULL;
    ZKB_TRY(zkb_vm_create(&vm, program, input->public_input, input->public_bytes,
                          input->private_input, input->private_bytes, &options, error));
    zkb_status status = zkb_trace_record(trace, vm, ZKB_VM_NO_PAUSE, &limits, &result, error);
    if (status == ZKB_OK && result.outcome != ZKB_OUTCOME_EXITED) {
        status = zkb_vm_fault_error(program, &result, error);
        zkb_trace_destroy(*trace);
        *trace = NULL;
    }
    zkb_vm_destroy(vm);
    return status;
}
