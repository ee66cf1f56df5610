/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Formatted text. strlen and memset are in libc.c. */
#include "stdio.h"

/* Where text goes: what does not fit is counted and left out. */
typedef struct zkbpf_sink {
    char *text;
    size_t size;
    size_t used;
} zkbpf_sink;

static void zkbpf_put(zkbpf_sink *sink, char c, size_t times)
{
    for (; times > 0; times--, sink->used++) {
        if (sink->used < sink->size) {
            sink->text[sink->used] = c;
        }
    }
}

static void zkbpf_put_text(zkbpf_sink *sink, const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        zkbpf_put(sink, text[i], 1);
    }
}

/* One conversion, as its characters say. */
typedef struct zkbpf_conversion {
    bool left, plus, space, alternative, zero, has_precision;
    uint64_t width;
    uint64_t precision;
    unsigned bytes; /* of the value */
    char kind;
} zkbpf_conversion;

/* Digits and what goes around them: sign or prefix, zeros up to the precision, spaces up to the
 * width. */
static void zkbpf_put_padded(zkbpf_sink *sink, const zkbpf_conversion *c, const char *prefix,
                             const char *text, size_t size)
{
    const size_t prefix_size = strlen(prefix);
    const bool is_number = c->kind != 's' && c->kind != 'c';
    size_t zeros = is_number && c->has_precision && c->precision > size ? c->precision - size : 0;
    const size_t all = prefix_size + zeros + size;
    size_t spaces = c->width > all ? c->width - all : 0;
    if (is_number && c->zero && !c->left && !c->has_precision) {
        zeros += spaces;
        spaces = 0;
    }
    zkbpf_put(sink, ' ', c->left ? 0 : spaces);
    zkbpf_put_text(sink, prefix, prefix_size);
    zkbpf_put(sink, '0', zeros);
    zkbpf_put_text(sink, text, size);
    zkbpf_put(sink, ' ', c->left ? spaces : 0);
}

static void zkbpf_put_number(zkbpf_sink *sink, const zkbpf_conversion *c, uint64_t value)
{
    char digits[24];
    char *first = digits + sizeof digits;
    const char *prefix = "";
    const unsigned shift = 64 - 8 * c->bytes;
    unsigned base = 10;
    const char letters = c->kind == 'X' ? 'A' - 10 : 'a' - 10;
    if (c->kind == 'd' || c->kind == 'i') {
        const int64_t number = (int64_t)(value << shift) >> shift;
        prefix = number < 0 ? "-" : c->plus ? "+" : c->space ? " " : "";
        value = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    } else {
        value = value << shift >> shift;
        base = c->kind == 'o' ? 8 : c->kind == 'u' ? 10 : 16;
    }
    if (base == 16 && ((c->alternative && value != 0) || c->kind == 'p')) {
        prefix = c->kind == 'X' ? "0X" : "0x";
    }
    const bool is_empty = value == 0 && c->has_precision && c->precision == 0;
    for (uint64_t rest = value; rest != 0 || (first == digits + sizeof digits && !is_empty);
         rest /= base) {
        const char digit = (char)(rest % base);
        *--first = (char)(digit < 10 ? '0' + digit : letters + digit);
    }
    if (base == 8 && c->alternative && *first != '0') {
        *--first = '0';
    }
    zkbpf_put_padded(sink, c, prefix, first, (size_t)(digits + sizeof digits - first));
}

static void zkbpf_put_value(zkbpf_sink *sink, const zkbpf_conversion *c, uint64_t value)
{
    const char *text = (const char *)(uintptr_t)value;
    const char character = (char)value;
    size_t size = 1;
    switch (c->kind) {
    case 's':
        text = text == NULL ? "(null)" : text;
        for (size = 0; !(c->has_precision && size == c->precision) && text[size] != 0;) {
            size++;
        }
        break;
    case 'c':
        text = &character;
        break;
    default:
        zkbpf_put_number(sink, c, value);
        return;
    }
    zkbpf_put_padded(sink, c, "", text, size);
}

/* Values not yet used. */
typedef struct zkbpf_values {
    const uint64_t *next;
    size_t count;
} zkbpf_values;

