/* Sources as in pairing.h. */
#include "curve/pairing_kernels.h"
#include "field/fq12_inline.h"

/* The point of the loop, homogeneous: x/z, y/z. */
typedef struct loop_point {
    zkb_fq2 x, y, z;
} loop_point;

/* 6 z + 2 in signed digits, the most significant, 1, left out; z = 4965661367192848881. */
static const int8_t loop_digits[65] = {
    0, -1, 0, 1,  0, 0, 0, -1, 0, -1, 0,  0, 0,  -1, 0, 1, 0, -1, 0, 0, -1, 0,
    0, 0,  0, 0,  1, 0, 0, -1, 0, 1,  0,  0, -1, 0,  0, 0, 0, -1, 0, 1, 0,  0,
    0, -1, 0, -1, 0, 0, 1, 0,  0, 0,  -1, 0, 0,  -1, 0, 1, 0, 1,  0, 0, 0,
};

/* z in signed odd digits below 4, likewise. */
static const int8_t z_digits[62] = {
    0,  0, 1, 0, 0, -3, 0,  0, 0, 0, -3, 0, 0, 0, 3, 0,  0, 1,  0, 0, 1,
    0,  0, 3, 0, 0, 0,  -3, 0, 0, 0, 1,  0, 0, 0, 3, 0,  0, -3, 0, 0, 0,
    -3, 0, 0, 1, 0, 0,  0,  1, 0, 0, -3, 0, 0, 0, 0, -1, 0, 0,  0, 1,
};

static void halve(zkb_fq2 *out, const zkb_fq2 *a)
{
    static const zkb_fq half = {
        {0x87bee7d24f060572u, 0xd0fd2add2f1c6ae5u, 0x8f5f7492fcfd4f44u, 0x1f37631a3d9cbfacu}};
    zkb_fq2_scale(out, a, &half);
}

/* t = 2 t and the tangent there. [AKLGL11] section 4.3, equations (11) and (12). */
static void double_step(zkb_pairing_line *line, loop_point *t)
{
    zkb_fq2 a;
    zkb_fq2 b;
    zkb_fq2 c;
    zkb_fq2 e;
    zkb_fq2 f;
    zkb_fq2 g;
    zkb_fq2 h;
    zkb_fq2_mul(&a, &t->x, &t->y);
    halve(&a, &a); /* x y / 2 */
    zkb_fq2_sqr(&b, &t->y);
    zkb_fq2_sqr(&c, &t->z);
    zkb_fq2_double(&e, &c);
    zkb_fq2_add(&e, &e, &c);
    zkb_fq2_mul(&e, &e, &zkb_g2_b); /* 3 b z^2 */
    zkb_fq2_double(&f, &e);
    zkb_fq2_add(&f, &f, &e); /* 9 b z^2 */
    zkb_fq2_add(&g, &b, &f);
    halve(&g, &g);
    zkb_fq2_add(&h, &t->y, &t->z);
    zkb_fq2_sqr(&h, &h);
    zkb_fq2_sub(&h, &h, &b);
    zkb_fq2_sub(&h, &h, &c); /* 2 y z */
    zkb_fq2_sqr(&c, &t->x);
    zkb_fq2_double(&line->c1, &c);
    zkb_fq2_add(&line->c1, &line->c1, &c);
    zkb_fq2_neg(&line->c0, &h);
    zkb_fq2_sub(&line->c2, &e, &b);
    zkb_fq2_sub(&f, &b, &f);
    zkb_fq2_mul(&t->x, &a, &f);
    zkb_fq2_sqr(&e, &e);
    zkb_fq2_double(&a, &e);
    zkb_fq2_add(&e, &e, &a);
    zkb_fq2_sqr(&g, &g);
    zkb_fq2_sub(&t->y, &g, &e);
    zkb_fq2_mul(&t->z, &b, &h);
}

