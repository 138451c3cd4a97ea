// What the head of a court sees: the whole queue by age, by clerk and by judge, and who has what; and the handing
// of a filing to another.

import { api } from '../lib/api.js';
import { $, $$, courts, el } from '../lib/dom.js';
import { clear, showError } from '../lib/problem.js';
import { inHand, urgency } from '../lib/registry-view.js';
import { required } from '../lib/session.js';
import { called, code, day, t, time } from '../lib/text.js';

const [state, box, form] = [$('[data-state]'), $('main [data-problem]'), $('#hand')];
const courtName = courts();
const kinds = new Map($$('[data-kinds] data').map((d) => [d.value, d.textContent]));
/** @type {any} */
let overview;
/** What is handed over: the filing and the id of the act, which a repeat keeps. */
let chosen = { filing: /** @type {any} */ (null), act: '' };

const me = await required();
await load();

$('#court').addEventListener('change', load);
$('#show').addEventListener('change', list);
$('[data-close]').addEventListener('click', () => {
  form.hidden = true;
  $(`[data-hand="${chosen.filing.id}"]`)?.focus();
});
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clear(box, form);
  const { filing, act } = chosen;
  const judge = Boolean(filing.judgeId);
  try {
    await api('POST', `/api/registry/filings/${filing.id}/handover`, {
      act, post: judge ? 'judge' : 'clerk', from: judge ? filing.judgeId : filing.clerk, to: $('#to').value, reason: $('#reason').value,
    });
    const to = $('#to').selectedOptions[0].textContent;
    form.hidden = true;
    await load();
    state.textContent = t('js.registry.handed', { ticket: filing.ticketNo, name: to });
    $('#list-title').focus();
  } catch (error) {
    showError(box, error, form);
  }
});

async function load() {
  clear(box);
  state.textContent = t('js.loading');
  try {
    overview = await api('GET', `/api/registry/overview?${new URLSearchParams({ court: $('#court').value ?? '' })}`);
    $('#court').replaceChildren(...overview.courts.map((court) => el('option', { value: court, selected: court === overview.court }, courtName(court))));
    $('[data-counts]').replaceChildren(...['late', 'today', 'soon', 'later'].filter((u) => overview.counts[u]).map((u) => el('li', {}, urgency(u), ` ${overview.counts[u]}`)));
    $('[data-ages]').replaceChildren(...['fresh', 'some', 'days', 'week'].filter((a) => overview.ages[a]).map((a) => el('li', {}, `${t(`js.registry.age.${a}`)}: ${overview.ages[a]}`)));
    $('[data-more]').hidden = !overview.more;
    $('[data-people] tbody').replaceChildren(
      ...overview.clerks.map((one) => person(called(one.name), 'clerk', one)), ...overview.judges.map((one) => person(called(one.name), 'judge', one)),
      person(t('js.registry.nobody'), 'clerk', { count: overview.nobody }));
    list();
    $('[data-body]').hidden = false;
  } catch (error) {
    showError(box, error);
  } finally {
    state.textContent = '';
  }
}

function person(name, post, { count, today = '–', late = '–' }) {
  const heads = $$('[data-people] thead th').slice(2).map((th) => th.textContent);
  return el('tr', {}, el('th', { scope: 'row' }, name), el('td', {}, t(`js.admin.right.${post}`)), ...[count, today, late].map((n, i) => el('td', { 'data-label': heads[i] }, String(n))));
}

function list() {
  const wanted = {
    all: () => true, late: (f) => f.urgency === 'late', held: (f) => f.clerk, nobody: (f) => !f.clerk && !f.judgeId, judges: (f) => f.judgeId,
  }[$('#show').value];
  const rows = overview.filings.filter(wanted).map(row);
  $('[data-table] tbody').replaceChildren(...rows);
  $('[data-table]').hidden = rows.length === 0;
  $('[data-none]').hidden = rows.length > 0;
}

function row(filing) {
  return el('tr', {},
    el('td', {}, urgency(filing.urgency), el('div', {}, day(filing.due))),
    el('th', { scope: 'row' }, `${kinds.get(filing.kind) ?? filing.kind}, ${filing.ticketNo}`, el('div', { class: 'small' }, code('status', filing.status)),
      filing.number ? el('div', { class: 'small' }, t('js.registry.number', { number: filing.number })) : null),
    el('td', {}, time(filing.sentAt), el('div', { class: 'small' }, t(`js.registry.age.${filing.age}`))),
    el('td', {}, filing.judgeId ? t('js.registry.before', { judge: called(filing.judge) }) : inHand(filing.lease) || t('js.registry.nobody'),
      filing.handed ? el('div', { class: 'small' }, t('js.registry.why', { reason: filing.handed })) : null),
    el('td', {}, el('button', {
      type: 'button', class: 'govuk-button govuk-button--secondary', 'data-hand': filing.id, onclick: () => hand(filing), 'aria-label': t('js.registry.give', { ticket: filing.ticketNo }),
    }, t('js.registry.give.button'))));
}

/** Opens the form for a filing: it goes from a clerk to a clerk, from a judge to a judge. */
function hand(filing) {
  chosen = { filing, act: crypto.randomUUID() };
  clear(box, form);
  const has = filing.judgeId || filing.clerk;
  const colleagues = (filing.judgeId ? overview.judges : overview.clerks).filter((one) => one.id !== has && one.id !== me.id); // nobody gives out work to themselves
  $('[data-which]').textContent = t('js.registry.give', { ticket: filing.ticketNo });
  $('#to').replaceChildren(el('option', { value: '' }, t('registry.choose')), ...colleagues.map((one) => el('option', { value: one.id }, `${called(one.name)} (${one.count})`)));
  $('#reason').value = '';
  form.hidden = false;
  $('#hand-title').focus();
}
