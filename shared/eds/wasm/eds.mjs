// Verification of NCA signatures in a browser or Node, by package eds as WebAssembly.
//
//   import { load } from './eds.mjs';
//   const eds = await load(await (await fetch('eds.wasm')).arrayBuffer());
//   const { report, problem, text, next } = eds.verify({ message, trust: [root, nca, crl] });
//   if (report.indication === 'TOTAL-PASSED') …
//
// wasm_exec.js, which comes with Go, must have been run before: it defines globalThis.Go.

// load starts the module from its bytes. It may be called once a page.
export async function load(bytes) {
  const go = new globalThis.Go();
  const { instance } = await WebAssembly.instantiate(bytes, go.importObject);
  go.run(instance); // never ends: it serves verify
  return { verify };
}

// verify reports on every signature of message.
//
// message: Uint8Array, CMS (DER, BER, PEM, base64) or signed XML. content: Uint8Array, the document of
// a detached signature. trust: array of Uint8Array, certificates and revocation lists in DER or PEM;
// self-signed certificates are anchors. at: Date of the check, now by default. policy: "filing",
// "sign-in" or "archive". lang of text and next: "kk", "ru" or "en".
//
// Returns {report, problem, text, next}: the report after report.schema.json and, unless it is
// TOTAL-PASSED, the code of the deciding check with what it means and what to do.
// Throws Error when message is not a signed message or trust can't be read.
function verify({ message, content, trust = [], at, policy = 'filing', lang = 'kk' }) {
  const answer = JSON.parse(globalThis.courtofficeEDS({ message, content, trust, at: (at ?? new Date()).getTime(), policy, lang }));
  if (answer.error) throw new Error(answer.error);
  return answer;
}
