/* A chip as Markdown, for the documentation: columns, constraints as formulas, interactions, and
 * what a row costs. */
#ifndef ZKB_TESTS_DESCRIBE_H
#define ZKB_TESTS_DESCRIBE_H

#include "air/chip.h"

/* Writes at most size bytes, the last a NUL, and returns the length that the whole text has, as
 * snprintf does; text may be NULL when size is 0. Deterministic. */
size_t zkb_chip_describe(char *text, size_t size, const zkb_chip *chip);

#endif
