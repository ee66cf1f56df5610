// Setups, options of Verifier.load, and memory that runs out.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { MalformedInput, OutOfMemory, Verifier } from "../index.js";
import { flipped, setup, skip, statements } from "./data.mjs";

const MIB = 1 << 20;
const file = new URL("../zkbpf_verifier.wasm", import.meta.url);

test("the verifier's code may be an address, bytes or a module", { skip }, async () => {
  const bytes = await readFile(file);
  const { proof, statement, verdict } = statements[0];
  for (const wasm of [undefined, file.href, bytes, await WebAssembly.compile(bytes)]) {
    const verifier = await Verifier.load(setup, { wasm });
    assert.match(verifier.version, /^\d+\.\d+\.\d+$/);
    assert.deepEqual(verifier.verify(proof, statement), verdict);
  }
});

test("the compressed code is below 1 MiB, and asks for nothing but memory and random bytes", { skip }, async () => {
  const { gzipSync } = await import("node:zlib");
  const bytes = await readFile(file);
  assert.ok(gzipSync(bytes).length < MIB);
  const module = await WebAssembly.compile(bytes);
  const names = WebAssembly.Module.imports(module).map(({ name }) => name);
  assert.deepEqual(names.sort(), ["fd_close", "fd_seek", "fd_write", "memory", "random_get"]);
});

test("setups that are cut or damaged are refused", { skip }, async () => {
  const bad = [
    new Uint8Array(0),
    setup.subarray(0, 511),
    setup.subarray(0, 512),
    setup.subarray(0, -1),
    Buffer.concat([setup, Buffer.alloc(1)]),
    ...[0, 64, 100, 260, 530, 8000, setup.length - 1].map((byte) => flipped(setup, 8 * byte)),
  ];
  for (const bytes of bad) {
    await assert.rejects(Verifier.load(bytes), MalformedInput);
  }
  await assert.rejects(Verifier.load("setup"), TypeError);
  await assert.rejects(Verifier.load(), TypeError);
});

test("the setup is copied before load returns to its caller", { skip }, async () => {
  const bytes = Uint8Array.from(setup);
  const loading = Verifier.load(bytes);
  bytes.fill(0);
  const { proof, statement, verdict } = statements[0];
  assert.deepEqual((await loading).verify(proof, statement), verdict);
});

test("a verdict is the caller's own", { skip }, async () => {
  const verifier = await Verifier.load(setup);
  const { proof, statement, verdict } = statements[0];
  const first = verifier.verify(proof, statement);
  verifier.verify(statements[1].proof, statements[1].statement);
  assert.deepEqual(first, verdict);
  assert.equal(first.output.buffer.byteLength, first.output.length);
});

test("memory that runs out is an error of its own, after which small calls work", { skip }, async () => {
  const { proof, statement, verdict } = statements[0];
  const verifier = await Verifier.load(setup, { memoryLimit: 32 * MIB });
  for (let i = 0; i < 3; i++) {
    assert.throws(() => verifier.verify(new Uint8Array(40 * MIB), statement), OutOfMemory);
    assert.deepEqual(verifier.verify(proof, statement), verdict);
  }
  for (let limit = 4; limit <= 20; limit += 4) {
    try {
      const small = await Verifier.load(setup, { memoryLimit: limit * MIB });
      assert.deepEqual(small.verify(proof, statement), verdict);
    } catch (error) {
      assert.ok(error instanceof OutOfMemory, `${limit} MiB: ${error.stack}`);
    }
  }
  for (const memoryLimit of [0, -1, NaN, 3 * MIB, 2 ** 33]) {
    await assert.rejects(Verifier.load(setup, { memoryLimit }), RangeError);
  }
});

test("code that is not there, or is other code, is an error", { skip }, async () => {
  await assert.rejects(Verifier.load(setup, { wasm: new URL("none.wasm", file) }), { code: "ENOENT" });
  await assert.rejects(Verifier.load(setup, { wasm: new Uint8Array(8) }), WebAssembly.CompileError);
});

test("a trap ends the verifier, not the process", { skip }, async () => {
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (...given) => {
    const { exports } = await instantiate(...given);
    const zkbpf_verify = () => {
      throw new WebAssembly.RuntimeError("unreachable");
    };
    return { exports: { ...exports, zkbpf_verify } };
  };
  try {
    const { proof, statement } = statements[0];
    const verifier = await Verifier.load(setup);
    assert.throws(() => verifier.verify(proof, statement), { name: "VerifierError", message: /defect.*unreachable/ });
    assert.throws(() => verifier.verify(proof, statement), { name: "VerifierError", message: /load the verifier anew/ });
  } finally {
    WebAssembly.instantiate = instantiate;
  }
});

test("a host without random bytes cannot check a setup", { skip }, async () => {
  const { getRandomValues } = globalThis.crypto;
  globalThis.crypto.getRandomValues = () => {
    throw new Error("no random bytes");
  };
  try {
    await assert.rejects(Verifier.load(setup), { name: "VerifierError", message: /no random bytes/ });
  } finally {
    globalThis.crypto.getRandomValues = getRandomValues;
  }
  await Verifier.load(setup);
});
