// The account's mobile number: the code that verifies it, its history, its removal.

import { api } from './api.js';
import { $, el } from './dom.js';
import { submits } from './forms.js';
import { e164, spaced } from './phone.js';
import { clock, t, time } from './text.js';

/** Shows what a profile says of the number, and which ones took text messages before. */
export function showMobile(profile) {
  const key = !profile.mobile ? 'js.mobile.now-none' : profile.mobileVerified ? 'js.mobile.now-verified' : 'js.mobile.now-unverified';
  $('[data-mobile-state]').replaceChildren(t(key, { mobile: spaced(profile.mobile) }));
  failed('[data-mobile-failed]', 'js.account.mobile-failed', profile.mobileFailed);
  $('#mobile').value ||= spaced(profile.mobile);
  $('#mobile-remove-form button').hidden = !profile.mobile;
  $('[data-numbers]').replaceChildren(...(profile.numbers.length ? profile.numbers.map(row) : [el('li', {}, t('js.mobile.none'))]));
}

/** Says since when an address or number takes nothing, and what to do. */
export function failed(place, key, since) {
  $(place).hidden = !since;
  $(place).textContent = since ? t(key, { time: time(since) }) : '';
}

function row(n) {
  const when = n.until ? t('js.account.email-then', { from: time(n.from), until: time(n.until) }) : t('js.account.email-now', { from: time(n.from) });
  return el('li', {}, `${spaced(n.mobile)}: ${when}, ${t('js.account.verified')}`);
}

/** Lets the forms work. reload shows the profile anew. */
export function armMobile(reload) {
  submits('#mobile-form', async () => {
    const mobile = e164($('#mobile').value);
    const { expiresAt } = await api('POST', '/api/account/mobile', { mobile });
    $('#mobile-code').focus();
    return t('js.mobile.code-sent', { mobile: spaced(mobile), time: clock(expiresAt) });
  });
  submits('#mobile-code-form', async (form) => {
    await api('POST', '/api/account/mobile/code', { code: $('#mobile-code').value });
    form.reset();
    $('#mobile').value = '';
    await reload();
    return t('js.mobile.verified');
  });
  submits('#mobile-remove-form', async () => {
    await api('DELETE', '/api/account/mobile');
    $('#mobile').value = '';
    await reload(); // the button is gone with the number
    $('#mobile').focus();
    return t('js.mobile.removed');
  });
}