/* t = t + q and the line through both, t not q or -q. [AKLGL11] section 4.3. */
static void add_step(zkb_pairing_line *line, loop_point *t, const zkb_g2_affine *q)
{
    zkb_fq2 d;
    zkb_fq2 e;
    zkb_fq2 f;
    zkb_fq2 g;
    zkb_fq2 h;
    zkb_fq2 j;
    zkb_fq2_mul(&d, &q->x, &t->z);
    zkb_fq2_sub(&d, &t->x, &d);
    zkb_fq2_mul(&e, &q->y, &t->z);
    zkb_fq2_sub(&e, &t->y, &e);
    line->c0 = d;
    zkb_fq2_neg(&line->c1, &e);
    zkb_fq2_mul(&f, &e, &q->x);
    zkb_fq2_mul(&g, &d, &q->y);
    zkb_fq2_sub(&line->c2, &f, &g);
    zkb_fq2_sqr(&f, &d);
    zkb_fq2_sqr(&g, &e);
    zkb_fq2_mul(&h, &d, &f);    /* d^3 */
    zkb_fq2_mul(&f, &t->x, &f); /* x d^2 */
    zkb_fq2_mul(&j, &t->z, &g);
    zkb_fq2_add(&j, &j, &h);
    zkb_fq2_sub(&j, &j, &f);
    zkb_fq2_sub(&j, &j, &f);
    zkb_fq2_mul(&t->x, &d, &j);
    zkb_fq2_sub(&f, &f, &j);
    zkb_fq2_mul(&f, &e, &f);
    zkb_fq2_mul(&g, &h, &t->y);
    zkb_fq2_sub(&t->y, &f, &g);
    zkb_fq2_mul(&t->z, &t->z, &h);
}

/* The points that the end of the loop adds: psi(q) and -psi^2(q). */
static void frobenius_images(zkb_g2_affine image[2], const zkb_g2_affine *q)
{
    zkb_g2_affine_psi(&image[0], q);
    zkb_g2_affine_psi(&image[1], &image[0]);
    zkb_g2_affine_neg(&image[1], &image[1]);
}

static void prepare(zkb_g2_prepared *out, const zkb_g2_affine *q)
{
    zkb_g2_affine minus_q;
    zkb_g2_affine image[2];
    loop_point t = {q->x, q->y, zkb_fq2_one};
    zkb_pairing_line *line = out->line;
    out->identity = zkb_g2_affine_is_identity(q);
    zkb_g2_affine_neg(&minus_q, q);
    frobenius_images(image, q);
    for (size_t i = 0; i < sizeof loop_digits; i++) {
        double_step(line++, &t);
        if (loop_digits[i] != 0) {
            add_step(line++, &t, loop_digits[i] > 0 ? q : &minus_q);
        }
    }
    add_step(line++, &t, &image[0]);
    add_step(line, &t, &image[1]);
}

static void multiply_line(zkb_fq12 *f, const zkb_pairing_line *line, const zkb_g1_affine *p)
{
    zkb_fq2 c0;
    zkb_fq2 c1;
    zkb_fq2_scale(&c0, &line->c0, &p->y);
    zkb_fq2_scale(&c1, &line->c1, &p->x);
    zkb_fq12_mul_by_line(f, f, &c0, &c1, &line->c2);
}

static void miller_prepared(zkb_fq12 *inout, const zkb_g1_affine *p,
                            const zkb_g2_prepared *const *q, size_t count)
{
    zkb_fq12 f = zkb_fq12_one;
    size_t at = 0;
    for (size_t i = 0; i < sizeof loop_digits + 1; i++) {
        const bool end = i == sizeof loop_digits;
        const size_t lines = end || loop_digits[i] != 0 ? 2 : 1;
        if (!end) {
            zkb_fq12_sqr(&f, &f);
        }
        for (size_t j = 0; j < count; j++) {
            if (q[j]->identity || zkb_g1_affine_is_identity(&p[j])) {
                continue;
            }
            for (size_t k = 0; k < lines; k++) {
                multiply_line(&f, &q[j]->line[at + k], &p[j]);
            }
        }
        at += lines;
    }
    zkb_fq12_mul(inout, inout, &f);
}

static void miller(zkb_fq12 *inout, const zkb_g1_affine *p, const zkb_g2_affine *q, size_t count)
{
    zkb_fq12 f = zkb_fq12_one;
    zkb_g1_affine at[ZKB_PAIRING_GROUP];
    zkb_g2_affine plus[ZKB_PAIRING_GROUP];
    zkb_g2_affine minus[ZKB_PAIRING_GROUP];
    loop_point t[ZKB_PAIRING_GROUP];
    zkb_pairing_line line;
    size_t used = 0;
    for (size_t j = 0; j < count; j++) {
        if (!zkb_g1_affine_is_identity(&p[j]) && !zkb_g2_affine_is_identity(&q[j])) {
            at[used] = p[j];
            plus[used] = q[j];
            zkb_g2_affine_neg(&minus[used], &q[j]);
            t[used] = (loop_point){q[j].x, q[j].y, zkb_fq2_one};
            used++;
        }
    }
    for (size_t i = 0; i < sizeof loop_digits; i++) {
        zkb_fq12_sqr(&f, &f);
        for (size_t j = 0; j < used; j++) {
            double_step(&line, &t[j]);
            multiply_line(&f, &line, &at[j]);
            if (loop_digits[i] != 0) {
                add_step(&line, &t[j], loop_digits[i] > 0 ? &plus[j] : &minus[j]);
                multiply_line(&f, &line, &at[j]);
            }
        }
    }
    for (size_t j = 0; j < used; j++) {
        zkb_g2_affine image[2];
        frobenius_images(image, &plus[j]);
        for (int k = 0; k < 2; k++) {
            add_step(&line, &t[j], &image[k]);
            multiply_line(&f, &line, &at[j]);
        }
    }
    zkb_fq12_mul(inout, inout, &f);
}

