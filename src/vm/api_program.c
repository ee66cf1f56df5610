/* Programs as handles of the public interface. */
#include "vm/loader.h"

#include <stdlib.h>

static zkb_load_options load_options(const zkb_program_options *options)
{
    zkb_load_options o = zkb_load_options_default();
    if (options == NULL) {
        return o;
    }
    o.entry = options->entry;
    o.layout.frame_bytes = options->frame_bytes != 0 ? options->frame_bytes : o.layout.frame_bytes;
    o.layout.max_frames = options->max_frames != 0 ? options->max_frames : o.layout.max_frames;
    o.layout.heap_bytes = options->heap_bytes != 0 ? options->heap_bytes : o.layout.heap_bytes;
    o.layout.output_bytes =
        options->output_bytes != 0 ? options->output_bytes : o.layout.output_bytes;
    return o;
}

static zkb_status new_program(zkb_program **program, zkb_error *error)
{
    *program = calloc(1, sizeof **program);
    return *program != NULL ? ZKB_OK
                            : zkb_fail(error, ZKB_ERROR_MEMORY, "loader", ZKB_NO_INDEX,
                                       "out of memory for a program");
}

static zkb_status keep_if(zkb_status status, zkb_program **program)
{
    if (status != ZKB_OK) {
        free(*program);
        *program = NULL;
    }
    return status;
}

zkb_status zkb_program_open(zkb_program **program, const char *const *paths, size_t path_count,
                            const zkb_program_options *options, zkb_error *error)
{
    const zkb_load_options o = load_options(options);
    ZKB_TRY(new_program(program, error));
    return keep_if(zkb_program_load_files(*program, &o, paths, path_count, error), program);
}

zkb_status zkb_program_open_bytes(zkb_program **program, const uint8_t *bytes, size_t size,
                                  const char *name, const zkb_program_options *options,
                                  zkb_error *error)
{
    const zkb_load_options o = load_options(options);
    const zkb_object_bytes object = {name, bytes, size};
    ZKB_TRY(new_program(program, error));
    return keep_if(zkb_program_load(*program, &o, &object, 1, error), program);
}

void zkb_program_destroy(zkb_program *program)
{
    if (program != NULL) {
        zkb_program_clear(program);
        free(program);
    }
}

uint32_t zkb_program_slots(const zkb_program *program) { return program->slot_count; }
