/* The digests of the machine's chips. Computing them would take most of the time of making a key,
 * so they are stored. */
#ifndef ZKB_MACHINE_CHIP_DIGESTS_H
#define ZKB_MACHINE_CHIP_DIGESTS_H

#include "machine/list.h"

/* zkb_chip_digest of each chip as zkb_machine_build makes it with ZKB_LOOKUP_COMPACT (0) and with
 * ZKB_LOOKUP_WIDE (1). Written by tests/unit/write_chips.c; a test, and every key in a debug build,
 * holds them to the chips. */
extern const zkb_fr zkb_machine_digests[2][ZKB_CHIP_COUNT];

#endif
