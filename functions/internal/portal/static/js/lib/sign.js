// The signing dialog: says what is being signed, has NCALayer or a phone sign it, sends the signature.

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

const FRESH = 60000; // ms: a document that is older is asked for anew before a phone begins, which takes minutes

/**
 * Asks the user to sign.
 *
 * prepare fetches the document: () => Promise<{document, permit}>. It is asked again for each attempt
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
  const [button, onPhone, cancel] = [$('[data-sign]', dialog), $('[data-phone]', dialog), $('[data-cancel]', dialog)];
  const buttons = [button, onPhone];
  if (matchMedia('(pointer: coarse)').matches) button.before(onPhone); // where NCALayer does not run
  const place = $('[data-code]', dialog);
  let prepared = await prepare();
  let since = performance.now();

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
  buttons.forEach((b) => Object.assign(b, { disabled: false, hidden: false }));
  cancel.disabled = false;
  $('details', dialog).open = false;
  dialog.showModal();
  dialog.scrollTop = 0;

  return new Promise((resolve, reject) => {
    const close = () => {
      button.removeEventListener('click', withNCALayer);
      onPhone.removeEventListener('click', withPhone);
      cancel.removeEventListener('click', giveUp);
      dialog.removeEventListener('cancel', escape);
      dialog.close();
    };
    const done = (result) => {
      close();
      resolve(result);
      setTimeout(() => opener?.focus()); // after the page has enabled it again
    };
    let waiting = null; // for NCALayer's window, which may be behind this one, or for a phone
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
    const withNCALayer = () => attempt((signal) => {
      state.textContent = t('js.sign.connecting');
      return signCMS(prepared.document, () => { state.textContent = t('js.sign.choose'); }, signal);
    });
    const withPhone = () => {
      if (performance.now() - since > FRESH) prepared = null;
      return attempt(async (signal) => {
        buttons.forEach((b) => { b.hidden = true; }); // the code has buttons of its own
        const { signOnPhone } = await import('./on-phone.js');
        return signOnPhone(prepared, place, (text) => { state.textContent = text; }, signal).catch((error) => {
          prepared = null; // it may be over with the code
          throw error;
        }).finally(() => buttons.forEach((b) => { b.hidden = false; }));
      });
    };
    const attempt = async (having) => {
      clear(box);
      buttons.forEach((b) => { b.disabled = true; });
      waiting = new AbortController();
      const { signal } = waiting;
      try {
        if (!prepared) {
          prepared = await prepare();
          since = performance.now();
          present();
        }
        const cms = await having(signal);
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
          buttons.forEach((b) => { b.disabled = false; });
          cancel.disabled = false;
        }
      }
    };
    button.addEventListener('click', withNCALayer);
    onPhone.addEventListener('click', withPhone);
    cancel.addEventListener('click', giveUp);
    dialog.addEventListener('cancel', escape);
  });
}
