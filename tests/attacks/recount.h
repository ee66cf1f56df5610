/* The multiplicities of the wide lookup tables, counted from the other tables as they stand. */
#ifndef ZKB_TESTS_ATTACKS_RECOUNT_H
#define ZKB_TESTS_ATTACKS_RECOUNT_H

#include "machine/writer.h"

void recount_lookups(zkb_chunk_writer *w);

#endif
