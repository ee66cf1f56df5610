#include "air/chip.h"

#include "air/product_form.h"

#include <stdlib.h>
#include <string.h>

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

static zkb_status check_pair(const zkb_chip *a, const zkb_interaction *x, const zkb_chip *b,
                             const zkb_interaction *y, zkb_error *error)
{
    const bool same_name = strcmp(x->bus.name, y->bus.name) == 0;
    const bool same_rest = x->bus.arity == y->bus.arity && x->bus.kind == y->bus.kind;
    if (x->bus.id == y->bus.id ? !(same_name && same_rest) : same_name) {
        return zkb_fail(error, ZKB_ERROR_ARGUMENT, "buses", x->bus.id,
                        "bus '%s' (id %u, arity %u) of chip %s clashes with bus '%s' (id %u, "
                        "arity %u) of chip %s",
                        x->bus.name, x->bus.id, x->bus.arity, a->name, y->bus.name, y->bus.id,
                        y->bus.arity, b->name);
    }
    return ZKB_OK;
}

/* How many interactions give on a bus, over all chips. */
static unsigned givers(const zkb_chip *const *chips, size_t count, uint32_t bus)
{
    unsigned n = 0;
    for (size_t c = 0; c < count; c++) {
        for (uint32_t i = 0; i < chips[c]->interaction_count; i++) {
            n += chips[c]->interactions[i].bus.id == bus && chips[c]->interactions[i].give;
        }
    }
    return n;
}

static zkb_status check_interaction(const zkb_chip *const *chips, size_t count, size_t at,
                                    const zkb_interaction *x, zkb_error *error)
{
    for (size_t c = 0; c <= at; c++) {
        for (uint32_t i = 0; i < chips[c]->interaction_count; i++) {
            ZKB_TRY(check_pair(chips[c], &chips[c]->interactions[i], chips[at], x, error));
        }
    }
    if (x->bus.kind == ZKB_BUS_LOOKUP) {
        const unsigned n = givers(chips, count, x->bus.id);
        if (n != 1) {
            return zkb_fail(error, ZKB_ERROR_ARGUMENT, "buses", x->bus.id,
                            "lookup bus '%s' (used by chip %s) has %u giving interactions instead "
                            "of one",
                            x->bus.name, chips[at]->name, n);
        }
    }
    return ZKB_OK;
}

zkb_status zkb_chips_check_buses(const zkb_chip *const *chips, size_t count, zkb_error *error)
{
    for (size_t c = 0; c < count; c++) {
        for (uint32_t i = 0; i < chips[c]->interaction_count; i++) {
            ZKB_TRY(check_interaction(chips, count, c, &chips[c]->interactions[i], error));
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
