// The certificate of a key that signed what the office gave out, as shared/receipt/certificate.go has it:
//
//    0   4  "SKC1"
//    4   1  purpose, its place in PURPOSES from one
//    5   8  root
//   13   8  serial
//   21   8  not before, seconds since 1970
//   29   8  not after
//   37  32  the key, Ed25519
//   69  64  r and s of the root's signature over what is before: ECDSA, P-256, SHA-256

const SIZE = 133;
const BODY = 69;
const LAST = 253402300799n; // a second of the year 9999
const PURPOSES = ['receipt', 'interruption'];
const HALF = '7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8'; // of the curve's order

const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

/** The bytes of base64 in the one form the office writes, or null for any other value. */
export function octets(base64) {
  try {
    return typeof base64 === 'string' && btoa(atob(base64)) === base64 ? bytes(base64) : null;
  } catch {
    return null;
  }
}

const hex = (of) => [...of].map((b) => b.toString(16).padStart(2, '0')).join('');

/** The name of a key or a root: the first 16 digits of its SHA-256. */
const named = async (of) => hex(new Uint8Array(await crypto.subtle.digest('SHA-256', of)).subarray(0, 8));

/** What a certificate says, or null where it is none. */
function parse(of) {
  if (of.length !== SIZE || String.fromCharCode(...of.subarray(0, 4)) !== 'SKC1' || !PURPOSES[of[4] - 1]) return null;
  const view = new DataView(of.buffer, of.byteOffset);
  const [from, to] = [view.getBigUint64(21), view.getBigUint64(29)];
  if (from >= to || to > LAST || hex(of.subarray(101)) > HALF) return null;
  return { purpose: PURPOSES[of[4] - 1], root: hex(of.subarray(5, 13)), from: Number(from) * 1000, to: Number(to) * 1000, key: of.slice(37, BODY) };
}

const within = (at, from, to) => at >= Date.parse(from) && (!to || at < Date.parse(to));

/**
 * The key of a document for a purpose: {key, in(at)}, by a certificate of a published root or, without one, of those
 * of before; or {why}: the code of the text js.signature.… that says why there is none.
 */
export async function keyOf(signed, purpose, published) {
  if (signed.keyCertificate === undefined) {
    for (const k of published.keys) {
      const key = bytes(k.publicKey);
      if (k.purpose === purpose && k.keyId === signed.keyId && (await named(key)) === k.keyId) return { key, in: (at) => !Number.isNaN(at) && (!k.notAfter || at < Date.parse(k.notAfter)) };
    }
    return { why: 'unknown-key' };
  }
  const raw = octets(signed.keyCertificate);
  const says = raw && parse(raw);
  if (!says) return { why: 'certificate' };
  const root = published.roots.find((r) => r.rootId === says.root);
  const spki = root && bytes(root.publicKey);
  if (!root || root.algorithm !== 'ECDSA-P256-SHA256' || (await named(spki)) !== root.rootId) return { why: 'root' };
  const ecdsa = await crypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
  if (!await crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, ecdsa, raw.subarray(BODY), raw.subarray(0, BODY))) return { why: 'certificate' };
  if (!within(says.from, root.notBefore, root.notAfter)) return { why: 'root-ended' };
  if (says.purpose !== purpose) return { why: 'purpose' };
  if ((await named(says.key)) !== signed.keyId) return { why: 'altered' };
  return { key: says.key, in: (at) => at >= says.from && at < says.to };
}
