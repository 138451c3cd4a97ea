// Administrators look into requests to support, answer and close them.

import { api } from '../lib/api.js';
import { $, el } from '../lib/dom.js';
import { entitled } from '../lib/entitled.js';
import { clear, showError } from '../lib/problem.js';
import { card, particulars, progress } from '../lib/support-view.js';
import { t } from '../lib/text.js';

const state = $('[data-state]');
const box = $('main > [data-problem]');
const list = $('[data-tickets]');
const more = $('[data-more]');
let next = '';

await entitled('admin');
const now = new Date();
const months = Array.from({ length: 13 }, (_, back) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back)).toISOString().slice(0, 7));
$('#month').append(...months.map((month) => el('option', {}, month))); // a ticket is kept for a year
await show('');

async function show(after) {
  clear(box);
  state.textContent = t('js.loading');
  try {
    const found = await api('GET', `/api/admin/support?month=${encodeURIComponent($('#month').value)}&after=${encodeURIComponent(after)}`);
    const waits = (ticket) => ['received', 'in-progress'].includes(ticket.state);
    // Whoever has waited longest comes first, then what is dealt with, latest first.
    const cards = [...found.tickets.filter(waits).reverse(), ...found.tickets.filter((ticket) => !waits(ticket))].map(view);
    if (after) list.append(...cards);
    else list.replaceChildren(...(cards.length ? cards : [el('p', {}, t('js.support.none'))]));
    next = found.next;
    more.hidden = !next;
  } catch (error) {
    showError(box, error, $('#month-form'));
  } finally {
    state.textContent = '';
  }
}

$('#month-form').addEventListener('submit', (event) => {
  event.preventDefault();
  show('');
});
more.addEventListener('click', () => show(next));

function view(ticket) {
  const pairs = [
    ...progress(ticket), ...particulars(ticket),
    [t('js.support.fact.browser'), ticket.browser],
    [t('js.support.fact.ncalayer'), ticket.ncalayer],
    [t('js.support.fact.portal'), ticket.portal],
    [t('js.support.fact.agreement'), ticket.agreement],
    [t('js.support.fact.account'), ticket.account],
    [t('js.support.fact.lang'), ticket.lang],
    [t('js.support.fact.answer-to'), t(`js.support.to.${ticket.answerTo}`)],
  ];
  return card(ticket, pairs, ticket.own ? el('p', { class: 'govuk-hint' }, t('js.support.own')) : steps(ticket));
}

/** The form with what may be done with a ticket now. */
function steps(ticket) {
  const note = el('div', { 'data-problem': '' });
  const form = el('form', { novalidate: true }, note);
  const step = async (body) => {
    clear(note, form);
    try {
      const after = view(await api('POST', `/api/admin/support/${ticket.ticket}`, body));
      form.closest('article').replaceWith(after);
      $('h3', after).focus();
      state.textContent = t('js.admin.done');
    } catch (error) {
      showError(note, error, form);
    }
  };
  const button = (key, body) => el('button', { type: 'button', class: 'govuk-button govuk-button--secondary', onclick: () => step(body) }, t(key));
  if (ticket.state === 'answered') {
    form.append(el('div', { class: 'govuk-button-group' }, button('js.support.close', { state: 'closed', answer: '' })));
    return form;
  }
  if (ticket.state === 'closed') return null;
  const field = `answer-${ticket.ticket}`;
  const answer = el('textarea', { id: field, rows: '4', 'data-most': '2000', lang: ticket.lang, required: true, 'aria-describedby': `${field}-hint`, 'data-pointer': '/answer' });
  form.append(
    el('div', { class: 'govuk-form-group' }, el('label', { class: 'govuk-label', for: field }, t('js.support.answer')),
      el('p', { class: 'govuk-hint', id: `${field}-hint` }, t('js.support.answer.hint')), answer),
    el('div', { class: 'govuk-button-group' },
      el('button', { type: 'submit', class: 'govuk-button' }, t('js.support.answer.button')),
      ticket.state === 'received' ? button('js.support.start', { state: 'in-progress', answer: '' }) : null));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    step({ state: 'answered', answer: answer.value });
  });
  return form;
}
