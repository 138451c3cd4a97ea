// The audit of a month: who did what to whom, narrowed down by what it is about and by words, and as a table.

import { api } from '../lib/api.js';
import { entry, told } from '../lib/audit.js';
import { $, el, save } from '../lib/dom.js';
import { entitled } from '../lib/entitled.js';
import { clear, showError } from '../lib/problem.js';
import { lang, t, time } from '../lib/text.js';

const STEP = 100; // as many entries are shown at a time

const box = $('main > [data-problem]');
const state = $('[data-state]');
const more = $('[data-more]');
let read = { month: '', entries: [] };
let found = [];

await entitled('admin');
const now = new Date();
const months = Array.from({ length: 25 }, (_, back) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back)).toISOString().slice(0, 7));
$('#month').append(...months.map((month) => el('option', {}, month)));

$('#filter').addEventListener('submit', async (event) => {
  event.preventDefault();
  clear(box);
  state.textContent = t('js.loading');
  try {
    await load($('#month').value);
    narrow();
  } catch (error) {
    state.textContent = '';
    showError(box, error);
  }
});
$('#about').addEventListener('change', () => read.month && narrow());
$('#words').addEventListener('input', () => read.month && narrow());

/** Reads a whole month: what is narrowed down and exported leaves nothing out. */
async function load(month) {
  const entries = [];
  let after = '';
  do {
    const page = await api('GET', `/api/admin/audit?month=${month}&after=${encodeURIComponent(after)}`);
    entries.push(...page.entries);
    after = page.next;
    state.textContent = t('js.audit.read', { n: entries.length });
  } while (after);
  read = { month, entries };
}

function narrow() {
  const about = $('#about').value;
  const words = $('#words').value.trim().toLocaleLowerCase(lang);
  found = read.entries.filter((e) => (!about || e.act.startsWith(`${about}.`))
    && (!words || Object.values(told(e)).some((said) => said.toLocaleLowerCase(lang).includes(words))));
  state.textContent = t('js.audit.found', { n: found.length, of: read.entries.length });
  $('[data-list]').hidden = !found.length;
  $('[data-export]').hidden = !found.length;
  $('[data-audit]').replaceChildren();
  grow();
}

function grow() {
  const list = $('[data-audit]');
  list.append(...found.slice(list.children.length, list.children.length + STEP).map(entry));
  more.hidden = list.children.length >= found.length;
}
more.addEventListener('click', grow);

// RFC 4180, with a mark by which spreadsheets know UTF-8; a cell that they would take for a formula is text.
const cell = (value) => `"${(/^[=+@\t\r-]/.test(value) ? `'${value}` : value).replaceAll('"', '""')}"`;

$('[data-export]').addEventListener('click', () => {
  const head = [t('js.audit.column.time'), t('js.audit.column.by'), t('js.audit.column.act'), t('js.audit.column.of'), t('js.audit.column.change'), t('js.audit.column.reason')];
  const rows = found.map((e) => {
    const { by, act, of, change, reason } = told(e);
    return [time(e.at, true), by, act, of, change, reason];
  });
  const text = [head, ...rows].map((row) => row.map(cell).join(',')).join('\r\n');
  save(new Blob([`\ufeff${text}\r\n`], { type: 'text/csv;charset=utf-8' }), `audit-${read.month}.csv`);
});
