// Administrators publish, change, approve and cancel windows of maintenance.

import { administer } from '../lib/administer.js';
import { api } from '../lib/api.js';
import { $, $$, el, checkbox } from '../lib/dom.js';
import { entitled } from '../lib/entitled.js';
import { card, line } from '../lib/maintenance-view.js';
import { clear, showError } from '../lib/problem.js';
import { clock, day, t } from '../lib/text.js';

const state = $('[data-state]');
const form = $('#plan');
const dialog = $('#decide');
const langs = ['kk', 'ru', 'en'];
let editing = null; // window being changed, or null for a new one
let id = crypto.randomUUID(); // of the new window: a repeat makes no second one

await entitled('admin');
await load();

async function load() {
  state.textContent = t('js.loading');
  try {
    const { windows, stoppable, rushes } = await api('GET', '/api/admin/maintenance');
    form.hidden = false;
    $('[data-rushes]').hidden = !rushes.length;
    $('[data-rushes] tbody').replaceChildren(...rushes.map(rush));
    $('[data-all]').hidden = false;
    if (!$('[data-options=affects] input')) {
      $('[data-options=affects]').replaceChildren(...stoppable.map((name) => checkbox(`affects-${name}`, name, t(`maintenance.affects.${name}`))));
    }
    $('[data-windows]').replaceChildren(...windows.map((w) => card(w, actions(w))));
  } catch (error) {
    showError($('main [data-problem]'), error);
  } finally {
    state.textContent = '';
  }
}

function minute(instant) {
  return clock(instant).slice(0, 5);
}

/** An evening on which many terms end. */
function rush({ day: on, from, to, why, ready }) {
  return el('tr', {},
    el('th', { scope: 'row', class: 'one-line' }, day(on), el('br'), `${minute(from)} – ${minute(to)}`),
    el('td', {}, t(`js.maintenance.rush.${why}`)),
    el('td', {}, ...ready.map((f) => el('div', {}, t('js.maintenance.rush.ready', { what: t(`maintenance.affects.${f.function}`), rush: f.rush, calm: f.calm })))));
}

function actions(window) {
  const open = ['proposed', 'coming', 'in-force'].includes(window.phase);
  if (!open) return null;
  const button = (key, listener, kind = 'govuk-button govuk-button--secondary') => el('button', { type: 'button', class: kind, onclick: listener }, t(key));
  return el('div', { class: 'govuk-button-group' },
    window.phase === 'proposed' && !window.mine ? button('js.maintenance.approve', () => decide(window, 'approval', 'js.maintenance.approve'), 'govuk-button') : null,
    window.phase === 'proposed' && window.mine ? el('p', { class: 'govuk-hint' }, t('js.maintenance.mine')) : null,
    button('js.maintenance.change', () => edit(window)),
    button('js.maintenance.cancel', () => decide(window, 'cancellation', 'js.maintenance.cancel')));
}

// Fields hold Kazakhstan's time, UTC+5, wherever the administrator is.
const toField = (instant) => new Date(Date.parse(instant) + 5 * 3600 * 1000).toISOString().slice(0, 16);
const fromField = (value) => (value ? `${value.length === 16 ? `${value}:00` : value}+05:00` : '');

function edit(window) {
  editing = window;
  $('#from').value = window ? toField(window.from) : '';
  $('#to').value = window ? toField(window.to) : '';
  $$('[data-options=affects] input').forEach((box) => { box.checked = window?.affects.includes(box.value) ?? false; });
  $('#emergency').checked = window?.emergency ?? false;
  langs.forEach((lang) => { $(`#text-${lang}`).value = window?.texts[lang] ?? ''; });
  $('#reason').value = '';
  $('button[data-new]', form).hidden = !window;
  const title = $('#plan-title');
  title.textContent = title.dataset[window ? 'change' : 'new'];
  clear($('[data-problem]', form), form);
  title.focus();
}

$('button[data-new]', form).addEventListener('click', () => edit(null));

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const problem = $('[data-problem]', form);
  clear(problem, form);
  // A start or end that was not touched keeps its seconds.
  const instant = (field, before) => (before && field.value === toField(before) ? before : fromField(field.value));
  const plan = {
    id: editing?.id ?? id,
    from: instant($('#from'), editing?.from),
    to: instant($('#to'), editing?.to),
    affects: $$('[data-options=affects] input:checked').map((box) => box.value),
    texts: Object.fromEntries(langs.map((lang) => [lang, $(`#text-${lang}`).value.trim()])),
    emergency: $('#emergency').checked,
    reason: $('#reason').value.trim(),
  };
  try {
    const saved = editing
      ? await administer('PUT', `/api/admin/maintenance/${editing.id}`, { ...plan, version: editing.version })
      : await administer('POST', '/api/admin/maintenance', plan);
    if (!saved) return;
    id = crypto.randomUUID();
    edit(null);
    await load();
    state.textContent = t('js.maintenance.saved');
  } catch (error) {
    showError(problem, error, form);
  }
});

let decision = null;

function decide(window, act, key) {
  decision = { window, act };
  $('#decide-title').textContent = t(key);
  $('[data-line]', dialog).textContent = line(window);
  $('[data-do]', dialog).textContent = t(key);
  $('#decide-reason').value = '';
  clear($('[data-problem]', dialog), dialog);
  dialog.showModal();
}

$('[data-close]', dialog).addEventListener('click', () => dialog.close());

$('form', dialog).addEventListener('submit', async (event) => {
  event.preventDefault();
  const { window, act } = decision;
  try {
    const done = await administer('POST', `/api/admin/maintenance/${window.id}/${act}`, { version: window.version, reason: $('#decide-reason').value.trim() });
    if (!done) return;
    dialog.close();
    await load();
    state.textContent = t('js.maintenance.saved');
  } catch (error) {
    showError($('[data-problem]', dialog), error, dialog);
  }
});
