/* The VM: memory, interpreter, checkpoints and recorded re-execution.
 *
 *     zkb_vm *vm;
 *     zkb_vm_create(&vm, program, public, n, private, m, &options, error);
 *     zkb_vm_run(vm, ZKB_VM_NO_PAUSE, &result);
 *     zkb_vm_destroy(vm);
 *
 * To see each instruction, call zkb_vm_record instead of zkb_vm_run: it fills a buffer of steps.
 * To divide a run, pause it every N instructions with zkb_vm_run, take a zkb_checkpoint at each
 * pause, and give each checkpoint to another VM (zkb_vm_clone) that restores and records it.
 *
 * A zkb_vm belongs to one thread at a time. A zkb_checkpoint is immutable and may be used and
 * destroyed by any thread. */
#ifndef ZKB_VM_VM_H
#define ZKB_VM_VM_H

#include "vm/isa.h"
#include "zkbpf.h"

/* Why a program stopped other than by EXIT: X(name, text). */
#define ZKB_FAULT_LIST(X)                                                                          \
    X(NONE, "no fault")                                                                            \
    X(LOAD_UNMAPPED, "load outside every region")                                                  \
    X(STORE_UNMAPPED, "store outside every region")                                                \
    X(STORE_READ_ONLY, "store to read-only memory")                                                \
    X(MISALIGNED_ATOMIC, "atomic operation at an address that is not a multiple of its width")     \
    X(CALL_DEPTH, "call depth limit reached")                                                      \
    X(CALL_TARGET, "indirect call to an address that is not a function")                           \
    X(UNKNOWN_HELPER, "call of a helper function that this VM does not have")                      \
    X(HELPER_COUNT, "more words than the helper takes in one call")                                \
    X(HELPER_MISALIGNED, "address that is not a multiple of 8")                                    \
    X(HELPER_REFUSED, "value that the helper does not take")                                       \
    X(BUDGET, "instruction budget exhausted")                                                      \
    X(INVALID, "invalid instruction")

typedef enum zkb_fault {
#define ZKB_FAULT_ENUM(name, text) ZKB_FAULT_##name,
    ZKB_FAULT_LIST(ZKB_FAULT_ENUM)
#undef ZKB_FAULT_ENUM
} zkb_fault;

/* Static English text. */
const char *zkb_fault_string(zkb_fault fault);

/* The pc of a program that has exited; no slot has this number. */
#define ZKB_PC_HALT UINT32_MAX

/* A call frame, saved by CALL and restored by EXIT. The program cannot address it. Entry i holds
 * what the function at depth i had when it called. A proof sees an array of 6 words per depth. */
#define ZKB_FRAME_WORDS 6u
typedef struct zkb_frame {
    uint64_t word[ZKB_FRAME_WORDS]; /* return slot, r6, r7, r8, r9, r10 */
} zkb_frame;

/* Registers and position between two instructions. */
typedef struct zkb_vm_state {
    uint64_t r[ZKB_REGISTER_COUNT];
    uint32_t pc;    /* slot of the next instruction, ZKB_PC_HALT once exited */
    uint32_t depth; /* 0 in the entry function */
    uint64_t count; /* instructions executed; LDDW counts as one */
} zkb_vm_state;

typedef enum zkb_outcome {
    ZKB_OUTCOME_PAUSED,
    ZKB_OUTCOME_EXITED,
    ZKB_OUTCOME_FAULTED
} zkb_outcome;

typedef struct zkb_vm_result {
    zkb_outcome outcome;
    uint64_t r0;           /* the program's result when it exited */
    uint64_t count;        /* instructions executed since the start; a faulting one not counted */
    uint64_t output_bytes; /* one past the last byte of the output region that a store touched */
    zkb_fault fault;       /* ZKB_FAULT_NONE unless faulted */
    uint32_t pc;           /* next instruction; when faulted the one that faulted */
    uint64_t address;      /* of the access or call target that faulted, helper number, or 0 */
    const char *helper;    /* name of the helper that refused an argument, or NULL */
    unsigned argument;     /* the one that it refused, 1 to 5, whose value is in address */
} zkb_vm_result;

