/* What the commands about proofs share: the setup, the key of a program, numbers as text. */
#ifndef ZKB_CLI_PROOF_H
#define ZKB_CLI_PROOF_H

#include "cli/guest.h"
#include "kzg/srs.h"
#include "machine/program_key.h"

#define ZKB_CLI_SETUP_OPTION                                                                       \
    {"setup",                                                                                      \
     's',                                                                                          \
     "FILE",                                                                                       \
     0,                                                                                            \
     "setup file (default: $ZKBPF_SETUP, else setup.srs in the cache directory)",                  \
     3}

/* The setup's path: `given`, or the default; NULL and a report when there is none. Freed by the
 * caller. */
char *zkb_cli_setup_path(const char *given);

/* A loaded guest with everything that proving or naming it takes. */
typedef struct zkb_cli_keys {
    zkb_srs srs;
    zkb_program_columns columns;
    zkb_machine_key key;
} zkb_cli_keys;

/* Opens the setup and makes the guest's key. lookup_bits: 8, 16, or 0 for what suits the run's
 * length. Returns an exit status, after reporting if it is not
 * 0; the caller ends *keys in any case with zkb_cli_keys_clear. */
int zkb_cli_keys_make(zkb_cli_keys *keys, const zkb_cli_guest *guest, const char *setup,
                      unsigned lookup_bits, unsigned threads);
void zkb_cli_keys_clear(zkb_cli_keys *keys);

/* A program id as 64 hexadecimal digits, most significant first, and back. */
enum { ZKB_CLI_ID_TEXT = 65 };
void zkb_cli_id_text(char text[ZKB_CLI_ID_TEXT], const zkb_fr *id);
bool zkb_cli_id_parse(zkb_fr *id, const char *text);

#endif
