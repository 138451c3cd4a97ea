// Who acts for the legal person whose account this is: a section of the account's page.

import { $, el } from './dom.js';
import { code, t, time } from './text.js';

/** Shows the people of a profile; a natural person's account has none. */
export function acting({ kind, acting: people }) {
  const section = $('[data-acting]');
  section.hidden = kind !== 'legal';
  if (section.hidden) return;
  const unknown = $('[data-acting-password]', section);
  unknown.hidden = people.some((person) => person.current);
  unknown.textContent = t('js.acting.by-password');
  $('[data-people] tbody', section).replaceChildren(...people.map((person) => el('tr', {},
    el('th', { scope: 'row' }, person.name, el('br'), el('span', { class: 'small' }, person.number),
      person.current ? el('span', { class: 'govuk-tag govuk-tag--green' }, t('js.acting.you')) : null),
    el('td', {}, code('js.person.role', person.role), el('br'),
      el('span', { class: 'small' }, person.powers.map((power) => code('js.person.power', power)).join('; '))),
    el('td', {}, t('js.acting.last', { time: time(person.lastAt) }), el('br'),
      el('span', { class: 'small' }, t('js.acting.first', { time: time(person.firstAt) }))))));
}
