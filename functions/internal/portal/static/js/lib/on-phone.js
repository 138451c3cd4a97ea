// Signing on a phone with eGov Mobile: shows the code, asks for the digits the phone shows, waits for
// the signature. Another module asks for this one only when somebody wants to sign that way.

import { api } from './api.js';
import { busy, idle } from './busy.js';
import { el } from './dom.js';
import { SigningError } from './ncalayer.js';
import { clear, showError } from './problem.js';
import { picture } from './qr.js';
import { clock, t } from './text.js';

const SOON = 1500; // ms between two looks, at first
const LATE = 5000; // and at last

/**
 * Has a document that the office gave out signed on a phone: attached CMS, base64.
 *
 * place is where the code is shown, say tells how far it is, signal gives it up. Errors: Problem, SigningError.
 */
export async function signOnPhone({ document: content, permit }, place, say, signal) {
  const offer = await api('POST', '/api/mobile-signing', { document: content, permit });
  const at = `/api/mobile-signing/${offer.id}`;
  const post = (what, body = {}, more = {}) => api('POST', `${at}/${what}`, { token: offer.token, ...body }, more);
  /** @type {(value?: any) => void} */
  let wake = () => {};
  let over = null; // why it can't go on
  const look = () => wake();
  const giveUp = () => {
    post('cancellation', {}, { keepalive: true }).catch(() => {}); // it ends by itself too
    look();
  };
  signal.addEventListener('abort', giveUp, { once: true });
  if (signal.aborted) giveUp();
  document.addEventListener('visibilitychange', look); // back from the app on the same device

  let typing = Promise.resolve(); // the code may be over while the third try is still being looked at
  const send = (typed) => {
    typing = post('digits', { digits: typed });
    return typing;
  };
  const digits = el('div', { hidden: true }, digitsForm(send, look, (problem) => {
    over = problem;
    look();
  }));
  const own = code(offer);
  place.replaceChildren(own, digits);
  own.focus({ preventScroll: true }); // the button that was pressed is gone
  let shown = ''; // the state
  try {
    for (let pause = SOON; ; pause = Math.min(pause * 1.2, LATE)) {
      await typing.catch(() => {});
      const progress = await post('progress').catch((problem) => {
        if (problem.status && problem.status !== 429 && problem.status < 500) throw problem;
        return null; // no answer: the next one will tell
      });
      if (signal.aborted) throw new SigningError('cancelled');
      if (over) throw over;
      if (progress?.signature) return progress.signature;
      if (progress && progress.state !== shown) {
        shown = progress.state;
        say(t(`js.phone.${shown}`, { time: clock(offer.expiresAt) }));
        own.hidden = shown !== 'waiting';
        digits.hidden = shown !== 'opened';
        if (shown === 'opened') digits.querySelector('input').focus();
        place.scrollIntoView({ block: 'nearest' });
      }
      await new Promise((resolve) => {
        wake = resolve;
        setTimeout(resolve, pause);
      });
    }
  } finally {
    signal.removeEventListener('abort', giveUp);
    document.removeEventListener('visibilitychange', look);
    if (place.contains(own)) place.replaceChildren(); // the next code may be there already
  }
}

// The code for another device, and the links that open it on this one.
function code({ qr, links }) {
  const kind = matchMedia('(max-width: 40rem)').matches ? 'govuk-button' : 'govuk-button govuk-button--secondary';
  const link = (href, words) => (href ? el('a', { class: kind, href, target: '_blank', rel: 'noopener', role: 'button' }, words) : null);
  return el('div', { class: links.person ? 'phone linked' : 'phone', tabindex: '-1' },
    el('div', { class: 'phone-scan' }, el('p', {}, t('js.phone.scan')), picture(qr, t('js.phone.qr'))),
    links.person ? el('p', { class: 'phone-same' }, t('js.phone.same')) : null,
    el('div', { class: 'govuk-button-group' },
      link(links.person, t('js.phone.open')), link(links.business, t('js.phone.business'))));
}

function digitsForm(send, right, over) {
  const box = el('div');
  const input = el('input', { class: 'govuk-input govuk-input--width-5', id: 'phone-digits', inputmode: 'numeric', autocomplete: 'off', 'data-most': 8, 'aria-describedby': 'phone-digits-hint' });
  const button = el('button', { class: 'govuk-button', type: 'submit' }, t('js.phone.confirm'));
  const submit = async (event) => {
    event.preventDefault();
    const typed = input.value.replace(/\D/g, '');
    if (typed.length !== 4) {
      input.focus(); // what is not four digits costs no try
      return;
    }
    busy(button);
    clear(box);
    try {
      await send(typed);
      right();
    } catch (problem) {
      if (problem.slug === 'phone-over') over(problem);
      else showError(box, problem);
      input.value = '';
    } finally {
      idle(button);
    }
  };
  return el('form', { novalidate: true, onsubmit: submit }, box,
    el('div', { class: 'govuk-form-group' },
      el('label', { class: 'govuk-label', for: 'phone-digits' }, t('js.phone.digits')),
      el('div', { class: 'govuk-hint', id: 'phone-digits-hint' }, t('js.phone.digits.hint')), input),
    button);
}
