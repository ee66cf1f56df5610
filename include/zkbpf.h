/* SPDX-License-Identifier: MIT OR Apache-2.0
 *
 * zkbpf: runs BPF programs and proves their runs. The only installed header.
 *
 * Errors. A function that can fail returns a zkb_status and takes, as its last argument, a
 * zkb_error of the caller's, or NULL. It fills the zkb_error when it fails and leaves it alone
 * otherwise. Any such function can return ZKB_ERROR_MEMORY; other statuses are named where they are
 * not obvious.
 *
 * Arguments. First what the function writes, then what it works on, then the other inputs, last the
 * error. The length of an array follows the array. A function that returns an array writes the
 * array's length to its last argument. Unless a comment says so, no pointer may be NULL.
 *
 * Ownership. A handle that a function creates is destroyed by the caller, with the function of the
 * same type whose name ends in _destroy; these accept NULL. After a failure there is nothing to
 * destroy: the handle is NULL. "Borrowed" means that the caller keeps the object alive as long as
 * it says. Handles do not change after they are created, so that several threads may use one.
 *
 * The library does not print, does not end the process and keeps no settings between calls. Times
 * are in seconds, sizes in bytes.
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

/* Why a call failed. */
typedef struct zkb_error {
    zkb_status status;
    const char *where; /* static: the part of the library that failed */
    uint64_t index;    /* the chunk, row, offset or slot that failed; UINT64_MAX: none */
    char message[256]; /* one line, NUL-terminated: what failed, where, and what to do */
} zkb_error;

/* The meaning of a status in English, static; "unknown status" for other values. */
ZKB_API const char *zkb_status_string(zkb_status status);

/* The library's version, "major.minor.patch", static. */
ZKB_API const char *zkb_version(void);

/* ---- Limits and defaults ------------------------------------------------------------------ */

/* Numbers that functions below, the commands and their documentation share. Digits alone, so that
 * the preprocessor can make text of them. */
#define ZKB_CONFIG_LEAST_K 8 /* of zkb_config_create, */
#define ZKB_CONFIG_MOST_K 22
#define ZKB_CONFIG_DEFAULT_K 17
#define ZKB_CONFIG_LEAST_STACK 8 /* of zkb_config_with_stacks, */
#define ZKB_CONFIG_MOST_STACK 28
#define ZKB_LOOKUP_COMPACT 8 /* lookup bits: for short runs, */
#define ZKB_LOOKUP_WIDE 16   /* and for runs of more instructions than */
#define ZKB_SHORT_RUN 20000
#define ZKB_SRS_MIN_K 1 /* of a setup of 2^k powers, */
#define ZKB_SRS_MAX_K 28
#define ZKB_SRS_VERIFIER_K 13 /* and of the powers that a verifier needs */
#define ZKB_MOST_THREADS 256
#define ZKB_DEFAULT_FRAME_BYTES 4096 /* of zkb_program_options */
#define ZKB_DEFAULT_MAX_FRAMES 64
#define ZKB_DEFAULT_HEAP_BYTES 1048576
#define ZKB_DEFAULT_OUTPUT_BYTES 65536
#define ZKB_DEFAULT_MAX_INSTRUCTIONS 4294967296 /* of a run */
#define ZKB_TRACE_MAX_STEPS 67108864            /* of a recorded run */

/* ---- Execution traces --------------------------------------------------------------------- */

