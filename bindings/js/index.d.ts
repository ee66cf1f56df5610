// SPDX-License-Identifier: MIT OR Apache-2.0

/** Bytes that the call copies. */
export type Bytes = ArrayBufferView | ArrayBuffer | SharedArrayBuffer;

export interface LoadOptions {
  /** The verifier's code: its address, its bytes or a compiled module. Default: zkbpf_verifier.wasm beside index.js. */
  wasm?: URL | string | ArrayBufferView | ArrayBuffer | WebAssembly.Module;
  /** The most WebAssembly memory, in bytes: 4 MiB to 4 GiB. Default: 1 GiB. */
  memoryLimit?: number;
}

/** What is to be proved. */
export interface Statement {
  /** The 64 hexadecimal digits that `zkbpf id PROGRAM --setup SETUP` prints. */
  programId: string;
  /** Default: none. */
  publicInput?: Bytes;
  /** Refuse a proof of a run with another output. */
  output?: Bytes;
  /** Refuse a proof of a run with another result. */
  r0?: bigint;
}

/** What a valid proof proves. */
export interface Verdict {
  /** The result of the program. */
  r0: bigint;
  output: Uint8Array;
  /** How many were executed. */
  instructions: bigint;
  chunks: number;
  /** The length of the private input. */
  privateBytes: bigint;
}

export declare class Verifier {
  private constructor();
  /**
   * Checks a setup and makes a verifier of it.
   * @throws {MalformedInput} the setup is not one, is cut or is damaged
   * @throws {OutOfMemory}
   */
  static load(setupBytes: Bytes, options?: LoadOptions): Promise<Verifier>;
  /**
   * Returns if, and only if, the program, started with this public input and some private input, ran to its
   * exit with what the verdict says.
   * @throws {ProofRejected} the proof does not prove the statement
   * @throws {MalformedInput} the bytes are not a proof, or programId is not an id
   * @throws {OutOfMemory} and any other VerifierError: the proof could not be checked
   */
  verify(proofBytes: Bytes, statement: Statement): Verdict;
  /** Bytes of WebAssembly memory; it grows to what the largest call needs and then stays. */
  get memoryBytes(): number;
  /** The version of zkbpf that the verifier was compiled from. */
  get version(): string;
}

/** Whatever the verifier refuses. */
export declare class VerifierError extends Error {
  /** The chunk that failed, counted from 0, if it is one. */
  index?: number;
}
/** The proof does not prove the statement. */
export declare class ProofRejected extends VerifierError {}
/** Bytes that are no proof, no setup or no program id. Nothing is proved either. */
export declare class MalformedInput extends VerifierError {}
/** There was no memory for the call. It says nothing about the proof. */
export declare class OutOfMemory extends VerifierError {}
