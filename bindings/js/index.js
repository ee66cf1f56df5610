// SPDX-License-Identifier: MIT OR Apache-2.0
//
// Verifies run proofs of zkbpf with the C verifier, compiled to WebAssembly (zkbpf_verifier.c).
import { MalformedInput, OutOfMemory, ProofRejected, VerifierError, errorOf } from "./errors.js";

export { MalformedInput, OutOfMemory, ProofRejected, VerifierError };

const PAGE = 65536;
const FIRST_PAGES = 64; // as tools/build-js.sh says
const MOST_PAGES = 65536;
const DEFAULT_MEMORY_LIMIT = 1 << 30;
const NO_INDEX = (1n << 64n) - 1n;

// The caller's bytes, not copied yet.
function bytesOf(value, what) {
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  const shared = typeof SharedArrayBuffer !== "undefined" && value instanceof SharedArrayBuffer;
  if (value instanceof ArrayBuffer || shared) {
    return new Uint8Array(value);
  }
  throw new TypeError(`${what} must be a Uint8Array or an ArrayBuffer`);
}

// `zkbpf id` prints the most significant byte first; the library takes it last.
function idOf(text) {
  if (typeof text !== "string") {
    throw new TypeError("programId must be a string: the 64 hexadecimal digits that zkbpf id prints");
  }
  if (!/^(0x)?[0-9a-fA-F]{64}$/.test(text)) {
    throw new MalformedInput("programId is not 64 hexadecimal digits");
  }
  const digits = text.slice(-64);
  return Uint8Array.from({ length: 32 }, (_, i) => parseInt(digits.slice(62 - 2 * i, 64 - 2 * i), 16));
}

function sameBytes(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

async function readModule(source) {
  if (source instanceof WebAssembly.Module) {
    return source;
  }
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return WebAssembly.compile(source);
  }
  const url = new URL(source ?? "zkbpf_verifier.wasm", import.meta.url);
  if (url.protocol === "file:") {
    const { readFile } = await import("node:fs/promises");
    return WebAssembly.compile(await readFile(url));
  }
  const answer = await fetch(url);
  if (!answer.ok) {
    throw new VerifierError(`${url}: ${answer.status} ${answer.statusText}`);
  }
  return WebAssembly.compile(await answer.arrayBuffer());
}

// What the C library wants of its host: random bytes for the check of a setup. The others come with
// its C library, which never calls them.
function hostOf(memory) {
  const none = () => {
    throw new VerifierError("the verifier asked for a file");
  };
  const random_get = (at, size) => {
    const bytes = new Uint8Array(size);
    globalThis.crypto.getRandomValues(bytes); // the library asks for at most 256 at a time
    new Uint8Array(memory.buffer, at >>> 0, size).set(bytes);
    return 0;
  };
  return {
    env: { memory },
    wasi_snapshot_preview1: { random_get, fd_close: none, fd_seek: none, fd_write: none },
  };
}

function pagesOf(limit) {
  const pages = Math.floor(limit / PAGE);
  if (!(pages >= FIRST_PAGES && pages <= MOST_PAGES)) {
    throw new RangeError("memoryLimit must be 4 MiB to 4 GiB");
  }
  return pages;
}

export class Verifier {
  #exports;
  #memory;
  #broken = false;

  /** Use Verifier.load. */
  constructor(exports, memory) {
    this.#exports = exports;
    this.#memory = memory;
  }

  static async load(setupBytes, { wasm, memoryLimit = DEFAULT_MEMORY_LIMIT } = {}) {
    const setup = bytesOf(setupBytes, "the setup").slice(); // the caller goes on before it is read
    const maximum = pagesOf(memoryLimit);
    const module = await readModule(wasm);
    const memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum });
    const { exports } = await WebAssembly.instantiate(module, hostOf(memory));
    exports._initialize();
    const verifier = new Verifier(exports, memory);
    verifier.#call([setup], (at) => verifier.#check(exports.zkbpf_load_setup(at, setup.length)));
    return verifier;
  }

  verify(proofBytes, statement) {
    const { programId, publicInput = new Uint8Array(0), output, r0 } = statement ?? {};
    if (statement?.program !== undefined) {
      throw new TypeError("the verifier cannot load a program: give programId, which zkbpf id prints");
    }
    if (r0 !== undefined && typeof r0 !== "bigint") {
      throw new TypeError("r0 must be a bigint");
    }
    const id = idOf(programId);
    const proof = bytesOf(proofBytes, "the proof");
    const input = bytesOf(publicInput, "publicInput");
    const wanted = output === undefined ? undefined : bytesOf(output, "output");
    const verdict = this.#call([id, proof, input], (idAt, proofAt, inputAt) => {
      this.#check(
        this.#exports.zkbpf_verify(idAt, proofAt, proof.length, inputAt, input.length),
      );
      return this.#verdict();
    });
    if (r0 !== undefined && verdict.r0 !== BigInt.asUintN(64, r0)) {
      throw new ProofRejected(`the proof is of a run that ends with r0 ${verdict.r0}, not ${r0}`);
    }
    if (wanted !== undefined && !sameBytes(verdict.output, wanted)) {
      throw new ProofRejected("the proof is of a run with another output");
    }
    return verdict;
  }

  /** Bytes of WebAssembly memory in use; it grows to what the largest call needs. */
  get memoryBytes() {
    return this.#memory.buffer.byteLength;
  }

  /** The version of zkbpf that the verifier was compiled from. */
  get version() {
    return this.#text(this.#exports.zkbpf_version());
  }

  // Calls work with the addresses of copies of the inputs, which it frees afterwards.
  #call(inputs, work) {
    if (this.#broken) {
      throw new VerifierError("an earlier call ended in the middle: load the verifier anew");
    }
    const addresses = [];
    try {
      for (const bytes of inputs) {
        const at = this.#exports.zkbpf_allocate(bytes.length) >>> 0;
        if (at === 0) {
          throw new OutOfMemory(`out of memory for an input of ${bytes.length} bytes`);
        }
        addresses.push(at);
        new Uint8Array(this.#memory.buffer, at, bytes.length).set(bytes);
      }
      return work(...addresses);
    } catch (error) {
      if (!(error instanceof VerifierError)) {
        this.#broken = true; // a trap: a defect
        throw new VerifierError(`a defect in the verifier: ${error.message}`);
      }
      throw error;
    } finally {
      if (!this.#broken) {
        addresses.forEach((at) => this.#exports.zkbpf_free(at));
      }
    }
  }

  #check(status) {
    if (status !== 0) {
      const index = BigInt.asUintN(64, this.#exports.zkbpf_error_index());
      const message = this.#text(this.#exports.zkbpf_error_message());
      throw errorOf(status, message, index === NO_INDEX ? undefined : Number(index));
    }
  }

  #verdict() {
    const e = this.#exports;
    const u64 = (value) => BigInt.asUintN(64, value);
    const at = e.zkbpf_output() >>> 0;
    const length = Number(u64(e.zkbpf_output_bytes()));
    return {
      r0: u64(e.zkbpf_r0()),
      output: new Uint8Array(this.#memory.buffer, at, length).slice(),
      instructions: u64(e.zkbpf_instructions()),
      chunks: e.zkbpf_chunks() >>> 0,
      privateBytes: u64(e.zkbpf_private_bytes()),
    };
  }

  #text(at) {
    const bytes = new Uint8Array(this.#memory.buffer, at >>> 0);
    return new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  }
}
