/* Setups as handles of the public interface. */
#include "kzg/srs_file.h"

#include <stdlib.h>

zkb_status zkb_srs_load_bytes(zkb_srs **srs, const uint8_t *bytes, size_t size, const char *name,
                              unsigned k, zkb_error *error)
{
    *srs = NULL;
    if (k < ZKB_SRS_MIN_K || k > ZKB_SRS_MAX_K) {
        return zkb_srs_bad_power(k, error);
    }
    zkb_srs *s = calloc(1, sizeof *s);
    if (s == NULL) {
        return zkb_fail(error, ZKB_ERROR_MEMORY, "setup", ZKB_NO_INDEX, "%s: out of memory", name);
    }
    const zkb_status status = zkb_srs_parse(s, bytes, size, k, name, error);
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
