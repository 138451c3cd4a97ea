// Verifies signed files beside a page, which goes on while this works. It is given a message
//   { id, sha256, authorities: [base64], lang, message: ArrayBuffer, content: ArrayBuffer or absent }
// and answers { id, report, texts } as eds.js describes them, or { id, error, reason } where reason is
// "unsigned", "changed" (the program is not what was announced) or "failed". Without a message it loads the
// program and answers { id }.

import './vendor/wasm_exec.js';

import { load, NotASignature } from './vendor/eds.js';

/** @type {Promise<{ verify: Function }> | undefined} */
let program;

class Changed extends Error {}

/** Fetches the program, whose SHA-256 is named in hex, and starts it. */
async function start(sha256) {
  const answer = await fetch(new URL('vendor/eds.wasm.gz', import.meta.url));
  if (!answer.ok) throw new Error(`the program: status ${answer.status}`);
  const packed = await answer.arrayBuffer();
  const sum = [...new Uint8Array(await crypto.subtle.digest('SHA-256', packed))].map((b) => b.toString(16).padStart(2, '0')).join('');
  if (sum !== sha256) throw new Changed(`the program's SHA-256 is ${sum}`);
  return load(new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))));
}

const decoded = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

self.addEventListener('message', async ({ data }) => {
  const { id } = data;
  try {
    program ??= start(data.sha256);
    const eds = await program.catch((error) => {
      program = undefined; // may be had another time
      throw error;
    });
    if (!data.message) {
      self.postMessage({ id });
      return;
    }
    const found = await eds.verify(data.message, { content: data.content, trust: data.authorities.map(decoded), policy: 'offline', lang: data.lang });
    self.postMessage({ id, ...found });
  } catch (error) {
    const reason = error instanceof NotASignature ? 'unsigned' : error instanceof Changed ? 'changed' : 'failed';
    self.postMessage({ id, error: String(error?.message ?? error), reason });
  }
});
