/* A finished chip, as the rest of the library reads it: a graph of shared nodes, and lists of
 * columns, constraints and interactions that refer to it. Immutable. */
#ifndef ZKB_AIR_CHIP_H
#define ZKB_AIR_CHIP_H

#include "air/air.h"
#include "air/table.h"

typedef enum zkb_node_kind {
    ZKB_NODE_CONSTANT,     /* x: index into constants */
    ZKB_NODE_COMMITTED,    /* x: index among the committed columns */
    ZKB_NODE_PREPROCESSED, /* x: index among the preprocessed columns */
    ZKB_NODE_INSTANCE,     /* x: index into the table's instance constants */
    ZKB_NODE_ACTIVE,       /* [row < n] */
    ZKB_NODE_ROW,          /* the row index, all bits of it */
    ZKB_NODE_ROW_BITS,     /* sum over j < count of 2^j x_(low_a+j) */
    ZKB_NODE_ROW_AND,      /* sum over j < count of 2^j x_(low_a+j) x_(low_b+j) */
    ZKB_NODE_ROW_POWER,    /* 2^(row bits) */
    ZKB_NODE_ADD,          /* node x + node y */
    ZKB_NODE_SUB,          /* node x - node y */
    ZKB_NODE_MUL           /* node x * node y; a constant operand is y */
} zkb_node_kind;

/* Operands come before the nodes that use them. */
typedef struct zkb_node {
    uint8_t kind;   /* zkb_node_kind */
    uint8_t degree; /* in columns, virtual ones included; constants and instances have 0 */
    uint8_t low_a, low_b, count;
    uint32_t x, y;
} zkb_node;

typedef struct zkb_column_info {
    const char *name;
    const char *note; /* its meaning, or NULL */
    uint32_t node;
    uint16_t bits; /* 1, 8, 16, 32, 64 or 254 */
} zkb_column_info;

typedef struct zkb_instance_info {
    const char *name;
    const char *note; /* or NULL */
} zkb_instance_info;

/* What the author asserted: for messages and for the rules on multiplicities. */
typedef enum zkb_assertion {
    ZKB_ASSERT_ZERO,
    ZKB_ASSERT_BOOL /* x(1-x) */
} zkb_assertion;

typedef struct zkb_constraint {
    const char *name;
    uint32_t node;    /* is zero on every row */
    uint32_t subject; /* the x of ZKB_ASSERT_BOOL, else node itself */
    uint8_t assertion;
    uint8_t degree;
} zkb_constraint;

/* The numerator of a row; on padding rows the protocol takes it for zero. */
typedef enum zkb_multiplicity_kind {
    ZKB_MULTIPLICITY_CONSTANT,  /* `constant`; `multiplicity` is that constant or it times active */
    ZKB_MULTIPLICITY_EXPRESSION /* node `multiplicity` for give, its negation for take */
} zkb_multiplicity_kind;

typedef struct zkb_interaction {
    zkb_bus bus;
    bool give;
    uint8_t kind;                /* zkb_multiplicity_kind */
    int64_t constant;            /* sign included; 0 for ZKB_MULTIPLICITY_EXPRESSION */
    uint32_t multiplicity;       /* node, without the sign */
    uint8_t multiplicity_degree; /* 0 for ZKB_MULTIPLICITY_CONSTANT */
    uint8_t tuple_degree;        /* the largest of its entries */
    uint8_t arity;
    uint32_t tuple[ZKB_AIR_MAX_ARITY]; /* nodes */
} zkb_interaction;

/* A name that the chip owns. */
typedef struct zkb_chip_text {
    struct zkb_chip_text *next;
    char text[];
} zkb_chip_text;

struct zkb_chip {
    const char *name;
    const char *note; /* or NULL */

    zkb_node *nodes;
    zkb_fr *constants;
    zkb_column_info *committed;
    zkb_column_info *preprocessed;
    zkb_instance_info *instances;
    zkb_constraint *constraints;
    zkb_interaction *interactions;
    uint32_t node_count;
    uint32_t constant_count;
    uint32_t committed_count;
    uint32_t preprocessed_count;
    uint32_t instance_count;
    uint32_t constraint_count;
    uint32_t interaction_count;

    /* In the row variables, of what the joined sumcheck sums: constraints, and multiplicities and
     * tuple entries times [row < n]. At least 1. */
    unsigned degree;
    unsigned minimum_log_height;
    struct zkb_product_form *product; /* of zkb_chip_multiply_out, for provers; else NULL */
    zkb_chip_text *texts;
    bool fixed_height; /* log height is minimum_log_height, always */
};

/* Bytes of one stored cell of a column of `bits` bits. */
static inline size_t zkb_cell_bytes(unsigned bits)
{
    return bits <= 8 ? 1 : bits <= 64 ? bits / 8 : sizeof(zkb_fr);
}

/* Makes the chip's product form, chip->product, which ends with the chip: once, before the chip is
 * shared and before any table of it is proved. ZKB_ERROR_ARGUMENT when the chip's products multiply
 * out to too many terms. */
zkb_status zkb_chip_multiply_out(zkb_chip *chip, zkb_error *error) ZKB_MUST_USE;

/* Holds a set of chips, each once, to the rules between chips: a bus id means one bus everywhere
 * (arity, kind, name); a lookup bus has exactly one giving interaction. */
zkb_status zkb_chips_check_buses(const zkb_chip *const *chips, size_t count,
                                 zkb_error *error) ZKB_MUST_USE;

/* Holds a shape to its chip: height (minimum, fixed, at most max_log_height), active rows. */
zkb_status zkb_shape_check(const zkb_table_shape *shape, unsigned max_log_height,
                           zkb_error *error) ZKB_MUST_USE;

#endif
