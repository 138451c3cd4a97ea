// Checking a receipt or a certificate where it is read: RFC 8785 bytes and their Ed25519 signature.

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

const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/**
 * Whether key ({keyId, publicKey}) signed that member of a signed document: true, false, or null where this browser
 * has no Ed25519.
 */
export async function signedBy(signed, member, key) {
  if (key.keyId !== signed.keyId) return false;
  let publicKey;
  try {
    publicKey = await crypto.subtle.importKey('raw', bytes(key.publicKey), 'Ed25519', false, ['verify']);
  } catch {
    return null;
  }
  return crypto.subtle.verify('Ed25519', publicKey, bytes(signed.signature), new TextEncoder().encode(canonical(signed[member])));
}
