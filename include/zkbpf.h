/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * zkbpf: a zero-knowledge virtual machine for BPF programs. The only installed header.
 *
 * Conventions. Functions that can fail return zkb_status and take, last, an optional zkb_error
 * owned by the caller, which receives the reason. Arguments come in the order context, outputs,
 * in/out, inputs; each length follows its array. Nothing here prints, exits or keeps global
 * state; handles are immutable after creation and may be shared between threads unless a
 * comment says otherwise.
 */
#ifndef ZKBPF_H
#define ZKBPF_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ZKB_API __attribute__((visibility("default")))
#define ZKB_MUST_USE __attribute__((warn_unused_result))
#else
#define ZKB_API
#define ZKB_MUST_USE
#endif

/* ---- Status and errors ------------------------------------------------------------------- */

/* X(name, value, meaning). Values are part of the ABI and never change meaning. */
#define ZKB_STATUS_LIST(X)                                                                         \
    X(ZKB_OK, 0, "success")                                                                        \
    X(ZKB_ERROR_ARGUMENT, 1, "an argument is out of its documented range")                         \
    X(ZKB_ERROR_MEMORY, 2, "out of memory")                                                        \
    X(ZKB_ERROR_IO, 3, "a file cannot be read or written")                                         \
    X(ZKB_ERROR_FORMAT, 4, "a file or byte string is malformed")                                   \
    X(ZKB_ERROR_UNSUPPORTED, 5, "valid, but not supported here")                                   \
    X(ZKB_ERROR_FAULT, 6, "the program faulted")                                                   \
    X(ZKB_ERROR_LIMIT, 7, "a limit was reached")                                                   \
    X(ZKB_ERROR_REJECTED, 8, "the proof is not valid")                                             \
    X(ZKB_ERROR_MISMATCH, 9, "parts that must belong together do not")                             \
    X(ZKB_ERROR_CANCELLED, 10, "cancelled by the caller")                                          \
    X(ZKB_ERROR_INTERNAL, 11, "a defect in zkbpf")

typedef enum zkb_status {
#define ZKB_STATUS_ENUM(name, value, meaning) name = value,
    ZKB_STATUS_LIST(ZKB_STATUS_ENUM)
#undef ZKB_STATUS_ENUM
} zkb_status;

/* Why a call failed. Owned by the caller; any function may overwrite it when it fails. */
typedef struct zkb_error {
    zkb_status status;
    const char *where; /* static string: the module or step that failed */
    uint64_t index;    /* chunk, row, offset or slot that failed; UINT64_MAX when there is none */
    char message[256]; /* one line, NUL-terminated, names the file, the field and the remedy */
} zkb_error;

/* The meaning of a status as a static English string; "unknown status" for other values. */
ZKB_API const char *zkb_status_string(zkb_status status);

/* The library's version, "major.minor.patch", static. */
ZKB_API const char *zkb_version(void);

/* ---- Execution traces --------------------------------------------------------------------- */

/* Registers between two instructions. */
typedef struct zkb_registers {
    uint64_t r[11]; /* r0..r10 */
    uint64_t pc;    /* slot (8-byte unit of code) of the next instruction; UINT32_MAX at the end */
} zkb_registers;

/* An aligned 8-byte word of memory that an instruction touched. */
typedef struct zkb_memory_operation {
    uint64_t address; /* a multiple of 8 */
    uint64_t before;
    uint64_t after; /* equal to before for a load */
} zkb_memory_operation;

/* One executed instruction. */
typedef struct zkb_trace_step {
    zkb_registers before;
    zkb_registers after;
    uint64_t instruction[2]; /* the 8 bytes of its slot, little-endian; LDDW has two slots */
    uint32_t depth;          /* call depth before, 0 in the entry function */
    uint32_t memory_count;   /* 0, 1, or 2 for an access that crosses words; more for helpers */
    const zkb_memory_operation *memory; /* valid as long as the trace */
} zkb_trace_step;

