/* Kernels of the prover's evaluators, which work on eight rows at a time; one table for each
 * backend. Their arguments are plain structures. table_evaluator.c fills these structures and says
 * who owns them. */
#ifndef ZKB_AIR_EVALUATE_KERNELS_H
#define ZKB_AIR_EVALUATE_KERNELS_H

#include "air/product_form.h"
#include "field/block.h"

/* Where eight adjacent cells come from. */
typedef enum zkb_source_kind {
    ZKB_SOURCE_U8,
    ZKB_SOURCE_U16,
    ZKB_SOURCE_U32,
    ZKB_SOURCE_U64,
    ZKB_SOURCE_FR,
    ZKB_SOURCE_ACTIVE, /* [row < length] */
    ZKB_SOURCE_BITS,   /* row bits low_a .. low_a + count */
    ZKB_SOURCE_AND,    /* and of two ranges of row bits */
    ZKB_SOURCE_POWER   /* 2^(row bits) */
} zkb_source_kind;

typedef struct zkb_air_source {
    uint8_t kind;
    uint8_t low_a, low_b, count;
    const void *cells; /* of the first five kinds; zero from length on */
    uint64_t length;
} zkb_air_source;

#define ZKB_CACHED_SOURCES 320u

/* Room for a vector of eight elements in the form of whatever backend. */
typedef struct zkb_vector_room {
    _Alignas(64) unsigned char bytes[320];
} zkb_vector_room;

/* value · source, with the value in the form that the kernels want. */
typedef struct zkb_air_linear_term {
    zkb_vector_room low, high; /* high: of the upper half of 64-bit cells */
    zkb_fr value;
    uint32_t source;
    bool full; /* the source's cells are field elements */
} zkb_air_linear_term;

typedef struct zkb_air_linear_form {
    zkb_vector_room constant_room;
    zkb_fr constant;
    zkb_air_linear_term *terms;
    uint32_t count;
    bool full; /* some term is */
} zkb_air_linear_form;

/* coefficient · Π forms */
typedef struct zkb_air_product {
    zkb_fr coefficient;
    const zkb_air_linear_form *forms[ZKB_AIR_MAX_DEGREE];
    uint32_t count;
} zkb_air_product;

/* form + products on rows below active, fill on the others. */
typedef struct zkb_air_fraction_part {
    const zkb_air_linear_form *form;
    const zkb_air_product *products;
    uint32_t product_count;
    uint64_t active;
    zkb_fr fill;
} zkb_air_fraction_part;

/* One column of the joined sumcheck's tables. */
typedef struct zkb_air_input {
    bool stored;          /* the blocks hold it; else it is read from the source */
    uint32_t source;      /* when it is a leaf */
    zkb_fr_block *blocks; /* bound in place */
    zkb_vector_room tail; /* its value on all rows from the extent on */
} zkb_air_input;

typedef struct zkb_air_round {
    const zkb_product_form *program;
    const zkb_air_source *sources;
    const zkb_air_input *inputs;
    const zkb_vector_room *scales;  /* of each group, when it is scaled */
    const zkb_vector_room *offsets; /* of the program */
    unsigned variables;             /* of the tables as they are read */
    uint64_t extent;                /* rows of them that may differ from the tails */
    zkb_fr challenge;               /* bind: the top variable becomes this before anything else */
} zkb_air_round;

typedef struct zkb_air_kernels {
    const char *backend;
    /* Eight times one value. */
    void (*fill)(zkb_vector_room *out, const zkb_fr *value);
    /* Fills the rooms of a form from its values. */
    void (*prepare)(zkb_air_linear_form *form);
    /* outs[i][first + k] = form i on rows 8(first + k) .. + 8, k < count. */
    void (*forms_rows)(zkb_fr_block *const *outs, const zkb_air_linear_form *const *forms,
                       uint32_t form_count, const zkb_air_source *sources, uint32_t source_count,
                       uint64_t first, uint64_t count);
    void (*fraction_rows)(zkb_fr_block *out, const zkb_air_fraction_part *part,
                          const zkb_air_source *sources, uint64_t first, uint64_t count);
    /* sums[c] += Σ eq[row]·column c over rows 8·first .. 8(first + count); eq[0] is of row
     * 8·first. */
    void (*column_sums)(zkb_fr *sums, const zkb_air_source *columns, uint32_t column_count,
                        const zkb_fr_block *eq, uint64_t first, uint64_t count);
    /* Adds to sums[j], j < degree, the round polynomial at 1, 2, .., degree - 1 and its leading
     * coefficient, over the pairs 8·first .. 8(first + count) of rows that differ in the top
     * variable; eq[0] is the weight of pair 8·first, zero in lanes without a pair. */
    void (*first_round)(zkb_fr *sums, const zkb_air_round *round, const zkb_fr_block *eq,
                        uint64_t first, uint64_t count);
    /* The same after binding the top variable; pairs are counted after binding. Ranges of one
     * round touch disjoint blocks. */
    void (*next_round)(zkb_fr *sums, const zkb_air_round *round, const zkb_fr_block *eq,
                       uint64_t first, uint64_t count);
} zkb_air_kernels;

ZKB_KERNELS_DECLARE(zkb_air_kernels);

#endif
