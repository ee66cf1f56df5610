// Templates, virtual functions, lambdas, static tables, and a helper by its number.
#include "zkbpf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

namespace {

template <class T, unsigned N> struct ring {
    T a[N] = {};
    unsigned n = 0;
    void push(T x) { a[n++ % N] = x; }
    T sum() const
    {
        T s = 0;
        for (T x : a) {
            s += x;
        }
        return s;
    }
};

struct shape {
    virtual uint64_t area() const = 0;
};
struct square : shape {
    uint64_t side;
    explicit square(uint64_t x) : side(x) {}
    uint64_t area() const override { return side * side; }
};
struct rectangle : shape {
    uint64_t width, height;
    rectangle(uint64_t a, uint64_t b) : width(a), height(b) {}
    uint64_t area() const override { return width * height; }
};

ring<uint64_t, 4> last;

} // namespace

extern "C" uint64_t entrypoint(const uint8_t *input, uint64_t n, const uint8_t *, uint64_t,
                               uint8_t *output)
{
    const square a(n + 2);
    const rectangle b(n, 3);
    const shape *shapes[] = {&a, &b};
    uint64_t total = 0;
    for (uint64_t i = 0; i < n; i++) {
        total += shapes[input[i] & 1]->area() + i;
    }
    const auto scaled = [&](uint64_t x) { return x * total; };
    for (unsigned i = 0; i < 6; i++) {
        last.push(scaled(i));
    }
    char text[64];
    const int size = snprintf(text, sizeof text, "%llu %s", (unsigned long long)last.sum(), "areas");
    memcpy(output, text, (size_t)size);
    return zkbpf_mulhi(last.sum() << 40, UINT64_MAX);
}
