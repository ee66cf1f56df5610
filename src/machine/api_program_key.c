/* Verifying keys of programs that are at hand. */
#include "machine/keys.h"

zkb_status zkb_program_record_commit(zkb_program_record *out, const zkb_program_columns *columns,
                                     const zkb_srs *srs, unsigned threads, zkb_error *error)
{
    zkb_arena arena;
    ZKB_TRY(zkb_arena_create(&arena, zkb_program_record_scratch(columns->program, threads), error));
    const zkb_status status = zkb_program_record_make(out, columns, srs, &arena, threads, error);
    zkb_arena_destroy(&arena);
    return status;
}

zkb_status zkb_verifying_key_create(zkb_verifying_key **key, const zkb_srs *srs,
                                    const zkb_program *program, zkb_error *error)
{
    zkb_program_columns columns;
    zkb_program_record record;
    zkb_fr id;
    *key = NULL;
    ZKB_TRY(zkb_program_columns_init(&columns, program, error));
    const zkb_status status = zkb_program_record_commit(&record, &columns, srs, 1, error);
    zkb_program_columns_clear(&columns);
    ZKB_TRY(status);
    zkb_program_id(&id, &record, &srs->digest);
    zkb_program_record_clear(&record);
    return zkb_verifying_key_new(key, srs, &id, error);
}