/* Consecutive words of memory that a helper accesses, from the address in one of its arguments on.
 * The VM holds the range to memory as it does loads and stores: it lies in one region, its
 * address is a multiple of 8, and what is written is writable. */
typedef struct zkb_helper_range {
    bool writes;     /* else it is read */
    uint8_t address; /* the argument with the address, 1 to 5 */
    uint8_t count;   /* the argument with the number of words; 0: there are always `most`. A range
                        of no words may have any address */
    uint16_t most;   /* words */
    bool stops;      /* it is read word by word, as far as the helper says: only words that are read
                        are accesses, and need be in the region. Not of a range that is written */
} zkb_helper_range;

#define ZKB_HELPER_ARGUMENTS 5u
#define ZKB_HELPER_RANGES 5u
#define ZKB_HELPER_MOST_WORDS 512u /* of all ranges of a helper together */

/* One call, as the function of the helper sees it. */
typedef struct zkb_helper_call {
    uint64_t arguments[ZKB_HELPER_ARGUMENTS]; /* r1 to r5 */
    uint64_t *words[ZKB_HELPER_RANGES];       /* each range before the call; when it returns, what a
                                                 range that is written shall hold */
    uint32_t count[ZKB_HELPER_RANGES];        /* words of each range. Of one that stops: those that
                                                 the region has of it; when it returns, how many it
                                                 has read. More than there were: the program faults
                                                 for the range's address */
    bool end;         /* set: the program ends as if it had exited with the value returned */
    unsigned refused; /* set to 1 to 5: the program faults, for that argument */
} zkb_helper_call;

/* A function of the host that CALL with src 0 reaches. The return value goes to r0. Ranges may
 * overlap: all are read before the first is written, and they are written in order. Must be
 * deterministic: re-execution calls it again. */
typedef uint64_t (*zkb_helper_function)(void *context, zkb_helper_call *call);
typedef struct zkb_helper {
    uint32_t number;
    const char *name;   /* for messages; static */
    unsigned arguments; /* that it uses: r1 to this */
    unsigned range_count;
    zkb_helper_range ranges[ZKB_HELPER_RANGES]; /* those that are read first */
    zkb_helper_function call;
    void *context;
} zkb_helper;

/* A helper number that no VM has, so calling it is a fault: guests abort by it. */
#define ZKB_HELPER_ABORT 999u

typedef struct zkb_vm_options {
    uint64_t max_instructions; /* 0 means ZKB_DEFAULT_MAX_INSTRUCTIONS */
    /* Lets stores reach the public input. For running foreign test suites; no proof has it. */
    bool public_input_writable;
    const zkb_helper *helpers; /* copied */
    size_t helper_count;
    /* An indirect call whose register holds the number of a helper calls it, as some platforms
     * do. For running foreign test suites; no proof has it. */
    bool helpers_by_register;
} zkb_vm_options;

typedef struct zkb_vm zkb_vm;

/* A VM about to execute the entry's first instruction: r1, r2 = public input's address and
 * length, r3, r4 = private input's, r5 = output region, r10 = top of frame 0, others 0. Checks the
 * program (zkb_program_check), which must outlive the VM, and the helpers' declarations; the
 * inputs are copied. options may be NULL for the defaults. The caller ends it with zkb_vm_destroy.
 */
zkb_status zkb_vm_create(zkb_vm **vm, const zkb_program *program, const uint8_t *public_input,
                         size_t public_bytes, const uint8_t *private_input, size_t private_bytes,
                         const zkb_vm_options *options, zkb_error *error) ZKB_MUST_USE;
/* A second VM in origin's *initial* state, sharing its decoded code and its inputs: origin
 * must outlive it. May be called by several threads at once. */
