// What the tests verify: the folder in ZKBPF_JS_DATA, which tests/cli/test_js.py fills. statements.json in it
// lists proofs with what they prove.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";

export const folder = env.ZKBPF_JS_DATA;
export const skip = folder === undefined ? "run by ctest -R bindings_js, which makes the proofs" : false;

const read = (name) => readFileSync(join(folder, name));

export const setup = skip ? undefined : read("setup.srs");
export const statements = skip
  ? []
  : JSON.parse(read("statements.json")).map((s) => ({
      name: s.name,
      proof: read(s.proof),
      statement: { programId: s.programId, publicInput: Buffer.from(s.publicInput, "hex") },
      verdict: {
        r0: BigInt(s.r0),
        output: Uint8Array.from(Buffer.from(s.output, "hex")),
        instructions: BigInt(s.instructions),
        chunks: s.chunks,
        privateBytes: BigInt(s.privateBytes),
      },
    }));

/** A copy in which bit `bit` is the other. */
export function flipped(bytes, bit) {
  const copy = Uint8Array.from(bytes);
  copy[bit >> 3] ^= 1 << (bit & 7);
  return copy;
}
