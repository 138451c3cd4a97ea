// The passkeys of the person: a section of the page of the account's sessions.

import { api } from './api.js';
import { confirmed } from './confirm.js';
import { $, el } from './dom.js';
import { submits } from './forms.js';
import { forget, make, possible } from './passkey.js';
import { pressed } from './problem.js';
import { sign } from './sign.js';
import { lang, program, t, time } from './text.js';

const section = $('[data-passkeys]');
const box = $('[data-problem]', section);
const state = $('[data-state]', section);
const form = $('#passkey-form');

/** Shows them. changed is called when the sessions are not what they were. */
export async function passkeys(changed) {
  const list = await api('GET', '/api/passkeys');
  $('tbody', section).replaceChildren(...list.passkeys.map((passkey) => row(passkey, changed)));
  $('table', section).hidden = !list.passkeys.length;
  $('[data-none]', section).hidden = Boolean(list.passkeys.length);
  form.hidden = !list.mayAdd || !possible();
  $('[data-why]', section).textContent = why(list);
  $('[data-why]', section).hidden = !form.hidden;
}

/** Why none can be added. */
function why({ passkeys: all, mayAdd, most }) {
  if (!possible()) return t('js.passkeys.browser');
  if (all.filter((passkey) => passkey.own).length >= most) return t('js.passkeys.most', { n: most });
  return mayAdd ? '' : t('js.passkeys.eds');
}

function row(passkey, changed) {
  return el('tr', {},
    el('th', { scope: 'row' }, passkey.name,
      passkey.person && !passkey.own ? el('span', { class: 'small' }, ` ${passkey.person} `) : null,
      passkey.synced ? el('span', { class: 'small' }, ` ${t('js.passkeys.synced')}`) : null),
    el('td', {}, t('js.passkeys.added', { time: time(passkey.addedAt) }), el('br'),
      passkey.usedAt ? t('js.passkeys.used', { time: time(passkey.usedAt) }) : t('js.passkeys.never')),
    el('td', {}, el('button', { type: 'button', class: 'govuk-button govuk-button--secondary small', onclick: (event) => remove(event.currentTarget, passkey, changed) },
      t('account.passkeys.remove'), el('span', { class: 'govuk-visually-hidden' }, ` ${passkey.name}`))));
}

async function remove(button, passkey, changed) {
  if (!await confirmed(t('js.passkeys.confirm', { name: passkey.name }))) return;
  await pressed(button, box, async () => {
    try {
      await api('DELETE', `/api/passkeys/${passkey.id}`);
    } catch (problem) {
      if (problem.status !== 404) throw problem; // taken away by itself meanwhile
    }
    state.textContent = t('js.passkeys.removed');
    await Promise.all([passkeys(changed), changed()]);
  });
}

/** Lets one be added. */
export function adding(changed) {
  $('#passkey-name').value = program(navigator.userAgent);
  submits('#passkey-form', async () => {
    let made = { credential: '' };
    let domain = '';
    const done = await sign({
      // The passkey first: a browser makes one only just after the person has pressed something.
      prepare: async () => {
        const document = await api('POST', '/api/passkeys/document', { lang });
        ({ domain } = document);
        made = await make(document);
        return document;
      },
      submit: (signature) => api('POST', '/api/passkeys', { signature, name: $('#passkey-name').value, ...made }),
    }).catch(async (problem) => {
      if (made.credential) await forget(domain, made.credential);
      throw problem;
    });
    if (!done) {
      await forget(domain, made.credential);
      return t('js.passkeys.unsigned');
    }
    await passkeys(changed);
    return t('js.passkeys.done');
  });
}
