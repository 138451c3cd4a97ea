// A request to support as pages show it.

import { el, facts } from './dom.js';
import { code, day, t, time } from './text.js';

/** The title of a problem by its code, as the request names it. */
export function problemTitle(name) {
  if (name === 'offline') return t('js.offline.title');
  if (name.startsWith('sign-')) return t(`js.sign.${name.slice('sign-'.length)}.title`);
  return code('problem', `${name}.title`);
}

const at = (key, instant) => [t(`js.support.fact.${key}`), instant && time(instant)];

/** The times of a ticket. */
export function progress(ticket) {
  return [
    at('received', ticket.receivedAt),
    ticket.answeredAt ? null : [t('js.support.fact.answer-by'), day(ticket.answerBy)],
    at('started', ticket.startedAt),
    at('answered', ticket.answeredAt),
    at('closed', ticket.closedAt),
  ].filter(Boolean);
}

/** What was known when it was made. */
export function particulars(ticket) {
  return [
    ticket.topic ? [t('js.support.fact.topic'), code('support.topic', ticket.topic)] : null,
    [t('js.support.fact.reference'), ticket.reference],
    [t('js.support.fact.problem'), ticket.problem && problemTitle(ticket.problem)],
    at('happened', ticket.happenedAt),
    [t('js.support.fact.page'), ticket.page],
    [t('js.support.fact.filing'), ticket.filing],
  ].filter(Boolean);
}

/** A card with a ticket; more goes to its end. */
export function card(ticket, pairs, ...more) {
  const waiting = ticket.state === 'received' || ticket.state === 'in-progress';
  return el('article', { class: 'card', 'data-ticket': ticket.ticket },
    el('h3', { tabindex: '-1' }, el('span', { class: 'one-line' }, ticket.ticket), ' ',
      el('span', { class: `govuk-tag govuk-tag--${waiting ? 'yellow' : 'green'}` }, t(`js.support.state.${ticket.state}`)),
      ticket.overdue ? el('span', { class: 'govuk-tag govuk-tag--yellow' }, t('js.support.overdue')) : null),
    facts(pairs),
    ticket.answer ? el('div', { class: 'govuk-inset-text good' }, el('h4', {}, t('js.support.fact.answer')),
      ...ticket.answer.split('\n').map((line) => el('p', {}, line))) : null,
    ...more);
}
