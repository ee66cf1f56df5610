/* The prover of Mercury. */
#ifndef ZKB_KZG_MERCURY_OPEN_H
#define ZKB_KZG_MERCURY_OPEN_H

#include "kzg/mercury.h"
#include "kzg/srs.h"

/* Bytes of scratch that zkb_mercury_open takes from an arena. */
size_t zkb_mercury_open_scratch(unsigned variables, size_t length, unsigned threads);

/* Opens f at `point` (`variables` coordinates). f holds the first `length` <= 2^variables
 * coefficients, those after are zero and cost nothing; f is not modified. Two multi-exponentiations
 * of `length` points and some of 2^(variables/2). Transcript as in zkb_mercury_verify.
 * ZKB_ERROR_ARGUMENT when the SRS has fewer than `length` powers, ZKB_ERROR_MEMORY when the arena
 * is too small. The proof does not depend on `threads`. */
zkb_status zkb_mercury_open(zkb_mercury_proof *proof, zkb_arena *arena, zkb_transcript *transcript,
                            const zkb_srs *srs, const zkb_fr *f, size_t length, const zkb_fr *point,
                            unsigned variables, unsigned threads, zkb_error *error) ZKB_MUST_USE;

#endif
