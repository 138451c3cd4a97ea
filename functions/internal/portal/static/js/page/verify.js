// Verifies what is dropped here, where it is read: receipts and certificates of interruptions of the
// office, files whose hash a receipt names, and whatever carries signatures of the NCA. No file leaves this
// computer; what is loaded needs no connection any more.

import { api } from '../lib/api.js';
import { refusal, twice } from '../lib/canonical.js';
import { $, el, facts, hash } from '../lib/dom.js';
import { digest } from '../lib/hash.js';
import { certified } from '../lib/maintenance-view.js';
import { showError } from '../lib/problem.js';
import { proof, signers } from '../lib/receipt-view.js';
import { lacksDocument, otherDocument, signatureView } from '../lib/signature-view.js';
import { lang, size, t, time } from '../lib/text.js';
import { MOST, prepare, verify } from '../lib/verifier.js';

const MOST_JSON = 1024 * 1024; // a receipt has kilobytes; what is larger is no document of ours
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const input = $('#verify-files');
const state = $('[data-state]');
const list = $('[data-results]');
const load = $('[data-load]');
let keys;
/** @type {Record<string, string>} */
const WHY = {
  unsigned: 'js.verify.not.unsigned', offline: 'js.verify.not.offline', changed: 'js.verify.not.changed',
  failed: 'js.verify.not.failed', slow: 'js.verify.not.slow', large: 'js.verify.not.large',
  empty: 'js.verify.not.empty', broken: 'js.verify.not.broken', damaged: 'js.verify.not.damaged', unreadable: 'js.verify.not.unreadable',
};

try {
  keys = await api('GET', '/keys.json'); // no function is asked
  input.disabled = false;
  load.hidden = false;
} catch (error) {
  showError($('main > [data-problem]'), error);
}

input.addEventListener('change', () => examine([...input.files]));
document.addEventListener('dragover', (event) => {
  if (!input.disabled) event.preventDefault();
});
document.addEventListener('drop', (event) => {
  if (input.disabled || !event.dataTransfer?.files.length || event.target === input) return;
  event.preventDefault();
  examine([...event.dataTransfer.files]);
});
$('[data-print]').addEventListener('click', () => print());
load.addEventListener('click', async () => {
  load.disabled = true;
  state.textContent = t('js.verify.loading');
  try {
    await prepare();
    state.textContent = t('js.verify.loaded');
    load.hidden = true;
  } catch (error) {
    state.textContent = t(WHY[error.reason] ?? WHY.failed);
  }
  load.disabled = false;
});

let turn = 0; // of what was chosen last: what an earlier choice finds later is not shown

async function examine(chosen) {
  const mine = ++turn;
  input.disabled = true;
  state.textContent = t('js.document.hashing');
  list.replaceChildren();
  const files = [];
  for (const file of chosen) files.push(await read(file)); // one after the other: they may be large
  const named = files.flatMap(({ signed, verdict }) => (signed?.receipt && verdict ? hashesOf(signed.receipt) : []));
  for (const read of files.filter((f) => f.carries)) {
    state.textContent = t('js.verify.working', { name: read.file.name });
    Object.assign(read, await found(read.file, chosen.filter((f) => f !== read.file)));
    if (mine !== turn) return;
    load.hidden ||= read.result !== undefined;
  }
  list.replaceChildren(...files.map((file) => result(file, named)));
  $('[data-print]').hidden = false;
  input.disabled = false;
  state.textContent = t('js.verify.done', { n: files.length });
  list.focus();
}

/**
 * What package eds says of a file that carries signatures: { result, document } or { reason }. A detached
 * signature is compared with the others; where it is over none of them, with the one it belongs to.
 */
async function found(file, others, belongs = (other) => file.name.startsWith(other.name)) {
  try {
    const result = await verify(file, lang);
    if (!lacksDocument(result.report)) return { result, document: '' };
    let closest;
    for (const other of [...others].sort((a, b) => Number(belongs(b)) - Number(belongs(a)))) {
      const tried = { result: await verify(file, lang, other), document: other.name };
      if (!otherDocument(tried.result.report)) return tried;
      if (belongs(other)) closest ??= tried;
    }
    return closest ?? { result, document: '' };
  } catch (error) {
    return { result: undefined, reason: error.reason === 'unsigned' && await beginsSigned(file) ? 'broken' : error.reason ?? 'failed' };
  }
}

