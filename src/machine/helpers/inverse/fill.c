/* The row of a call of the helper inverse, as call.c declares it. */
#include "machine/helpers/helpers.h"
#include "machine/helpers/inverse/inverse.h"

#include <string.h>

enum { WORDS = ZKB_INVERSE_WORDS };

/* a x + 0 = q m + 1 as a product of mulmod, whose quotient is below 2^256, as x < m. */
static void get_numbers(zkb_mulmod_numbers *n, const zkb_row_writer *row)
{
    memset(n, 0, sizeof *n);
    for (unsigned j = 0; j < WORDS; j++) {
        n->a[j] = row->memory[ZKB_INVERSE_A * WORDS + j].before;
        n->m[j] = row->memory[ZKB_INVERSE_M * WORDS + j].before;
        n->b[j] = row->memory[ZKB_INVERSE_RESULT * WORDS + j].after;
    }
    zkb_mulmod_divide(n->q, n->r, n->a, n->b, n->c, n->m);
    assert(n->r[0] == 1 && (n->r[1] | n->r[2] | n->r[3]) == 0);
}

static void put_read(zkb_row_writer *row, unsigned range)
{
    for (unsigned j = 0; j < WORDS; j++) {
        const uint32_t index = range * WORDS + j;
        zkb_put8(row, zkb_memory_is_read_only(row, row->memory[index].address / 8));
        zkb_put_word(row, index);
    }
}

static void put_less(zkb_row_writer *row, const uint64_t x[WORDS], const uint64_t m[WORDS])
{
    unsigned word = WORDS - 1;
    while (word > 0 && m[word] == x[word]) {
        word--;
    }
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_put8(row, j == word);
    }
    zkb_put_limbs(row, 4, m[word] - x[word] - 1);
}

void zkb_fill_inverse(zkb_row_writer *row, unsigned variant)
{
    (void)variant;
    zkb_mulmod_numbers n;
    get_numbers(&n, row);
    zkb_put_instruction(row);
    for (unsigned j = 1; j <= 3; j++) {
        zkb_put_register(row, j, 0, zkb_argument(row, j));
    }
    put_read(row, ZKB_INVERSE_A);
    put_read(row, ZKB_INVERSE_M);
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_put_limbs(row, 4, n.b[j]);
        zkb_put_word(row, ZKB_INVERSE_RESULT * WORDS + j);
    }
    put_less(row, n.b, n.m);
    for (unsigned j = 0; j < WORDS; j++) {
        zkb_put_limbs(row, 4, n.q[j]);
    }
    zkb_mulmod_put_carries(row, &n);
    zkb_put_register(row, 0, 3, row->step->result_before);
}
