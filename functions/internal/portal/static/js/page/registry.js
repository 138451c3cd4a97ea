// The court's registry: what waits at a court, what ends first first, and what a judge has before them.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, $$, courts, el } from '../lib/dom.js';
import { clear, showError } from '../lib/problem.js';
import { inHand, urgency } from '../lib/registry-view.js';
import { required } from '../lib/session.js';
import { code, day, lang, t, time } from '../lib/text.js';

const [state, box, body, more] = [$('[data-state]'), $('main [data-problem]'), $('[data-table] tbody'), $('[data-more]')];
const courtName = courts();
const kinds = new Map($$('[data-kinds] data').map((d) => [d.value, d.textContent]));
let next = '';

await required();
await show('');

$('#court').addEventListener('change', () => show(''));
more.addEventListener('click', async () => {
  const from = body.childElementCount;
  await show(next);
  $('a', body.children[from])?.focus();
});
$('#find').addEventListener('submit', async (event) => {
  event.preventDefault();
  clear(box, $('#find'));
  const q = $('#words').value.trim();
  if (!q) {
    await show('');
    return;
  }
  state.textContent = t('js.loading');
  try {
    const found = await api('GET', `/api/registry/search?${new URLSearchParams({ court: $('#court').value, q })}`);
    location.assign(found.case ? `/${lang}/cases/${found.case}` : `/${lang}/registry/filings/${found.id}`);
  } catch (error) {
    showError(box, error, $('#find'));
  } finally {
    state.textContent = '';
  }
});

let sought = { court: '', party: '' };
let nextFound = '';

$('#party-form').addEventListener('submit', (event) => {
  event.preventDefault();
  sought = { court: $('#court').value, party: $('#party').value.trim() };
  search('');
});
$('[data-found-more]').addEventListener('click', () => search(nextFound));

/** Shows what is found by a party behind a cursor, or the first. A page may be empty and not be the last. */
async function search(from) {
  const form = $('#party-form');
  clear(box, form);
  state.textContent = t('js.loading');
  $('[data-found-more]').disabled = true;
  try {
    const found = [];
    let cursor = from;
    do {
      const page = await api('POST', '/api/registry/parties', { ...sought, cursor });
      found.push(...page.found);
      cursor = page.next;
    } while (cursor && !found.length);
    nextFound = cursor;
    const list = $('[data-found] tbody');
    if (!from) list.replaceChildren();
    const place = list.childElementCount;
    list.append(...found.map(result));
    $('[data-found-box]').hidden = false;
    $('[data-found]').hidden = list.childElementCount === 0;
    $('[data-found-none]').hidden = list.childElementCount > 0;
    $('[data-found-more]').hidden = !cursor;
    state.textContent = t('js.registry.found', { n: list.childElementCount });
    (from ? $('a', list.children[place]) : $('#found-title'))?.focus();
  } catch (error) {
    state.textContent = '';
    showError(box, error, form);
  } finally {
    $('[data-found-more]').disabled = false;
  }
}

/** A filing with the case that came of it, or a case alone. */
function result(found) {
  const link = found.case && el('a', { href: `/${lang}/cases/${found.case.id}` }, t('js.registry.case', { number: found.case.number }));
  if (found.filing) {
    const line = row(found.filing);
    if (link) $('th', line).append(el('div', {}, link));
    return line;
  }
  const sides = [found.case.claimant, found.case.opposite].filter(Boolean);
  return el('tr', {}, el('td', {}, '–'), el('th', { scope: 'row' }, link, el('div', { class: 'small' }, sides.join(' – '))),
    el('td', {}, time(found.case.openedAt)), el('td', {}, code('case.status', found.case.status)), el('td', {}, '–'));
}

async function show(cursor) {
  clear(box);
  state.textContent = t('js.loading');
  busy(more);
  try {
    const queue = await api('GET', `/api/registry/queue?${new URLSearchParams({ court: $('#court').value, cursor })}`);
    if (!cursor) {
      posts(queue);
      counts(queue);
      body.replaceChildren();
    }
    body.append(...queue.filings.map(row));
    next = queue.next;
    more.hidden = !next;
    $('[data-table]').hidden = body.childElementCount === 0;
    $('[data-none]').hidden = body.childElementCount > 0;
  } catch (error) {
    showError(box, error);
  } finally {
    state.textContent = '';
    idle(more);
  }
}

function posts(queue) {
  const at = (post) => queue.posts.filter((p) => p.post === post);
  $('[data-queue-box]').hidden = at('clerk').length === 0;
  $('#court').replaceChildren(...at('clerk').map(({ court }) => el('option', { value: court, selected: court === queue.court }, courtName(court))));
  $('[data-before-box]').hidden = at('judge').length === 0;
  $('[data-before] tbody').replaceChildren(...queue.before.map(row));
  $('[data-before]').hidden = queue.before.length === 0;
  $('[data-before-none]').hidden = queue.before.length > 0;
}

function counts(queue) {
  $('[data-counts]').replaceChildren(...['late', 'today', 'soon', 'later'].filter((u) => queue.counts[u]).map(
    (u) => el('li', {}, urgency(u), ` ${queue.counts[u] >= 1000 ? t('js.registry.most', { n: queue.counts[u] }) : queue.counts[u]}`)));
}

function row(filing) {
  return el('tr', {},
    el('td', {}, ...(filing.urgency ? [urgency(filing.urgency), el('div', {}, day(filing.due))] : ['–'])),
    el('th', { scope: 'row' }, el('a', { href: `/${lang}/registry/filings/${filing.id}` }, `${kinds.get(filing.kind) ?? filing.kind}, ${filing.ticketNo}`),
      filing.number ? el('div', { class: 'small' }, t('js.registry.number', { number: filing.number })) : null,
      el('div', { class: 'small' }, t('js.registry.documents', { n: filing.documentCount })),
      filing.replaces ? el('div', { class: 'small' }, t('js.filings.replaces')) : null),
    el('td', {}, time(filing.sentAt)),
    el('td', {}, code('status', filing.status)),
    el('td', {}, inHand(filing.lease), filing.handed ? el('div', { class: 'small' }, t('js.registry.why', { reason: filing.handed })) : null));
}
