#include "curve/g1.h"

#include <string.h>

/* clang-format off */
const zkb_g1_affine zkb_g1_generator = {
    {{0xd35d438dc58f0d9du, 0x0a78eb28f5c70b3du, 0x666ea36f7879462cu, 0x0e0a77c19a07df2fu}},
    {{0xa6ba871b8b1e1b3au, 0x14f1d651eb8e167bu, 0xccdd46def0f28c58u, 0x1c14ef83340fbe5eu}}};
const zkb_fq zkb_g1_b =
    {{0x7a17caa950ad28d7u, 0x1f6ac17ae15521b9u, 0x334bea4e696bd284u, 0x2a1f6744ce179d8eu}};
/* clang-format on */

#define zkb_g1_type zkb_g1
#define zkb_g1_affine_type zkb_g1_affine
#define CURVE(name) zkb_g1_##name
#define COORD(name) zkb_fq_##name
#define COORD_T zkb_fq
#define COORD_ONE zkb_fq_one
#include "curve/curve_template.h"

bool zkb_g1_affine_on_curve(const zkb_g1_affine *p) { return zkb_g1_satisfies_(p, &zkb_g1_b); }
