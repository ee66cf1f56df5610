/* The structured reference string: [tau^i]_1 for i < 2^k and [tau]_2, in memory.
 *
 * docs/formats.md has the file format. A verifier relies on [1]_1 and [1]_2, the fixed generators,
 * and on [tau]_2. The digest binds [tau]_1 and [tau]_2 and is the same for every k of one setup.
 * Keys contain the digest, so a proof made with a longer file of the same setup verifies. */
#ifndef ZKB_KZG_SRS_H
#define ZKB_KZG_SRS_H

#include "base/error.h"
#include "curve/g1.h"
#include "curve/g2.h"
#include "curve/pairing.h"

/* Immutable after creation; shared between threads. */
typedef struct zkb_srs {
    const zkb_g1_affine *g1; /* [tau^i]_1, i < size; 64-byte aligned */
    size_t size;             /* 2^k */
    unsigned k;
    zkb_g2_affine tau_g2;
    zkb_fr digest;
    zkb_g2_prepared pairing[2]; /* [1]_2 and [tau]_2, which every verification pairs with */
    zkb_g1_affine *owned;       /* the memory of g1 */
} zkb_srs;

/* Who commits with powers of a file as a verifier does, to compare with a proof's commitments,
 * relies on every power used. zkb_srs_open checks so many against [tau]_2. */
#define ZKB_SRS_CHECKED_POWERS ((size_t)1 << ZKB_SRS_VERIFIER_K)

/* Reads a setup file and checks magic, version, sizes, reserved bytes, checksum, generator first,
 * [tau]_2 in the subgroup, that the setup is not degenerate, and that the first
 * ZKB_SRS_CHECKED_POWERS powers are those of the tau of [tau]_2 (a random linear combination with
 * secret 64-bit coefficients and a pairing: others pass with probability 2^-64). The powers after
 * those were checked when the file was made, and the checksum guards them against damage, not
 * against malice. What is checked is what is used: the powers lie in memory of the setup's own, and
 * changes to the file later on have no effect.
 *
 * Keeps the first 2^k powers, k at least 1, or all when the file has fewer; the whole file is read
 * and checked for damage. ZKB_ERROR_FORMAT names the file and the reason. End it with
 * zkb_srs_close. */
zkb_status zkb_srs_open_powers(zkb_srs *srs, const char *path, unsigned k,
                               zkb_error *error) ZKB_MUST_USE;
/* The same with all powers that the file has. */
zkb_status zkb_srs_open(zkb_srs *srs, const char *path, zkb_error *error) ZKB_MUST_USE;
void zkb_srs_close(zkb_srs *srs);

/* The same check for the first `count` powers, at most all; nothing to do up to
 * ZKB_SRS_CHECKED_POWERS. A verifier calls it before it commits to anything longer. */
zkb_status zkb_srs_check_prefix(const zkb_srs *srs, size_t count, unsigned threads,
                                zkb_error *error) ZKB_MUST_USE;

/* zkb_srs_generate is in zkbpf.h. */

/* Converts a powers-of-tau file of the iden3/snarkjs format; k = 0 takes all that it has, else the
 * first 2^k powers, k at most the file's power. Every point is checked to be on the curve, the
 * first to be the generator, and consecutive powers to have one ratio, the one of [tau]_2, by a
 * random linear combination and a pairing. Degenerate setups (tau 0, small, or of small order) are
 * refused. */
zkb_status zkb_srs_import_ptau(const char *path, const char *ptau_path, unsigned k,
                               unsigned threads, zkb_error *error) ZKB_MUST_USE;

/* The power that the header of such a file names: it holds at least 2^power powers. */
zkb_status zkb_srs_ptau_power(unsigned *power, const char *ptau_path,
                              zkb_error *error) ZKB_MUST_USE;

/* ZKB_ERROR_ARGUMENT, of a k that no setup has. */
zkb_status zkb_srs_bad_power(unsigned k, zkb_error *error);

/* Memory for 2^k powers, in srs->owned, with g1, size and k. */
zkb_status zkb_srs_alloc(zkb_srs *srs, unsigned k, zkb_error *error) ZKB_MUST_USE;

/* The digest of a setup, from its [tau]_1 and [tau]_2: Poseidon2 over their coordinates. */
void zkb_srs_digest(zkb_fr *out, const zkb_g1_affine *tau_g1, const zkb_g2_affine *tau_g2);

/* Sets digest and pairing, which follow from g1 and tau_g2. */
void zkb_srs_derive(zkb_srs *srs);

/* A setup in memory from a known tau, for tests: it is never written to a file by the product.
 * No check of tau, so that degenerate setups can be tried. */
zkb_status zkb_srs_from_tau(zkb_srs *srs, const zkb_fr *tau, unsigned k, unsigned threads,
                            zkb_error *error) ZKB_MUST_USE;

#endif
