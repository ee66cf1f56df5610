/* The fractions' sum, layer by layer: the verifier of docs/protocol.md, "The sum of all fractions".
 * Source: [PH23] section 4, with the round polynomials of [Gru24]; Differs as gkr.c does. */
#include "verify/verifier.h"

/* c0 = c - xi·(c1 + ... + cd): what is left of a round polynomial in eq-normal form, whose claim is
 * (1 - xi)·g(0) + xi·g(1) = c. */

typedef struct claim {
    zkb_fr p, q;
} claim;

/* Adds the boundary terms to the fraction p/q and checks that the sum is zero and that no
 * denominator is. */
static zkb_status check_root(const zkb_verifier *verifier, const claim *root, zkb_error *error)
{
    zkb_fr p = root->p;
    zkb_fr q = root->q;
    for (size_t i = 0; i < verifier->statement->boundary_count; i++) {
        const zkb_boundary_term *term = &verifier->statement->boundary[i];
        zkb_fr d, t;
        zkb_fr_from_u64(&d, term->bus->id);
        zkb_fr_add(&d, &d, &verifier->alpha);
        for (uint32_t j = 0; j < term->bus->arity; j++) {
            zkb_fr_mul(&t, &verifier->challenges.beta_powers[j + 1], &term->tuple[j]);
            zkb_fr_add(&d, &d, &t);
        }
        zkb_fr_mul(&p, &p, &d);
        if (term->give) {
            zkb_fr_add(&p, &p, &q);
        } else {
            zkb_fr_sub(&p, &p, &q);
        }
        zkb_fr_mul(&q, &q, &d);
    }
    if (zkb_fr_is_zero(&q)) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, "proof.gkr.root", ZKB_NO_INDEX,
                        "a denominator of the buses' sum is zero");
    }
    if (!zkb_fr_is_zero(&p)) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, "proof.gkr.root", ZKB_NO_INDEX,
                        "the buses do not balance");
    }
    return ZKB_OK;
}

/* p = p0 q1 + p1 q0, q = q0 q1 of ends p0, p1, q0, q1. */
static void add_ends(claim *out, const zkb_fr ends[4])
{
    zkb_fr t;
    zkb_fr_mul(&out->p, &ends[0], &ends[3]);
    zkb_fr_mul(&t, &ends[1], &ends[2]);
    zkb_fr_add(&out->p, &out->p, &t);
    zkb_fr_mul(&out->q, &ends[2], &ends[3]);
}

/* a + x·(b - a) */
static void between(zkb_fr *out, const zkb_fr *a, const zkb_fr *b, const zkb_fr *x)
{
    zkb_fr d;
    zkb_fr_sub(&d, b, a);
    zkb_fr_mul(&d, &d, x);
    zkb_fr_add(out, a, &d);
}

/* p + lambda·q */
static void mix(zkb_fr *out, const claim *c, const zkb_fr *lambda)
{
    zkb_fr_mul(out, &c->q, lambda);
    zkb_fr_add(out, out, &c->p);
}

/* Layer k >= 1: the rounds and the four values at their end. */
static zkb_status check_layer(zkb_fr s[], zkb_fr ends[4], zkb_verifier *verifier, const claim *in,
                              const zkb_fr *point, unsigned k, zkb_error *error)
{
    zkb_proof_reader *reader = &verifier->reader;
    zkb_fr lambda, c, t;
    zkb_transcript_challenge(&lambda, &reader->transcript);
    mix(&c, in, &lambda);
    for (unsigned j = 0; j < k; j++) {
        zkb_fr round[2];
        ZKB_TRY(zkb_reader_elements(round, 2, reader, "proof.gkr", k, error));
        zkb_fr_add(&t, &round[0], &round[1]);
        zkb_fr_mul(&t, &t, &point[j]);
        zkb_fr_sub(&c, &c, &t); /* the constant coefficient */
        zkb_transcript_challenge(&s[j], &reader->transcript);
        zkb_fr_mul(&t, &round[1], &s[j]);
        zkb_fr_add(&t, &t, &round[0]);
        zkb_fr_mul(&t, &t, &s[j]);
        zkb_fr_add(&c, &c, &t);
    }
    ZKB_TRY(zkb_reader_elements(ends, 4, reader, "proof.gkr", k, error));
    claim sum;
    add_ends(&sum, ends);
    mix(&t, &sum, &lambda);
    if (!zkb_fr_equal(&t, &c)) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, "proof.gkr", k,
                        "layer %u: the values at its end are not what its rounds claim", k);
    }
    return ZKB_OK;
}

/* Layer 0 has no rounds: its four values make the root. */
static zkb_status read_root(zkb_fr ends[4], zkb_verifier *verifier, zkb_error *error)
{
    claim root;
    ZKB_TRY(zkb_reader_elements(ends, 4, &verifier->reader, "proof.gkr", 0, error));
    add_ends(&root, ends);
    return check_root(verifier, &root, error);
}

/* All layers: from the root to a claim about the leaves. */
static zkb_status check_layers(claim *leaves, zkb_fr *point, zkb_verifier *verifier,
                               zkb_error *error)
{
    zkb_fr s[ZKB_MAX_LOG_LEAVES];
    for (unsigned k = 0; k < verifier->layout->log_leaves; k++) {
        zkb_fr ends[4];
        zkb_fr mu;
        ZKB_TRY(k == 0 ? read_root(ends, verifier, error)
                       : check_layer(s, ends, verifier, leaves, point, k, error));
        zkb_transcript_challenge(&mu, &verifier->reader.transcript);
        between(&leaves->p, &ends[0], &ends[1], &mu);
        between(&leaves->q, &ends[2], &ends[3], &mu);
        point[0] = mu;
        for (unsigned j = 0; j < k; j++) {
            point[j + 1] = s[j];
        }
    }
    return ZKB_OK;
}

zkb_status zkb_verify_gkr(zkb_fr *point, zkb_fr *claims, zkb_verifier *verifier, zkb_error *error)
{
    claim leaves = {ZKB_FR_ZERO, ZKB_FR_ZERO};
    ZKB_TRY(check_layers(&leaves, point, verifier, error));
    const size_t count = verifier->layout->interacting;
    ZKB_TRY(zkb_reader_elements(claims, 2 * count, &verifier->reader, "proof.gkr.exit",
                                ZKB_NO_INDEX, error));
    claim sum = {ZKB_FR_ZERO, verifier->alpha};
    for (size_t i = 0; i < count; i++) {
        zkb_fr_add(&sum.p, &sum.p, &claims[2 * i]);
        zkb_fr_add(&sum.q, &sum.q, &claims[2 * i + 1]);
    }
    if (verifier->layout->log_leaves == 0) { /* one leaf at most, which is the root */
        return check_root(verifier, &sum, error);
    }
    if (!zkb_fr_equal(&sum.p, &leaves.p) || !zkb_fr_equal(&sum.q, &leaves.q)) {
        return zkb_fail(error, ZKB_ERROR_REJECTED, "proof.gkr.exit", ZKB_NO_INDEX,
                        "the tables' claims do not add up to the leaves' claim");
    }
    return ZKB_OK;
}
