/* Made by gen_tiny_groups.py: coefficient, order, generator as canonical limbs. */
/* clang-format off */
static const struct { uint64_t b, order, x[4], y[4]; } tiny_groups[] = {
    {1, 37, {0x0749d16379d1878f, 0xc04713aeb793b97e, 0xdb39c88b043e01fd, 0x23d8ddbe2a110588},
     {0x0fa64d4f7d476000, 0x159a5a92cf369c09, 0x0de9e163d5d5777e, 0x002a30f9b7a00dc4}},
    {7, 109, {0x1ff47a2a1ae89989, 0x81416cb455629397, 0xc3b205bd3852cf48, 0x2e4cb6899a449df8},
     {0xb6d4de0212df63df, 0x4d1dc034a4d4f0da, 0xfbdde9d1dbdf831c, 0x11cbb067c237773c}},
};
/* clang-format on */