/* A recorded run, or part of one: immutable. */
typedef struct zkb_trace zkb_trace;

/* Reads a trace file (docs/formats.md). Checks form, checksum and that each step follows from the
 * one before it; the values in it are claims, which a proof checks and this function does not.
 * The caller ends it with zkb_trace_destroy. */
ZKB_API zkb_status zkb_trace_load(zkb_trace **trace, const char *path, zkb_error *error);
/* Writes the file whole or not at all. */
ZKB_API zkb_status zkb_trace_save(const zkb_trace *trace, const char *path, zkb_error *error);
ZKB_API void zkb_trace_destroy(zkb_trace *trace); /* NULL is allowed */

ZKB_API uint64_t zkb_trace_length(const zkb_trace *trace); /* number of steps */
ZKB_API void zkb_trace_initial(zkb_registers *registers, const zkb_trace *trace);
ZKB_API void zkb_trace_final(zkb_registers *registers, const zkb_trace *trace);
/* Step `index`, below the length (else ZKB_ERROR_ARGUMENT). */
ZKB_API zkb_status zkb_trace_get(zkb_trace_step *step, const zkb_trace *trace, uint64_t index);
/* Step `index` as one line of assembly with the registers and memory words that it changed, without
 * a line end, NUL-terminated, cut at `size` bytes. ZKB_TRACE_LINE_BYTES always suffice. */
#define ZKB_TRACE_LINE_BYTES 512
ZKB_API zkb_status zkb_trace_line(char *text, size_t size, const zkb_trace *trace, uint64_t index);

/* Memory that a function of this library handed out as bytes or as an array. NULL is allowed. */
ZKB_API void zkb_free(void *memory);

/* ---- Setup: powers of tau ----------------------------------------------------------------- */

/* Powers of tau over BN254: what proofs are made and checked with. */
typedef struct zkb_srs zkb_srs;

/* Reads a setup file into memory, 64 bytes for each power, and checks it. Later changes to the file
 * have no effect. The caller ends it with zkb_srs_destroy, after all keys that were made with it.
 * Proving with tables of 2^k rows needs 2^k powers, and 2^16 at least, or 2^13 with 8 lookup bits;
 * verifying needs 2^13, and a key made from a program as many as the program has slots. */
ZKB_API zkb_status zkb_srs_load(zkb_srs **srs, const char *path, zkb_error *error) ZKB_MUST_USE;
/* The same, but keeps only the first 2^k powers in memory, or all when the file has fewer. k: 1 to
 * 28. */
ZKB_API zkb_status zkb_srs_load_powers(zkb_srs **srs, const char *path, unsigned k,
                                       zkb_error *error) ZKB_MUST_USE;
