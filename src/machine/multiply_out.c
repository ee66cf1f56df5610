#include "air/chip.h"
#include "machine/list.h"

zkb_status zkb_machine_multiply_out(zkb_chip *const chips[ZKB_CHIP_COUNT], zkb_error *error)
{
    for (unsigned c = 0; c < ZKB_CHIP_COUNT; c++) {
        ZKB_TRY(zkb_chip_multiply_out(chips[c], error));
    }
    return ZKB_OK;
}
