// Compiled, not run: what the types allow, and what they do not.
import { MalformedInput, OutOfMemory, ProofRejected, Verifier, VerifierError, type Verdict } from "../index.js";

export async function use(bytes: Uint8Array, programId: string): Promise<bigint> {
  const verifier = await Verifier.load(bytes, { wasm: new URL("https://example.org/"), memoryLimit: 1 << 26 });
  await Verifier.load(bytes.buffer as ArrayBuffer);
  const verdict: Verdict = verifier.verify(bytes, { programId, publicInput: bytes, output: bytes, r0: 1n });
  verifier.verify(bytes, { programId });
  // @ts-expect-error: the id is needed
  verifier.verify(bytes, { publicInput: bytes });
  // @ts-expect-error: and is text
  verifier.verify(bytes, { programId: bytes });
  // @ts-expect-error: programs cannot be loaded
  verifier.verify(bytes, { programId, program: bytes });
  // @ts-expect-error: only load makes a verifier
  new Verifier();
  // @ts-expect-error: a verdict's numbers are bigints
  const wrong: number = verdict.r0;
  const index: number | undefined = new ProofRejected("").index ?? wrong;
  const errors: VerifierError[] = [new MalformedInput(""), new OutOfMemory("")];
  return verdict.r0 + verdict.instructions + verdict.privateBytes + BigInt(verdict.output.length + verdict.chunks + (index ?? errors.length));
}
