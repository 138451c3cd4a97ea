// The signing dialog: says what is being signed, has NCALayer sign it, sends the signature.

import { $ } from './dom.js';
import { signCMS } from './ncalayer.js';
import { clear, showError } from './problem.js';
import { t } from './text.js';

/** The document behind the API's base64: UTF-8 JSON. */
export function decode(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

// Problems after which signing again, perhaps with another key, may help.
const aboutSignature = /^(malformed-|challenge-|certificate-|signature-|unsigned|wrong-signer|role-not-allowed|revocation-|throttled|internal|unavailable)/;

/**
 * Asks the user to sign.
 *
 * prepare fetches the document: () => Promise<{document}>. It is asked again for each attempt
 * after a refusal, because a document with a challenge serves once.
 * describe makes what the dialog shows beside the statement: (document) => Node, or nothing.
 * submit sends the signature and gives the result: (cms) => Promise.
 *
 * Resolves with submit's result, or null if the user gave up. The first prepare's error is
 * thrown, before any dialog; later ones are shown in it. A refusal by submit that another
 * signature cannot put right (a weak password, a void manifest) is thrown too.
 */
export async function sign({ prepare, describe = (/** @type {any} */ _document) => null, submit }) {
  const opener = /** @type {HTMLElement} */ (document.activeElement); // where the keyboard goes back to
  const dialog = $('#sign');
  const [state, box] = [$('[data-state]', dialog), $('[data-problem]', dialog)];
  const [button, cancel] = [$('[data-sign]', dialog), $('[data-cancel]', dialog)];
  let prepared = await prepare();

  const present = () => {
    const document = decode(prepared.document);
    $('[data-statement]', dialog).textContent = document.statement;
    $('[data-statement]', dialog).lang = document.lang;
    $('[data-document]', dialog).textContent = JSON.stringify(document, null, 2);
    $('[data-summary]', dialog).replaceChildren(...[describe(document)].flat().filter(Boolean));
  };
  present();
  clear(box);
  state.textContent = '';
  button.disabled = false;
  cancel.disabled = false;
  $('details', dialog).open = false;
  dialog.showModal();
  dialog.scrollTop = 0;

  return new Promise((resolve, reject) => {
    const close = () => {
      button.removeEventListener('click', attempt);
      cancel.removeEventListener('click', giveUp);
      dialog.removeEventListener('cancel', escape);
      dialog.close();
    };
    const done = (result) => {
      close();
      resolve(result);
      setTimeout(() => opener?.focus()); // after the page has enabled it again
    };
    let waiting = null; // for NCALayer's window, which may be behind this one
    let sending = false; // a signature on its way is not thrown away
    const giveUp = () => {
      if (sending) return;
      waiting?.abort();
      done(null);
    };
    const escape = (event) => {
      event.preventDefault();
      giveUp();
    };
    const attempt = async () => {
      clear(box);
      button.disabled = true;
      waiting = new AbortController();
      const { signal } = waiting;
      try {
        if (!prepared) {
          prepared = await prepare();
          present();
        }
        state.textContent = t('js.sign.connecting');
        const cms = await signCMS(prepared.document, () => { state.textContent = t('js.sign.choose'); }, signal);
        if (signal.aborted) return;
        sending = true;
        cancel.disabled = true;
        state.textContent = t('js.wait');
        const spent = prepared;
        prepared = null;
        try {
          done(await submit(cms));
        } catch (problem) {
          if (!problem.status) prepared = spent; // no answer: the same document may be tried again
          else if (!aboutSignature.test(problem.slug)) {
            close();
            reject(problem); // what must be put right is on the page behind the dialog
          }
          throw problem;
        }
      } catch (error) {
        if (signal.aborted) return; // given up: the dialog is closed
        state.textContent = '';
        showError(box, error);
      } finally {
        if (!signal.aborted) {
          sending = false;
          button.disabled = false;
          cancel.disabled = false;
        }
      }
    };
    button.addEventListener('click', attempt);
    cancel.addEventListener('click', giveUp);
    dialog.addEventListener('cancel', escape);
  });
}
