/* Trace files of any content. The checksum is put right first, or nothing behind it would be
 * reached. What is accepted must write back to the same bytes and print. */
#include "fuzz.h"

#include "base/bytes_inline.h"
#include "vm/trace.h"

#include <string.h>

#define OFFSET_CHECKSUM 56

static void seal(uint8_t *data, size_t size)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    memset(data + OFFSET_CHECKSUM, 0, 8);
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ data[i]) * UINT64_C(0x100000001b3);
    }
    zkb_store64(data + OFFSET_CHECKSUM, hash);
}

static void use(const zkb_trace *trace, const uint8_t *data, size_t size)
{
    uint8_t *again;
    size_t again_size;
    zkb_error error;
    char line[ZKB_TRACE_LINE_BYTES];
    FUZZ_REQUIRE(zkb_trace_serialize(&again, &again_size, trace, &error) == ZKB_OK);
    FUZZ_REQUIRE(again_size == size && memcmp(again, data, size) == 0);
    free(again);
    for (uint64_t i = 0; i < zkb_trace_length(trace); i++) {
        FUZZ_REQUIRE(zkb_trace_line(line, sizeof line, trace, i) == ZKB_OK);
    }
    FUZZ_REQUIRE(zkb_trace_line(line, sizeof line, trace, zkb_trace_length(trace)) != ZKB_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zkb_trace *trace;
    zkb_error error = {.status = ZKB_OK};
    uint8_t *copy = malloc(size + 1);
    FUZZ_REQUIRE(copy != NULL);
    if (size != 0) {
        memcpy(copy, data, size);
    }
    if (size >= OFFSET_CHECKSUM + 8) {
        seal(copy, size);
    }
    if (zkb_trace_parse(&trace, copy, size, "input", &error) == ZKB_OK) {
        use(trace, copy, size);
        zkb_trace_destroy(trace);
    } else {
        FUZZ_REQUIRE(trace == NULL && error.message[0] != 0);
    }
    free(copy);
    return 0;
}
