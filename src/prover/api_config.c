/* Settings, of the public interface. */
#include "prover/config.h"

#include "base/parallel.h"
#include "kzg/srs.h"
#include "machine/helpers/helpers.h"
#include "machine/list.h"
#include "vm/vm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGE_BYTES = 512 };

static zkb_status check_numbers(unsigned k, unsigned lookup_bits, zkb_error *error)
{
    if (k != 0 && (k < ZKB_CONFIG_LEAST_K || k > ZKB_CONFIG_MOST_K)) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "config", ZKB_NO_INDEX,
                        "k = %u is out of range: %d to %d, or 0 for %d", k, ZKB_CONFIG_LEAST_K,
                        ZKB_CONFIG_MOST_K, ZKB_CONFIG_DEFAULT_K);
    }
    if (lookup_bits != 0 && lookup_bits != ZKB_LOOKUP_COMPACT && lookup_bits != ZKB_LOOKUP_WIDE) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "config", ZKB_NO_INDEX,
                        "lookup_bits = %u: use %d or %d", lookup_bits, ZKB_LOOKUP_COMPACT,
                        ZKB_LOOKUP_WIDE);
    }
    return ZKB_OK;
}

zkb_status zkb_config_create(zkb_config **config, unsigned k, const char *cache_dir,
                             unsigned lookup_bits, zkb_error *error)
{
    *config = NULL;
    ZKB_TRY(check_numbers(k, lookup_bits, error));
    zkb_config *c = calloc(1, sizeof *c);
    if (c != NULL) {
        c->k = k != 0 ? k : ZKB_CONFIG_DEFAULT_K;
        c->lookup_bits = lookup_bits != 0 ? lookup_bits : ZKB_LOOKUP_WIDE;
        c->cache_dir = cache_dir != NULL ? strdup(cache_dir) : NULL;
    }
    if (c == NULL || (cache_dir != NULL && c->cache_dir == NULL)) {
        zkb_config_destroy(c);
        return zkb_fail(error, ZKB_ERROR_MEMORY, "config", ZKB_NO_INDEX,
                        "out of memory for settings");
    }
    *config = c;
    return ZKB_OK;
}

void zkb_config_destroy(zkb_config *config)
{
    if (config != NULL) {
        free(config->cache_dir);
        free(config);
    }
}

void zkb_config_cancel(zkb_config *config, int cancel)
{
    atomic_store(&config->cancel.set, cancel != 0);
}

zkb_config *zkb_config_with_chunk_size(zkb_config *config, uint64_t instructions)
{
    config->chunk_size = instructions;
    return config;
}

zkb_config *zkb_config_with_stacks(zkb_config *config, unsigned log_length)
{
    config->log_stack = log_length;
    return config;
}

zkb_config *zkb_config_with_threads(zkb_config *config, unsigned threads)
{
    config->threads = threads;
    return config;
}

zkb_config *zkb_config_with_mode(zkb_config *config, zkb_mode mode)
{
    config->mode = mode;
    return config;
}

zkb_config *zkb_config_with_memory(zkb_config *config, uint64_t bytes)
{
    config->memory = bytes;
    return config;
}

zkb_config *zkb_config_with_resume(zkb_config *config, const char *directory)
{
    config->resume = directory;
    return config;
}

zkb_config *zkb_config_with_check(zkb_config *config, int check)
{
    config->unchecked = check == 0;
    return config;
}

zkb_config *zkb_config_with_progress(zkb_config *config, zkb_progress_fn progress, void *context)
{
    config->progress = progress;
    config->progress_context = context;
    return config;
}

zkb_config *zkb_config_with_warnings(zkb_config *config, zkb_warning_fn warning, void *context)
{
    config->warning = warning;
    config->warning_context = context;
    return config;
}

zkb_status zkb_config_thread_count(unsigned *threads, const zkb_config *config, zkb_error *error)
{
    return zkb_parallel_wanted(threads, config != NULL ? config->threads : 0, error);
}

void zkb_config_warn(const zkb_config *config, const char *format, ...)
{
    char message[MESSAGE_BYTES];
    va_list arguments;
    if (config == NULL || config->warning == NULL) {
        return;
    }
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    config->warning(config->warning_context, message);
}

zkb_status zkb_lookup_bits_for(unsigned *lookup_bits, const zkb_srs *srs,
                               const zkb_program *program, const zkb_input *input, zkb_error *error)
{
    static const zkb_input nothing;
    const zkb_vm_options options = {.helpers = zkb_machine_helpers,
                                    .helper_count = zkb_machine_helper_count};
    zkb_vm *vm;
    zkb_vm_result result;
    *lookup_bits = ZKB_LOOKUP_COMPACT;
    input = input != NULL ? input : &nothing;
    if (srs->k < ZKB_LOOKUP_WIDE) {
        return ZKB_OK;
    }
    ZKB_TRY(zkb_vm_create(&vm, program, input->public_input, input->public_bytes,
                          input->private_input, input->private_bytes, &options, error));
    zkb_vm_run(vm, ZKB_SHORT_RUN, &result);
    zkb_vm_destroy(vm);
    if (result.outcome == ZKB_OUTCOME_PAUSED) {
        *lookup_bits = ZKB_LOOKUP_WIDE;
    }
    return ZKB_OK;
}
