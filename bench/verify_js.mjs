// How long the JavaScript verifier takes:
//
//     node bench/verify_js.mjs SETUP PROGRAM-ID PROOF [INPUT]
//
// after tools/build-js.sh. Prints loading, the first verification (the code is compiled on the way), and the
// best and median of twenty more, whole and for one chunk.
import { readFile } from "node:fs/promises";
import { argv, exit } from "node:process";
import { Verifier } from "../bindings/js/index.js";

const TIMES = 20;

if (argv.length < 5 || argv.length > 6) {
  console.error("usage: node bench/verify_js.mjs SETUP PROGRAM-ID PROOF [INPUT]");
  exit(2);
}
const [setup, proof, publicInput] = await Promise.all(
  [argv[2], argv[4], ...argv.slice(5)].map((path) => readFile(path)),
);
let start = performance.now();
const lap = () => {
  const taken = performance.now() - start;
  start = performance.now();
  return taken;
};
const verifier = await Verifier.load(setup);
console.log(`load           ${lap().toFixed(1)} ms`);
const { chunks } = verifier.verify(proof, { programId: argv[3], publicInput });
console.log(`first          ${lap().toFixed(1)} ms, ${chunks} chunks, ${proof.length} bytes`);
const times = Array.from({ length: TIMES }, () => {
  verifier.verify(proof, { programId: argv[3], publicInput });
  return lap();
}).sort((a, b) => a - b);
const line = (name, time) =>
  console.log(`${name.padEnd(14)} ${time.toFixed(1)} ms, ${(time / chunks).toFixed(1)} ms a chunk`);
line("best", times[0]);
line("median", times[TIMES / 2]);
console.log(`memory         ${(verifier.memoryBytes / 2 ** 20).toFixed(1)} MiB`);
