/* Setups as handles of the public interface. */
#include "kzg/srs.h"

#include <stdlib.h>

zkb_status zkb_srs_load(zkb_srs **srs, const char *path, zkb_error *error)
{
    *srs = NULL;
    zkb_srs *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "setup", ZKB_NO_INDEX, "%s: out of memory", path);
    }
    const zkb_status status = zkb_srs_open(s, path, error);
    if (status != ZKB_OK) {
        free(s);
        return status;
    }
    *srs = s;
    return ZKB_OK;
}

void zkb_srs_destroy(zkb_srs *srs)
{
    if (srs != NULL) {
        zkb_srs_close(srs);
        free(srs);
    }
}

unsigned zkb_srs_power(const zkb_srs *srs) { return srs->k; }

void zkb_srs_identity(uint8_t digest[32], const zkb_srs *srs)
{
    zkb_fr_to_bytes(digest, &srs->digest);
}
