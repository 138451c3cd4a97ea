// Checking a receipt or a certificate where it is read: RFC 8785 bytes, their Ed25519 signature, and the key it is of.

import { bytes, keyOf } from './certificate.js';

/**
 * Canonical JSON of a value of strings, booleans, null, safe integers, arrays and objects, which
 * is all they have: for these, RFC 8785 is JSON.stringify with sorted members.
 */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`);
  return `{${members.join(',')}}`;
}

/** What a signed document may be: for which purpose its key is, which of its instants that key had to be in force at, and its versions. */
const KINDS = {
  receipt: { purpose: 'receipt', instant: 'sentAt', version: 'receiptVersion', latest: 2 },
  certificate: { purpose: 'interruption', instant: 'asOf', version: 'interruptionVersion', latest: 1 },
};

const isText = (value) => typeof value === 'string' && value !== '';

/** Whether a document has the members of a signed one, each of its type: what they say is checked after that. */
function formed(signed, member) {
  try {
    bytes(signed.signature);
    bytes(signed.keyCertificate ?? '');
    canonical(signed[member]); // what is nested without end has no canonical form
  } catch {
    return false;
  }
  const body = signed[member];
  return isText(signed.keyId) && isText(signed.signature) && typeof (signed.keyCertificate ?? '') === 'string' && typeof body === 'object' && body !== null && !Array.isArray(body);
}

/**
 * Why that member of a document is not the office's, by what the office published ({roots, keys}): the code of the text
 * js.signature.… that says so, '' where it is the office's, or null where this browser has no Ed25519.
 */
export async function refusal(signed, member, published) {
  if (!formed(signed, member)) return 'form';
  const kind = KINDS[member];
  const body = signed[member];
  const signer = await keyOf(signed, kind.purpose, published);
  if (signer.why) return signer.why;
  let key;
  try {
    key = await crypto.subtle.importKey('raw', signer.key, 'Ed25519', false, ['verify']);
  } catch {
    return null;
  }
  if (!await crypto.subtle.verify('Ed25519', key, bytes(signed.signature), new TextEncoder().encode(canonical(body)))) return 'altered';
  if (!signer.in(Date.parse(body[kind.instant]))) return 'not-in-force';
  return body[kind.version] >= 1 && body[kind.version] <= kind.latest ? '' : 'version';
}