zkb_status zkb_vm_clone(zkb_vm **vm, const zkb_vm *origin, zkb_error *error) ZKB_MUST_USE;
void zkb_vm_destroy(zkb_vm *vm); /* NULL is allowed */

/* Executes until the program exits or faults, or until `pause_at` instructions in all have been
 * executed (ZKB_OUTCOME_PAUSED; call again to go on). An instruction beyond the budget is a fault,
 * ZKB_FAULT_BUDGET. After an exit or a fault every further call returns the same result. */
#define ZKB_VM_NO_PAUSE UINT64_MAX
void zkb_vm_run(zkb_vm *vm, uint64_t pause_at, zkb_vm_result *result);

/* Of a run that faulted: "" or what there is to say beside zkb_fault_string, such as the address
 * and the limit that was reached with the option that raises it. */
#define ZKB_FAULT_DETAIL_BYTES 192u
void zkb_vm_fault_detail(char *text, size_t size, const zkb_program *program,
                         const zkb_vm_result *result);

/* ZKB_ERROR_FAULT with slot, function, instruction, reason and detail, of a run that faulted. */
zkb_status zkb_vm_fault_error(const zkb_program *program, const zkb_vm_result *result,
                              zkb_error *error) ZKB_MUST_USE;

/* ---- Looking at the VM -------------------------------------------------------------- */

const zkb_program *zkb_vm_program(const zkb_vm *vm);
void zkb_vm_state_get(zkb_vm_state *state, const zkb_vm *vm);
void zkb_vm_result_get(zkb_vm_result *result, const zkb_vm *vm);

/* Saved frames: entries 0..depth-1 are live, and all that ever were written keep their content.
 * *count receives the number of entries ever written. Valid until the VM runs on. */
const zkb_frame *zkb_vm_frames(const zkb_vm *vm, uint32_t *count);

typedef enum zkb_region {
    ZKB_REGION_INDEX_PROGRAM = 1,
    ZKB_REGION_INDEX_STACK,
    ZKB_REGION_INDEX_HEAP,
    ZKB_REGION_INDEX_PUBLIC_INPUT,
    ZKB_REGION_INDEX_PRIVATE_INPUT,
    ZKB_REGION_INDEX_OUTPUT,
    ZKB_REGION_INDEX_END
} zkb_region;

typedef struct zkb_region_view {
    uint64_t start;         /* address; region i begins at i << 32 */
    uint64_t bytes;         /* whole segments; 0 when the region is empty */
    uint64_t writable_from; /* offset of the first byte that stores may reach; bytes if none */
    const uint8_t *data;    /* live content; NULL when empty */
} zkb_region_view;
void zkb_vm_region(zkb_region_view *view, const zkb_vm *vm, zkb_region region);

/* The first result.output_bytes bytes of the output region; valid as long as the VM. */
const uint8_t *zkb_vm_output(const zkb_vm *vm, size_t *bytes);

/* ---- Checkpoints ------------------------------------------------------------------------- */

/* The VM between two instructions. Holds a copy of each segment that has changed since the
 * start; unchanged copies are shared between successive checkpoints. */
typedef struct zkb_checkpoint zkb_checkpoint;

/* Cost: one copy of each segment written since the last checkpoint or restore of this VM. */
zkb_status zkb_checkpoint_create(zkb_checkpoint **checkpoint, zkb_vm *vm,
                                 zkb_error *error) ZKB_MUST_USE;
void zkb_checkpoint_destroy(zkb_checkpoint *checkpoint); /* NULL is allowed */
/* Puts vm, which must run the same program on the same inputs, into the checkpoint's state. Cost:
 * one copy of each segment that differs. */
void zkb_checkpoint_restore(zkb_vm *vm, const zkb_checkpoint *checkpoint);

/* ---- Recorded execution ------------------------------------------------------------------ */

#define ZKB_NO_REGISTER 11u
#define ZKB_NO_FRAME UINT32_MAX

