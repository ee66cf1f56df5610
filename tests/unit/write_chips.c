/* Writes what follows from the declarations of the machine's chips to standard output: every chip
 * as docs/machine-chips.md shows it, or the digests.
 *     build/tests/write_chips > docs/machine-chips.md
 *     build/tests/write_chips digests > src/machine/chip_digests.c */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chips/describe.h"
#include "air/digest.h"
#include "machine/list.h"

static int write_chip(const zkb_chip *chip)
{
    const size_t size = zkb_chip_describe(NULL, 0, chip) + 1;
    char *text = malloc(size);
    if (text == NULL) {
        return 1;
    }
    (void)zkb_chip_describe(text, size, chip);
    const int failed = fputs(text, stdout) == EOF || putchar('\n') == EOF;
    free(text);
    return failed;
}

static int write_descriptions(zkb_chip *const chips[ZKB_CHIP_COUNT])
{
    int failed =
        printf("# The machine's chips\n\nWritten by `tests/unit/write_chips.c` from the chips' "
               "declarations; a test holds it to them.\n`machine.md` says why they are sound. The "
               "providers of ranges and bytes are the compact ones.\n\n") < 0;
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        failed |= write_chip(chips[c]);
    }
    return failed;
}

static int write_digests(zkb_chip *const chips[ZKB_CHIP_COUNT])
{
    int failed = printf("    {\n") < 0;
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        zkb_fr d;
        zkb_chip_digest(&d, chips[c]);
        failed |= printf("        {{0x%016" PRIx64 ", 0x%016" PRIx64 ", 0x%016" PRIx64
                         ", 0x%016" PRIx64 "}}, /* %s */\n",
                         d.limb[0], d.limb[1], d.limb[2], d.limb[3], chips[c]->name) < 0;
    }
    return failed | (printf("    },\n") < 0);
}

static int with_chips(int (*write)(zkb_chip *const chips[ZKB_CHIP_COUNT]), unsigned lookup_bits)
{
    zkb_chip *chips[ZKB_CHIP_COUNT];
    zkb_error error;
    if (zkb_machine_build(chips, lookup_bits, &error) != ZKB_OK) {
        (void)fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    const int failed = write(chips);
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        zkb_chip_destroy(chips[c]);
    }
    return failed;
}

int main(int argc, char **argv)
{
    int failed;
    if (argc > 1 && strcmp(argv[1], "digests") == 0) {
        failed = printf("/* Written by tests/unit/write_chips.c; in Montgomery form. */\n"
                        "#include \"machine/chip_digests.h\"\n\n/* clang-format off */\n"
                        "const zkb_fr zkb_machine_digests[2][ZKB_CHIP_COUNT] = {\n") < 0;
        failed |= with_chips(write_digests, ZKB_LOOKUP_COMPACT);
        failed |= with_chips(write_digests, ZKB_LOOKUP_WIDE);
        failed |= printf("};\n/* clang-format on */\n") < 0;
    } else {
        failed = with_chips(write_descriptions, ZKB_LOOKUP_COMPACT);
    }
    return failed | (fflush(stdout) != 0);
}
