/* The group law of y^2 = x^3 + b over a field, instantiated by g1.c and g2.c, which define
 *     CURVE(name)   the public name, e.g. zkb_g1_##name
 *     COORD(name)   the coordinate field's operation, e.g. zkb_fq_##name
 *     COORD_T       the coordinate type
 *     COORD_ONE     the coordinate 1
 * Source: [EFD] shortw/xyzz: add-2008-s, madd-2008-s, dbl-2008-s-1, mdbl-2008-s-1 with a = 0. */

#define POINT_T CURVE(type)
#define AFFINE_T CURVE(affine_type)

static void CURVE(set_identity_)(POINT_T *out) { *out = (POINT_T){0}; }

void CURVE(affine_neg)(AFFINE_T *out, const AFFINE_T *p)
{
    out->x = p->x;
    COORD(neg)(&out->y, &p->y);
}

void CURVE(from_affine)(POINT_T *out, const AFFINE_T *p)
{
    if (CURVE(affine_is_identity)(p)) {
        CURVE(set_identity_)(out);
        return;
    }
    *out = (POINT_T){p->x, p->y, COORD_ONE, COORD_ONE};
}

/* Twice the affine (x, y), y possibly zero (a point of order two: the identity results). */
static void CURVE(double_affine_)(POINT_T *out, const COORD_T *x, const COORD_T *y)
{
    COORD_T u, v, w, s, m, t;
    COORD(double)(&u, y);
    COORD(sqr)(&v, &u);
    COORD(mul)(&w, &u, &v);
    COORD(mul)(&s, x, &v);
    COORD(sqr)(&t, x);
    COORD(double)(&m, &t);
    COORD(add)(&m, &m, &t);
    COORD(mul)(&t, &w, y);
    COORD(sqr)(&out->x, &m);
    COORD(sub)(&out->x, &out->x, &s);
    COORD(sub)(&out->x, &out->x, &s);
    COORD(sub)(&s, &s, &out->x);
    COORD(mul)(&out->y, &m, &s);
    COORD(sub)(&out->y, &out->y, &t);
    out->zz = v;
    out->zzz = w;
}

void CURVE(double)(POINT_T *out, const POINT_T *p)
{
    const POINT_T a = *p;
    COORD_T zz, zzz;
    CURVE(double_affine_)(out, &a.x, &a.y);
    zz = out->zz;
    zzz = out->zzz;
    COORD(mul)(&out->zz, &zz, &a.zz);
    COORD(mul)(&out->zzz, &zzz, &a.zzz);
}

/* The sum, from P = x2' - x1', R = y2' - y1' and the first operand's scaled coordinates; zz and
 * zzz are multiplied by the caller. P is nonzero. */
static void CURVE(finish_add_)(POINT_T *out, COORD_T *pp, COORD_T *ppp, const COORD_T *p,
                               const COORD_T *r, const COORD_T *x1, const COORD_T *y1)
{
    COORD_T q, t;
    COORD(sqr)(pp, p);
    COORD(mul)(ppp, pp, p);
    COORD(mul)(&q, x1, pp);
    COORD(mul)(&t, y1, ppp);
    COORD(sqr)(&out->x, r);
    COORD(sub)(&out->x, &out->x, ppp);
    COORD(sub)(&out->x, &out->x, &q);
    COORD(sub)(&out->x, &out->x, &q);
    COORD(sub)(&q, &q, &out->x);
    COORD(mul)(&out->y, r, &q);
    COORD(sub)(&out->y, &out->y, &t);
}

void CURVE(add)(POINT_T *out, const POINT_T *a, const POINT_T *b)
{
    if (CURVE(is_identity)(a)) {
        *out = *b;
        return;
    }
    if (CURVE(is_identity)(b)) {
        *out = *a;
        return;
    }
    COORD_T u1, u2, s1, s2, p, r, pp, ppp, zz, zzz;
    COORD(mul)(&u1, &a->x, &b->zz);
    COORD(mul)(&u2, &b->x, &a->zz);
    COORD(mul)(&s1, &a->y, &b->zzz);
    COORD(mul)(&s2, &b->y, &a->zzz);
    COORD(sub)(&p, &u2, &u1);
    COORD(sub)(&r, &s2, &s1);
    if (COORD(is_zero)(&p)) {
        if (COORD(is_zero)(&r)) {
            CURVE(double)(out, a);
        } else {
            CURVE(set_identity_)(out);
        }
        return;
    }
    COORD(mul)(&zz, &a->zz, &b->zz);
    COORD(mul)(&zzz, &a->zzz, &b->zzz);
    CURVE(finish_add_)(out, &pp, &ppp, &p, &r, &u1, &s1);
    COORD(mul)(&out->zz, &zz, &pp);
    COORD(mul)(&out->zzz, &zzz, &ppp);
}

