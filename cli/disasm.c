/* zkbpf disasm: prints a linked program as assembly. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/machine.h"
#include "vm/dialect.h"

#include <inttypes.h>

static const struct argp_option disasm_options[] = {ZKB_CLI_PROGRAM_OPTIONS, {0}};

static error_t parse_disasm(int key, char *argument, struct argp_state *state)
{
    return zkb_cli_guest_parse(state->input, key, argument, state);
}

/* The slot that an instruction names: where a jump or call goes, or the function whose address it
 * loads. False when there is none. */
static bool find_target(uint32_t *target, const zkb_program *program, uint32_t slot)
{
    const zkb_instruction *instruction = program->code + slot;
    const zkb_op op = zkb_op_at(program, slot);
    int32_t distance;
    if (op == ZKB_OP_LDDW) {
        const uint64_t index = (zkb_lddw_value(instruction) - ZKB_CODE_BASE) / 8;
        *target = (uint32_t)index;
        return index < program->slot_count;
    }
    if (!zkb_jump_distance(&distance, op, instruction)) {
        return false;
    }
    *target = slot + 1 + (uint32_t)distance;
    return *target < program->slot_count;
}

/* A label line where a function begins. */
static void print_labels(const zkb_program *program, uint32_t slot, uint32_t *next_symbol)
{
    bool labelled = false;
    for (; *next_symbol < program->symbol_count && program->symbols[*next_symbol].slot <= slot;
         ++*next_symbol) {
        const zkb_symbol *symbol = program->symbols + *next_symbol;
        if (symbol->slot == slot) {
            char name[ZKB_CLI_PLACE_BYTES];
            zkb_cli_clean_name(name, sizeof name, symbol->name);
            printf("\n%s:%s\n", name, slot == program->entry ? "  ; entry" : "");
            labelled = true;
        }
    }
    if (!labelled && slot == program->entry) {
        printf("\n; entry\n");
    }
}

static void print_bytes(const zkb_instruction *instruction, uint32_t slots)
{
    for (uint32_t i = 0; i < slots; i++) {
        uint8_t bytes[ZKB_INSTRUCTION_BYTES];
        zkb_instruction_encode(bytes, instruction + i);
        for (unsigned k = 0; k < sizeof bytes; k++) {
            printf("%02x", bytes[k]);
        }
    }
    printf("%*s  ", slots == 1 ? 2 * (int)ZKB_INSTRUCTION_BYTES : 0, "");
}

static void print_program(const zkb_program *program)
{
    printf("; %" PRIu32 " slots, %" PRIu32 " bytes of constants, %" PRIu32 " bytes of variables\n",
           program->slot_count, program->read_only_bytes, program->writable_bytes);
    uint32_t next_symbol = 0;
    for (uint32_t slot = 0; slot < program->slot_count;) {
        print_labels(program, slot, &next_symbol);
        char text[ZKB_DISASSEMBLY_BYTES];
        const uint32_t slots = zkb_instruction_text(text, sizeof text, program, slot);
        printf("%7" PRIu32 ":  ", slot);
        print_bytes(program->code + slot, slots);
        uint32_t target = 0;
        if (find_target(&target, program, slot)) {
            char place[ZKB_CLI_PLACE_BYTES];
            zkb_cli_place(place, sizeof place, program, target);
            printf("%-40s ; %" PRIu32 " <%s>\n", text, target, place);
        } else {
            printf("%s\n", text);
        }
        slot += slots;
    }
}

int zkb_command_disasm(int argc, char **argv)
{
    static const zkb_cli_arguments description = {
        "disasm", "PROG...",
        "Prints a program as it is after linking: slot, bytes, instruction, target.",
        disasm_options, parse_disasm};
    zkb_cli_guest guest = {0};
    int status = ZKB_EXIT_OK;
    if (zkb_cli_parse(&status, &description, argc, argv, &guest)) {
        status = zkb_cli_guest_load(&guest);
        if (status == ZKB_EXIT_OK) {
            print_program(guest.program);
        }
    }
    zkb_cli_guest_clear(&guest);
    return status;
}
