/* The helper mulmod: what the interpreter calls, and the row of a call, as call.c declares it. */
#include "base/wide_inline.h"
#include "machine/helpers/helpers.h"
#include "machine/helpers/mulmod/mulmod.h"

enum { WORDS = ZKB_MULMOD_WORDS, QUOTIENT = ZKB_MULMOD_QUOTIENT_WORDS, NEAR = ZKB_MULMOD_NEAR };

uint64_t zkb_host_mulmod(void *context, zkb_helper_call *call)
{
    (void)context;
    uint64_t q[QUOTIENT];
    zkb_mulmod_divide(q, call->words[ZKB_MULMOD_RESULT], call->words[ZKB_MULMOD_A],
                      call->words[ZKB_MULMOD_B], call->words[ZKB_MULMOD_C],
                      call->words[ZKB_MULMOD_M]);
    return call->arguments[0];
}

/* ---- Carries ----------------------------------------------------------------------------- */

/* x (of four words, mod 2^256) plus or minus y z 2^(64 at), at < 2. */
static void accumulate(uint64_t x[4], uint64_t y, uint64_t z, unsigned at, bool minus)
{
    const zkb_u128 product = (zkb_u128)y * z;
    const uint64_t summand[4] = {at == 0 ? (uint64_t)product : 0,
                                 at == 0 ? (uint64_t)(product >> 64) : (uint64_t)product,
                                 at == 0 ? 0 : (uint64_t)(product >> 64), 0};
    zkb_u128 carry = minus;
    for (unsigned j = 0; j < 4; j++) {
        carry += (zkb_u128)x[j] + (minus ? ~summand[j] : summand[j]);
        x[j] = (uint64_t)carry;
        carry >>= 64;
    }
}

/* Adds the coefficient of 2^(64 k) in a b + c - q M - r, times 2^(64 at). */
static void accumulate_column(uint64_t x[4], const zkb_mulmod_numbers *n, unsigned k, unsigned at)
{
    for (unsigned j = 0; j <= k; j++) {
        if (j < WORDS && k - j < WORDS) {
            accumulate(x, n->a[j], n->b[k - j], at, false);
        }
        if (j <= WORDS) {
            accumulate(x, n->m[j], n->q[k - j], at, true);
        }
    }
    if (k < WORDS) {
        accumulate(x, n->c[k], 1, at, false);
        accumulate(x, n->r[k], 1, at, true);
    }
}

void zkb_mulmod_put_carries(zkb_row_writer *row, const zkb_mulmod_numbers *n)
{
    uint64_t x[4] = {0, 0, 0, 0};
    for (unsigned t = 0; t < ZKB_MULMOD_CARRIES; t++) {
        accumulate_column(x, n, 2 * t, 0);
        accumulate_column(x, n, 2 * t + 1, 1);
        assert(x[0] == 0 && x[1] == 0);
        zkb_put_limbs(row, 4, x[2]);
        zkb_put_limbs(row, ZKB_MULMOD_CARRY_LIMBS - 4, x[3] + 0x8000);
        x[0] = x[2];
        x[1] = x[3];
        x[2] = x[3] >> 63 != 0 ? UINT64_MAX : 0;
        x[3] = x[2];
    }
}

/* ---- The row ----------------------------------------------------------------------------- */

static void put_read(zkb_row_writer *row, unsigned range, unsigned word)
{
    const uint32_t index = range * WORDS + word;
    zkb_put8(row, zkb_memory_is_read_only(row, row->memory[index].address / 8));
    zkb_put_word(row, index);
}

static void put_less(zkb_row_writer *row, const zkb_mulmod_numbers *n)
{
    unsigned word = WORDS;
    while (word > 0 && n->m[word - 1] == n->r[word - 1]) {
        word--;
    }
    const bool zero = n->m[WORDS] != 0;
    zkb_put8(row, zero);
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_put8(row, !zero && j + 1 == word);
    }
    zkb_put_limbs(row, 4, zero ? 0 : n->m[word - 1] - n->r[word - 1] - 1);
}

static void get_number(uint64_t number[WORDS], const zkb_row_writer *row, unsigned range)
{
    for (unsigned j = 0; j < WORDS; j++) {
        number[j] = row->memory[range * WORDS + j].before;
    }
}

static bool is_zero(const uint64_t x[WORDS]) { return (x[0] | x[1] | x[2] | x[3]) == 0; }

void zkb_fill_mulmod(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    zkb_mulmod_numbers n;
    get_number(n.a, row, ZKB_MULMOD_A);
    get_number(n.b, row, ZKB_MULMOD_B);
    get_number(n.c, row, ZKB_MULMOD_C);
    get_number(n.m, row, ZKB_MULMOD_M);
    n.m[WORDS] = is_zero(n.m);
    zkb_mulmod_divide(n.q, n.r, n.a, n.b, n.c, n.m);
    zkb_put_instruction(row);
    for (unsigned j = 1; j <= 5; j++) {
        zkb_put_register(row, j, 0, zkb_argument(row, j));
    }
    for (unsigned range = ZKB_MULMOD_A; range <= ZKB_MULMOD_C; range++) {
        for (unsigned j = 0; j < WORDS; j++) {
            put_read(row, range, j);
        }
    }
    const uint64_t shift = (zkb_argument(row, 5) - zkb_argument(row, 4)) / 8 + NEAR; /* mod 2^61 */
    for (unsigned s = 0; s < 2 * NEAR + 1; s++) {
        zkb_put8(row, (shift & (UINT64_MAX >> 3)) == s);
    }
    for (unsigned j = 0; j < WORDS; j++) {
        put_read(row, ZKB_MULMOD_M, j);
    }
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_put_limbs(row, 4, n.r[j]);
        zkb_put_word(row, ZKB_MULMOD_RESULT * WORDS + j);
    }
    put_less(row, &n);
    for (unsigned j = 0; j < QUOTIENT; j++) {
        zkb_put_limbs(row, 4, n.q[j]);
    }
    zkb_mulmod_put_carries(row, &n);
    zkb_put_register(row, 0, 3, row->step->result_before);
}