static uint64_t zkbpf_take(zkbpf_values *values)
{
    if (values->count == 0) {
        return 0;
    }
    values->count--;
    return *values->next++;
}

/* The number at *at, or the next value for a '*'. */
static uint64_t zkbpf_take_number(const char **at, zkbpf_values *values)
{
    uint64_t number = 0;
    if (**at == '*') {
        ++*at;
        return (uint64_t)(int64_t)(int32_t)zkbpf_take(values);
    }
    for (; **at >= '0' && **at <= '9'; ++*at) {
        number = 10 * number + (uint64_t)(**at - '0');
    }
    return number;
}

static void zkbpf_take_flags(zkbpf_conversion *c, const char **at)
{
    for (;; ++*at) {
        switch (**at) {
        case '-':
            c->left = true;
            continue;
        case '+':
            c->plus = true;
            continue;
        case ' ':
            c->space = true;
            continue;
        case '#':
            c->alternative = true;
            continue;
        case '0':
            c->zero = true;
            continue;
        default:
            return;
        }
    }
}

/* What follows a '%'; *at ends behind it. */
static zkbpf_conversion zkbpf_take_conversion(const char **at, zkbpf_values *values)
{
    zkbpf_conversion c = {.bytes = 4};
    zkbpf_take_flags(&c, at);
    c.width = zkbpf_take_number(at, values);
    if ((int64_t)c.width < 0) {
        c.left = true;
        c.width = 0 - c.width;
    }
    if (**at == '.') {
        ++*at;
        c.precision = zkbpf_take_number(at, values);
        c.has_precision = (int64_t)c.precision >= 0;
    }
    for (;; ++*at) {
        if (**at == 'h') {
            c.bytes = c.bytes == 2 ? 1 : 2;
        } else if (**at == 'l' || **at == 'z' || **at == 'j' || **at == 't') {
            c.bytes = 8;
        } else {
            break;
        }
    }
    c.kind = **at;
    c.bytes = c.kind == 'p' ? 8 : c.bytes;
    *at += c.kind != 0;
    return c;
}

static bool zkbpf_is_kind(char kind)
{
    for (const char *k = "diuoxXcsp"; *k != 0; k++) {
        if (*k == kind) {
            return true;
        }
    }
    return false;
}

int zkbpf_format(char *text, size_t size, const char *format, const uint64_t *values, size_t count)
{
    zkbpf_sink sink = {text, size > 0 ? size - 1 : 0, 0};
    zkbpf_values left = {values, count};
    while (*format != 0) {
        const char *start = format;
        if (*format != '%') {
            zkbpf_put(&sink, *format++, 1);
            continue;
        }
        format++;
        const zkbpf_conversion c = zkbpf_take_conversion(&format, &left);
        if (c.kind == '%') {
            zkbpf_put(&sink, '%', 1);
        } else if (zkbpf_is_kind(c.kind)) {
            zkbpf_put_value(&sink, &c, zkbpf_take(&left));
        } else { /* not known: as it stands */
            zkbpf_put_text(&sink, start, (size_t)(format - start));
        }
    }
    if (size > 0) {
        text[sink.used < sink.size ? sink.used : sink.size] = 0;
    }
    return (int)sink.used;
}

/* The product of anything and 0 is 0, and that is all that a proof says of this call. A run knows
 * it by its third argument, and shows the text. */
static void zkbpf_show(const char *text, size_t size)
{
    uint64_t (*const mulhi)(const char *, uint64_t, uint64_t, size_t) = ZKBPF_HELPER(1000);
    (void)mulhi(text, 0, ZKBPF_SHOW_MARK, size);
}

int zkbpf_print(const char *format, const uint64_t *values, size_t count)
{
    char text[256]; /* frames of older compilers have 512 bytes */
    const int length = zkbpf_format(text, sizeof text, format, values, count);
    zkbpf_show(text, (size_t)length < sizeof text ? (size_t)length : sizeof text - 1);
    return length;
}

int puts(const char *text) { return printf("%s\n", text); }

int putchar(int c)
{
    const char text = (char)c;
    zkbpf_show(&text, 1);
    return c;
}
