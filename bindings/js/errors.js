// SPDX-License-Identifier: MIT OR Apache-2.0

/** Whatever the verifier refuses. `index` is the chunk that failed, if it is one. */
export class VerifierError extends Error {
  constructor(message, index) {
    super(message);
    this.name = new.target.name;
    if (index !== undefined) {
      this.index = index;
    }
  }
}

/** The proof does not prove the statement. */
export class ProofRejected extends VerifierError {}

/** Bytes that are no proof, no setup or no program id. Nothing is proved either. */
export class MalformedInput extends VerifierError {}

/** There is no memory for the call. It says nothing about the proof. */
export class OutOfMemory extends VerifierError {}

// Statuses of zkbpf.h.
const MEMORY = 2;
const FORMAT = 4;
const REJECTED = 8;

const classes = new Map([
  [MEMORY, OutOfMemory],
  [FORMAT, MalformedInput],
  [REJECTED, ProofRejected],
]);

/** The error for a status of the C library other than success. */
export function errorOf(status, message, index) {
  const Class = classes.get(status) ?? VerifierError;
  return new Class(message, index);
}