/** Bytes as text of one letter each. The browsers' own "latin1" is windows-1252, which moves 0x80 to 0x9f. */
function text(buffer) {
  const bytes = new Uint8Array(buffer);
  let out = '';
  for (let at = 0; at < bytes.length; at += 8192) out += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return out;
}

/** The first KB of a file, without what only tells its coding: UTF-16 of ASCII is ASCII. */
const headOf = async (file) => {
  const head = text(await file.slice(0, 1024).arrayBuffer());
  return /^(?:PK|0[\x80-\x84])/.test(head) ? head : head.replace(/^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)/, '').replaceAll('\0', '').trimStart();
};

/** Whether a file may carry signatures of the NCA: what begins or is marked as such files are. */
async function carries(file) {
  const head = await headOf(file);
  if (head.startsWith('%PDF')) {
    if (file.size > MOST) return true;
    const whole = text(await file.arrayBuffer());
    return whole.includes('/ByteRange') || whole.includes('/EmbeddedFile');
  }
  return /^(?:PK\x03\x04|0[\x80-\x84]|<|"?-----BEGIN|data:|"?MI[A-Za-z0-9+/]{20})/.test(head);
}

const SIGNED_DATA = '\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02'; // pkcs7-signedData, DER

/** Whether a file begins as a signature in CMS does, whatever follows. */
async function beginsSigned(file) {
  const head = await headOf(file);
  if (/^"?-----BEGIN (?:CMS|PKCS7)/.test(head)) return true;
  const base64 = /^(?:data:[^,]*,|")?(MI[A-Za-z0-9+/]{26})/.exec(head)?.[1];
  return (base64 ? atob(base64) : head).slice(0, 24).includes(SIGNED_DATA);
}

/**
 * The document that a file is where it is the office's, or was meant to be: { signed, page, damaged, twofold }. page: it is the
 * receipt's page in PDF (package sheet), which carries its receipt; damaged: what should be there can't be read; twofold:
 * readers may differ on what it says.
 */
async function documentIn(file) {
  const whole = file.size <= MOST_JSON ? await file.text() : '';
  const [page, carried] = whole.startsWith('%PDF') ? (/\n%carried\n((?:%[A-Za-z0-9+/=]+\n)*)(?![^]*\n%carried\n)/.exec(whole) ?? []) : [];
  try {
    if (page) {
      const bytes = Uint8Array.from(atob(carried.replaceAll(/[%\n]/g, '')), (c) => c.charCodeAt(0));
      const inside = strict.decode(bytes);
      const { signed } = JSON.parse(inside);
      return { signed, page: true, damaged: !signed?.receipt, twofold: twice(inside) };
    }
    if (/^\s*[{[]/.test(whole)) {
      const signed = JSON.parse(strict.decode(await file.arrayBuffer()));
      return { signed, page: false, damaged: false, twofold: twice(whole) };
    }
  } catch {
    return { signed: null, page: Boolean(page), damaged: Boolean(page) || /^\s*\{\s*"/.test(whole) || /\.json$/i.test(file.name) };
  }
  return { signed: null, page: false, damaged: file.size > 0 && file.size <= MOST_JSON && /\.json$/i.test(file.name) };
}

/**
 * A file with its hash, what it is where it is signed by the office, and why it is not where it should be.
 * @returns {Promise<any>}
 */
async function read(file) {
  const none = { file, sha256: '', signed: null, member: '', verdict: false, carries: false };
  try {
    const { sha256 } = await digest(file);
    const { signed, page, damaged, twofold } = await documentIn(file);
    if (page && damaged) return { ...none, sha256, member: 'receipt', why: 'form' };
    const member = ['receipt', 'certificate'].find((name) => signed && Object.hasOwn(signed, name) && (signed.keyId || signed.signature || signed.keyCertificate));
    if (!member) return { ...none, sha256, reason: file.size === 0 ? 'empty' : damaged ? 'damaged' : undefined, carries: await carries(file) };
    const why = twofold ? 'twice' : await refusal(signed, member, keys);
    return { ...none, sha256, signed, member, verdict: why === '', why, page };
  } catch (error) {
    console.warn(error);
    return { ...none, reason: 'unreadable' }; // moved, taken away, or not ours to read
  }
}

/** The hashes that a receipt names, each with what it is of. */
function hashesOf(r) {
  const of = (sha256, words) => (sha256 ? [{ sha256, words, ticket: r.ticketNo }] : []);
  return [
    ...of(r.statementSha256, t('js.receipt.statement')), ...of(r.formSha256, t('js.receipt.form')), ...of(r.manifestSha256, t('js.receipt.manifest')),
    ...(r.files ?? []).flatMap((f) => of(f.sha256, f.name)),
  ];
}

function result(read, named) {
  const { file, sha256, signed, member, verdict, why } = read;
  const next = (step) => el('p', { class: 'next' }, t('js.problem.next', { text: t(`js.verify.next.${step}`) }));
  const says = (kind, words, ...more) => el('section', { class: 'card', 'aria-label': file.name },
    el('h2', {}, file.name), el('p', { class: `govuk-inset-text ${kind}` }, words), ...more);
  if (!member) {
    const match = named.find((n) => n.sha256 === sha256);
    const what = facts([[t('js.file.size'), size(file.size)], ['SHA-256', hash(sha256)]]);
    const matched = match && t('js.verify.match', { what: match.words, ticket: match.ticket });
    if (read.result) {
      const { kind, words, parts } = signatureView(read.result, read.document);
      return says(kind, words, ...(match ? [el('p', {}, matched)] : []), what, ...parts, ...documentOf(read, named));
    }
    if (match) return says('good', matched, what);
    if (read.reason && read.reason !== 'unsigned') return says('warn', t(WHY[read.reason]), ...(sha256 ? [what] : []));
    return says('plain', read.reason ? t(WHY.unsigned) : t('js.verify.unnamed'), next('unnamed'), what);
  }
  if (why === null) return says('plain', t(`js.verify.${member}.unknown`));
  if (!verdict) {
    return says('bad', t(`js.verify.${member}.bad`), el('p', { 'data-why': why }, t(`js.signature.${why}`)),
      next(why === 'form' || why === 'version' ? why : member));
  }
  if (member === 'certificate') {
    const c = signed.certificate;
    return says('good', t('js.verify.certificate.ok'), facts([
      ...certified(c),
      [t('js.interruption.id'), el('code', {}, c.id)],
    ]));
  }
  const r = signed.receipt;
  return says('good', t('js.verify.receipt.ok', { ticket: r.ticketNo, time: time(r.sentAt, true) }),
    ...(read.page ? [el('p', { class: 'govuk-inset-text warn' }, t('js.verify.receipt.page'))] : []), ...signers(r), proof(signed));
}

/** Where a signature lacks its document: the field to choose it in. */
function documentOf(read, named) {
  if (!lacksDocument(read.result.report)) return [];
  const id = `document-${[...list.children].length}-${read.sha256.slice(0, 8)}`;
  const field = el('input', { class: 'govuk-file-upload', type: 'file', id, onchange: async () => {
    const [document] = field.files;
    field.disabled = true;
    state.textContent = t('js.verify.working', { name: read.file.name });
    const before = field.closest('section');
    const again = { ...read, ...await found(read.file, [document], () => true) };
    const now = result(again, named);
    now.tabIndex = -1;
    before.replaceWith(now);
    state.textContent = t('js.verify.done', { n: 1 });
    now.focus();
  } });
  return [el('div', { class: 'govuk-form-group no-print' }, el('label', { class: 'govuk-label', for: id }, t('js.verify.document')), field)];
}
