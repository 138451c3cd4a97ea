// Administrators open and close breach cases.

import { administer } from '../lib/administer.js';
import { api } from '../lib/api.js';
import { card, closing, evidence, particulars } from '../lib/breach-view.js';
import { $, digits, el } from '../lib/dom.js';
import { entitled } from '../lib/entitled.js';
import { clear, showError } from '../lib/problem.js';
import { t } from '../lib/text.js';

const state = $('[data-state]');
const box = $('main > [data-problem]');
const list = $('[data-breaches]');
const more = $('[data-more]');
let next = '';

await entitled('admin');
await show('');

async function show(after) {
  clear(box);
  state.textContent = t('js.loading');
  try {
    const found = await api('GET', `/api/admin/breaches?after=${encodeURIComponent(after)}`);
    // Whatever is open comes first: no time closes it.
    const cards = [...found.breaches.filter((b) => !b.closedAt), ...found.breaches.filter((b) => b.closedAt)].map(view);
    if (after) list.append(...cards);
    else list.replaceChildren(...(cards.length ? cards : [el('p', {}, t('js.breach.none'))]));
    next = found.next;
    more.hidden = !next;
  } catch (error) {
    showError(box, error);
  } finally {
    state.textContent = '';
  }
}

more.addEventListener('click', () => show(next));

$('#open').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const note = $('[data-problem]', form);
  clear(note, form);
  try {
    const reason = $('#open-reason').value;
    const { id } = await api('POST', '/api/admin/accounts/search', { number: digits('#number'), reason });
    const opened = await administer('POST', '/api/admin/breaches', {
      account: id, act: $('#act-reference').value.trim(), reason, withheld: $('#open-withheld').value,
    });
    if (!opened) return;
    form.reset();
    const made = view(opened);
    list.querySelector(':scope > p')?.remove(); // that there are none
    list.prepend(made);
    $('h3', made).focus();
    state.textContent = t('js.admin.done');
  } catch (error) {
    showError(note, error, form);
  }
});

function view(breach) {
  const pairs = [...particulars(breach), ...evidence(breach), ...closing(breach)];
  if (breach.closedAt) return card(breach, pairs);
  return card(breach, pairs, breach.own ? el('p', { class: 'govuk-hint' }, t('js.breach.own')) : closes(breach));
}

/** The form that closes a case. */
function closes(breach) {
  const note = el('div', { 'data-problem': '' });
  const field = (name, key, hint) => {
    const id = `${name}-${breach.id}`;
    const input = el('input', { class: 'govuk-input', id, 'data-most': '500', 'aria-describedby': `${id}-hint`, 'data-pointer': `/${name}` });
    return [input, el('div', { class: 'govuk-form-group' },
      el('label', { class: 'govuk-label', for: id }, t(key)), el('p', { class: 'govuk-hint', id: `${id}-hint` }, t(hint)), input)];
  };
  const [reason, reasonGroup] = field('reason', 'js.breach.closing', 'admin.reason.hint');
  const [withheld, withheldGroup] = field('withheld', 'breach.withheld', 'breach.withheld.hint');
  const form = el('form', { novalidate: true }, note, reasonGroup, withheldGroup,
    el('button', { type: 'submit', class: 'govuk-button govuk-button--secondary' }, t('js.breach.close')));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    clear(note, form);
    try {
      const closed = await administer('POST', `/api/admin/breaches/${breach.id}/closing`, { reason: reason.value, withheld: withheld.value });
      if (!closed) return;
      const after = view(closed);
      form.closest('article').replaceWith(after);
      $('h3', after).focus();
      state.textContent = t('js.admin.done');
    } catch (error) {
      showError(note, error, form);
    }
  });
  return form;
}
