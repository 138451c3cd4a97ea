// The evidence of a filing, or of a case, as one file: the parts the office hands out, each compared with its
// hash, put together here.

import { downloadZip } from '../../vendor/client-zip.js';
import { api, Problem } from './api.js';
import { save } from './dom.js';
import { digest } from './hash.js';
import { size, t, time } from './text.js';

/** Saves the evidence of a filing. say is told which part is on its way, and at last what was saved. */
export async function saveEvidence(id, say) {
  const { name, stampedAt, files } = await api('POST', `/api/filings/${id}/evidence`, {});
  await put(name, stampedAt, parts(files, new Date(stampedAt), say), say);
}

async function put(name, stampedAt, entries, say) {
  const blob = await downloadZip(entries).blob();
  save(blob, name);
  say(t('js.evidence.done', { name, size: size(blob.size), time: time(stampedAt, true) }));
}

async function* parts(files, lastModified, say) {
  for (const [n, file] of files.entries()) {
    say(t('js.evidence.progress', { n: n + 1, of: files.length, name: file.name }));
    yield { name: file.name, input: await part(file), lastModified };
  }
}

/** The bytes of a file, which are what its hash says. */
async function part(file) {
  const input = await bytes(file);
  if (!input || (await digest(input)).sha256 !== file.sha256) throw broken(file.name);
  return input;
}

async function bytes(file) {
  if (!file.address) return new Blob([Uint8Array.from(atob(file.data), (c) => c.charCodeAt(0))]);
  try {
    const response = await fetch(file.address);
    return response.ok ? await response.blob() : null;
  } catch {
    return null;
  }
}

function broken(name) {
  return new Problem({ title: t('js.evidence.broken.title', { name }), detail: t('js.evidence.broken.detail'), next: t('js.evidence.broken.next') });
}

/**
 * The file of a case, part by part. What came stays here, so that save may be called again after a failure and
 * goes on from there; a case that has changed meanwhile, or a day that has passed, begins it anew.
 */
export class CaseFile {
  constructor(id) {
    this.id = id;
    this.begin();
  }

  begin() {
    this.job = null; // the instant and revision as of which the case is told
    this.parts = []; // {sum, files: [{name, input}]}
  }

  /** Saves the file. say is told how far it is. Returns how many parts of the case were withheld. */
  async save(say) {
    try {
      return await this.#rest(say);
    } catch (error) {
      if (!this.job || error.slug !== 'changed-meanwhile') throw error;
      this.begin();
      return this.#rest(say);
    }
  }

  async #rest(say) {
    let last;
    let rounds = 0;
    do {
      if (rounds === 3) throw broken('index.json');
      rounds += 1;
      for (let n = 0; !this.job || n < this.job.parts - 1; n += 1) this.parts[n] ??= await this.#part(n, say);
      last = await this.#part(this.job.parts - 1, say);
      // What was found out about a filing while its part was on the way is in another one.
      last.sums.forEach((sum, n) => { if (this.parts[n].sum !== sum) delete this.parts[n]; });
    } while (last.sums.some((_, n) => !this.parts[n]));
    const lastModified = new Date(last.stampedAt);
    const entries = [...this.parts, last].flatMap(({ files }) => files.map((file) => ({ ...file, lastModified })));
    await put(last.name, last.stampedAt, entries, say);
    const { withheld } = JSON.parse(await last.files.find(({ name }) => name === 'index.json').input.text());
    return withheld?.length ?? 0;
  }

  async #part(n, say) {
    const { at, revision } = this.job ?? {};
    const reply = await api('POST', `/api/cases/${this.id}/evidence`, this.job ? { at, revision, part: n } : {});
    this.job = { at: reply.at, revision: reply.revision, parts: reply.parts };
    const files = [];
    for (const file of reply.files) {
      say(t('js.evidence.case.progress', { part: n + 1, of: reply.parts, name: file.name }));
      files.push({ name: file.name, input: await part(file) });
    }
    return { ...reply, files };
  }
}
