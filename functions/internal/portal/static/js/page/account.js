// The account's first page: what the office keeps of its holder, and where its notices go.

import { address } from '../lib/account-breaches.js';
import { api } from '../lib/api.js';
import { $, facts } from '../lib/dom.js';
import { submits } from '../lib/forms.js';
import { armMobile, failed, showMobile } from '../lib/mobile.js';
import { spaced } from '../lib/phone.js';
import { showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { called, clock, lang, t, time } from '../lib/text.js';

// Sections of this page that have pages of their own: links to them were kept.
const moved = {
  acting: 'people', representatives: 'people', sessions: 'security', 'change-password': 'security', acceptances: 'activity', audit: 'activity', breaches: 'activity', data: 'data',
};
function follow() {
  const former = location.hash.slice(1);
  if (Object.hasOwn(moved, former)) location.replace(`/${lang}/account/${moved[former]}#${former}`);
}
addEventListener('hashchange', follow);
follow();

const [box, state] = [$('main > [data-problem]'), $('main > [data-state]')];

await required();
state.textContent = t('js.loading');
try {
  await profile();
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}

async function profile() {
  const p = await api('GET', '/api/account');
  $('[data-profile]').replaceChildren(facts([
    [t('js.account.name'), called(p.organisation || p.name)],
    [t('js.account.person'), p.organisation ? called(p.name) : ''],
    [t(p.kind === 'legal' ? 'js.acting.bin' : 'js.account.number'), p.number],
    [t('js.account.email'), `${p.email} (${t(p.emailFailed ? 'js.account.email.failed' : p.verified ? 'js.account.email.verified' : 'js.account.email.unverified')})`],
    [t('js.account.mobile'), p.mobile && `${spaced(p.mobile)} (${t(p.mobileFailed ? 'js.account.mobile.failed' : p.mobileVerified ? 'js.account.verified' : 'js.account.unverified')})`],
    [t('js.account.registered'), time(p.createdAt)],
  ]));
  failed('[data-email-failed]', 'js.account.email-failed', p.emailFailed);
  if (!p.emailFailed) $('#email').value ||= p.email;
  showMobile(p);
  $('[data-addresses]').replaceChildren(...p.addresses.map((a) => address(a, box, state)));
}

submits('#email-form', async () => {
  const email = $('#email').value.trim();
  const { expiresAt } = await api('POST', '/api/account/email', { email });
  $('#code').focus();
  return t('js.account.code-sent', { email, time: clock(expiresAt) });
});

submits('#code-form', async (form) => {
  await api('POST', '/api/account/email/code', { code: $('#code').value });
  form.reset();
  await profile();
  return t('js.account.email-verified');
});

armMobile(profile);
