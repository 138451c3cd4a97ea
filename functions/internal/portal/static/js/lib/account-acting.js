// Who acts for the legal person whose account this is: a section of the account's page.

import { api } from './api.js';
import { $, el } from './dom.js';
import { clear, showError } from './problem.js';
import { code, t, time } from './text.js';

/** Ends a person's sessions and password; only the head's page has the button. */
async function end(person, changed) {
  if (!confirm(t('js.acting.end.confirm', { name: person.name }))) return;
  const note = $('[data-acting-note]');
  clear(note);
  try {
    await api('DELETE', `/api/account/acting/${person.id}`);
    if (person.current) location.reload();
    await changed();
    note.replaceChildren(el('p', { class: 'note' }, t('js.acting.ended')));
  } catch (error) {
    showError(note, error);
  }
}

/** Shows the people of a profile; a natural person's account has none. changed reads it again. */
export function acting({ kind, acting: people }, changed) {
  const section = $('[data-acting]');
  section.hidden = kind !== 'legal';
  if (section.hidden) return;
  $('[data-people] tbody', section).replaceChildren(...people.map((person) => el('tr', {},
    el('th', { scope: 'row' }, person.name, el('br'), el('span', { class: 'small' }, person.number),
      person.current ? el('span', { class: 'govuk-tag govuk-tag--green' }, t('js.acting.you')) : null),
    el('td', {}, code('js.person.role', person.role), el('br'),
      el('span', { class: 'small' }, person.powers.map((power) => code('js.person.power', power)).join('; '))),
    el('td', {}, t('js.acting.last', { time: time(person.lastAt) }), el('br'),
      el('span', { class: 'small' }, t('js.acting.first', { time: time(person.firstAt) }), el('br'),
        person.passwordAt ? t('js.acting.password', { time: time(person.passwordAt) }) : t('js.acting.no-password'), el('br'),
        person.certificateNotAfter ? t('js.acting.certificate', { time: time(person.certificateNotAfter) }) : null),
      person.mayEnd ? el('p', {}, el('button', { type: 'button', class: 'quiet small', onclick: () => end(person, changed) },
        t('js.acting.end'), el('span', { class: 'unseen' }, ` ${person.name}`))) : null))));
}
