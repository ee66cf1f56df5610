/* Part of the debug checker: the exact balance of buses. A hash table maps (bus, tuple) to the sum
 * of its multiplicities and to the rows that gave and took it first. */
#ifndef ZKB_TESTS_DEBUG_LEDGER_H
#define ZKB_TESTS_DEBUG_LEDGER_H

#include "air/chip.h"

#define ZKB_LEDGER_BOUNDARY UINT32_MAX /* as a table: the term is the statement's */

typedef struct zkb_ledger_party {
    bool present;
    uint32_t table;
    uint32_t interaction;
    uint64_t row;
} zkb_ledger_party;

typedef struct zkb_ledger_entry {
    uint64_t hash;
    const zkb_bus *bus;
    size_t tuple; /* offset in the pool */
    zkb_fr balance;
    zkb_ledger_party giver, taker; /* the first of each */
    uint64_t gives, takes;         /* how many contributions of each kind */
} zkb_ledger_entry;

typedef struct zkb_ledger {
    zkb_ledger_entry *entries; /* in order of first appearance */
    size_t count, capacity;
    uint32_t *slots; /* entry + 1, 0 for empty */
    size_t slot_count;
    zkb_fr *pool;
    size_t pool_used, pool_capacity;
} zkb_ledger;

void zkb_ledger_destroy(zkb_ledger *ledger);

/* Adds ±multiplicity (+ for give) to the tuple's balance; false when memory ran out. bus must live
 * as long as the ledger. */
bool zkb_ledger_add(zkb_ledger *ledger, const zkb_bus *bus, const zkb_fr *tuple, bool give,
                    const zkb_fr *multiplicity, const zkb_ledger_party *who);

/* Whether a tuple has been added, whatever its balance. */
bool zkb_ledger_has(const zkb_ledger *ledger, const zkb_bus *bus, const zkb_fr *tuple);

/* The unbalanced entry on the same bus, of opposite sign, that shares most tuple entries with this
 * one, at least one; NULL when there is none. For messages. */
const zkb_ledger_entry *zkb_ledger_closest(const zkb_ledger *ledger, const zkb_ledger_entry *entry);

#endif
