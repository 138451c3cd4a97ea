// The account's sessions, its password and its passkeys.

import { api } from '../lib/api.js';
import { behave } from '../lib/behaviours.js';
import { $, el } from '../lib/dom.js';
import { submits } from '../lib/forms.js';
import { adding, passkeys } from '../lib/passkeys.js';
import { meter } from '../lib/meter.js';
import { pressed, showError } from '../lib/problem.js';
import { required, toSignIn } from '../lib/session.js';
import { program, t, time } from '../lib/text.js';

const box = $('main > [data-problem]');
const state = $('main > [data-state]');

await required();
behave();
meter();
state.textContent = t('js.loading');
try {
  await Promise.all([sessions(), passkeys(sessions)]);
  adding(sessions);
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}

async function sessions() {
  const list = await api('GET', '/api/account/sessions');
  $('[data-sessions] tbody').replaceChildren(...list.sessions.map(row));
  $('[data-end-others]').disabled = list.sessions.length < 2;
}

function row(session) {
  const means = { eds: t('js.account.by-eds'), password: t('js.account.by-password'), passkey: t('js.account.by-passkey') }[session.by];
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
  await pressed(button, box, async () => {
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

$('[data-end-others]').addEventListener('click', (event) => pressed(event.currentTarget, box, async () => {
  await api('DELETE', '/api/account/sessions');
  state.textContent = t('js.account.others-ended');
  await sessions();
}));

submits('#password-form', async (form) => {
  await api('POST', '/api/account/password', { current: $('#current').value, password: $('#password').value });
  form.reset();
  await sessions();
  return t('js.account.password-changed');
});
