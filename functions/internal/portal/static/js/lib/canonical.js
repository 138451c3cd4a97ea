// Checking a receipt or a certificate where it is read: RFC 8785 bytes, their Ed25519 signature, and the key it is of.

import { keyOf, octets } from './certificate.js';

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

/**
 * Whether a name stands twice in one object of a JSON text, of which readers differ on the one that counts. The text is one
 * that JSON.parse takes.
 */
export function twice(text) {
  const objects = [];
  let string = null; // the one before, which a colon makes a name
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{') objects.push(new Set());
    else if (token === '[') objects.push(null);
    else if (token === '}' || token === ']') objects.pop();
    else if (token === ':') {
      const names = objects.at(-1);
      const name = JSON.parse(string);
      if (names.has(name)) return true;
      names.add(name);
    } else string = token;
  }
  return false;
}

/** What a signed document may be: for which purpose its key is, which of its instants that key had to be in force at, and its versions. */
const KINDS = {
  receipt: { purpose: 'receipt', instant: 'sentAt', version: 'receiptVersion', versions: [1, 2] },
  certificate: { purpose: 'interruption', instant: 'asOf', version: 'interruptionVersion', versions: [1] },
};

/**
 * Why that member of a signed document is not the office's, by what the office published ({roots, keys}): the code of the text
 * js.signature.… that says so, '' where it is the office's, or null where this browser has no Ed25519.
 */
export async function refusal(signed, member, published) {
  const kind = KINDS[member];
  if (Object.keys(signed).some((name) => ![member, 'keyId', 'keyCertificate', 'signature'].includes(name)) || !signed[member]) return 'altered';
  const signer = await keyOf(signed, kind.purpose, published);
  if (signer.why) return signer.why;
  let key;
  try {
    key = await crypto.subtle.importKey('raw', signer.key, 'Ed25519', false, ['verify']);
  } catch {
    return null;
  }
  const signature = octets(signed.signature);
  if (!signature || !await crypto.subtle.verify('Ed25519', key, signature, new TextEncoder().encode(canonical(signed[member])))) return 'altered';
  if (!kind.versions.includes(signed[member][kind.version])) return 'altered';
  return signer.in(Date.parse(signed[member][kind.instant])) ? '' : 'not-in-force';
}

/** Whether that member of a signed document is the office's: true, false, or null as refusal has it. */
export async function signedBy(signed, member, published) {
  const why = await refusal(signed, member, published);
  return why === null ? null : why === '';
}