/* One executed instruction, with everything that it read and changed. */
typedef struct zkb_step {
    uint32_t pc;
    uint32_t next_pc;   /* ZKB_PC_HALT after the last EXIT */
    uint32_t depth;     /* before */
    uint8_t op;         /* zkb_op */
    uint8_t dst;        /* dst field; of CALLX the register read */
    uint8_t src;        /* src field */
    uint8_t result;     /* the register written, or ZKB_NO_REGISTER. CALL and EXIT: none here, but
                           r10 and r6..r10 change, see frame */
    uint64_t dst_value; /* register dst before */
    uint64_t src_value; /* register src before, or the sign-extended imm of a K form and of
                           STORE_K, CALL; LDDW's constant */
    uint64_t result_before; /* of register result; 0 if none. CMPXCHG's comparand is here */
    uint64_t result_after;
    uint64_t address; /* of a load, store or atomic operation; else 0 */
    uint32_t words;   /* of memory that it accesses; of a load or store 1, or 2 when it crosses */
    uint32_t access;  /* index of the first of them in the batch's accesses; 0 when there is none
                         and the step calls no helper */
    uint32_t frame;   /* index into the batch's frames for CALL, CALLX and EXIT at depth > 0; else
                         ZKB_NO_FRAME */
    uint32_t unused;  /* 0 */
} zkb_step;

/* A helper call's arguments r1 to r5 are the accesses before that of its first word: address is the
 * register's number, before and after are its value. Its words follow range by range. */

/* What a call or a return did to the frame array. */
typedef struct zkb_frame_step {
    uint32_t step;                    /* index of the step in the batch */
    uint32_t entry;                   /* frame entry: depth of the caller */
    uint64_t before[ZKB_FRAME_WORDS]; /* entry's words before */
    uint64_t after[ZKB_FRAME_WORDS];  /* and after: for EXIT the same, for a call the saved state */
    uint64_t registers[5]; /* r6..r10 before the step. After a call r10 is the new frame's
                              top; after EXIT r6..r10 are words 1..5 of the entry */
} zkb_frame_step;

/* A buffer of steps. */
typedef struct zkb_step_batch {
    zkb_step *steps; /* `count` of them are valid */
    zkb_frame_step *frames;
    zkb_memory_operation *accesses; /* of all steps, in their order */
    uint32_t count;
    uint32_t frame_count;
    uint32_t access_count;
    uint32_t capacity;  /* of steps and of frames; both arrays have one element more */
    zkb_vm_state start; /* before the first step */
} zkb_step_batch;

/* The number of accesses for which a batch has room: all those of its steps, except words of
 * helpers. For these there is room for at least one call. The batch ends before a call that does
 * not fit. */
static inline size_t zkb_step_batch_accesses(uint32_t capacity)
{
    return ((size_t)capacity + 1) * ZKB_HELPER_ARGUMENTS + ZKB_HELPER_MOST_WORDS;
}

/* Argument r1 (index 1) to r5 of a helper call. */
static inline uint64_t zkb_step_argument(const zkb_memory_operation *accesses, const zkb_step *step,
                                         unsigned index)
{
    return accesses[step->access - ZKB_HELPER_ARGUMENTS + index - 1].before;
}

/* 1024 steps fit in the second-level cache. */
zkb_status zkb_step_batch_create(zkb_step_batch *batch, uint32_t capacity,
                                 zkb_error *error) ZKB_MUST_USE;
void zkb_step_batch_destroy(zkb_step_batch *batch);

/* Like zkb_vm_run, and stops as well when the batch is full (of steps or of accesses). Overwrites
 * the batch. A faulting instruction has no step. batch->count 0 means that the VM had already
 * stopped, or reached pause_at. */
void zkb_vm_record(zkb_vm *vm, zkb_step_batch *batch, uint64_t pause_at, zkb_vm_result *result);

#endif
