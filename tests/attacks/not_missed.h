/* Constraints and lookups of the machine's chips without which a row's outputs follow from its
 * inputs all the same, each with the reason; or whose absence only an attack by hand shows, with
 * its name. */
#ifndef ZKB_TESTS_ATTACKS_NOT_MISSED_H
#define ZKB_TESTS_ATTACKS_NOT_MISSED_H

#include <stdbool.h>
#include <stddef.h>

typedef struct not_missed {
    const char *chips; /* patterns of fnmatch, separated by spaces */
    const char *part;  /* as part_name of test_cells_together.c has it; a pattern too */
    bool by_hand;      /* missed all the same: by the test that `reason` names */
    const char *reason;
} not_missed;

typedef struct not_missed_list {
    const not_missed *entries;
    size_t count;
} not_missed_list;

extern const not_missed_list not_missed_left_out;
/* Those that may be weakened: a bit that is 2, a number of one bit more. */
extern const not_missed_list not_missed_weakened;

/* The entry of a chip's part, or NULL. */
const not_missed *not_missed_find(const not_missed_list *list, const char *chip, const char *part);

#endif
