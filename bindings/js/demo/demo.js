// SPDX-License-Identifier: MIT OR Apache-2.0
//
// The page: reads the form, verifies, shows the answer. With ?setup=URL&proof=URL&id=ID&input=URL it fetches
// the files, which must be on the page's own server, and verifies at once.
import { MalformedInput, ProofRejected, Verifier } from "../index.js";

const form = document.querySelector("form");
const answer = document.querySelector("output");

function show(kind, text) {
  answer.dataset.answer = kind;
  answer.textContent = text;
}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

function describe({ r0, output, instructions, chunks, privateBytes }) {
  return [
    "valid",
    `result r0: ${r0}`,
    `output, ${output.length} bytes: ${hex(output.subarray(0, 256))}${output.length > 256 ? "…" : ""}`,
    `instructions: ${instructions} in ${chunks} ${chunks === 1 ? "chunk" : "chunks"}`,
    `private input: ${privateBytes} bytes`,
  ].join("\n");
}

async function verify({ setup, proof, id, input }) {
  let verifier;
  show("unknown", "verifying…");
  try {
    verifier = await Verifier.load(await setup());
  } catch (error) {
    show("unknown", `not checked: ${error.message}`);
    return;
  }
  try {
    const [proofBytes, publicInput] = [await proof(), await input()];
    show("valid", describe(verifier.verify(proofBytes, { programId: id.trim(), publicInput })));
  } catch (error) {
    const invalid = error instanceof ProofRejected || error instanceof MalformedInput;
    show(invalid ? "invalid" : "unknown", `${invalid ? "invalid" : "not checked"}: ${error.message}`);
  }
}

const none = async () => new Uint8Array(0);

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const file = (name) => form.elements[name].files[0];
  const bytes = (name) => (file(name) ? () => file(name).arrayBuffer() : none);
  verify({ setup: bytes("setup"), proof: bytes("proof"), id: form.elements.id.value, input: bytes("input") });
});

const query = new URLSearchParams(location.search);
if (query.has("proof")) {
  const fetched = (name) =>
    query.has(name)
      ? async () => {
          const response = await fetch(new URL(query.get(name), location.href));
          if (!response.ok) {
            throw new Error(`${name}: ${response.status}`);
          }
          return response.arrayBuffer();
        }
      : none;
  form.elements.id.value = query.get("id") ?? "";
  verify({ setup: fetched("setup"), proof: fetched("proof"), id: form.elements.id.value, input: fetched("input") });
}