void CURVE(add_affine)(POINT_T *out, const POINT_T *a, const AFFINE_T *b)
{
    if (CURVE(affine_is_identity)(b)) {
        *out = *a;
        return;
    }
    if (CURVE(is_identity)(a)) {
        CURVE(from_affine)(out, b);
        return;
    }
    const POINT_T first = *a;
    COORD_T p, r, pp, ppp;
    COORD(mul)(&p, &b->x, &a->zz);
    COORD(mul)(&r, &b->y, &a->zzz);
    COORD(sub)(&p, &p, &a->x);
    COORD(sub)(&r, &r, &a->y);
    if (COORD(is_zero)(&p)) {
        if (COORD(is_zero)(&r)) {
            CURVE(double)(out, &first);
        } else {
            CURVE(set_identity_)(out);
        }
        return;
    }
    CURVE(finish_add_)(out, &pp, &ppp, &p, &r, &first.x, &first.y);
    COORD(mul)(&out->zz, &first.zz, &pp);
    COORD(mul)(&out->zzz, &first.zzz, &ppp);
}

bool CURVE(equal)(const POINT_T *a, const POINT_T *b)
{
    if (CURVE(is_identity)(a) || CURVE(is_identity)(b)) {
        return CURVE(is_identity)(a) && CURVE(is_identity)(b);
    }
    COORD_T s, t;
    COORD(mul)(&s, &a->x, &b->zz);
    COORD(mul)(&t, &b->x, &a->zz);
    if (!COORD(equal)(&s, &t)) {
        return false;
    }
    COORD(mul)(&s, &a->y, &b->zzz);
    COORD(mul)(&t, &b->y, &a->zzz);
    return COORD(equal)(&s, &t);
}

/* Windows of four bits, from the top. */
void CURVE(mul_limbs)(POINT_T *out, const POINT_T *p, const uint64_t scalar[4])
{
    POINT_T table[16];
    CURVE(set_identity_)(&table[0]);
    table[1] = *p;
    for (int i = 2; i < 16; i++) {
        CURVE(add)(&table[i], &table[i - 1], p);
    }
    POINT_T sum;
    CURVE(set_identity_)(&sum);
    for (int i = 63; i >= 0; i--) {
        if (!CURVE(is_identity)(&sum)) {
            for (int k = 0; k < 4; k++) {
                CURVE(double)(&sum, &sum);
            }
        }
        CURVE(add)(&sum, &sum, &table[(scalar[i / 16] >> (4 * (i % 16))) & 15]);
    }
    *out = sum;
}

void CURVE(mul)(POINT_T *out, const POINT_T *p, const zkb_fr *scalar)
{
    uint64_t limbs[4];
    zkb_fr_to_limbs(limbs, scalar);
    CURVE(mul_limbs)(out, p, limbs);
}

/* With i = 1/zzz: 1/zz = (zz·i)^2, since zzz^2 = zz^3. */
static void CURVE(scale_)(AFFINE_T *out, const POINT_T *p, const COORD_T *inverse_zzz)
{
    COORD_T t;
    COORD(mul)(&t, &p->zz, inverse_zzz);
    COORD(sqr)(&t, &t);
    COORD(mul)(&out->x, &p->x, &t);
    COORD(mul)(&out->y, &p->y, inverse_zzz);
}

void CURVE(to_affine)(AFFINE_T *out, const POINT_T *p)
{
    const POINT_T a = *p;
    COORD_T inverse;
    COORD(inv)(&inverse, &a.zzz);
    CURVE(scale_)(out, &a, &inverse);
}

void CURVE(batch_to_affine)(AFFINE_T *out, const POINT_T *points, size_t count, COORD_T *scratch)
{
    COORD_T product = COORD_ONE;
    for (size_t i = 0; i < count; i++) {
        scratch[i] = product;
        if (!CURVE(is_identity)(&points[i])) {
            COORD(mul)(&product, &product, &points[i].zzz);
        }
    }
    COORD(inv)(&product, &product);
    for (size_t i = count; i-- > 0;) {
        if (CURVE(is_identity)(&points[i])) {
            out[i] = (AFFINE_T){0};
            continue;
        }
        COORD_T inverse;
        COORD(mul)(&inverse, &product, &scratch[i]);
        COORD(mul)(&product, &product, &points[i].zzz);
        CURVE(scale_)(&out[i], &points[i], &inverse);
    }
}

/* x^3 + b */
static void CURVE(right_side_)(COORD_T *out, const COORD_T *x, const COORD_T *b)
{
    COORD_T t;
    COORD(sqr)(&t, x);
    COORD(mul)(&t, &t, x);
    COORD(add)(out, &t, b);
}

static bool CURVE(satisfies_)(const AFFINE_T *p, const COORD_T *b)
{
    if (CURVE(affine_is_identity)(p)) {
        return true;
    }
    COORD_T left, right;
    COORD(sqr)(&left, &p->y);
    CURVE(right_side_)(&right, &p->x, b);
    return COORD(equal)(&left, &right);
}

#undef POINT_T
#undef AFFINE_T
