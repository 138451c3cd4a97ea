// The program that verifies signatures on this computer (package eds as WebAssembly). It is large: it is
// fetched when it is first needed, works without a connection from then on, and runs in a worker, so
// that the page never waits.

/** The largest file it takes, in bytes: as package eds. */
export const MOST = 64 * 1024 * 1024;

const PATIENCE = 120_000; // ms for one file

/** Why nothing was found: "unsigned", "offline", "changed", "failed", "slow" or "large". */
export class Unverified extends Error {
  constructor(reason, message = reason) {
    super(message);
    this.reason = reason;
  }
}

let manifest; // as /verifier/manifest.json
let worker;
let last = 0;
const waiting = new Map(); // by id: [resolve, reject]

// A worker's address is what a script could be smuggled in by: this is the one form it may have.
const address = /** @type {any} */ (globalThis).trustedTypes?.createPolicy('verifier', {
  createScriptURL(path) {
    if (!/^\/verifier\/[\w-]{12}\/worker\.js$/.test(path)) throw new TypeError(path);
    return path;
  },
}) ?? { createScriptURL: (path) => path };

function stop(reason) {
  worker?.terminate();
  worker = undefined;
  for (const [, reject] of waiting.values()) reject(new Unverified(reason));
  waiting.clear();
}

async function started() {
  if (!manifest) {
    const answer = await fetch('/verifier/manifest.json').catch(() => { throw new Unverified('offline'); });
    if (!answer.ok) throw new Unverified('failed', `the manifest: status ${answer.status}`);
    manifest = await answer.json();
  }
  if (worker) return worker;
  worker = new Worker(address.createScriptURL(manifest.worker), { type: 'module' });
  worker.addEventListener('error', () => stop(navigator.onLine ? 'failed' : 'offline'));
  worker.addEventListener('message', ({ data }) => {
    const [resolve, reject] = waiting.get(data.id) ?? [];
    waiting.delete(data.id);
    if (data.error) reject?.(new Unverified(data.reason === 'failed' && !navigator.onLine ? 'offline' : data.reason, data.error));
    else resolve?.(data);
  });
  return worker;
}

async function ask(message, patience) {
  const to = await started();
  const id = ++last;
  const answer = new Promise((resolve, reject) => { waiting.set(id, [resolve, reject]); });
  to.postMessage({ id, sha256: manifest.sha256, authorities: manifest.authorities, ...message });
  const timer = setTimeout(() => stop('slow'), patience);
  return answer.finally(() => clearTimeout(timer));
}

/** Fetches the program, which from then on works without a connection. Error: Unverified. */
export async function prepare() {
  await ask({}, 10 * PATIENCE); // a slow line is no fault
}

/**
 * What package eds says of a file, { report, texts } (eds.mjs describes them). content is the document of
 * a detached signature. Error: Unverified.
 */
export async function verify(file, lang, content) {
  if (file.size > MOST || content?.size > MOST) throw new Unverified('large');
  await prepare();
  const [message, document] = await Promise.all([file.arrayBuffer(), content?.arrayBuffer()]);
  return ask({ lang, message, content: document }, PATIENCE);
}
