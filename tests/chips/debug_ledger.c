#include "chips/debug_ledger.h"

#include <stdlib.h>
#include <string.h>

void zkb_ledger_destroy(zkb_ledger *ledger)
{
    free(ledger->entries);
    free(ledger->slots);
    free(ledger->pool);
    *ledger = (zkb_ledger){0};
}

static uint64_t tuple_hash(const zkb_bus *bus, const zkb_fr *tuple)
{
    uint64_t h = bus->id * 0x9e3779b97f4a7c15u;
    for (uint32_t j = 0; j < bus->arity; j++) {
        for (unsigned k = 0; k < 4; k++) {
            h = (h ^ tuple[j].limb[k]) * 0xff51afd7ed558ccdu;
            h ^= h >> 32;
        }
    }
    return h;
}

static bool rehash(zkb_ledger *ledger, size_t slot_count)
{
    uint32_t *slots = calloc(slot_count, sizeof *slots);
    if (slots == NULL) {
        return false;
    }
    for (size_t i = 0; i < ledger->count; i++) {
        size_t at = ledger->entries[i].hash & (slot_count - 1);
        while (slots[at] != 0) {
            at = (at + 1) & (slot_count - 1);
        }
        slots[at] = (uint32_t)i + 1;
    }
    free(ledger->slots);
    ledger->slots = slots;
    ledger->slot_count = slot_count;
    return true;
}

static bool reserve(zkb_ledger *ledger, uint32_t arity)
{
    if (ledger->count == ledger->capacity) {
        const size_t capacity = ledger->capacity == 0 ? 256 : 2 * ledger->capacity;
        zkb_ledger_entry *p = realloc(ledger->entries, capacity * sizeof *p);
        if (p == NULL) {
            return false;
        }
        ledger->entries = p;
        ledger->capacity = capacity;
    }
    if (ledger->pool_used + arity > ledger->pool_capacity) {
        const size_t capacity =
            ledger->pool_capacity == 0 ? 1024 : 2 * ledger->pool_capacity + arity;
        zkb_fr *p = realloc(ledger->pool, capacity * sizeof *p);
        if (p == NULL) {
            return false;
        }
        ledger->pool = p;
        ledger->pool_capacity = capacity;
    }
    if (2 * (ledger->count + 1) > ledger->slot_count) {
        return ledger->count < UINT32_MAX / 4 &&
               rehash(ledger, ledger->slot_count == 0 ? 1024 : 2 * ledger->slot_count);
    }
    return true;
}

/* The slot that holds the tuple, or the empty one where it belongs. There are slots. */
static size_t find_slot(const zkb_ledger *ledger, const zkb_bus *bus, const zkb_fr *tuple,
                        uint64_t hash)
{
    size_t at = hash & (ledger->slot_count - 1);
    for (; ledger->slots[at] != 0; at = (at + 1) & (ledger->slot_count - 1)) {
        const zkb_ledger_entry *e = &ledger->entries[ledger->slots[at] - 1];
        if (e->hash == hash && e->bus->id == bus->id && e->bus->arity == bus->arity &&
            memcmp(&ledger->pool[e->tuple], tuple, bus->arity * sizeof *tuple) == 0) {
            break;
        }
    }
    return at;
}

bool zkb_ledger_has(const zkb_ledger *ledger, const zkb_bus *bus, const zkb_fr *tuple)
{
    return ledger->slot_count > 0 &&
           ledger->slots[find_slot(ledger, bus, tuple, tuple_hash(bus, tuple))] != 0;
}

static zkb_ledger_entry *find_or_add(zkb_ledger *ledger, const zkb_bus *bus, const zkb_fr *tuple)
{
    if (!reserve(ledger, bus->arity)) {
        return NULL;
    }
    const uint64_t hash = tuple_hash(bus, tuple);
    const size_t bytes = bus->arity * sizeof *tuple;
    const size_t at = find_slot(ledger, bus, tuple, hash);
    if (ledger->slots[at] != 0) {
        return &ledger->entries[ledger->slots[at] - 1];
    }
    zkb_ledger_entry *e = &ledger->entries[ledger->count++];
    ledger->slots[at] = (uint32_t)ledger->count;
    *e = (zkb_ledger_entry){.hash = hash, .bus = bus, .tuple = ledger->pool_used};
    memcpy(&ledger->pool[ledger->pool_used], tuple, bytes);
    ledger->pool_used += bus->arity;
    return e;
}

bool zkb_ledger_add(zkb_ledger *ledger, const zkb_bus *bus, const zkb_fr *tuple, bool give,
                    const zkb_fr *multiplicity, const zkb_ledger_party *who)
{
    zkb_ledger_entry *e = find_or_add(ledger, bus, tuple);
    if (e == NULL) {
        return false;
    }
    zkb_ledger_party *first = give ? &e->giver : &e->taker;
    if (!first->present) {
        *first = *who;
        first->present = true;
    }
    if (give) {
        e->gives++;
        zkb_fr_add(&e->balance, &e->balance, multiplicity);
    } else {
        e->takes++;
        zkb_fr_sub(&e->balance, &e->balance, multiplicity);
    }
    return true;
}

const zkb_ledger_entry *zkb_ledger_closest(const zkb_ledger *ledger, const zkb_ledger_entry *entry)
{
    const zkb_ledger_entry *best = NULL;
    unsigned most = 0;
    const size_t limit = ledger->count < 65536 ? ledger->count : 65536;
    for (size_t i = 0; i < limit; i++) {
        const zkb_ledger_entry *e = &ledger->entries[i];
        if (e == entry || e->bus->id != entry->bus->id || zkb_fr_is_zero(&e->balance) ||
            e->giver.present == entry->giver.present) {
            continue;
        }
        unsigned same = 0;
        for (uint32_t j = 0; j < e->bus->arity; j++) {
            same += zkb_fr_equal(&ledger->pool[e->tuple + j], &ledger->pool[entry->tuple + j]);
        }
        if (same > most) {
            most = same;
            best = e;
        }
    }
    return best;
}