/* The same from the bytes of a setup file, which are not kept; `name` appears in messages. */
ZKB_API zkb_status zkb_srs_load_bytes(zkb_srs **srs, const uint8_t *bytes, size_t size,
                                      const char *name, unsigned k, zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_srs_destroy(zkb_srs *srs); /* NULL is allowed */
ZKB_API unsigned zkb_srs_power(const zkb_srs *srs);
/* 32 bytes that say which setup it is; the same for every length of one setup. */
ZKB_API void zkb_srs_identity(uint8_t digest[32], const zkb_srs *srs);

/* Makes a setup of 2^k powers, 1 <= k <= 28, with tau from the operating system, wiped afterwards,
 * and writes it to `path` whole or not at all. For development only: whoever runs it could have
 * kept tau, and with tau any statement can be proved. threads 0: as many as there are. */
ZKB_API zkb_status zkb_srs_generate(const char *path, unsigned k, unsigned threads,
                                    zkb_error *error) ZKB_MUST_USE;

/* ---- Programs ----------------------------------------------------------------------------- */

/* A linked program, checked: immutable. */
typedef struct zkb_program zkb_program;

/* How a program is loaded. All zero and NULL, or no options at all, is the default. The sizes are
 * part of the program's id. */
typedef struct zkb_program_options {
    const char *entry;    /* the function where execution begins; NULL for `entrypoint`, or else the
                             only global function, unless that is `main` */
    uint32_t frame_bytes; /* stack of one call, a multiple of 8; 0: 4096 */
    uint32_t max_frames;  /* deepest call, the entry's frame included; 0: 64 */
    uint32_t heap_bytes;  /* 0: 1 MiB */
    uint32_t output_bytes; /* size of the output region, rounded up to 64 KiB; 0: 64 KiB */
} zkb_program_options;

/* Objects as clang -target bpf makes them, linked in this order, or one file of bare instructions.
 * The caller ends it with zkb_program_destroy, after all keys that were made of it. */
ZKB_API zkb_status zkb_program_open(zkb_program **program, const char *const *paths,
                                    size_t path_count, const zkb_program_options *options,
                                    zkb_error *error) ZKB_MUST_USE;
/* The same from one object in memory, which is not kept; `name` appears in messages. */
ZKB_API zkb_status zkb_program_open_bytes(zkb_program **program, const uint8_t *bytes, size_t size,
                                          const char *name, const zkb_program_options *options,
                                          zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_program_destroy(zkb_program *program);         /* NULL is allowed */
ZKB_API uint32_t zkb_program_slots(const zkb_program *program); /* 8-byte units of code */

/* What a run starts from. The bytes are borrowed for the call. Functions that take one take NULL
 * for a run without inputs. */
typedef struct zkb_input {
    const uint8_t *public_input; /* NULL when there are none */
    size_t public_bytes;
    const uint8_t *private_input;
    size_t private_bytes;
    uint64_t max_instructions; /* 0: 2^32 */
} zkb_input;

/* Runs a program and records every step; ZKB_ERROR_FAULT when it faults, ZKB_ERROR_LIMIT beyond
 * 2^26 steps. The caller ends the trace with zkb_trace_destroy; it keeps nothing of the others. */
ZKB_API zkb_status zkb_trace_create(zkb_trace **trace, const zkb_program *program,
                                    const zkb_input *input, zkb_error *error) ZKB_MUST_USE;

/* ---- How to prove ------------------------------------------------------------------------- */

/* Sets how chunks are spread over threads. The proof is the same, byte for byte. Threads without a
 * chunk of their own work in those of others: towards the end, and where memory allows fewer. */
typedef enum zkb_mode {
    ZKB_MODE_AUTO = 0,       /* as many chunks side by side as there are, up to one a thread */
    ZKB_MODE_SEQUENTIAL = 1, /* one chunk after the other, all threads in it */
    ZKB_MODE_PARALLEL = 2    /* chunks side by side, one thread each */
} zkb_mode;

typedef enum zkb_progress_event {
    ZKB_PROGRESS_CHUNK_STARTED = 0,
    ZKB_PROGRESS_CHUNK_FINISHED = 1,
    ZKB_PROGRESS_CHUNK_REUSED = 2, /* read from the resume directory */
    ZKB_PROGRESS_CHUNK_FAILED = 3
} zkb_progress_event;

typedef struct zkb_progress {
    zkb_progress_event event;
    uint32_t chunk;        /* counted from 0 */
    uint32_t finished;     /* chunks done so far */
    uint64_t rows;         /* of the chunk's instruction tables, together */
    uint64_t instructions; /* of this chunk */
    uint64_t instructions_done;
    uint64_t instructions_total;
    uint64_t bytes;         /* of the chunk's proof once it is there */
    const zkb_error *error; /* when it failed, else NULL; valid during the call */
} zkb_progress;

/* Returns 0 to go on, anything else to cancel: the call that proves then ends with
 * ZKB_ERROR_CANCELLED, giving up the chunks under way. Called from worker threads, one at a time,
 * when a chunk begins or ends; zkb_config_cancel needs no call. */
typedef int (*zkb_progress_fn)(void *context, const zkb_progress *progress);

/* Told of what is repaired or lowered without being an error, such as a damaged cache file that is
 * made anew. `message` is one line, valid during the call. */
typedef void (*zkb_warning_fn)(void *context, const char *message);

/* Settings. Not to be changed while a call uses them; the setters return their argument, so that
 * they can be chained. Values are checked by the calls that use them. */
typedef struct zkb_config zkb_config;

/* k, 8 to 22, or 0 for 17: the setup has 2^k powers at least, chunks have 2 * 2^k instructions
 * unless said otherwise, and no table of instructions has more than 2^k rows. cache_dir: where
 * keys are kept, copied, or NULL for no cache. lookup_bits: 16 (or 0) for range tables of 2^16
 * rows, best for long runs; 8 for compact ones, best for chunks of few instructions. The caller
 * ends it with zkb_config_destroy. */
ZKB_API zkb_status zkb_config_create(zkb_config **config, unsigned k, const char *cache_dir,
                                     unsigned lookup_bits, zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_config_destroy(zkb_config *config); /* NULL is allowed */
/* Ends the calls that prove with these settings, now and later, with ZKB_ERROR_CANCELLED within
 * some tens of milliseconds; 0 for cancel allows them again. The one function that may be called
 * while others use the settings: from any thread, or in a signal handler. */
ZKB_API void zkb_config_cancel(zkb_config *config, int cancel);
/* Most instructions of a chunk; 0 for 2 * 2^k. */
ZKB_API zkb_config *zkb_config_with_chunk_size(zkb_config *config, uint64_t instructions);
/* Threads to use, at most 256; 0 for ZKBPF_NUM_THREADS, else OMP_NUM_THREADS, else as many as there
 * are processors. */
ZKB_API zkb_config *zkb_config_with_threads(zkb_config *config, unsigned threads);
ZKB_API zkb_config *zkb_config_with_mode(zkb_config *config, zkb_mode mode);
/* Bytes that proving may take; fewer chunks are proved side by side when they would take more, and
 * ZKB_ERROR_LIMIT says so before the start when one would. 0 for what the machine and its control
 * group have left; UINT64_MAX for no limit. */
ZKB_API zkb_config *zkb_config_with_memory(zkb_config *config, uint64_t bytes);
/* Directory of finished chunks, from which a proof that was interrupted goes on; created if it is
 * missing. Borrowed. NULL for none. */
ZKB_API zkb_config *zkb_config_with_resume(zkb_config *config, const char *directory);
/* Whether the functions that prove check each proof before they return it: 1, the default, or 0.
 * The check takes milliseconds a chunk. A proof that fails it is not returned: see zkb_prove. */
ZKB_API zkb_config *zkb_config_with_check(zkb_config *config, int check);
ZKB_API zkb_config *zkb_config_with_progress(zkb_config *config, zkb_progress_fn progress,
                                             void *context);
ZKB_API zkb_config *zkb_config_with_warnings(zkb_config *config, zkb_warning_fn warning,
                                             void *context);

/* ---- Keys --------------------------------------------------------------------------------- */

/* What a prover of one program needs, and what a verifier needs. Shared read-only by any number of
 * threads. */
typedef struct zkb_proving_key zkb_proving_key;
typedef struct zkb_verifying_key zkb_verifying_key;
typedef struct zkb_keypair {
    zkb_proving_key *proving;
    zkb_verifying_key *verifying;
} zkb_keypair;

/* The keys of a program: from the cache directory when a whole file of this program, setup, k and
 * lookup size is there, else made and, where there is a directory, kept there. Several processes
 * may share one directory. A damaged file, or a directory that cannot be written to, is told to the
 * warning function and does no harm. The verifying key is always made from the program itself.
 * srs and program are borrowed for the life of the keys. Ended with zkb_keypair_clear. */
ZKB_API zkb_status zkb_keypair_load_or_generate(zkb_keypair *pair, const zkb_config *config,
                                                const zkb_srs *srs, const zkb_program *program,
                                                zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_keypair_clear(zkb_keypair *pair); /* may be zeroed; zeroes it */

/* The first of the pair alone, which a prover needs; ended with zkb_proving_key_destroy. What a
 * damaged cache can do to it is that its proofs fail. */
ZKB_API zkb_status zkb_proving_key_load_or_generate(zkb_proving_key **key, const zkb_config *config,
                                                    const zkb_srs *srs, const zkb_program *program,
                                                    zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_proving_key_destroy(zkb_proving_key *key); /* NULL is allowed */

/* 32 bytes that name the program, its memory layout, its data, the machine's version and the setup:
 * what a proof says has run. */
ZKB_API void zkb_proving_key_program_id(uint8_t id[32], const zkb_proving_key *key);
/* 32 bytes that name all constraints that a proof with this key obeys, but for those of helpers
 * that were added later (docs/machine.md, "Keys"), which a proof obeys where it uses them. */
ZKB_API void zkb_proving_key_digest(uint8_t digest[32], const zkb_proving_key *key);
/* The file that it was read from or is kept in, owned by the key; NULL when there is none. */
ZKB_API const char *zkb_proving_key_file(const zkb_proving_key *key);

/* For a verifier that has the program. srs is borrowed for the life of the key. Worth keeping for
 * many proofs: what follows from the program alone is computed with the first, and kept, like the
 * memory that the last verification worked in, some MiB for each of its threads. */
ZKB_API zkb_status zkb_verifying_key_create(zkb_verifying_key **key, const zkb_srs *srs,
                                            const zkb_program *program,
                                            zkb_error *error) ZKB_MUST_USE;
/* For a verifier that knows the program's id alone. ZKB_ERROR_FORMAT when it cannot be an id. */
ZKB_API zkb_status zkb_verifying_key_from_id(zkb_verifying_key **key, const zkb_srs *srs,
                                             const uint8_t id[32], zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_verifying_key_destroy(zkb_verifying_key *key); /* NULL is allowed */
ZKB_API void zkb_verifying_key_program_id(uint8_t id[32], const zkb_verifying_key *key);

/* ---- Chunks of a trace -------------------------------------------------------------------- */

/* Steps first .. first + count - 1 of a trace. */
typedef struct zkb_trace_chunk {
    uint64_t first;
    uint64_t count;
    zkb_registers initial; /* of each chunk but the first: the final ones of the one before */
    zkb_registers final;
} zkb_trace_chunk;

/* Cuts a trace where the proving functions cut it. *chunks is an array of *count that the caller
 * ends with zkb_free. ZKB_ERROR_UNSUPPORTED names an instruction that cannot be proved. */
ZKB_API zkb_status zkb_split_trace(zkb_trace_chunk **chunks, size_t *count, const zkb_trace *trace,
                                   const zkb_config *config, zkb_error *error) ZKB_MUST_USE;

/* ---- Proofs ------------------------------------------------------------------------------- */

/* The proof of a whole run: a proof of each chunk, in order, and what they have in common. */
typedef struct zkb_proof zkb_proof;
/* The proof of one chunk; owned by the zkb_proof that it is taken from. */
typedef struct zkb_chunk_proof zkb_chunk_proof;

/* The parts of making a proof. X(name, text), in the order in which they come. */
#define ZKB_PHASE_LIST(X)                                                                          \
    X(EXECUTE, "execute")   /* running the program ahead and cutting the run into chunks */        \
    X(WITNESS, "witness")   /* running a chunk again, into its tables */                           \
    X(COMMIT, "commit")     /* committing to private input, memory and columns */                  \
    X(GKR, "gkr")           /* the sum of all lookups and memory accesses */                       \
    X(SUMCHECK, "sumcheck") /* constraints, and what the sum leaves */                             \
    X(OPENING, "opening")   /* all columns at one point */                                         \
    X(JOIN, "join")         /* putting the chunks together */                                      \
    X(VERIFY, "verify")     /* checking the proof that was made */
typedef enum zkb_phase {
#define ZKB_PHASE_ENUM(name, text) ZKB_PHASE_##name,
    ZKB_PHASE_LIST(ZKB_PHASE_ENUM)
#undef ZKB_PHASE_ENUM
        ZKB_PHASE_COUNT
} zkb_phase;
/* Its text in the list, static; "unknown phase" for other values. */
ZKB_API const char *zkb_phase_string(zkb_phase phase);

/* What a proof cost. */
typedef struct zkb_proof_summary {
    uint64_t instructions;
    uint64_t r0;
    uint32_t chunks;
    uint32_t threads;         /* as set, or found */
    uint32_t workers;         /* chunks side by side */
    uint32_t workers_wanted;  /* and how many there would have been with more memory */
    uint32_t worker_threads;  /* threads in a chunk */
    uint64_t memory_budget;   /* bytes */
    uint64_t worker_estimate; /* bytes that one worker was expected to take at most */
    uint64_t worker_peak;     /* bytes that one worker took at most */
    uint64_t total_peak;      /* bytes that all workers took at most, together */
    uint64_t proof_bytes;
    double seconds; /* wall time of the call */
    /* Of which these, by phase. Those of chunks side by side are the mean over the workers, so that
     * what is missing from the whole is waiting and bookkeeping. */
    double phase_seconds[ZKB_PHASE_COUNT];
} zkb_proof_summary;

/* Runs the program that the key is of and proves it, without a trace in memory: memory is bounded
 * by the number of workers, whatever the length of the run. Mode, threads and the rest are of
 * config, which may be NULL; its k, lookup_bits and cache directory are those of the key. summary
 * may be NULL. The caller ends *proof with zkb_proof_destroy.
 *
 * - ZKB_ERROR_FAULT: the program faults. There is no proof of such a run.
 * - ZKB_ERROR_UNSUPPORTED: the program executes an instruction that cannot be proved.
 * - ZKB_ERROR_LIMIT: the memory is too small for one chunk, or a limit of the machine is reached.
 * - ZKB_ERROR_CANCELLED: the progress function or zkb_config_cancel ended the call.
 * - ZKB_ERROR_INTERNAL: the proof was made and is not valid: a damaged key file or resume
 * directory, or a defect in zkbpf. Never with zkb_config_with_check(config, 0), which returns such
 * a proof.
 *
 * When several chunks fail, the error is that of the first of them; the others stop. */
ZKB_API zkb_status zkb_prove(zkb_proof **proof, zkb_proof_summary *summary,
                             const zkb_proving_key *key, const zkb_input *input,
                             const zkb_config *config, zkb_error *error) ZKB_MUST_USE;

/* The same of a recorded run: one chunk after the other; side by side; or as suits the number of
 * chunks, threads and the memory. The program is executed again, and ZKB_ERROR_MISMATCH names the
 * first step in which the trace differs. */
ZKB_API zkb_status zkb_prove_chunked(zkb_proof **proof, zkb_proof_summary *summary,
                                     const zkb_proving_key *key, const zkb_trace *trace,
                                     const zkb_input *input, const zkb_config *config,
                                     zkb_error *error) ZKB_MUST_USE;
ZKB_API zkb_status zkb_prove_chunked_parallel(zkb_proof **proof, zkb_proof_summary *summary,
                                              const zkb_proving_key *key, const zkb_trace *trace,
                                              const zkb_input *input, const zkb_config *config,
                                              zkb_error *error) ZKB_MUST_USE;
ZKB_API zkb_status zkb_prove_chunked_auto(zkb_proof **proof, zkb_proof_summary *summary,
                                          const zkb_proving_key *key, const zkb_trace *trace,
                                          const zkb_input *input, const zkb_config *config,
                                          zkb_error *error) ZKB_MUST_USE;

/* Reads a proof file's bytes, which are copied. Checks their form alone: zkb_verify_chunks says
 * whether they prove anything. `name` appears in messages. */
ZKB_API zkb_status zkb_proof_parse(zkb_proof **proof, const uint8_t *bytes, size_t size,
                                   const char *name, zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_proof_destroy(zkb_proof *proof); /* NULL is allowed */
/* The proof file (docs/formats.md); owned by the proof. */
ZKB_API const uint8_t *zkb_proof_bytes(const zkb_proof *proof, size_t *size);
/* The output that it claims; owned by the proof, NULL when there is none. */
ZKB_API const uint8_t *zkb_proof_output(const zkb_proof *proof, size_t *size);
ZKB_API uint32_t zkb_proof_chunk_count(const zkb_proof *proof);
/* NULL when index is not below the count. */
ZKB_API const zkb_chunk_proof *zkb_proof_chunk(const zkb_proof *proof, uint32_t index);

/* The part of the proof file that is this chunk's; owned by the proof. */
ZKB_API const uint8_t *zkb_chunk_proof_bytes(const zkb_chunk_proof *chunk, size_t *size);
ZKB_API uint32_t zkb_chunk_proof_index(const zkb_chunk_proof *chunk);
ZKB_API uint64_t zkb_chunk_proof_instructions(const zkb_chunk_proof *chunk);
ZKB_API void zkb_chunk_proof_initial(zkb_registers *registers, const zkb_chunk_proof *chunk);
ZKB_API void zkb_chunk_proof_final(zkb_registers *registers, const zkb_chunk_proof *chunk);

/* A piece of memory that a chunk touches: 64 KiB, or the call frames. Commitments are compressed
 * points of G1; those of all-zero memory are the identity. */
typedef struct zkb_chunk_segment_info {
    uint64_t address; /* of its first byte; 0: the call frames, which have no address */
    int writable;     /* 0: its content is that of the program or the input, and not listed below */
    uint8_t before[32];
    uint8_t after[32];
} zkb_chunk_segment_info;
ZKB_API uint32_t zkb_chunk_proof_segment_count(const zkb_chunk_proof *chunk);
/* ZKB_ERROR_ARGUMENT when index is not below the count. */
ZKB_API zkb_status zkb_chunk_proof_segment(zkb_chunk_segment_info *segment,
                                           const zkb_chunk_proof *chunk, uint32_t index);

/* ---- Checking ----------------------------------------------------------------------------- */

/* What a valid proof says. */
typedef struct zkb_verdict {
    uint64_t r0;
    uint64_t instructions;
    uint32_t chunks;
    uint64_t private_bytes; /* length of the private input */
    uint64_t output_bytes;
    const uint8_t *output; /* into the bytes, or of the proof, that were checked */
} zkb_verdict;

/* ZKB_OK: the program of the key, started on these public bytes and some private bytes, ran to its
 * exit with this r0 and this output. ZKB_ERROR_REJECTED, ZKB_ERROR_FORMAT: that is not proved;
 * error->index is the chunk, if it is one, and the message says which step of the check failed. Any
 * other status: it could not be checked. threads 0: as many as there are. */
ZKB_API zkb_status zkb_verify(zkb_verdict *verdict, const zkb_verifying_key *key,
                              const uint8_t *proof, size_t proof_bytes, const uint8_t *public_input,
                              size_t public_bytes, unsigned threads, zkb_error *error) ZKB_MUST_USE;
/* The same of a proof that has been read or made. */
ZKB_API zkb_status zkb_verify_chunks(zkb_verdict *verdict, const zkb_verifying_key *key,
                                     const zkb_proof *proof, const uint8_t *public_input,
                                     size_t public_bytes, unsigned threads,
                                     zkb_error *error) ZKB_MUST_USE;

#ifdef __cplusplus
}
#endif

#endif /* ZKBPF_H */
