/* What a fuzz target is: one function, called with bytes that may be anything. */
#ifndef ZKB_FUZZ_H
#define ZKB_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Holds in release builds too. */
#define FUZZ_REQUIRE(condition) ((condition) ? (void)0 : abort())

#endif
