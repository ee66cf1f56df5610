/* A malicious prover of machine runs. It starts from an honest run's tables, changes cells as it
 * likes (values beyond a column's width included, which a prover is free to commit to), recounts
 * the multiplicities of every lookup, and rewrites the statement's boundary. What then objects is
 * the check that the attack was made for. */
#ifndef ZKB_TESTS_ATTACKS_MALICIOUS_H
#define ZKB_TESTS_ATTACKS_MALICIOUS_H

#include "bpf/assemble.h"
#include "bpf/machine_run.h"

/* Columns that hold elements of the field from now on. */
#define MALICIOUS_MOST_WIDENED 32u
typedef struct malicious_column {
    zkb_chip_id chip;
    uint32_t column;
    uint16_t bits; /* as declared */
} malicious_column;

typedef struct malicious {
    machine_run run;
    const uint8_t *input; /* public */
    size_t input_size;
    size_t private_size;
    bool compact;          /* lookup tables, which the attack recounts itself */
    const uint8_t *output; /* what the prover states; NULL: what the run wrote */
    size_t output_size;
    malicious_column widened[MALICIOUS_MOST_WIDENED];
    uint32_t widened_count;
    const char
        *refused_at; /* what the checker last saw amiss: the part of the verifier that must */
} malicious;

void malicious_begin(malicious *m, const zkb_instruction *code, uint32_t slots,
                     const uint8_t *input, size_t input_size);
/* With more functions than the local calls show: every slot that is marked. */
void malicious_begin_functions(malicious *m, const zkb_instruction *code, uint32_t slots,
                               const uint8_t *functions, const uint8_t *input, size_t input_size);
/* With the compact providers of ranges and bytes. */
void malicious_begin_compact(malicious *m, const zkb_instruction *code, uint32_t slots);
/* With private input. A false content of its first segment goes into the statement's commitment,
 * as a prover's would. */
void malicious_begin_private(malicious *m, const zkb_instruction *code, uint32_t slots,
                             const uint8_t *secret, size_t secret_size);
/* With data in the program region: read-only, and writable in the next segment. */
void malicious_begin_data(malicious *m, const zkb_instruction *code, uint32_t slots,
                          const uint8_t *input, size_t input_size, const uint64_t *read_only,
                          uint32_t read_only_words, const uint64_t *writable,
                          uint32_t writable_words);
/* A run of two chunks, the first of `steps` instructions. */
void malicious_begin_chunks(malicious chunks[2], const zkb_instruction *code, uint32_t slots,
                            uint64_t steps);
void malicious_end(malicious *m);

uint64_t malicious_get(malicious *m, zkb_chip_id chip, const char *column, uint64_t row);
void malicious_set(malicious *m, zkb_chip_id chip, const char *column, uint64_t row,
                   uint64_t value);
/* Any element of the field; the column is widened for it. */
void malicious_set_fr(malicious *m, zkb_chip_id chip, const char *column, uint64_t row,
                      const zkb_fr *value);
void malicious_set_signed(malicious *m, zkb_chip_id chip, const char *column, uint64_t row,
                          int64_t value);
/* Moves the column's rows from `row` + 1 on up by one: the row is gone. */
void malicious_drop_row(malicious *m, zkb_chip_id id, uint64_t row);
/* One more row, a copy of the last, where the table's height has room. */
void malicious_add_row(malicious *m, zkb_chip_id id);
/* The touched segment that holds a word (address / 8), or the frames. */
zkb_touched_segment *malicious_segment(malicious *m, zkb_space space, uint64_t word);

/* Asserts that the exact checker objects, and that each objection is the constraint or bus
 * `expected` (a pattern of fnmatch), or `also` when not NULL. */
void malicious_refused_by(malicious *m, const char *expected, const char *also);
/* Asserts that the checker finds nothing wrong: the attack is one on the statement. */
void malicious_consistent(malicious *m);
/* A proof of the tables as they stand, judged by the verifier of runs. */
zkb_status malicious_prove(malicious *m, zkb_error *error);
/* The same of a run of several chunks. */
zkb_status malicious_prove_run(malicious *chunks, uint32_t count, zkb_error *error);
/* Asserts that the chunk's proof holds for a statement in which the prover says what was before. */
void malicious_holds_alone(malicious *m, uint32_t index);
/* Asserts that it is rejected: by the buses' sum or the joined sumcheck, whichever the objection
 * seen by the last malicious_refused_by is a matter of. */
void malicious_no_proof(malicious *m);
/* Asserts that it is rejected for what the statement is, in these words. */
void malicious_no_statement(malicious *m, const char *reason);
/* Asserts that it is accepted: for honest runs. */
void malicious_proof(malicious *m);

/* x / 2^exponent in the field, x and exponent small. */
void malicious_fraction(zkb_fr *out, int64_t x, unsigned exponent);

#endif
