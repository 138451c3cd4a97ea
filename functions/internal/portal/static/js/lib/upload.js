// Documents straight to storage: hashed here, sent by presigned requests bound to those hashes.
// Whatever is cut goes on by itself; what can't go on is told by one of these reasons.

import { api } from './api.js';
import { digest } from './hash.js';

/** Why a file was not sent: "offline", "unreadable" (or changed on its disk) or "storage". */
export class UploadError extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

// ---- hashes, one file at a time

let line = /** @type {Promise<any>} */ (Promise.resolve());

/** {sha256, parts} of a File, in hex. Files are read one after the other, part by part. */
export function hashes(file) {
  const turn = line.then(() => read(file));
  line = turn.catch(() => {});
  return turn;
}

async function read(file) {
  try {
    return await digest(file);
  } catch {
    throw new UploadError('unreadable'); // moved, changed or taken off its disk
  }
}

// ---- sending, two files at a time

const waiting = [];
let sending = 0;

/** Runs job when its turn comes. While any runs, the session does not idle. */
export async function inTurn(job) {
  if (sending >= 2) await new Promise((resolve) => { waiting.push(resolve); });
  else sending++;
  const pulse = setInterval(() => api('GET', '/api/session').catch(() => {}), 4 * 60 * 1000);
  try {
    return await job();
  } finally {
    clearInterval(pulse);
    if (waiting.length) waiting.shift()();
    else sending--;
  }
}

const pauses = [1, 2, 4, 8, 15, 30, 30, 30, 60, 60, 60]; // seconds, at most

/**
 * Sends file and resolves once storage has all of it. ask() gives the grants of what is left
 * ({grants, complete, expiresAt}) at the moment they are used; complete() makes one object of the
 * parts. progress(share, wait) reports the share that is there, 0 to 1, and for how many seconds it
 * waits before going on by itself. signal stops it.
 *
 * Rejects with a Problem of the API, an UploadError, or the signal's reason.
 */
export async function send(file, { ask, complete, progress = (_share, _wait) => {}, signal = undefined, pause = sleep }) {
  let share = 0;
  for (let failures = 0; ;) {
    try {
      if (await round(file, { ask, complete, signal, progress: (now) => { share = now; progress(now, 0); } }, () => { failures = 0; })) return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!passing(error) || failures >= pauses.length) throw error instanceof Cut ? new UploadError(error.status === 0 ? 'offline' : 'storage') : error;
      const wait = pauses[failures++] * (0.5 + Math.random() / 2);
      progress(share, Math.ceil(wait));
      await pause(wait, signal);
    }
  }
}

// A request to storage that came to nothing: its status, 0 where no answer came.
class Cut extends Error {
  constructor(status) {
    super(String(status));
    this.status = status;
  }
}

// What may go well the next time: no answer, a busy service, another tab that is at it. An answer of
// the office itself is final.
const passing = (error) => (error instanceof Cut ? error.status === 0 || error.status >= 409 : error.code === 'offline' || error.status >= 500 || error.status === 429 || error.slug === 'document-missing');

// Asks for grants and uses them. Resolves to false when others must be asked for. Grants live for a
// quarter of an hour; when ten minutes have gone, it is better to ask than to be refused at the end
// of a part.
async function round(file, { ask, complete, signal, progress }, went) {
  const upload = await ask();
  const begun = performance.now();
  let left = upload.grants.reduce((sum, grant) => sum + grant.size, 0);
  for (const grant of upload.grants) {
    const age = performance.now() - begun;
    if (age > 10 * 60_000) return false;
    const from = file.size - left;
    try {
      await put(file.slice(grant.offset, grant.offset + grant.size), grant, signal, (sent) => progress((from + sent) / file.size));
    } catch (error) {
      if (error.status === 400) throw new UploadError('unreadable'); // other bytes than were hashed
      // It ran out, or another tab has put the parts together. One that is refused while it is new
      // is another matter, and asking at once would go on for ever.
      if ((error.status === 403 || error.status === 404) && age > 1000) return false;
      throw error.status === 403 || error.status === 404 ? new Cut(503) : error;
    }
    went();
    left -= grant.size;
  }
  if (upload.complete) await complete();
  return true;
}

const ownHeaders = new Set(['content-length', 'host']); // set by the browser, which refuses to be told

// XMLHttpRequest, because fetch does not tell how far an upload is. 412: the content is there.
function put(blob, grant, signal, onProgress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(grant.method, grant.url);
    for (const [name, value] of Object.entries(grant.headers)) {
      if (!ownHeaders.has(name.toLowerCase())) request.setRequestHeader(name, value);
    }
    const stop = () => request.abort();
    signal?.addEventListener('abort', stop);
    // A line that is dead without saying so: no byte for a minute.
    let quiet = setTimeout(stop, 60_000);
    request.upload.addEventListener('progress', (event) => {
      clearTimeout(quiet);
      quiet = setTimeout(stop, 60_000);
      onProgress(event.loaded);
    });
    request.addEventListener('load', () => ((request.status >= 200 && request.status < 300) || request.status === 412 ? resolve() : reject(new Cut(request.status))));
    request.addEventListener('error', () => reject(new Cut(0)));
    request.addEventListener('abort', () => reject(new Cut(0)));
    request.addEventListener('loadend', () => {
      clearTimeout(quiet);
      signal?.removeEventListener('abort', stop);
    });
    request.send(blob);
  });
}

// Waits, or until the line is there again.
function sleep(seconds, signal) {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      removeEventListener('online', end);
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    const stop = () => {
      end();
      reject(signal.reason);
    };
    const timer = setTimeout(end, seconds * 1000);
    addEventListener('online', end);
    signal?.addEventListener('abort', stop);
  });
}
