/* Sums the numbers of one field over a JSON document: the public input is the field's name, the
 * private input the document. Output: the sum in decimal. Returns 0, or why there is none. */
#include "zkbpf.h"

enum { SUM_OK = 0, SUM_BAD_STRING = 1, SUM_BAD_NUMBER = 2, SUM_OVERFLOW = 3 };

#define FRACTION_DIGITS 6 /* sums are kept in millionths */
#define INTEGER_DIGITS 12 /* so that one number stays below 2^63 millionths */

typedef struct text {
    const uint8_t *next;
    const uint8_t *end;
} text;

typedef struct totals {
    uint64_t positive; /* millionths, below 2^63 */
    uint64_t negative;
} totals;

static int is_digit(uint8_t c) { return c >= '0' && c <= '9'; }

static int is_space(uint8_t c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

static void skip_space(text *t)
{
    while (t->next < t->end && is_space(*t->next)) {
        t->next++;
    }
}

/* From after the opening quote to after the closing one; sets *length to the bytes between. */
static int skip_string(text *t, uint64_t *length)
{
    const uint8_t *begin = t->next;
    for (; t->next < t->end; t->next++) {
        if (*t->next == '"') {
            *length = (uint64_t)(t->next - begin);
            t->next++;
            return 1;
        }
        if (*t->next == '\\') {
            t->next++;
        }
    }
    return 0;
}

static int same(const uint8_t *a, uint64_t a_len, const uint8_t *b, uint64_t b_len)
{
    if (a_len != b_len) {
        return 0;
    }
    for (uint64_t i = 0; i < a_len; i++) {
        if (a[i] != b[i]) {
            return 0;
        }
    }
    return 1;
}

/* Up to `most` digits appended to *value; returns how many there were, most + 1 if too many. */
static uint64_t read_digits(text *t, uint64_t *value, uint64_t most)
{
    uint64_t count = 0;
    for (; t->next < t->end && is_digit(*t->next); t->next++) {
        if (++count > most) {
            return count;
        }
        *value = 10 * *value + (uint64_t)(*t->next - '0');
    }
    return count;
}

/* A number at t->next, added to the totals. */
static uint64_t add_number(text *t, totals *sum)
{
    const int negative = *t->next == '-';
    t->next += negative;
    uint64_t value = 0;
    const uint64_t digits = read_digits(t, &value, INTEGER_DIGITS);
    uint64_t fraction = 0;
    int bad = digits == 0 || digits > INTEGER_DIGITS;
    if (t->next < t->end && *t->next == '.') {
        t->next++;
        fraction = read_digits(t, &value, FRACTION_DIGITS);
        bad |= fraction == 0 || fraction > FRACTION_DIGITS;
    }
    if (t->next < t->end) {
        const uint8_t c = *t->next; /* an exponent, say, is not understood */
        bad |= !(c == ',' || c == '}' || c == ']' || is_space(c));
    }
    if (bad) {
        return SUM_BAD_NUMBER;
    }
    for (; fraction < FRACTION_DIGITS; fraction++) {
        value *= 10;
    }
    uint64_t *total = negative ? &sum->negative : &sum->positive;
    *total += value;
    return *total >> 63 ? SUM_OVERFLOW : SUM_OK;
}

static uint64_t sum_field(text *t, totals *sum, const uint8_t *field, uint64_t field_len)
{
    while (t->next < t->end) {
        if (*t->next++ != '"') {
            continue;
        }
        const uint8_t *string = t->next;
        uint64_t length = 0;
        if (!skip_string(t, &length)) {
            return SUM_BAD_STRING;
        }
        skip_space(t);
        if (t->next >= t->end || *t->next != ':') {
            continue; /* a value, not a name */
        }
        t->next++;
        skip_space(t);
        if (t->next < t->end && (is_digit(*t->next) || *t->next == '-') &&
            same(string, length, field, field_len)) {
            const uint64_t status = add_number(t, sum);
            if (status != SUM_OK) {
                return status;
            }
        }
    }
    return SUM_OK;
}

/* Millionths in decimal, without trailing zeros. */
static void print(uint8_t *output, uint64_t millionths, int negative)
{
    uint8_t digits[24]; /* last digit first */
    uint64_t count = 0;
    uint64_t places = FRACTION_DIGITS;
    for (; places > 0 && millionths % 10 == 0; places--) {
        millionths /= 10;
    }
    for (uint64_t place = 0; place < places; place++) {
        digits[count++] = (uint8_t)('0' + millionths % 10);
        millionths /= 10;
    }
    if (places > 0) {
        digits[count++] = '.';
    }
    do {
        digits[count++] = (uint8_t)('0' + millionths % 10);
        millionths /= 10;
    } while (millionths != 0);
    if (negative) {
        *output++ = '-';
    }
    while (count > 0) {
        *output++ = digits[--count];
    }
}

uint64_t entrypoint(const uint8_t *input, uint64_t input_bytes, const uint8_t *secret,
                    uint64_t secret_bytes, uint8_t *output)
{
    text t = {secret, secret + secret_bytes};
    totals sum = {0, 0};
    const uint64_t status = sum_field(&t, &sum, input, input_bytes);
    if (status != SUM_OK) {
        return status;
    }
    if (sum.positive >= sum.negative) {
        print(output, sum.positive - sum.negative, 0);
    } else {
        print(output, sum.negative - sum.positive, 1);
    }
    return SUM_OK;
}
