// What package eds says of a signed file, in words: who signed, when, what the certificate is worth, what
// each signature covers, what is wrong and what to do.

import { el, facts } from './dom.js';
import { called, code, size, t, time } from './text.js';

// What follows from having no connection is said once, in the row of the certificate's state.
const unasked = new Set(['revocation-deferred', 'issuer-revocation-unknown', 'timestamp-revocation-unknown']);

/**
 * Text out of somebody's file on one line of characters that are seen: what steers the line or its direction becomes \u and
 * its number, as the eds command writes it.
 */
export function plain(/** @type {string | undefined} */ text) {
  const number = (/** @type {string} */ c) => [...Array(c.length).keys()].map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join('');
  return text?.replaceAll(/[\p{C}\p{Zl}\p{Zp}\ufffd]|(?! )\p{Zs}/gu, number);
}

const masked = (number) => number && `${'*'.repeat(number.length - 4)}${number.slice(-4)}`;

const commonName = (name) => /(?:^|,)CN=((?:\\.|[^,])*)/.exec(name ?? '')?.[1].replaceAll(/\\(.)/g, '$1') ?? name;

/** Everything that was checked in a report. */
function checksOf(report) {
  const of = (r) => [...(r?.checks ?? []), ...(r?.signers ?? []).flatMap((s) => s.checks)];
  return [...of(report), ...(report.signatures ?? []).flatMap((s) => [...s.checks, ...of(s.report), ...(s.stamp?.checks ?? [])])];
}

/** The document is not in the message and was not given. */
export const lacksDocument = (report) => checksOf(report).some((c) => c.code === 'content-missing' && c.status !== 'passed');

/** The document is another than the one that was signed. */
export const otherDocument = (report) => checksOf(report).some((c) => c.code === 'content-digest' && c.status !== 'passed');

/** What is wrong and what to do, once each; warnings as notes. */
function problems(checks, texts) {
  const seen = new Set();
  const lines = checks.filter((c) => c.status !== 'passed' && !unasked.has(c.code) && !seen.has(c.code) && seen.add(c.code));
  return lines.map((c) => {
    const [title, next] = texts[c.code] ?? [c.code, ''];
    return el('div', { class: `govuk-inset-text ${c.status === 'failed' ? 'bad' : 'warn'}`, 'data-check': c.code },
      el('p', {}, el('strong', {}, title)), c.status !== 'warning' && next ? el('p', {}, t('js.problem.next', { text: next })) : null);
  });
}

const revocation = (r) => {
  if (r.status === 'good') return t('js.verify.revocation.good', { time: time(r.thisUpdate) });
  if (r.status === 'revoked') return t('js.verify.revocation.revoked', { time: r.revokedAt ? time(r.revokedAt) : '–' });
  if (r.status === 'suspended' || r.status === 'not-issued') return t(`js.verify.revocation.${r.status}`);
  return t('js.verify.revocation.unknown');
};

function when(signer) {
  const stamp = (signer.timeStamps ?? []).find((s) => s.trusted);
  if (stamp) return t('js.verify.when.stamp', { time: time(stamp.time) });
  return signer.signingTime ? t('js.verify.when.claimed', { time: time(signer.signingTime) }) : t('js.verify.when.none');
}

function signerFacts(signer, covers) {
  const { subject, certificate } = signer;
  return facts([
    [t('js.receipt.organisation'), called(plain(subject.organisation))],
    [t('js.receipt.signer.name'), called(plain([subject.commonName, subject.patronymic].filter(Boolean).join(' ')))],
    [t('js.verify.iin'), masked(subject.iin)],
    [t('js.verify.bin'), masked(subject.bin)],
    [t('js.receipt.signer.role'), subject.role && code('signer', subject.role)],
    [t('js.verify.when'), when(signer)],
    [t('js.verify.covers'), covers],
    [t('js.receipt.signer.serial'), certificate?.serial],
    [t('js.receipt.signer.issuer'), certificate && plain(commonName(certificate.issuer))],
    [t('js.verify.valid'), certificate && `${time(certificate.notBefore)} – ${time(certificate.notAfter)}`],
    [t('js.receipt.revocation'), certificate && revocation(signer.revocation)],
    [t('js.verify.algorithm'), signer.algorithm],
  ]);
}

/** What a signature of a container is over. */
function covered(s) {
  if (s.covers?.length) return el('ul', { class: 'govuk-list' }, ...s.covers.map((name) => el('li', {}, plain(name)))); // a name may have commas
  if (s.whole) return t('js.verify.covers.whole');
  if (s.bytes) return t('js.verify.covers.part', { size: size(s.bytes), later: (s.later ?? []).map((l) => t(`js.verify.later.${l}`)).join(', ') || '–' });
  return '';
}

function coveredBy(report, signer, document) {
  if (signer.signed?.length) return signer.signed.map((e) => (e.wholeDocument ? t('js.verify.covers.whole') : plain(e.path))).join(', ');
  if (report.attached) return t('js.verify.covers.inside', { size: size(report.contentSize) });
  return document ? t('js.verify.covers.file', { name: plain(document) }) : '';
}

/**
 * A report as { kind, words, parts }: class and words of the verdict, and the elements below it. document
 * is the name of the file that a detached signature was compared with.
 */
export function signatureView({ report, texts }, document = '') {
  const checks = checksOf(report);
  const asked = !checks.some((c) => unasked.has(c.code) && c.status !== 'passed');
  const verdicts = { 'TOTAL-PASSED': asked ? ['good', 'good'] : ['warn', 'known'], 'TOTAL-FAILED': ['bad', 'bad'], INDETERMINATE: ['warn', 'doubt'] };
  const [kind, words] = verdicts[report.indication];
  const parts = [...problems(checks, texts)];
  const card = (name, ...inside) => {
    parts.push(el('h3', {}, name), ...inside);
  };
  (report.signers ?? []).forEach((signer, i, all) => card(t('js.verify.signature', { n: i + 1, all: all.length }), signerFacts(signer, coveredBy(report, signer, document))));
  (report.signatures ?? []).forEach((s, i, all) => card(
    t('js.verify.signature', { n: i + 1, all: all.length }), el('p', {}, plain(s.name)),
    ...(s.report?.signers ?? []).map((signer) => signerFacts(signer, covered(s) || coveredBy(s.report, signer, ''))),
    ...(s.stamp ? [facts([
      [t('js.verify.stamp'), t('js.verify.when.stamp', { time: time(s.stamp.timeStamp.time) })],
      [t('js.verify.stamp.by'), plain(commonName(s.stamp.timeStamp.signer?.subject))],
      [t('js.verify.covers'), covered(s)],
    ])] : []),
  ));
  return { kind, words: t(`js.verify.signed.${words}`), parts };
}
