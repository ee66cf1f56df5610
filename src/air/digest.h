/* The digest of a chip, for verifying keys. */
#ifndef ZKB_AIR_DIGEST_H
#define ZKB_AIR_DIGEST_H

#include "air/chip.h"

/* A digest of all that a chip means: its graph of expressions, constants, columns with their
 * widths, number of instance constants, constraints in order, interactions with bus (id, arity,
 * kind), direction, multiplicity and tuple, degree, and the rule of its height. Names and notes are
 * not in it. Domain "zkbpf.chip.v1"; messages as in digest.c. */
void zkb_chip_digest(zkb_fr *out, const zkb_chip *chip);

#endif
