/* 1 / a mod m by Euclid's algorithm. The bits of a quotient are found one by one, so that there is
 * no division, and m may be even.
 *
 * Two rests u > v have factors s and t, with a s = u and a t = -v modulo m, or with both signs the
 * other way, and u t + v s = m. From u = m and s = 0, v = a and t = 1, a step makes u - k v of u
 * and s + k t of s. As v is 2 or more in a step, s + k t is at most m / 2, and 2 k t at most m: no
 * factor is too long. */
#include "machine/helpers/helpers.h"
#include "machine/helpers/inverse/inverse.h"

#include <string.h>

enum { WORDS = ZKB_INVERSE_WORDS };

typedef struct number {
    uint64_t word[WORDS];
} number;

typedef struct rest {
    number value, factor;
} rest;

static bool is_less(const number *x, const number *y)
{
    for (unsigned j = WORDS; j-- > 0;) {
        if (x->word[j] != y->word[j]) {
            return x->word[j] < y->word[j];
        }
    }
    return false;
}

static bool is_above_one(const number *x)
{
    return x->word[0] > 1 || (x->word[1] | x->word[2] | x->word[3]) != 0;
}

static void add(number *x, const number *y)
{
    uint64_t carry = 0;
    for (unsigned j = 0; j < WORDS; j++) {
        const uint64_t part = x->word[j] + y->word[j];
        x->word[j] = part + carry;
        carry = (uint64_t)(part < y->word[j]) | (uint64_t)(x->word[j] < carry);
    }
}

static void subtract(number *x, const number *y)
{
    uint64_t borrow = 0;
    for (unsigned j = 0; j < WORDS; j++) {
        const uint64_t part = x->word[j] - y->word[j];
        const uint64_t next = (uint64_t)(x->word[j] < y->word[j]) | (uint64_t)(part < borrow);
        x->word[j] = part - borrow;
        borrow = next;
    }
}

static void twice(number *x)
{
    for (unsigned j = WORDS - 1; j > 0; j--) {
        x->word[j] = x->word[j] << 1 | x->word[j - 1] >> 63;
    }
    x->word[0] <<= 1;
}

static void halve(number *x)
{
    for (unsigned j = 0; j + 1 < WORDS; j++) {
        x->word[j] = x->word[j] >> 1 | x->word[j + 1] << 63;
    }
    x->word[WORDS - 1] >>= 1;
}

/* u = u mod v, by multiples of v by powers of two, of which one at most is above u. */
static void reduce(rest *u, const rest *v)
{
    rest multiple = *v;
    unsigned bits = 0;
    while (!is_less(&u->value, &multiple.value) && multiple.value.word[WORDS - 1] >> 63 == 0) {
        twice(&multiple.value);
        twice(&multiple.factor);
        bits++;
    }
    for (;;) {
        if (!is_less(&u->value, &multiple.value)) {
            subtract(&u->value, &multiple.value);
            add(&u->factor, &multiple.factor);
        }
        if (bits-- == 0) {
            return;
        }
        halve(&multiple.value);
        halve(&multiple.factor);
    }
}

bool zkb_inverse(uint64_t x[WORDS], const uint64_t a[WORDS], const uint64_t m[WORDS])
{
    rest rests[2] = {{.factor = {{0}}}, {.factor = {{1}}}};
    unsigned steps = 0;
    memcpy(rests[0].value.word, m, sizeof rests[0].value.word);
    memcpy(rests[1].value.word, a, sizeof rests[1].value.word);
    while (is_above_one(&rests[1 - steps % 2].value)) {
        reduce(&rests[steps % 2], &rests[1 - steps % 2]);
        steps++;
    }
    const rest *last = &rests[1 - steps % 2];
    number result = last->factor;
    if (last->value.word[0] == 0) {
        return false;
    }
    if (steps % 2 != 0) { /* the factor is of -1 */
        memcpy(result.word, m, sizeof result.word);
        subtract(&result, &last->factor);
    }
    memcpy(x, result.word, sizeof result.word);
    return true;
}

uint64_t zkb_host_inverse(void *context, zkb_helper_call *call)
{
    (void)context;
    const uint64_t *m = call->words[ZKB_INVERSE_M];
    if (m[0] <= 1 && (m[1] | m[2] | m[3]) == 0) {
        call->refused = 3;
    } else if (!zkb_inverse(call->words[ZKB_INVERSE_RESULT], call->words[ZKB_INVERSE_A], m)) {
        call->refused = 2;
    }
    return call->arguments[0];
}
