/* Chips: the declaration of a table's columns, row constraints and bus interactions, written once.
 * From it come the prover's vectorised evaluators, the verifier's evaluation at a point, the debug
 * checker, the digest for the verifying key and the documentation.
 *
 * A chip is built with a zkb_chip_builder and then immutable. A proof holds any number of tables;
 * each is one chip with a log2 height, a number of active rows, instance constants and columns.
 * There is no access to the next row. Every constraint holds on every row, padding included; the
 * committed cells of rows at and after the number of active rows are zero.
 *
 * An expression handle is only meaningful with the builder that made it. Builder calls never fail
 * one by one: the first mistake (arity, degree, unknown bus, full) is kept and reported by
 * zkb_chip_build with the chip's and the item's name. */
#ifndef ZKB_AIR_AIR_H
#define ZKB_AIR_AIR_H

#include "base/arena.h"
#include "field/fr.h"

typedef struct zkb_expr {
    uint32_t id;
} zkb_expr;

typedef struct zkb_chip zkb_chip;
typedef struct zkb_chip_builder zkb_chip_builder;

/* A bus: id (nonzero, unique), fixed arity of its tuples, a name for messages. Lookup buses are
 * read-only tables: one interaction of one chip alone gives, with a free multiplicity. Every other
 * multiplicity, on either kind of bus, is a constant, or a constant times factors that are each
 * asserted boolean (zkb_assert_bool) or zkb_active. On a lookup bus the constant of what takes is
 * positive: a negative one would give what the table does not have. zkb_chip_build holds chips to
 * that.
 *
 * Interactions count on active rows alone: the protocol itself multiplies every interaction by
 * [row < n], so a padding row takes and gives nothing, whatever its cells. */
typedef enum zkb_bus_kind { ZKB_BUS_LOOKUP, ZKB_BUS_PERMUTATION } zkb_bus_kind;
typedef struct zkb_bus {
    uint32_t id;
    uint32_t arity;
    zkb_bus_kind kind;
    const char *name;
} zkb_bus;

/* ---- Building ---------------------------------------------------------------------------- */

#define ZKB_AIR_MAX_DEGREE 5u    /* of any constraint, in columns */
#define ZKB_AIR_MAX_COLUMNS 256u /* committed and preprocessed, of one chip */
#define ZKB_AIR_MAX_ARITY 16u
#define ZKB_AIR_MAX_CONSTRAINTS 1024u
#define ZKB_AIR_MAX_INTERACTIONS 160u
#define ZKB_AIR_MAX_INSTANCES 32u
#define ZKB_AIR_MAX_BUSES 64u /* of all chips of a key */
#define ZKB_AIR_MAX_NODES 65536u
#define ZKB_AIR_MAX_MULTIPLICITY 65536 /* largest constant factor of a multiplicity */
#define ZKB_AIR_MAX_LOG_HEIGHT 32u

/* names are static strings. Destroy the builder after zkb_chip_build, whatever its outcome. */
zkb_chip_builder *zkb_chip_builder_create(const char *name);
void zkb_chip_builder_destroy(zkb_chip_builder *b);

/* A formatted name that lives as long as the chip: for building blocks that declare a column more
 * than once. Never NULL. */
const char *zkb_name(zkb_chip_builder *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A committed column of unsigned integers below 2^bits: 1, 8, 16, 32 or 64 say how the witness is
 * stored and how fast it commits, and are a promise of the honest prover only, never a constraint;
 * 254 is a column of field elements. */
zkb_expr zkb_column(zkb_chip_builder *b, const char *name, unsigned bits);
/* The same, but fixed by the verifying key. */
zkb_expr zkb_preprocessed(zkb_chip_builder *b, const char *name, unsigned bits);

/* Virtual columns: never committed, the verifier evaluates them itself. x_j is bit j of the row
 * index. A chip that uses bits up to j has height at least 2^(j+1). */
zkb_expr zkb_row(zkb_chip_builder *b);                                    /* the row index */
zkb_expr zkb_active(zkb_chip_builder *b);                                 /* [row < n] */
zkb_expr zkb_row_bits(zkb_chip_builder *b, unsigned low, unsigned count); /* sum 2^j x_(low+j) */
zkb_expr zkb_row_and(zkb_chip_builder *b, unsigned low_a, unsigned low_b,
                     unsigned count); /* sum 2^j x_(low_a+j) x_(low_b+j), disjoint ranges */
zkb_expr zkb_row_power(zkb_chip_builder *b, unsigned low,
                       unsigned count); /* 2^(row_bits(low, count)), count <= 7 */
zkb_expr zkb_instance(zkb_chip_builder *b, const char *name); /* constant of the table (in Fr) */

/* What a column or instance constant (or, for zkb_chip_note, the chip) means, for the
 * documentation. Static strings. */
void zkb_note(zkb_chip_builder *b, zkb_expr column, const char *text);
void zkb_chip_note(zkb_chip_builder *b, const char *text);

zkb_expr zkb_const(zkb_chip_builder *b, int64_t value);
zkb_expr zkb_const_fr(zkb_chip_builder *b, const zkb_fr *value);
zkb_expr zkb_add(zkb_chip_builder *b, zkb_expr x, zkb_expr y);
zkb_expr zkb_sub(zkb_chip_builder *b, zkb_expr x, zkb_expr y);
zkb_expr zkb_mul(zkb_chip_builder *b, zkb_expr x, zkb_expr y);
zkb_expr zkb_scale(zkb_chip_builder *b, zkb_expr x, uint64_t factor);

/* expression = 0 on every row. */
void zkb_assert_zero(zkb_chip_builder *b, const char *name, zkb_expr expression);
/* x(1-x) = 0; also what zkb_chip_build looks for behind a multiplicity. */
void zkb_assert_bool(zkb_chip_builder *b, const char *name, zkb_expr x);

/* Interactions: the sum over all active rows of all tables of ±multiplicity/(fingerprint) is zero,
 * bus by bus, up to the statement's boundary terms. give adds +multiplicity, take adds
 * -multiplicity; a lookup takes, its table gives. A constant multiplicity (zkb_const, usually 1)
 * is the cheapest. Tuple entries are of degree 1 where it can be had, and of degree
 * ZKB_AIR_MAX_DEGREE - 1 at most, as are multiplicities. */
void zkb_give(zkb_chip_builder *b, const zkb_bus *bus, zkb_expr multiplicity, const zkb_expr *tuple,
              unsigned arity);
void zkb_take(zkb_chip_builder *b, const zkb_bus *bus, zkb_expr multiplicity, const zkb_expr *tuple,
              unsigned arity);

/* Smallest log2 height; a chip whose virtual columns fix the height (a range table) is `fixed`. */
void zkb_chip_height(zkb_chip_builder *b, unsigned minimum_log2, bool fixed);

/* Checks degrees, arities, multiplicities and bus kinds; that every column occurs in a constraint
 * or interaction; that padding rows (committed cells and zkb_active zero) satisfy the
 * constraints, where no other column decides it. Shares common subexpressions. ZKB_ERROR_ARGUMENT
 * with the chip's and the item's name at the first mistake. *out is heap-allocated, ended by
 * zkb_chip_destroy; NULL on failure. */
zkb_status zkb_chip_build(zkb_chip **out, zkb_chip_builder *b, zkb_error *error) ZKB_MUST_USE;
void zkb_chip_destroy(zkb_chip *chip);

#endif
