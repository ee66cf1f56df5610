/* The interpreter: instructions per second on an arithmetic loop and two memory-heavy ones, the
 * cost of checkpoints, and the speed of recorded execution. */
#include "bench.h"

#include "base/os/clock.h"
#include "vm/vm.h"

#include <stdio.h>
#include <stdlib.h>

#define ITERATIONS 40000000
#define CHECKPOINT_INTERVAL (1u << 19)
#define RUNS 5

/* A xorshift-multiply chain: nine instructions a round. */
static const zkb_instruction arithmetic_loop[] = {
    {.opcode = 0xb7, .dst = 0, .imm = 1},
    {.opcode = 0xb7, .dst = 1, .imm = ITERATIONS / 9},
    {.opcode = 0xbf, .dst = 2, .src = 0},               /* r2 = r0 */
    {.opcode = 0x67, .dst = 2, .imm = 13},              /* r2 <<= 13 */
    {.opcode = 0xaf, .dst = 0, .src = 2},               /* r0 ^= r2 */
    {.opcode = 0xbf, .dst = 3, .src = 0},               /* r3 = r0 */
    {.opcode = 0x77, .dst = 3, .imm = 7},               /* r3 >>= 7 */
    {.opcode = 0x0f, .dst = 0, .src = 3},               /* r0 += r3 */
    {.opcode = 0x2f, .dst = 0, .src = 1},               /* r0 *= r1 */
    {.opcode = 0x17, .dst = 1, .imm = 1},               /* r1 -= 1 */
    {.opcode = 0x55, .dst = 1, .imm = 0, .offset = -9}, /* if r1 != 0 goto 2 */
    {.opcode = 0x95},
};

/* A running sum over a ring of 64 KiB of the heap: ten instructions a round, five of them loads
 * and stores of three widths, one crossing words. */
static const zkb_instruction memory_loop[] = {
    {.opcode = 0xb7, .dst = 1, .imm = ITERATIONS / 10},
    {.opcode = 0x18, .dst = 6, .imm = 0}, /* r6 = heap */
    {.imm = 3},
    {.opcode = 0x79, .dst = 0, .src = 6},                    /* r0 = *(u64 *)r6 */
    {.opcode = 0x0f, .dst = 2, .src = 0},                    /* r2 += r0 */
    {.opcode = 0x7b, .dst = 6, .src = 2, .offset = 8},       /* *(u64 *)(r6 + 8) = r2 */
    {.opcode = 0x63, .dst = 6, .src = 1, .offset = 22},      /* *(u32 *)(r6 + 22) = r1 */
    {.opcode = 0x71, .dst = 3, .src = 6, .offset = 23},      /* r3 = *(u8 *)(r6 + 23) */
    {.opcode = 0x73, .dst = 6, .src = 3, .offset = 1000},    /* *(u8 *)(r6 + 1000) = r3 */
    {.opcode = 0x07, .dst = 6, .imm = 8},                    /* r6 += 8 */
    {.opcode = 0x17, .dst = 1, .imm = 1},                    /* r1 -= 1 */
    {.opcode = 0x45, .dst = 6, .imm = 0x10000, .offset = 1}, /* past 64 KiB? */
    {.opcode = 0x55, .dst = 1, .imm = 0, .offset = -10},
    {.opcode = 0x55, .dst = 1, .imm = 0, .offset = -13},
    {.opcode = 0x95},
};

/* Reads and writes scattered over 1 MiB of heap, so that every checkpoint copies all of its 16
 * segments: eight instructions a round. */
static const zkb_instruction scattered_loop[] = {
    {.opcode = 0xb7, .dst = 1, .imm = ITERATIONS / 8},
    {.opcode = 0x18, .dst = 6, .imm = 0}, /* r6 = heap */
    {.imm = 3},
    {.opcode = 0x27, .dst = 2, .imm = 0x2545f491},  /* r2 *= odd */
    {.opcode = 0x0f, .dst = 2, .src = 1},           /* r2 += r1 */
    {.opcode = 0xbf, .dst = 3, .src = 2},           /* r3 = r2 */
    {.opcode = 0x57, .dst = 3, .imm = 0xffff8},     /* r3 &= 1 MiB, whole words */
    {.opcode = 0x0f, .dst = 3, .src = 6},           /* r3 += r6 */
    {.opcode = 0xdb, .dst = 3, .src = 1, .imm = 0}, /* lock *(u64 *)r3 += r1 */
    {.opcode = 0x17, .dst = 1, .imm = 1},           /* r1 -= 1 */
    {.opcode = 0x55, .dst = 1, .imm = 0, .offset = -8},
    {.opcode = 0x95},
};

