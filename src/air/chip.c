#include "air/chip.h"

#include "air/product_form.h"

#include <stdlib.h>
#include <string.h>

/* Here, beside the chip that owns it: a verifier links this file and none that makes one. */
void zkb_product_form_destroy(zkb_product_form *form)
{
    if (form == NULL) {
        return;
    }
    free(form->scalars);
    free(form->leaves);
    free(form->entries);
    free(form->forms);
    free(form->inputs);
    free(form->groups);
    free(form->offsets);
    free(form->products);
    free(form->numerators);
    free(form->denominators);
    free(form);
}

void zkb_chip_destroy(zkb_chip *chip)
{
    if (chip == NULL) {
        return;
    }
    free(chip->nodes);
    free(chip->constants);
    free(chip->committed);
    free(chip->preprocessed);
    free(chip->instances);
    free(chip->constraints);
    free(chip->interactions);
    zkb_product_form_destroy(chip->product);
    while (chip->texts != NULL) {
        zkb_chip_text *next = chip->texts->next;
        free(chip->texts);
        chip->texts = next;
    }
    free(chip);
}

/* ---- Rules between chips ------------------------------------------------------------------- */

/* A bus as the first interaction on it has it. */
typedef struct known_bus {
    const zkb_bus *bus;
    const zkb_chip *chip;
    unsigned givers; /* interactions that give on it */
} known_bus;

typedef struct known_buses {
    size_t count;
    known_bus list[ZKB_AIR_MAX_BUSES];
} known_buses;

static zkb_status check_pair(const known_bus *a, const zkb_chip *b, const zkb_bus *y,
                             zkb_error *error)
{
    const zkb_bus *x = a->bus;
    const bool same_name = strcmp(x->name, y->name) == 0;
    const bool same_rest = x->arity == y->arity && x->kind == y->kind;
    if (x->id == y->id ? !(same_name && same_rest) : same_name) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "buses", x->id,
                        "bus '%s' (id %u, arity %u) of chip %s clashes with bus '%s' (id %u, "
                        "arity %u) of chip %s",
                        x->name, x->id, x->arity, a->chip->name, y->name, y->id, y->arity, b->name);
    }
    return ZKB_OK;
}

static zkb_status add_interaction(known_buses *known, const zkb_chip *chip,
                                  const zkb_interaction *x, zkb_error *error)
{
    known_bus *own = NULL;
    for (size_t i = 0; i < known->count && own == NULL; i++) {
        known_bus *k = &known->list[i];
        if (k->bus->id == x->bus.id || strcmp(k->bus->name, x->bus.name) == 0) {
            ZKB_TRY(check_pair(k, chip, &x->bus, error));
            own = k;
        }
    }
    if (own == NULL) {
        if (known->count == ZKB_AIR_MAX_BUSES) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "buses", x->bus.id,
                            "more than %u buses: '%s' of chip %s is one too many",
                            ZKB_AIR_MAX_BUSES, x->bus.name, chip->name);
        }
        own = &known->list[known->count++];
        *own = (known_bus){.bus = &x->bus, .chip = chip};
    }
    own->givers += x->give;
    return ZKB_OK;
}

zkb_status zkb_chips_check_buses(const zkb_chip *const *chips, size_t count, zkb_error *error)
{
    known_buses known = {.count = 0};
    for (size_t c = 0; c < count; c++) {
        for (uint32_t i = 0; i < chips[c]->interaction_count; i++) {
            ZKB_TRY(add_interaction(&known, chips[c], &chips[c]->interactions[i], error));
        }
    }
    for (size_t i = 0; i < known.count; i++) {
        const known_bus *k = &known.list[i];
        if (k->bus->kind == ZKB_BUS_LOOKUP && k->givers != 1) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "buses", k->bus->id,
                            "lookup bus '%s' (used by chip %s) has %u giving interactions instead "
                            "of one",
                            k->bus->name, k->chip->name, k->givers);
        }
    }
    return ZKB_OK;
}

zkb_status zkb_shape_check(const zkb_table_shape *shape, unsigned max_log_height, zkb_error *error)
{
    const zkb_chip *chip = shape->chip;
    const unsigned h = shape->log_height;
    if (h > max_log_height || h > ZKB_AIR_MAX_LOG_HEIGHT) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "table", h,
                        "chip %s: a table of log2 height %u; the most is %u", chip->name, h,
                        max_log_height);
    }
    if (h < chip->minimum_log_height || (chip->fixed_height && h != chip->minimum_log_height)) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "table", h,
                        "chip %s: a table of log2 height %u; it must be %s%u", chip->name, h,
                        chip->fixed_height ? "" : "at least ", chip->minimum_log_height);
    }
    if (shape->active > (uint64_t)1 << h) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "table", shape->active,
                        "chip %s: %llu active rows in a table of 2^%u", chip->name,
                        (unsigned long long)shape->active, h);
    }
    if (chip->instance_count > 0 && shape->instances == NULL) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "table", ZKB_NO_INDEX,
                        "chip %s: a table without its %u instance constants", chip->name,
                        chip->instance_count);
    }
    return ZKB_OK;
}
