// Verifies what the office gave out, where it is read: receipts and certificates of interruptions, and
// files whose hash a receipt names. No file leaves this computer; once the page is there it needs no
// connection.

import { api } from '../lib/api.js';
import { signedBy } from '../lib/canonical.js';
import { $, el, facts, hash } from '../lib/dom.js';
import { digest } from '../lib/hash.js';
import { affected } from '../lib/maintenance-view.js';
import { showError } from '../lib/problem.js';
import { proof, signers } from '../lib/receipt-view.js';
import { size, t, time } from '../lib/text.js';

const MOST = 1024 * 1024; // a receipt has kilobytes; what is larger is no document of ours
const input = $('#verify-files');
const state = $('[data-state]');
const list = $('[data-results]');
let keys;

try {
  const [receipt, certificate] = await Promise.all([api('GET', '/api/receipt-key'), api('GET', '/api/maintenance/key')]);
  keys = { receipt, certificate };
  input.disabled = false;
} catch (error) {
  showError($('main > [data-problem]'), error);
}

input.addEventListener('change', async () => {
  state.textContent = t('js.document.hashing');
  const files = await Promise.all([...input.files].map(read));
  const named = files.flatMap(({ signed, verdict }) => (signed?.receipt && verdict ? hashesOf(signed.receipt) : []));
  list.replaceChildren(...files.map((file) => result(file, named)));
  $('[data-print]').hidden = false;
  state.textContent = t('js.verify.done', { n: files.length });
  list.focus();
});
$('[data-print]').addEventListener('click', () => print());

/** A file with its hash, and what it is where it is signed by the office. */
async function read(file) {
  const { sha256 } = await digest(file);
  let signed = null;
  if (file.size <= MOST) {
    try {
      signed = JSON.parse(await file.text());
    } catch {
      // no JSON: a file to compare
    }
  }
  const member = ['receipt', 'certificate'].find((name) => signed?.[name] && signed.keyId && signed.signature);
  if (!member) return { file, sha256, signed: null, member: '', verdict: false };
  let verdict = false;
  try {
    verdict = await signedBy(signed, member, keys[member]);
  } catch {
    // a signature that is no base64 holds as little as a wrong one
  }
  return { file, sha256, signed, member, verdict };
}

/** The hashes that a receipt names, each with what it is of. */
function hashesOf(r) {
  const of = (sha256, words) => (sha256 ? [{ sha256, words, ticket: r.ticketNo }] : []);
  return [
    ...of(r.statementSha256, t('js.receipt.statement')), ...of(r.formSha256, t('js.receipt.form')), ...of(r.manifestSha256, t('js.receipt.manifest')),
    ...(r.files ?? []).flatMap((f) => of(f.sha256, f.name)),
  ];
}

function result({ file, sha256, signed, member, verdict }, named) {
  const says = (kind, words, ...more) => el('section', { class: 'card', 'aria-label': file.name },
    el('h2', {}, file.name), el('p', { class: `govuk-inset-text ${kind}` }, words), ...more);
  if (!member) {
    const match = named.find((n) => n.sha256 === sha256);
    return says(match ? 'good' : 'plain', match ? t('js.verify.match', { what: match.words, ticket: match.ticket }) : t('js.verify.unnamed'),
      facts([[t('js.file.size'), size(file.size)], ['SHA-256', hash(sha256)]]));
  }
  if (verdict === null) return says('plain', t(`js.verify.${member}.unknown`));
  if (!verdict) return says('bad', t(`js.verify.${member}.bad`));
  if (member === 'certificate') {
    const c = signed.certificate;
    return says('good', t('js.verify.certificate.ok'), facts([
      [t('js.interruption.from'), time(c.from)],
      [t(c.ended ? 'js.interruption.to' : 'js.interruption.planned'), time(c.to)],
      [t('js.interruption.affects'), affected(c)],
      [t('js.interruption.announced'), time(c.announcedAt)],
      [t('js.interruption.as-of'), time(c.asOf)],
      [t('js.interruption.id'), el('code', {}, c.id)],
    ]));
  }
  const r = signed.receipt;
  return says('good', t('js.verify.receipt.ok', { ticket: r.ticketNo, time: time(r.sentAt, true) }), ...signers(r), proof(signed));
}