/* Time that this thread has computed: other work on the machine disturbs it least. */
static double now(void) { return zkb_seconds(CLOCK_THREAD_CPUTIME_ID); }

typedef enum bench_mode { PLAIN, CHECKPOINTS, RECORDED } bench_mode;

static uint64_t drive(zkb_vm *vm, bench_mode mode, zkb_step_batch *batch)
{
    zkb_vm_result result;
    if (mode == RECORDED) {
        do {
            zkb_vm_record(vm, batch, ZKB_VM_NO_PAUSE, &result);
        } while (result.outcome == ZKB_OUTCOME_PAUSED);
        return result.count;
    }
    zkb_vm_state state;
    do {
        zkb_vm_state_get(&state, vm);
        zkb_checkpoint *checkpoint = NULL;
        if (mode == CHECKPOINTS && zkb_checkpoint_create(&checkpoint, vm, NULL) != ZKB_OK) {
            return 0;
        }
        zkb_vm_run(vm, mode == CHECKPOINTS ? state.count + CHECKPOINT_INTERVAL : ZKB_VM_NO_PAUSE,
                   &result);
        zkb_checkpoint_destroy(checkpoint);
    } while (result.outcome == ZKB_OUTCOME_PAUSED);
    return result.count;
}

/* Best of RUNS, in million instructions per second; 0 if the machine cannot be made. */
static double measure(const zkb_instruction *code, uint32_t slots, bench_mode mode)
{
    double best = 0;
    zkb_step_batch batch;
    uint8_t *starts = calloc(slots, 1);
    if (starts == NULL) {
        return 0;
    }
    if (zkb_step_batch_create(&batch, 1024, NULL) != ZKB_OK) {
        free(starts);
        return 0;
    }
    starts[0] = 1;
    const zkb_program program = {
        .code = (zkb_instruction *)(uintptr_t)code,
        .slot_count = slots,
        .function_start = starts,
        .layout = {.frame_bytes = 4096,
                   .max_frames = 64,
                   .heap_bytes = 1u << 20,
                   .output_bytes = 65536},
    };
    for (int run = 0; run < RUNS; run++) {
        zkb_vm *vm;
        if (zkb_vm_create(&vm, &program, NULL, 0, NULL, 0, NULL, NULL) != ZKB_OK) {
            break;
        }
        const double start = now();
        const uint64_t count = drive(vm, mode, &batch);
        const double rate = (double)count / (now() - start) * 1e-6;
        best = rate > best ? rate : best;
        zkb_vm_destroy(vm);
    }
    zkb_step_batch_destroy(&batch);
    free(starts);
    return best;
}

void zkb_bench_vm(bool json)
{
    const struct {
        const char *name;
        const zkb_instruction *code;
        uint32_t slots;
    } loops[] = {
        {"arithmetic", arithmetic_loop, sizeof arithmetic_loop / sizeof arithmetic_loop[0]},
        {"memory", memory_loop, sizeof memory_loop / sizeof memory_loop[0]},
        {"scattered", scattered_loop, sizeof scattered_loop / sizeof scattered_loop[0]},
    };
    for (size_t i = 0; i < sizeof loops / sizeof loops[0]; i++) {
        const double plain = measure(loops[i].code, loops[i].slots, PLAIN);
        const double checkpoints = measure(loops[i].code, loops[i].slots, CHECKPOINTS);
        const double recorded = measure(loops[i].code, loops[i].slots, RECORDED);
        if (json) {
            printf("{\"bench\":\"vm\",\"loop\":\"%s\",\"run_mips\":%.1f,"
                   "\"checkpoint_interval\":%u,\"checkpoint_mips\":%.1f,\"record_mips\":%.1f}\n",
                   loops[i].name, plain, CHECKPOINT_INTERVAL, checkpoints, recorded);
        } else {
            printf("%-10s  run %6.1f M instr/s   with a checkpoint each 2^19 %6.1f (%+.1f %%)   "
                   "recorded %6.1f\n",
                   loops[i].name, plain, checkpoints, 100 * (checkpoints / plain - 1), recorded);
        }
    }
}