/* a^-z for a in the cyclotomic subgroup. */
static void power_minus_z(zkb_fq12 *out, const zkb_fq12 *a)
{
    zkb_fq12 power[4]; /* a, a^3, and their inverses */
    zkb_fq12 r = *a;
    power[0] = *a;
    zkb_fq12_cyclotomic_sqr(&power[1], a);
    zkb_fq12_mul(&power[1], &power[1], a);
    zkb_fq12_conjugate(&power[2], &power[0]);
    zkb_fq12_conjugate(&power[3], &power[1]);
    for (size_t i = 0; i < sizeof z_digits; i++) {
        zkb_fq12_cyclotomic_sqr(&r, &r);
        if (z_digits[i] > 0) {
            zkb_fq12_mul(&r, &r, &power[z_digits[i] / 2]);
        } else if (z_digits[i] < 0) {
            zkb_fq12_mul(&r, &r, &power[2 + -z_digits[i] / 2]);
        }
    }
    zkb_fq12_conjugate(out, &r);
}

/* inout^((q^6 - 1)(q^2 + 1)), then to a multiple of (q^4 - q^2 + 1)/r: 2 z (6 z^2 + 3 z + 1) times
 * it, which is l0 + l1 q + l2 q^2 + l3 q^3 with
 *     l1 = 12 z^3 + 6 z^2 + 4 z, l2 = l1 + 2 z, l0 = l2 + 6 z^2 + 1, l3 = l1 - 1. [FKR11] */
static void final_exponentiation(zkb_fq12 *inout)
{
    zkb_fq12 f;
    zkb_fq12 t;
    zkb_fq12 z2;  /* f^(-2z) */
    zkb_fq12 z6;  /* f^(-6z), then f^(6z) */
    zkb_fq12 zz6; /* f^(6z^2) */
    zkb_fq12 l;
    zkb_fq12_conjugate(&f, inout);
    zkb_fq12_inv(&t, inout);
    zkb_fq12_mul(&f, &f, &t);
    zkb_fq12_frobenius(&t, &f, 2);
    zkb_fq12_mul(&f, &f, &t);

    power_minus_z(&t, &f);
    zkb_fq12_cyclotomic_sqr(&z2, &t);
    zkb_fq12_cyclotomic_sqr(&t, &z2);
    zkb_fq12_mul(&z6, &t, &z2);
    power_minus_z(&zz6, &z6);
    zkb_fq12_cyclotomic_sqr(&t, &zz6);
    power_minus_z(&t, &t); /* -12 z^3 */
    zkb_fq12_conjugate(&t, &t);
    zkb_fq12_conjugate(&z6, &z6);
    zkb_fq12_mul(&t, &t, &zz6);
    zkb_fq12_mul(&t, &t, &z6); /* l2 */
    zkb_fq12_mul(&l, &t, &z2); /* l1 */
    zkb_fq12_mul(&zz6, &zz6, &t);
    zkb_fq12_mul(&zz6, &zz6, &f); /* l0 */
    zkb_fq12_frobenius(&t, &t, 2);
    zkb_fq12_mul(&zz6, &zz6, &t);
    zkb_fq12_frobenius(&t, &l, 1);
    zkb_fq12_mul(&zz6, &zz6, &t);
    zkb_fq12_conjugate(&f, &f);
    zkb_fq12_mul(&l, &l, &f); /* l3 */
    zkb_fq12_frobenius(&l, &l, 3);
    zkb_fq12_mul(inout, &zz6, &l);
}

const zkb_pairing_kernels ZKB_ISA(zkb_pairing_kernels) = {
    .backend = ZKB_ISA_NAME,
    .prepare = prepare,
    .miller = miller,
    .miller_prepared = miller_prepared,
    .final_exponentiation = final_exponentiation,
};
