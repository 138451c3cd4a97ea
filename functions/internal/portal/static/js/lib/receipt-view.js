// What a receipt says, in words: on the page of a filing, and where a file is verified.

import { courts, el, facts, hash } from './dom.js';
import { called, code, t, time } from './text.js';

/** A list of facts of each signer. */
export const signers = (r) => (r.signers ?? [{ ...r.signer, revocation: r.revocation }]).map((signer) => facts([
  [t('js.receipt.organisation'), signer.organisation && called(signer.organisation)],
  [t('js.receipt.signer.name'), called(signer.name)],
  [t('js.receipt.signer.number'), signer.number],
  [t('js.receipt.signer.role'), signer.role && code('signer', signer.role)],
  [t('js.receipt.capacity'), (signer.for ?? []).map((seat) => code('capacity', seat.capacity)).join('; ')],
  [t('js.receipt.judged'), signer.judgedAt && time(signer.judgedAt, true)],
  [t('js.receipt.signer.serial'), signer.certSerial],
  [t('js.receipt.signer.issuer'), signer.issuer],
  [t('js.receipt.revocation'), signer.revocation.status === 'good'
    ? t('js.receipt.revocation.good', { number: signer.revocation.crlNumber, time: signer.revocation.thisUpdate ? time(signer.revocation.thisUpdate) : '' })
    : t('js.receipt.revocation.deferred')],
]));

/** What it proves by: court, hashes, check code, key. */
export function proof(signed) {
  const r = signed.receipt;
  return facts([
    [t('js.receipt.court'), courts()(r.courtCode)],
    [t('js.receipt.manifest'), hash(r.manifestSha256)],
    [t('js.receipt.form'), hash(r.formSha256)],
    [t('js.receipt.statement'), r.statementSha256 && hash(r.statementSha256)],
    [t('js.receipt.code'), r.checkCode && el('code', {}, r.checkCode)],
    [t('js.receipt.agreement'), r.agreement],
    [t('js.receipt.filing'), el('code', {}, r.filingId)],
    [t('js.receipt.key'), el('code', { class: 'hash' }, signed.keyId)],
  ]);
}
