// The cases of who is signed in; for those who work for a court, its cases too.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { title } from '../lib/case-view.js';
import { $, el } from '../lib/dom.js';
import { clear, showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { code, lang, t, time } from '../lib/text.js';

const [state, box, body, more] = [$('[data-state]'), $('main [data-problem]'), $('[data-table] tbody'), $('[data-more]')];
const form = $('#court-form');
let next = '';

const who = await required();
const posts = who.rights.filter((right) => /^(clerk|judge)\./.test(right));
await find('');
if (posts.length) await court();

form.addEventListener('submit', (event) => {
  event.preventDefault();
  find('');
});
form.addEventListener('change', (event) => { if (event.target.matches('select')) find(''); });
more.addEventListener('click', () => find(next));

/** Offers the courts whose clerk is signed in, and the cases that are assigned to a judge. */
async function court() {
  const found = await api('GET', '/api/cases');
  const options = found.courts.map((one) => el('option', { value: one.code }, one.name));
  if (found.judge) options.unshift(el('option', { value: 'judge' }, t('js.case.assigned')));
  $('#court').replaceChildren(el('option', { value: '' }, $('h1').textContent), ...options);
  form.hidden = false;
}

function address(cursor) {
  const chosen = form.hidden ? '' : $('#court').value;
  if (!chosen) return `/api/cases?${new URLSearchParams({ cursor })}`;
  const asked = chosen === 'judge' ? { cursor } : { court: chosen, number: $('#number').value.trim(), cursor };
  return `/api/court/cases?${new URLSearchParams(asked)}`;
}

/** Shows the page behind a cursor, or the first. A page may be short, or empty, and not be the last. */
async function find(from) {
  state.textContent = t('js.loading');
  busy(more);
  clear(box);
  try {
    const found = [];
    let cursor = from;
    do {
      const page = await api('GET', address(cursor));
      found.push(...page.cases);
      cursor = page.next;
    } while (cursor && !found.length);
    next = cursor;
    if (!from) body.replaceChildren();
    body.append(...found.map(row));
    const none = body.childElementCount === 0;
    const mine = form.hidden || !$('#court').value;
    $('[data-table]').hidden = none;
    $('[data-empty]').hidden = !none || !mine;
    $('[data-none]').hidden = !none || mine;
    more.hidden = !next;
  } catch (error) {
    showError(box, error, form);
  } finally {
    state.textContent = '';
    idle(more);
  }
}

function row(one) {
  return el('tr', {},
    el('th', { scope: 'row' }, el('a', { href: `/${lang}/cases/${one.id}` }, t('js.case.number', { number: one.number })),
      el('div', { class: 'small' }, title(one))),
    el('td', {}, one.court),
    el('td', {}, el('span', { class: 'govuk-tag' }, code('case.status', one.status))),
    el('td', {}, one.hearingAt ? el('time', { datetime: one.hearingAt }, time(one.hearingAt)) : '–'));
}
