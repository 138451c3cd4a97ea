// Signing through NCALayer on the user's own machine (npm ncalayer-js-client, loaded as a
// classic script that defines NCALayerClient). One connection per signature.

import { met } from './support-link.js';
import { lang, t } from './text.js';

/** Why there is no signature: cancelled, not-running, closed, expired, failed or no-client. */
export class SigningError extends Error {
  constructor(reason, message = '') {
    super(message || reason);
    this.reason = reason;
    this.code = `sign-${reason}`; // as requests to support name it
    this.title = t(`js.sign.${reason}.title`);
    this.detail = t(`js.sign.${reason}.detail`, { message });
    this.next = t(`js.sign.${reason}.next`);
  }
}

/** Connects and gives the version of NCALayer to use, then closes. Errors: SigningError. */
export async function version() {
  const [client, number] = await connect();
  client.wsConnection.close();
  return number;
}

/**
 * Has the bytes behind base64 signed as attached CMS and returns it (PEM or base64). No time
 * stamp is asked for: it would put a foreign service before the receipt. onChoose is called
 * when NCALayer shows its window. signal, an AbortSignal, gives up waiting for it. Errors: SigningError.
 */
export async function signCMS(base64, onChoose = () => {}, signal = null) {
  const [client] = await connect();
  const givenUp = new Promise((_, reject) => {
    const leave = () => {
      client.wsConnection.close();
      reject(new SigningError('cancelled'));
    };
    if (signal?.aborted) leave();
    signal?.addEventListener('abort', leave, { once: true });
  });
  givenUp.catch(() => {}); // also comes after the signature, when the dialog closes
  const NCALayerClient = theClient();
  // An empty chain lets keys through that lead to no production anchor.
  const signer = 'testKeys' in document.documentElement.dataset
    ? { ...NCALayerClient.basicsSignerSignAny, chain: [] }
    : NCALayerClient.basicsSignerSignAny;
  onChoose();
  try {
    const signature = client.basicsSignCMS(NCALayerClient.basicsStorageAll, base64, attached, signer, lang)
      .catch((error) => {
        if (!unknownModule(error)) throw error;
        return client.createCAdESFromBase64(NCALayerClient.fileStorageType, base64, 'SIGNATURE', true);
      });
    signature.catch(() => {}); // the connection is closed under it when the person gives up
    return await Promise.race([signature, givenUp]);
  } catch (error) {
    throw error instanceof SigningError ? error : reasonOf(error);
  } finally {
    client.wsConnection.close();
  }
}

const attached = { decode: true, encapsulate: true, digested: false };

// Defined by npm ncalayer-js-client, a classic script.
const theClient = () => /** @type {any} */ (globalThis).NCALayerClient;

async function connect() {
  const NCALayerClient = theClient();
  if (!NCALayerClient) throw new SigningError('no-client');
  const client = new NCALayerClient(document.documentElement.dataset.ncalayer || undefined);
  try {
    const number = await client.connect();
    met(number);
    return [client, number];
  } catch {
    throw new SigningError('not-running');
  }
}

// NCALayer before 1.4 has no basics module and answers in the form of the older one.
const unknownModule = (error) => !error.canceledByUser && /^(\d+|undefined): /.test(error.message) && !cancelled(error.message);
const cancelled = (message) => /action\.cancel/i.test(message);

function reasonOf(error) {
  const message = error.message ?? '';
  if (error.canceledByUser || cancelled(message)) return new SigningError('cancelled');
  if (/expired|истек|истёк|мерзімі (өт|аяқтал)/i.test(message)) return new SigningError('expired');
  if (/закрыл соединение/.test(message)) return new SigningError('closed'); // the client's own words
  return new SigningError('failed', message);
}
