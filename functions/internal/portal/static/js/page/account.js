// The account's own page: what the office keeps of it, its sessions, its password.

import { acting } from '../lib/account-acting.js';
import { audit } from '../lib/account-audit.js';
import { address, breaches } from '../lib/account-breaches.js';
import { api } from '../lib/api.js';
import { behave } from '../lib/behaviours.js';
import { $, contents, el, facts, hash } from '../lib/dom.js';
import { exportLinks } from '../lib/export.js';
import { submits } from '../lib/forms.js';
import { meter } from '../lib/meter.js';
import { armMobile, showMobile } from '../lib/mobile.js';
import { spaced } from '../lib/phone.js';
import { clear, showError } from '../lib/problem.js';
import { representatives } from '../lib/representatives.js';
import { required, toSignIn } from '../lib/session.js';
import { called, clock, program, t, time } from '../lib/text.js';

const box = $('main > [data-problem]');
const state = $('[data-state]');

await required();
behave();
exportLinks(box);
meter();
state.textContent = t('js.loading');
try {
  await Promise.all([profile(), sessions(), audit(), breaches(), representatives()]);
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
  contents();
}

async function profile() {
  const p = await api('GET', '/api/account');
  $('[data-profile]').replaceChildren(facts([
    [t('js.account.name'), called(p.organisation || p.name)],
    [t('js.account.person'), p.organisation ? called(p.name) : ''],
    [t(p.kind === 'legal' ? 'js.acting.bin' : 'js.account.number'), p.number],
    [t('js.account.email'), `${p.email} (${p.verified ? t('js.account.email.verified') : t('js.account.email.unverified')})`],
    [t('js.account.mobile'), p.mobile && `${spaced(p.mobile)} (${p.mobileVerified ? t('js.account.verified') : t('js.account.unverified')})`],
    [t('js.account.registered'), time(p.createdAt)],
  ]));
  acting(p, () => Promise.all([profile(), sessions()]));
  $('#email').value ||= p.email;
  showMobile(p);
  $('[data-addresses]').replaceChildren(...p.addresses.map((a) => address(a, attempt, state)));
  $('[data-acceptances]').replaceChildren(...p.acceptances.map((a) => el('li', {},
    `${t('js.account.accepted', { id: a.version, time: time(a.acceptedAt) })} `, hash(a.sha256))));
}

async function sessions() {
  const list = await api('GET', '/api/account/sessions');
  $('[data-sessions] tbody').replaceChildren(...list.sessions.map(row));
  $('[data-end-others]').disabled = list.sessions.length < 2;
}

function row(session) {
  const means = session.by === 'eds' ? t('js.account.by-eds') : t('js.account.by-password');
  return el('tr', {},
    el('th', { scope: 'row', title: session.agent }, program(session.agent) || t('js.account.agent-unknown'),
      session.person ? el('span', { class: 'small' }, ` ${session.person} `) : null,
      session.current ? el('span', { class: 'govuk-tag govuk-tag--green' }, t('js.account.this-session')) : null),
    el('td', {}, `${time(session.createdAt)}, ${means}`),
    el('td', {}, time(session.seenAt)),
    el('td', {}, el('button', { type: 'button', class: 'govuk-button govuk-button--secondary small', onclick: (event) => end(event.currentTarget, session) },
      t('js.account.end'), el('span', { class: 'govuk-visually-hidden' }, ` ${program(session.agent)}, ${time(session.createdAt)}`))));
}

async function end(button, session) {
  await attempt(button, async () => {
    try {
      await api('DELETE', `/api/account/sessions/${session.id}`);
    } catch (problem) {
      if (problem.status !== 404) throw problem; // ended by itself meanwhile
    }
    if (session.current) return toSignIn();
    state.textContent = t('js.account.ended');
    return sessions();
  });
}

$('[data-end-others]').addEventListener('click', (event) => attempt(event.currentTarget, async () => {
  await api('DELETE', '/api/account/sessions');
  state.textContent = t('js.account.others-ended');
  await sessions();
}));

async function attempt(button, act) {
  clear(box);
  button.disabled = true;
  try {
    await act();
  } catch (error) {
    button.disabled = false;
    showError(box, error);
  }
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

submits('#password-form', async (form) => {
  await api('POST', '/api/account/password', { current: $('#current').value, password: $('#password').value });
  form.reset();
  await sessions();
  return t('js.account.password-changed');
});

armMobile(profile);
