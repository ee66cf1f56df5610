/* Reading a proof, message by message, into the transcript. */
#include "verify/reader.h"

static zkb_status too_short(const char *where, uint64_t index, zkb_error *error)
{
    return zkb_fail(error, ZKB_ERROR_REJECTED, where, index, "the proof ends early");
}

zkb_status zkb_reader_elements(zkb_fr *out, size_t count, zkb_proof_reader *reader,
                               const char *where, uint64_t index, zkb_error *error)
{
    if (reader->left / 32 < count) {
        return too_short(where, index, error);
    }
    for (size_t i = 0; i < count; i++) {
        if (!zkb_fr_from_bytes(&out[i], reader->at)) {
            return zkb_fail(error, ZKB_ERROR_REJECTED, where, index,
                            "element %zu of the message is not below the prime", i);
        }
        reader->at += 32;
        reader->left -= 32;
    }
    zkb_transcript_absorb_fr(&reader->transcript, out, count);
    return ZKB_OK;
}

zkb_status zkb_reader_points(zkb_g1_affine *out, size_t count, zkb_proof_reader *reader,
                             const char *where, zkb_error *error)
{
    if (reader->left / 32 < count) {
        return too_short(where, ZKB_NO_INDEX, error);
    }
    const size_t good = zkb_g1_batch_decompress(out, reader->at, count);
    if (good != count) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, where, good,
                        "commitment %zu is no encoding of a point", good);
    }
    reader->at += 32 * count;
    reader->left -= 32 * count;
    zkb_transcript_absorb_g1(&reader->transcript, out, count);
    return ZKB_OK;
}
