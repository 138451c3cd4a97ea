// The evidence of a filing as one file: the parts the office hands out, each compared with its hash, put
// together here.

import { downloadZip } from '../../vendor/client-zip.js';
import { api, Problem } from './api.js';
import { save } from './dom.js';
import { digest } from './hash.js';
import { size, t, time } from './text.js';

/** Saves the evidence of a filing. say is told which part is on its way, and at last what was saved. */
export async function saveEvidence(id, say) {
  const { name, stampedAt, files } = await api('POST', `/api/filings/${id}/evidence`, {});
  const blob = await downloadZip(parts(files, new Date(stampedAt), say)).blob();
  save(blob, name);
  say(t('js.evidence.done', { name, size: size(blob.size), time: time(stampedAt, true) }));
}

async function* parts(files, lastModified, say) {
  for (const [n, file] of files.entries()) {
    say(t('js.evidence.progress', { n: n + 1, of: files.length, name: file.name }));
    const input = await part(file);
    if (!input || (await digest(input)).sha256 !== file.sha256) throw broken(file.name);
    yield { name: file.name, input, lastModified };
  }
}

async function part(file) {
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
