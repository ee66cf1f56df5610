/* What the walks of repair.c and the repairs of repair_moves.c share. */
#ifndef ZKB_TESTS_ATTACKS_REPAIR_SEARCH_H
#define ZKB_TESTS_ATTACKS_REPAIR_SEARCH_H

#include "air/chip.h"
#include "attacks/repair.h"

enum { MOST_COLUMNS = 192, MOST_EQUATIONS = 256 };

/* A node that must have a value: a constraint, or a part of what the row takes. */
typedef struct equation {
    uint32_t node;
    zkb_fr value;
    uint32_t cell; /* the interaction with memory whose cell it is of, or REPAIR_NOTHING */
} equation;

typedef struct support {
    uint64_t bits[MOST_COLUMNS / 64];
} support;

typedef struct repair_search {
    const machine_run *run;
    const repair_options *options;
    uint64_t random;
    uint64_t row;
    zkb_chip chip; /* with columns that hold any element */
    zkb_column_info columns[MOST_COLUMNS];
    zkb_column_data data[MOST_COLUMNS];
    zkb_table table;
    zkb_fr *cells[MOST_COLUMNS]; /* of the row */
    zkb_fr honest_cells[MOST_COLUMNS];
    uint16_t bits[MOST_COLUMNS]; /* as declared */
    bool fixed[MOST_COLUMNS];
    support *supports;    /* of each node */
    uint32_t *dependents; /* the nodes that depend on a column, column by column */
    uint32_t first_dependent[MOST_COLUMNS + 1];
    zkb_fr *honest; /* values of the nodes */
    zkb_fr *values;
    equation equations[MOST_EQUATIONS];
    unsigned equation_count;
    bool changed[MOST_COLUMNS];
    support focus; /* the columns of what is left out */
    bool away;     /* the row stands at another instruction's place, and all else is free */
    bool usual;    /* the walk repairs as an honest prover would fill the row */
    bool astray;   /* the registers that the row reads are free, and with them its address */
} search;

enum { CELL = 2, TIME = 3 }; /* entries of memory's tuples: how many name the cell; the time */

uint64_t repair_draw(search *s);
/* Writes a cell; the nodes that depend on it follow. */
void repair_put(search *s, uint32_t column, const zkb_fr *value);
/* The same, and the column counts as changed. */
void repair_set(search *s, uint32_t column, const zkb_fr *value);
bool repair_has(const support *columns, uint32_t column);
/* False for elements beyond 64 bits. */
bool repair_word(uint64_t *word, const zkb_fr *x);
/* Whether the lookup is live, and of what its table cannot have. */
bool repair_lookup_fails(const search *s, uint32_t interaction);
/* Whether one of the tuple's first entries has changed. */
bool repair_entries_differ(const search *s, const zkb_interaction *t, unsigned count);

/* Whether the equation does not hold, of an access that the row makes. */
bool repair_objects(const search *s, const equation *q);

/* Whether it is a private input's row, whose words are its own to choose. */
bool repair_is_private(const search *s);
/* The access of memory whose space the row says, or NULL. */
const zkb_interaction *repair_free_access(const search *s);
/* Whether the part that is weakened accepts the row as it stands. */
bool repair_weakened_accepts(const search *s);
/* Whether the row, to which nothing objects, is one that a correct chip does not have. */
bool repair_is_attack(const search *s);

/* Makes the node take the value by one column in which it is linear; false if there is none. */
bool repair_solve(search *s, uint32_t node, const zkb_fr *value);

/* One repair of something that objects, drawn from all that does. */
typedef enum repair_outcome { REPAIRED, STUCK, NOTHING_OBJECTS } repair_outcome;
repair_outcome repair_one(search *s);

#endif
