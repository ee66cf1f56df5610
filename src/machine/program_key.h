/* Which program: its public record, its id, and the verifying key of its table proofs. */
#ifndef ZKB_MACHINE_PROGRAM_KEY_H
#define ZKB_MACHINE_PROGRAM_KEY_H

#include "kzg/srs.h"
#include "machine/list.h"
#include "machine/program_columns.h"
#include "proof/key.h"

#define ZKB_MACHINE_VERSION 1u
#define ZKB_MAX_SLOT_LOG 22u
#define ZKB_MAX_DATA_SEGMENTS 1024u /* read-only and writable data each at most 64 MiB */

/* What a verifier needs of a program. The size is constant except for the data. The program's id is
 * the digest of this record, so a verifier who holds the id may take the record from anyone. */
typedef struct zkb_program_record {
    uint32_t dialect; /* its number; 0 in every record that a file holds */
    uint32_t slot_count;
    uint32_t entry;
    zkb_memory_layout layout;
    uint32_t read_only_bytes;
    uint32_t writable_bytes;
    zkb_g1_affine columns[ZKB_PROGRAM_COLUMNS]; /* stacks of the program table's columns,
                                                   zkb_program_stacks of them */
    uint32_t data_count;                        /* read-only segments, then writable ones */
    zkb_g1_affine *data;                        /* commitments of their initial words; owned */
} zkb_program_record;

/* Whole segments of each kind of data. */
uint32_t zkb_read_only_segments(const zkb_program_record *record);
uint32_t zkb_writable_segments(const zkb_program_record *record);

/* Commitments of the program table: 1 up to 2^10 slots, 2 and 3 up to 2^12, else 6. */
uint32_t zkb_program_stacks(const zkb_program_record *record);

/* Commits to a program. arena: zkb_program_record_scratch bytes. */
size_t zkb_program_record_scratch(const zkb_program *program, unsigned threads);
zkb_status zkb_program_record_make(zkb_program_record *out, const zkb_program_columns *columns,
                                   const zkb_srs *srs, zkb_arena *arena, unsigned threads,
                                   zkb_error *error) ZKB_MUST_USE;
void zkb_program_record_clear(zkb_program_record *record);

/* Holds a record to its bounds: sizes, entry, layout, number of data segments.
 * ZKB_ERROR_FORMAT names the field. */
zkb_status zkb_program_record_check(const zkb_program_record *record,
                                    zkb_error *error) ZKB_MUST_USE;

/* The id: digest of the machine's version and dialect, the SRS and the record. */
void zkb_program_id(zkb_fr *out, const zkb_program_record *record, const zkb_fr *srs_digest);

/* Chips and key of one program. */
typedef struct zkb_machine_key {
    zkb_chip *chips[ZKB_CHIP_COUNT];
    zkb_chip_key chip_keys[ZKB_CHIP_COUNT];
    zkb_table_key tables[ZKB_KEYS]; /* of the chips up to each of ZKB_KEY_ENDS */
    zkb_program_record record;      /* owned */
    unsigned lookup_bits;
    zkb_fr id; /* of the program, whatever the lookup bits */
} zkb_machine_key;

/* lookup_bits: 16 for long runs; 8 for short ones, and for setups of fewer than 2^16 powers (2^13
 * are enough). Takes over *record, whatever the outcome. Immutable afterwards; *out must not move.
 * The caller ends it with zkb_machine_key_clear. */
zkb_status zkb_machine_key_init(zkb_machine_key *out, zkb_program_record *record,
                                unsigned lookup_bits, const zkb_fr *srs_digest,
                                zkb_error *error) ZKB_MUST_USE;
void zkb_machine_key_clear(zkb_machine_key *key);

#endif
