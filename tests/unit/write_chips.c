/* Writes docs/machine-chips.md to standard output: every chip of the machine, from its declaration.
 *     build/tests/write_chips > docs/machine-chips.md */
#include <stdio.h>
#include <stdlib.h>

#include "air/describe.h"
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

int main(void)
{
    zkb_chip *chips[ZKB_CHIP_COUNT];
    zkb_error error;
    if (zkb_machine_build(chips, ZKB_LOOKUP_COMPACT, &error) != ZKB_OK) {
        (void)fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    int failed =
        printf("# The machine's chips\n\nWritten by `tests/unit/write_chips.c` from the chips' "
               "declarations; a test holds it to them.\n`machine.md` says why they are sound. The "
               "providers of ranges and bytes are the compact ones.\n\n") < 0;
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        failed |= write_chip(chips[c]);
        zkb_chip_destroy(chips[c]);
    }
    return failed | (fflush(stdout) != 0);
}
