// Passkeys of this browser and the devices it reaches: Web Authentication, with binary in base64 as the API has it.

import { api, Problem } from './api.js';
import { t } from './text.js';

/** Whether passkeys can be used here: never on an address that is a number. */
export const possible = () => Boolean(window.PublicKeyCredential && navigator.credentials) && !/^[\d.]+$|^\[/.test(location.hostname);

const bytes = (base64) => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (b) => String.fromCharCode(b)).join(''));

/** What the browser did not give, in words: it says little, so that pages learn nothing about a person's devices. */
function refused(error) {
  if (error.name === 'InvalidStateError') {
    return new Problem({ title: t('js.passkey.exists.title'), detail: t('js.passkey.exists.detail'), next: t('js.passkey.exists.next') });
  }
  return new Problem({ title: t('js.passkey.cancelled.title'), detail: t('js.passkey.cancelled.detail'), next: t('js.passkey.cancelled.next') });
}

/**
 * Has the person's device make a passkey as the office asks (POST /api/passkeys/document) and resolves with what goes
 * back. It asks the person; throws a Problem if they give up.
 */
export async function make({ challenge, domain, handle, name, algorithms, known }) {
  let made;
  try {
    made = await navigator.credentials.create({ publicKey: {
      challenge: bytes(challenge),
      rp: { id: domain, name: t('site.name') },
      user: { id: bytes(handle), name, displayName: name },
      pubKeyCredParams: algorithms.map((alg) => ({ type: /** @type {const} */ ('public-key'), alg })),
      excludeCredentials: known.map((id) => ({ type: /** @type {const} */ ('public-key'), id: bytes(id) })),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      attestation: 'none',
      timeout: 240_000, // ms: the document lives five minutes and is still to be signed
    } });
  } catch (error) {
    throw refused(error);
  }
  const { rawId, response } = /** @type {any} */ (made);
  return { credential: text(rawId), clientData: text(response.clientDataJSON), attestation: text(response.attestationObject) };
}

/** Signs in with a passkey that the person chooses. Resolves with the account. */
export async function signIn() {
  const { challenge, domain } = await api('POST', '/api/sign-in/passkey/challenge', {});
  let used;
  try {
    used = await navigator.credentials.get({ publicKey: { challenge: bytes(challenge), rpId: domain, userVerification: 'required', timeout: 240_000 } });
  } catch (error) {
    throw refused(error);
  }
  const { rawId, response } = /** @type {any} */ (used);
  try {
    return await api('POST', '/api/sign-in/passkey', {
      credential: text(rawId), clientData: text(response.clientDataJSON), data: text(response.authenticatorData),
      signature: text(response.signature), handle: text(response.userHandle ?? new ArrayBuffer(0)),
    });
  } catch (problem) {
    if (problem.slug === 'passkey-unknown') await forget(domain, rawId);
    throw problem;
  }
}

/** Tells the device that the office has no such passkey, where the browser can: it is then offered no more. */
export async function forget(domain, id) {
  const signal = /** @type {any} */ (window.PublicKeyCredential)?.signalUnknownCredential;
  if (!signal) return;
  const credentialId = (typeof id === 'string' ? id : text(id)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
  try {
    await signal.call(window.PublicKeyCredential, { rpId: domain, credentialId });
  } catch { /* the person sees it on the device */ }
}
