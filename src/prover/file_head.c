#include "prover/file_head.h"

#include "base/bytes_inline.h"
#include "base/checksum.h"

#include <string.h>

enum { AT_VERSION = 8, AT_SIZE = 16, AT_CHECKSUM = 32 };

/* Of the whole file, its own bytes taken as zero. */
static void checksum(uint8_t out[ZKB_CHECKSUM_SIZE], const uint8_t *bytes, size_t size)
{
    uint8_t first[ZKB_FILE_HEAD_BYTES] = {0};
    zkb_checksum sum;
    memcpy(first, bytes, AT_CHECKSUM);
    zkb_checksum_init(&sum);
    zkb_checksum_add(&sum, first, sizeof first);
    zkb_checksum_add(&sum, bytes + ZKB_FILE_HEAD_BYTES, size - ZKB_FILE_HEAD_BYTES);
    zkb_checksum_finish(out, &sum);
}

void zkb_file_seal(uint8_t *bytes, size_t size, const zkb_file_kind *kind)
{
    memcpy(bytes, kind->magic, sizeof kind->magic);
    zkb_store32(bytes + AT_VERSION, kind->version);
    zkb_store64(bytes + AT_SIZE, size);
    checksum(bytes + AT_CHECKSUM, bytes, size);
}

zkb_status zkb_file_check(const uint8_t *bytes, size_t size, size_t least,
                          const zkb_file_kind *kind, const char *name, zkb_error *error)
{
    uint8_t sum[ZKB_CHECKSUM_SIZE];
    if (size < sizeof kind->magic || memcmp(bytes, kind->magic, sizeof kind->magic) != 0) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, kind->what, 0, "%s: not a zkbpf %s file", name,
                        kind->what);
    }
    if (size >= AT_VERSION + 4 && zkb_load32(bytes + AT_VERSION) != kind->version) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, kind->what, AT_VERSION,
                        "%s: a %s file of version %u, but this program reads version %u: %s", name,
                        kind->what, zkb_load32(bytes + AT_VERSION), kind->version, kind->remedy);
    }
    if (size < least || zkb_load64(bytes + AT_SIZE) != size) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, kind->what, AT_SIZE,
                        "%s: the file has %zu bytes, not those of its field size: it is cut short "
                        "or damaged; copy it again, or %s",
                        name, size, kind->remedy);
    }
    checksum(sum, bytes, size);
    if (memcmp(sum, bytes + AT_CHECKSUM, sizeof sum) != 0) {
        return zkb_fail(error, ZKB_ERROR_FORMAT, kind->what, AT_CHECKSUM,
                        "%s: its checksum is not that of its content: it is damaged; copy it "
                        "again, or %s",
                        name, kind->remedy);
    }
    return ZKB_OK;
}