/* The registers before or after an instruction. */
typedef struct zkb_registers {
    uint64_t r[11]; /* r0..r10 */
    uint64_t pc;    /* slot (8-byte unit of code) of the next instruction; UINT32_MAX: none */
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

/* A recorded run, or part of one. */
typedef struct zkb_trace zkb_trace;

/* Reads a trace file (docs/formats.md). It checks the file's form, its checksum, and that each step
 * begins where the one before it ends. It does not check that the program computes these values:
 * proving does. ZKB_ERROR_FORMAT when the file is not a trace file. */
ZKB_API zkb_status zkb_trace_load(zkb_trace **trace, const char *path,
                                  zkb_error *error) ZKB_MUST_USE;
/* Writes a trace file. After a failure the path is as it was. */
ZKB_API zkb_status zkb_trace_save(const zkb_trace *trace, const char *path,
                                  zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_trace_destroy(zkb_trace *trace);

ZKB_API uint64_t zkb_trace_length(const zkb_trace *trace); /* number of steps */
ZKB_API void zkb_trace_initial(zkb_registers *registers, const zkb_trace *trace);
ZKB_API void zkb_trace_final(zkb_registers *registers, const zkb_trace *trace);
/* Step `index`, counted from 0. ZKB_ERROR_ARGUMENT when there is no such step. */
ZKB_API zkb_status zkb_trace_get(zkb_trace_step *step, const zkb_trace *trace,
                                 uint64_t index) ZKB_MUST_USE;
/* Writes step `index` as one line: the instruction, and the registers and memory words that it
 * changed. The text has no line end, is NUL-terminated and is cut to `size` bytes, of which
 * ZKB_TRACE_LINE_BYTES are always enough. ZKB_ERROR_ARGUMENT when there is no such step. */
#define ZKB_TRACE_LINE_BYTES 512
ZKB_API zkb_status zkb_trace_line(char *text, size_t size, const zkb_trace *trace,
                                  uint64_t index) ZKB_MUST_USE;

/* Frees an array that a function of this library allocated for the caller. NULL is allowed. */
ZKB_API void zkb_free(void *memory);

/* ---- Setup: powers of tau ----------------------------------------------------------------- */

/* Powers of tau over BN254, with which proofs are made and checked. */
typedef struct zkb_srs zkb_srs;

/* Reads a setup file into memory, 64 bytes for each power, and checks it. Later changes to the file
 * have no effect. Destroy the setup after all keys that were made with it. A prover needs 2^k
 * powers for tables of 2^k rows, and at least 2^16, or 2^13 with 8 lookup bits. A verifier needs
 * 2^ZKB_SRS_VERIFIER_K, and for a key from a program as many as the program has slots.
 * ZKB_ERROR_FORMAT when the file is not a setup file or is damaged. */
ZKB_API zkb_status zkb_srs_load(zkb_srs **srs, const char *path, zkb_error *error) ZKB_MUST_USE;
/* The same, but keeps only the first 2^k powers in memory, or all when the file has fewer.
 * k: ZKB_SRS_MIN_K to ZKB_SRS_MAX_K. */
ZKB_API zkb_status zkb_srs_load_powers(zkb_srs **srs, const char *path, unsigned k,
                                       zkb_error *error) ZKB_MUST_USE;
/* The same from the bytes of a setup file, which may be freed afterwards; `name` appears in
 * messages. */
ZKB_API zkb_status zkb_srs_load_bytes(zkb_srs **srs, const uint8_t *bytes, size_t size,
                                      const char *name, unsigned k, zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_srs_destroy(zkb_srs *srs);
/* k, of a setup of 2^k powers. */
ZKB_API unsigned zkb_srs_power(const zkb_srs *srs);
/* 32 bytes that identify the setup. A setup that was cut to fewer powers keeps them. */
ZKB_API void zkb_srs_identity(uint8_t digest[32], const zkb_srs *srs);

/* Makes a setup of 2^k powers and writes it to a file. k: ZKB_SRS_MIN_K to ZKB_SRS_MAX_K. After a
 * failure the path is as it was. For development only: tau is random and wiped afterwards, but
 * whoever runs this could have kept it, and with tau one can prove false statements. threads: 0 for
 * as many as the machine has.
 */
ZKB_API zkb_status zkb_srs_generate(const char *path, unsigned k, unsigned threads,
                                    zkb_error *error) ZKB_MUST_USE;

/* ---- Programs ----------------------------------------------------------------------------- */

/* A linked program that has been checked. */
typedef struct zkb_program zkb_program;

/* How a program is loaded. NULL in place of the options, and 0 or NULL in a member, stand for the
 * default, ZKB_DEFAULT_... of sizes. The sizes are part of the program's id. */
typedef struct zkb_program_options {
    const char *entry;     /* function where execution begins; default: `entrypoint`, or else the
                              only global function, unless that is `main` */
    uint32_t frame_bytes;  /* stack of one call, a multiple of 8 */
    uint32_t max_frames;   /* depth of calls, the entry function included */
    uint32_t heap_bytes;   /* rounded up to whole 64 KiB */
    uint32_t output_bytes; /* most output, rounded up to whole 64 KiB */
} zkb_program_options;

/* Loads objects that clang made for BPF and links them in this order, or one file of bare
 * instructions. Destroy the program after all keys that were made of it. ZKB_ERROR_FORMAT,
 * ZKB_ERROR_UNSUPPORTED and ZKB_ERROR_LIMIT say what is wrong with the files. */
ZKB_API zkb_status zkb_program_open(zkb_program **program, const char *const *paths,
                                    size_t path_count, const zkb_program_options *options,
                                    zkb_error *error) ZKB_MUST_USE;
/* The same for one object in memory, which is copied. `name` appears in messages. */
ZKB_API zkb_status zkb_program_open_bytes(zkb_program **program, const uint8_t *bytes, size_t size,
                                          const char *name, const zkb_program_options *options,
                                          zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_program_destroy(zkb_program *program);
/* The size of its code in slots, units of 8 bytes. */
ZKB_API uint32_t zkb_program_slots(const zkb_program *program);

/* The inputs of a run. The bytes are borrowed for the call. Functions that take a zkb_input accept
 * NULL, which stands for a run without inputs. */
typedef struct zkb_input {
    const uint8_t *public_input; /* may be NULL when public_bytes is 0 */
    size_t public_bytes;
    const uint8_t *private_input; /* likewise; a proof does not hide it from one who studies it */
    size_t private_bytes;
    uint64_t max_instructions; /* the run ends with a fault after so many; 0:
                                  ZKB_DEFAULT_MAX_INSTRUCTIONS */
} zkb_input;

/* ---- Settings ----------------------------------------------------------------------------- */

/* A run is proved in chunks of consecutive instructions. The mode says how threads share them. The
 * proof is the same, byte for byte. Threads that have no chunk of their own help with the others:
 * at the end of the run, and where memory allows fewer chunks side by side. */
typedef enum zkb_mode {
    ZKB_MODE_AUTO = 0,       /* as many chunks side by side as there are, at most one a thread */
    ZKB_MODE_SEQUENTIAL = 1, /* one chunk after the other, all threads in it */
    ZKB_MODE_PARALLEL = 2    /* chunks side by side, one thread each */
} zkb_mode;

typedef enum zkb_progress_event {
    ZKB_PROGRESS_CHUNK_STARTED = 0,
    ZKB_PROGRESS_CHUNK_FINISHED = 1,
    ZKB_PROGRESS_CHUNK_REUSED = 2, /* found in the resume directory */
    ZKB_PROGRESS_CHUNK_FAILED = 3
} zkb_progress_event;

typedef struct zkb_progress {
    zkb_progress_event event;
    uint32_t chunk;        /* counted from 0 */
    uint32_t finished;     /* number of chunks that are done, this one included */
    uint64_t rows;         /* in all instruction tables of the chunk together */
    uint64_t instructions; /* of the chunk */
    uint64_t instructions_done;
    uint64_t instructions_total;
    uint64_t bytes;         /* size of the chunk's proof; 0 until it is made */
    const zkb_error *error; /* why the chunk failed, else NULL; valid during the call */
} zkb_progress;

/* Called when a chunk begins and when it ends: from any thread, but never twice at once. A return
 * value other than 0 ends the call that proves with ZKB_ERROR_CANCELLED; chunks that are being
 * proved are given up. zkb_config_cancel does the same between calls of this function. */
typedef int (*zkb_progress_fn)(void *context, const zkb_progress *progress);

/* Receives warnings: one line about something that the library could work around, such as a damaged
 * cache file that it makes anew. The message is valid during the call. */
typedef void (*zkb_warning_fn)(void *context, const char *message);

/* Settings for making keys and proofs. Do not change them while a call uses them, except with
 * zkb_config_cancel. A setter returns its argument, so that calls can be chained, and does not
 * check the value: the functions that use the settings do. */
typedef struct zkb_config zkb_config;

/* k: ZKB_CONFIG_LEAST_K to ZKB_CONFIG_MOST_K, or 0 for ZKB_CONFIG_DEFAULT_K. The setup needs 2^k
 * powers, no table of instructions has more than 2^k rows, and a chunk has 2 * 2^k instructions
 * unless zkb_config_with_chunk_size says otherwise.
 * cache_dir: the directory where keys are kept between processes; copied; NULL for none.
 * lookup_bits: ZKB_LOOKUP_WIDE, or 0, for range tables of 2^16 rows, which suit long runs;
 * ZKB_LOOKUP_COMPACT for smaller ones, which suit short runs.
 * ZKB_ERROR_ARGUMENT for any other k or lookup_bits. */
ZKB_API zkb_status zkb_config_create(zkb_config **config, unsigned k, const char *cache_dir,
                                     unsigned lookup_bits, zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_config_destroy(zkb_config *config);
/* cancel other than 0: all calls that prove, record a trace or estimate a cost with these settings,
 * now and later, end with ZKB_ERROR_CANCELLED, within some tens of milliseconds. 0 allows them
 * again. May be called at any time, from any thread, and from a signal handler. */
ZKB_API void zkb_config_cancel(zkb_config *config, int cancel);
/* The most instructions in a chunk; 0 for 2 * 2^k. */
ZKB_API zkb_config *zkb_config_with_chunk_size(zkb_config *config, uint64_t instructions);
/* log2 of the length of stacks, ZKB_CONFIG_LEAST_STACK to ZKB_CONFIG_MOST_STACK; 0 for
 * the default, 9 with compact lookup tables and 16 with wide ones. Columns of the tables share
 * commitments, stacks of 2^log_length coefficients: longer ones make the proof smaller and faster
 * to verify, and its one opening longer. The setup needs as many powers. From 17 on, tables have as
 * many rows as a stack is long, up to 2^k. */
ZKB_API zkb_config *zkb_config_with_stacks(zkb_config *config, unsigned log_length);
/* The number of threads, at most ZKB_MOST_THREADS; 0 for ZKBPF_NUM_THREADS, else OMP_NUM_THREADS,
 * else as many as there are processors. */
ZKB_API zkb_config *zkb_config_with_threads(zkb_config *config, unsigned threads);
ZKB_API zkb_config *zkb_config_with_mode(zkb_config *config, zkb_mode mode);
/* The most bytes that proving, or a trace, may take; 0 for what the machine and the process's
 * control group have left (of which a trace takes no more than 1 GiB); UINT64_MAX for no limit.
 * Fewer chunks are proved side by side to stay below it; when one
 * chunk alone needs more, proving fails with ZKB_ERROR_LIMIT before it begins. */
ZKB_API zkb_config *zkb_config_with_memory(zkb_config *config, uint64_t bytes);
/* A directory in which each finished chunk is kept, so that a proof that was interrupted can be
 * continued by the same call; created if it does not exist. Borrowed until the settings are
 * destroyed. NULL for none. */
ZKB_API zkb_config *zkb_config_with_resume(zkb_config *config, const char *directory);
/* Whether a proof is verified before it is returned: not 0, the default, or 0. This takes
 * milliseconds a chunk. A proof that is not valid is not returned: see zkb_prove. */
ZKB_API zkb_config *zkb_config_with_check(zkb_config *config, int check);
/* A function that is told about chunks, with the context that it is passed; NULL for none. */
ZKB_API zkb_config *zkb_config_with_progress(zkb_config *config, zkb_progress_fn progress,
                                             void *context);
/* A function that receives warnings; NULL for none. */
ZKB_API zkb_config *zkb_config_with_warnings(zkb_config *config, zkb_warning_fn warning,
                                             void *context);

/* Chooses lookup_bits for a run: ZKB_LOOKUP_COMPACT when it ends within ZKB_SHORT_RUN instructions
 * or the setup has fewer than 2^16 powers, else ZKB_LOOKUP_WIDE. Runs the program up to that many
 * instructions. input: NULL for none. */
ZKB_API zkb_status zkb_lookup_bits_for(unsigned *lookup_bits, const zkb_srs *srs,
                                       const zkb_program *program, const zkb_input *input,
                                       zkb_error *error) ZKB_MUST_USE;

/* ---- Keys --------------------------------------------------------------------------------- */

/* A proving key is what a prover needs for one program, a verifying key what a verifier needs. */
typedef struct zkb_proving_key zkb_proving_key;
typedef struct zkb_verifying_key zkb_verifying_key;
typedef struct zkb_keypair {
    zkb_proving_key *proving;
    zkb_verifying_key *verifying;
} zkb_keypair;

/* Makes both keys of a program, or reads the proving key from the cache directory of config. A key
 * that is made is written there. The verifying key is always made from the program; a proving key
 * from the cache that does not agree with it is made anew. A damaged cache file, or a directory
 * that cannot be written to, leads to a warning and to no failure. Several processes may share the
 * directory. srs and program are borrowed for the life of the keys. ZKB_ERROR_ARGUMENT when the
 * setup is too small for k, the lookup bits or the program. */
ZKB_API zkb_status zkb_keypair_load_or_generate(zkb_keypair *pair, const zkb_config *config,
                                                const zkb_srs *srs, const zkb_program *program,
                                                zkb_error *error) ZKB_MUST_USE;
/* Destroys both keys, or those that are not NULL, and sets both to NULL. */
ZKB_API void zkb_keypair_clear(zkb_keypair *pair);

/* Makes or reads the proving key alone. A key from the cache is not compared with the program: if
 * somebody has changed the file so that it is whole and of other content, proofs with it are not
 * valid, which zkb_prove notices. */
ZKB_API zkb_status zkb_proving_key_load_or_generate(zkb_proving_key **key, const zkb_config *config,
                                                    const zkb_srs *srs, const zkb_program *program,
                                                    zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_proving_key_destroy(zkb_proving_key *key);

/* Facts about a proving key. Later versions of the library may add members at the end. */
typedef struct zkb_key_facts {
    uint32_t k;           /* of the settings with which it was made */
    uint32_t lookup_bits; /* 8 or 16 */
    uint32_t loaded;      /* 1: it was read from the cache; 0: it was made */
} zkb_key_facts;
/* size: sizeof(zkb_key_facts). A program that was compiled with a shorter structure gets the
 * members it has. */
ZKB_API void zkb_proving_key_describe(zkb_key_facts *facts, size_t size,
                                      const zkb_proving_key *key);

/* The program's id: 32 bytes that follow from its code, data, entry and memory sizes, the version
 * of the machine and the setup. A proof is a proof about the program with this id. */
ZKB_API void zkb_proving_key_program_id(uint8_t id[32], const zkb_proving_key *key);
/* 32 bytes that follow from all constraints that proofs with this key obey, except the constraints
 * of helpers that were added later (docs/machine.md, "Keys"): a proof obeys those of the helpers
 * that it uses. */
ZKB_API void zkb_proving_key_digest(uint8_t digest[32], const zkb_proving_key *key);
/* The path of the key's file in the cache, owned by the key; NULL when it is in none. */
ZKB_API const char *zkb_proving_key_file(const zkb_proving_key *key);

/* A verifying key from the program itself. srs is borrowed for the life of the key. Keep the key
 * when there are several proofs to verify: the first verification computes what follows from the
 * program alone and stores it in the key, and each leaves it some MiB of memory a thread to work
 * in. ZKB_ERROR_ARGUMENT when the setup has fewer than 2^ZKB_SRS_VERIFIER_K powers. */
ZKB_API zkb_status zkb_verifying_key_create(zkb_verifying_key **key, const zkb_srs *srs,
                                            const zkb_program *program,
                                            zkb_error *error) ZKB_MUST_USE;
/* A verifying key from the program's id. ZKB_ERROR_FORMAT when the 32 bytes cannot be an id,
 * ZKB_ERROR_ARGUMENT when the setup has fewer than 2^ZKB_SRS_VERIFIER_K powers. */
ZKB_API zkb_status zkb_verifying_key_from_id(zkb_verifying_key **key, const zkb_srs *srs,
                                             const uint8_t id[32], zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_verifying_key_destroy(zkb_verifying_key *key);
ZKB_API void zkb_verifying_key_program_id(uint8_t id[32], const zkb_verifying_key *key);

/* ---- Recording a run, and its chunks ------------------------------------------------------ */

/* Runs a program and records every step, about 100 bytes each. input: NULL for none. config: NULL,
 * or the settings with the most memory that the trace may take (zkb_config_with_memory; by default
 * 1 GiB, or what the machine has left if that is less) and with which zkb_config_cancel ends the
 * call. The trace keeps nothing of program, input and settings.
 *
 * - ZKB_ERROR_FAULT: the program faults, or executes more than input->max_instructions.
 * - ZKB_ERROR_LIMIT: the trace needs more memory than is allowed, or the run has more than
 *   ZKB_TRACE_MAX_STEPS steps. zkb_prove needs no trace.
 * - ZKB_ERROR_CANCELLED: by zkb_config_cancel. */
ZKB_API zkb_status zkb_trace_create(zkb_trace **trace, const zkb_program *program,
                                    const zkb_input *input, const zkb_config *config,
                                    zkb_error *error) ZKB_MUST_USE;

/* Steps first .. first + count - 1 of a trace. */
typedef struct zkb_trace_chunk {
    uint64_t first;
    uint64_t count;
    zkb_registers initial; /* equal to `final` of the chunk before, if there is one */
    zkb_registers final;
} zkb_trace_chunk;

/* Cuts a trace into chunks at the places where the functions that prove cut it. Free *chunks, an
 * array of *count, with zkb_free. config: NULL for the default settings. ZKB_ERROR_UNSUPPORTED
 * names an instruction that cannot be proved. */
ZKB_API zkb_status zkb_split_trace(zkb_trace_chunk **chunks, size_t *count, const zkb_trace *trace,
                                   const zkb_config *config, zkb_error *error) ZKB_MUST_USE;

/* ---- Proofs ------------------------------------------------------------------------------- */

/* The proof of a whole run: the parts of its chunks, in order, what they have in common, and one
 * opening for all. */
typedef struct zkb_proof zkb_proof;
/* The part of one chunk, owned by the zkb_proof that it belongs to. By itself it shows that what
 * the chunk claims is true if its commitments have a certain value at a certain point; that they
 * do, the opening at the proof's end shows for all chunks at once. So it cannot be verified alone.
 */
typedef struct zkb_chunk_proof zkb_chunk_proof;

/* The phases of making a proof, in order. X(name, text). */
#define ZKB_PHASE_LIST(X)                                                                          \
    X(EXECUTE, "execute")   /* running the program ahead and cutting the run into chunks */        \
    X(WITNESS, "witness")   /* running a chunk again, into its tables */                           \
    X(COMMIT, "commit")     /* committing to private input, memory and columns */                  \
    X(GKR, "gkr")           /* the sum of all lookups and memory accesses */                       \
    X(SUMCHECK, "sumcheck") /* constraints, and what the sum leaves */                             \
    X(OPENING, "opening")   /* one claim of each chunk, the claims' folds, one opening */          \
    X(JOIN, "join")         /* putting the chunks together */                                      \
    X(VERIFY, "verify")     /* checking the proof that was made */
typedef enum zkb_phase {
#define ZKB_PHASE_ENUM(name, text) ZKB_PHASE_##name,
    ZKB_PHASE_LIST(ZKB_PHASE_ENUM)
#undef ZKB_PHASE_ENUM
        ZKB_PHASE_COUNT
} zkb_phase;
/* The phase's name in the list, static; "unknown phase" for other values. */
ZKB_API const char *zkb_phase_string(zkb_phase phase);

/* What making a proof took. */
typedef struct zkb_proof_summary {
    uint64_t instructions;
    uint64_t r0;
    uint32_t chunks;
    uint32_t threads;         /* number of threads */
    uint32_t workers;         /* number of chunks proved side by side */
    uint32_t workers_wanted;  /* the same if memory had no limit */
    uint32_t worker_threads;  /* threads for each of these chunks */
    uint64_t memory_budget;   /* bytes that proving was allowed to take */
    uint64_t worker_estimate; /* bytes that one worker was expected to take at most */
    uint64_t worker_peak;     /* bytes that one worker took at most */
    uint64_t total_peak;      /* the sum of these over all workers */
    uint64_t proof_bytes;     /* size of the proof */
    double seconds;           /* wall time of the call */
    /* How much of it each phase took. For chunks side by side, the mean over the workers: the rest
     * of the time is waiting and bookkeeping. */
    double phase_seconds[ZKB_PHASE_COUNT];
} zkb_proof_summary;

/* Runs the key's program and proves the run. This needs no trace: memory is bounded by the number
 * of workers, whatever the length of the run. k, lookup_bits and the cache directory are those of
 * the key, all other settings those of config, for which NULL stands for the default. input: NULL
 * for none. summary: NULL, or receives as much as is known, also after a failure.
 *
 * - ZKB_ERROR_FAULT: the program faults. There is no proof of such a run.
 * - ZKB_ERROR_UNSUPPORTED: the program executes an instruction that cannot be proved.
 * - ZKB_ERROR_LIMIT: one chunk needs more memory than is allowed, or the run has too many chunks.
 * - ZKB_ERROR_CANCELLED: by the progress function or by zkb_config_cancel.
 * - ZKB_ERROR_INTERNAL: the proof was made but is not valid, because a key file or the resume
 *   directory was changed, or because of a defect in zkbpf. After zkb_config_with_check(config, 0)
 *   such a proof is returned.
 *
 * If several chunks fail, the error is that of the first of them. */
ZKB_API zkb_status zkb_prove(zkb_proof **proof, zkb_proof_summary *summary,
                             const zkb_proving_key *key, const zkb_input *input,
                             const zkb_config *config, zkb_error *error) ZKB_MUST_USE;

/* The same for a recorded run. The program is executed again; ZKB_ERROR_MISMATCH names the first
 * step in which the trace differs. The three functions differ in the mode: one chunk after the
 * other, chunks side by side, or whichever suits the number of chunks, the threads and the memory.
 */
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

/* ---- Runs that several machines prove ------------------------------------------------------ */

/* One machine makes a plan of the run; each of several machines, or processes, proves a part of its
 * chunks with it; then the parts are joined. Nothing passes between them but the bytes of plans and
 * parts. The proof is that of zkb_prove, byte for byte.
 *
 *     zkb_run_plan_create(&plan, key, input, config, error);
 *     zkb_prove_part(&part, NULL, plan, i, n, key, input, config, error);   for each i < n
 *     zkb_join_parts(&proof, NULL, srs, plan, parts, n, config, error); */

/* How a run is cut into chunks, and what identifies it. It has the public input and the output in
 * it; of the private input, what a proof has. */
typedef struct zkb_run_plan zkb_run_plan;
/* The proofs of consecutive chunks, with what they leave to be shown (polynomials): the opening at
 * the end of a proof shows it for all chunks at once. Like a proof, it does not hide the private
 * input from somebody who studies it. */
typedef struct zkb_run_part zkb_run_part;

/* Facts about a plan. Later versions of the library may add members at the end. */
typedef struct zkb_run_plan_facts {
    uint64_t instructions;
    uint64_t r0;
    uint64_t chunk_size;  /* most instructions in a chunk: zkb_config_with_chunk_size */
    uint32_t chunks;      /* so many parts are possible */
    uint32_t k;           /* of zkb_config_create */
    uint32_t lookup_bits; /* likewise */
    uint32_t log_stack;   /* zkb_config_with_stacks */
    uint32_t program_slots;
} zkb_run_plan_facts;

/* Runs the key's program and plans its proof; chunk size and stacks are those of config, which may
 * be NULL. The plan of the same run is the same, byte for byte. Errors as those of zkb_prove. */
ZKB_API zkb_status zkb_run_plan_create(zkb_run_plan **plan, const zkb_proving_key *key,
                                       const zkb_input *input, const zkb_config *config,
                                       zkb_error *error) ZKB_MUST_USE;
/* Reads a plan. The bytes are copied; `name` appears in messages. ZKB_ERROR_FORMAT when they are
 * not a plan, or damaged. */
ZKB_API zkb_status zkb_run_plan_parse(zkb_run_plan **plan, const uint8_t *bytes, size_t size,
                                      const char *name, zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_run_plan_destroy(zkb_run_plan *plan);
/* The content of the plan file (docs/formats.md), owned by the plan. */
ZKB_API const uint8_t *zkb_run_plan_bytes(const zkb_run_plan *plan, size_t *size);
/* size: sizeof(zkb_run_plan_facts). A program that was compiled with a shorter structure gets the
 * members it has. */
ZKB_API void zkb_run_plan_describe(zkb_run_plan_facts *facts, size_t size,
                                   const zkb_run_plan *plan);
/* The chunks, *count of them from *first on, of part number `part`, counted from 0, of `parts`.
 * Parts have about equally many. Of 64 chunks or more they begin at multiples of 16, so that whole
 * groups are folded where they are proved. ZKB_ERROR_ARGUMENT when there are fewer chunks than
 * parts, or no such part. */
ZKB_API zkb_status zkb_run_plan_cut(uint32_t *first, uint32_t *count, const zkb_run_plan *plan,
                                    uint32_t part, uint32_t parts, zkb_error *error) ZKB_MUST_USE;

/* Proves part `number`, counted from 0, of `parts`. The program is executed up to the part's first
 * chunk without proving. key and input must be those of the plan: ZKB_ERROR_MISMATCH says what is
 * not. Chunk size and stacks are the plan's, all other settings those of config, as for zkb_prove;
 * a resume directory may be shared by all parts of a run. A part that is made again is the same,
 * byte for byte. Nothing of it is verified before the parts are joined. summary: NULL, or receives
 * as much as is known, also after a failure; its numbers are the part's. Other errors as those of
 * zkb_prove. */
ZKB_API zkb_status zkb_prove_part(zkb_run_part **part, zkb_proof_summary *summary,
                                  const zkb_run_plan *plan, uint32_t number, uint32_t parts,
                                  const zkb_proving_key *key, const zkb_input *input,
                                  const zkb_config *config, zkb_error *error) ZKB_MUST_USE;
/* Reads a part. The bytes are copied; `name` appears in messages, also in those of zkb_join_parts.
 * Checks only the form. ZKB_ERROR_FORMAT when they are not a part, or damaged. */
ZKB_API zkb_status zkb_run_part_parse(zkb_run_part **part, const uint8_t *bytes, size_t size,
                                      const char *name, zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_run_part_destroy(zkb_run_part *part);
/* The content of the part file (docs/formats.md), owned by the part. */
ZKB_API const uint8_t *zkb_run_part_bytes(const zkb_run_part *part, size_t *size);
/* Facts about a part. Later versions of the library may add members at the end. */
typedef struct zkb_run_part_facts {
    uint32_t first;       /* chunk of the run, counted from 0 */
    uint32_t chunks;      /* how many it has */
    uint32_t part;        /* its number, counted from 0, */
    uint32_t parts;       /* and of how many parts, when it was made */
    uint32_t polynomials; /* that wait to be folded with those of other parts */
} zkb_run_part_facts;
/* size: sizeof(zkb_run_part_facts). A program that was compiled with a shorter structure gets the
 * members it has. */
ZKB_API void zkb_run_part_describe(zkb_run_part_facts *facts, size_t size,
                                   const zkb_run_part *part);

/* Joins the parts of a plan, in any order, into the proof of the run, and verifies it unless
 * zkb_config_with_check says otherwise. Parts need not have been made with the same number of
 * parts, as long as each chunk is in one of them. srs: the setup of the plan. Neither program nor
 * private input is needed. Of config, which may be NULL, threads, memory, check and cancel are
 * used. summary: NULL, or receives as much as is known, also after a failure.
 *
 * - ZKB_ERROR_MISMATCH: the setup or a part is not of the plan, two parts have the same chunk, or
 *   chunks are missing. The message names the parts.
 * - ZKB_ERROR_REJECTED: the proof is not valid, because a part is not what zkb_prove_part made. The
 *   message names the part where it can.
 * - ZKB_ERROR_FORMAT: a part cannot be one that zkb_prove_part made.
 * - ZKB_ERROR_LIMIT: more memory is needed than is allowed.
 * - ZKB_ERROR_CANCELLED: by zkb_config_cancel. */
ZKB_API zkb_status zkb_join_parts(zkb_proof **proof, zkb_proof_summary *summary, const zkb_srs *srs,
                                  const zkb_run_plan *plan, const zkb_run_part *const *parts,
                                  size_t count, const zkb_config *config,
                                  zkb_error *error) ZKB_MUST_USE;

/* ---- What a proof says -------------------------------------------------------------------- */

/* Reads a proof file. The bytes are copied; `name` appears in messages. Checks only the form: the
 * verifying functions say whether it proves anything. ZKB_ERROR_FORMAT when it is not one. */
ZKB_API zkb_status zkb_proof_parse(zkb_proof **proof, const uint8_t *bytes, size_t size,
                                   const char *name, zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_proof_destroy(zkb_proof *proof);
/* The content of the proof file (docs/formats.md), owned by the proof. */
ZKB_API const uint8_t *zkb_proof_bytes(const zkb_proof *proof, size_t *size);
/* The output that the proof claims, owned by the proof; NULL when its length is 0. */
ZKB_API const uint8_t *zkb_proof_output(const zkb_proof *proof, size_t *size);
/* What a proof says of its run: claims until the proof is verified. Later versions of the library
 * may add members at the end. */
typedef struct zkb_proof_facts {
    uint64_t r0;
    uint64_t instructions;
    uint64_t public_bytes; /* lengths of the inputs and the output */
    uint64_t private_bytes;
    uint64_t output_bytes;
    uint32_t chunks;
    uint32_t lookup_bits;   /* 8 or 16: of the key it was made with */
    uint32_t program_slots; /* of the program: 8-byte units of code, */
    uint32_t program_entry; /* and the slot where it starts */
    uint32_t log_stack;     /* log2 of the length of stacks: zkb_config_with_stacks */
} zkb_proof_facts;
/* size: sizeof(zkb_proof_facts). A program that was compiled with a shorter structure gets the
 * members it has. */
ZKB_API void zkb_proof_describe(zkb_proof_facts *facts, size_t size, const zkb_proof *proof);
ZKB_API uint32_t zkb_proof_chunk_count(const zkb_proof *proof);
/* Chunk `index`, counted from 0; NULL when there is no such chunk. */
ZKB_API const zkb_chunk_proof *zkb_proof_chunk(const zkb_proof *proof, uint32_t index);

/* The chunk's part of the proof file, owned by the proof. */
ZKB_API const uint8_t *zkb_chunk_proof_bytes(const zkb_chunk_proof *chunk, size_t *size);
ZKB_API uint32_t zkb_chunk_proof_index(const zkb_chunk_proof *chunk);
ZKB_API uint64_t zkb_chunk_proof_instructions(const zkb_chunk_proof *chunk);
/* The registers before and after the chunk, as the proof claims. */
ZKB_API void zkb_chunk_proof_initial(zkb_registers *registers, const zkb_chunk_proof *chunk);
ZKB_API void zkb_chunk_proof_final(zkb_registers *registers, const zkb_chunk_proof *chunk);

/* One of the tables that a chunk's proof is over, apart from those of memory. */
typedef struct zkb_table_facts {
    const char *name;  /* static: the kind of instructions or lookups in it; "?" when unknown */
    uint32_t log_rows; /* it has 2^log_rows rows, */
    uint64_t active;   /* of which the first `active` are in use */
} zkb_table_facts;
ZKB_API uint32_t zkb_chunk_proof_table_count(const zkb_chunk_proof *chunk);
/* Number `index`, counted from 0. ZKB_ERROR_ARGUMENT when there is none. */
ZKB_API zkb_status zkb_chunk_proof_table(zkb_table_facts *table, const zkb_chunk_proof *chunk,
                                         uint32_t index) ZKB_MUST_USE;

/* A piece of memory that a chunk accesses: 64 KiB of the address space, or the call frames. Its
 * content before and after the chunk is given as commitments: compressed points of G1, the identity
 * for memory that is all zero. */
typedef struct zkb_chunk_segment_info {
    uint64_t address; /* of its first byte; 0 for the call frames, which have no address */
    int writable;     /* 0: read-only; its content follows from program and inputs, and the members
                         below are zero */
    uint8_t before[32];
    uint8_t after[32];
} zkb_chunk_segment_info;
ZKB_API uint32_t zkb_chunk_proof_segment_count(const zkb_chunk_proof *chunk);
/* Number `index`, counted from 0. ZKB_ERROR_ARGUMENT when there is none. */
ZKB_API zkb_status zkb_chunk_proof_segment(zkb_chunk_segment_info *segment,
                                           const zkb_chunk_proof *chunk,
                                           uint32_t index) ZKB_MUST_USE;

/* ---- Cost --------------------------------------------------------------------------------- */

/* What proving a run would take. */
typedef struct zkb_cost zkb_cost;
typedef struct zkb_cost_summary {
    uint64_t instructions;
    uint64_t r0;
    uint32_t chunks;
    uint64_t cells;                        /* committed: numbers of 1 to 64 bits */
    uint64_t leaves;                       /* lookups and memory accesses */
    uint64_t proof_bytes;                  /* of the proof file; exact */
    uint64_t memory_bytes;                 /* of a process that proves with one thread, its peak */
    double seconds;                        /* processor time of one thread on this machine */
    double phase_seconds[ZKB_PHASE_COUNT]; /* of which these */
} zkb_cost_summary;
typedef struct zkb_cost_count {
    const char *name;
    uint64_t count;
} zkb_cost_count;

/* Executes the run, cuts it into chunks and counts what their proofs consist of, which takes a few
 * percent of the time of proving. k, chunk size and lookup_bits are those of config, which may be
 * NULL; zkb_config_cancel ends the call. Neither setup nor key is needed. Time follows from how
 * fast this machine computes, measured for some tens of milliseconds: it is right within a quarter
 * where nothing else keeps the machine busy. The caller ends *cost with zkb_cost_destroy, before
 * the program. Errors as those of zkb_prove. */
ZKB_API zkb_status zkb_cost_create(zkb_cost **cost, const zkb_program *program,
                                   const zkb_input *input, const zkb_config *config,
                                   zkb_error *error) ZKB_MUST_USE;
ZKB_API void zkb_cost_destroy(zkb_cost *cost); /* NULL is allowed */
ZKB_API void zkb_cost_get(zkb_cost_summary *summary, const zkb_cost *cost);
/* Rows of each kind of instruction that the run has, *count of them; owned by the cost. */
ZKB_API const zkb_cost_count *zkb_cost_tables(const zkb_cost *cost, size_t *count);
/* Instructions of each function that runs, most first, *count of them; owned by the cost. */
ZKB_API const zkb_cost_count *zkb_cost_functions(const zkb_cost *cost, size_t *count);

/* ---- Checking ----------------------------------------------------------------------------- */

/* What a valid proof proves. */
typedef struct zkb_verdict {
    uint64_t r0;
    uint64_t instructions;
    uint32_t chunks;
    uint64_t private_bytes; /* length of the private input */
    uint64_t output_bytes;
    const uint8_t *output; /* inside the bytes or the proof that were verified; NULL when empty */
} zkb_verdict;

/* Verifies a proof file. threads: 0 for as many as the machine has.
 *
 * - ZKB_OK: the key's program, started with this public input and some private input of
 *   verdict->private_bytes bytes, ran to its exit with this r0 and this output.
 * - ZKB_ERROR_REJECTED, ZKB_ERROR_FORMAT: that is not proved. The message says which part of the
 *   check failed and what may be the reason; error->index is the chunk, if it is one.
 * - Any other status: the proof could not be checked. */
ZKB_API zkb_status zkb_verify(zkb_verdict *verdict, const zkb_verifying_key *key,
                              const uint8_t *proof, size_t proof_bytes, const uint8_t *public_input,
                              size_t public_bytes, unsigned threads, zkb_error *error) ZKB_MUST_USE;
/* The same for a proof that was made by this process or read with zkb_proof_parse. */
ZKB_API zkb_status zkb_verify_chunks(zkb_verdict *verdict, const zkb_verifying_key *key,
                                     const zkb_proof *proof, const uint8_t *public_input,
                                     size_t public_bytes, unsigned threads,
                                     zkb_error *error) ZKB_MUST_USE;

#ifdef __cplusplus
}
#endif

#endif /* ZKBPF_H */
