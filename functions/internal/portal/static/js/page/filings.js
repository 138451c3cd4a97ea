// The list of the account's filings: found, continued, copied and deleted; and what waits for the
// signature of who is signed in.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, courts, el } from '../lib/dom.js';
import { copy } from '../lib/filing-acts.js';
import { clear, showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { code, date, lang, t, time } from '../lib/text.js';

const [state, box, body, more] = [$('[data-state]'), $('main [data-problem]'), $('[data-table] tbody'), $('[data-more]')];
const courtName = courts();
const kinds = new Map([.../** @type {HTMLSelectElement} */ ($('#find-kind')).options].map((o) => [o.value, o.text]));
let asked = 0; // an answer to an earlier question is not shown under a later one
let next = '';

await required();
await Promise.all([find(''), waiting()]);

$('#find').addEventListener('submit', (event) => {
  event.preventDefault();
  find('');
});
$('#find').addEventListener('change', (event) => { if (event.target.matches('select')) find(''); }); // words wait for the button: leaving them must not move what is clicked
more.addEventListener('click', async () => {
  const from = body.childElementCount;
  await find(next);
  $('a', body.children[from])?.focus();
});

function filters() {
  return { q: $('#words').value.trim(), kind: $('#find-kind').value, status: $('#find-status').value };
}

/** Shows the page behind a cursor, or the first. A page may be short, or empty, and not be the last. */
async function find(from) {
  const mine = ++asked;
  state.textContent = t('js.loading');
  busy(more);
  clear(box);
  try {
    const found = [];
    let cursor = from;
    do {
      const page = await api('GET', `/api/filings?${new URLSearchParams({ ...filters(), cursor })}`);
      if (mine !== asked) return;
      found.push(...page.filings);
      cursor = page.next;
    } while (cursor && !found.length);
    next = cursor;
    if (!from) body.replaceChildren();
    body.append(...found.map(row));
    shown();
  } catch (error) {
    showError(box, error);
  } finally {
    if (mine === asked) state.textContent = '';
    idle(more);
  }
}

function shown() {
  const none = body.childElementCount === 0;
  const filtered = Object.values(filters()).some(Boolean);
  $('[data-table]').hidden = none;
  $('[data-empty]').hidden = !none || filtered;
  $('[data-none]').hidden = !none || !filtered;
  more.hidden = !next;
}

/** Where a filing is gone on with. */
function address({ id, status }) {
  return `/${lang}/filings/${id}${{ draft: '/tasks', awaiting_signatures: '/review' }[status] ?? ''}`;
}

function row(filing) {
  const at = filing.sentAt || filing.updatedAt;
  const unsent = !filing.sentAt;
  const tr = el('tr', {},
    el('th', { scope: 'row' }, el('a', { href: address(filing) }, kinds.get(filing.kind) ?? filing.kind),
      el('div', { class: 'small' }, [filing.opposite, filing.caseNo].filter(Boolean).join(', ')),
      filing.replaces ? el('div', { class: 'small' }, el('a', { href: `/${lang}/filings/${filing.replaces}` }, t('js.filings.replaces'))) : null),
    el('td', {}, filing.courtCode ? courtName(filing.courtCode) : t('js.filings.no-court')),
    el('td', {}, el('span', { class: `govuk-tag govuk-tag--${unsent ? 'yellow' : 'green'}` }, code('status', filing.status)),
      filing.ticketNo ? el('span', { class: 'one-line' }, ` ${filing.ticketNo}`) : null),
    el('td', {}, el('time', { datetime: at }, time(at)),
      filing.expiresAt ? el('p', { class: 'small' }, t('js.filings.expires', { date: date(filing.expiresAt) })) : null),
    el('td', { class: 'acts' }, act(filing, t('js.filings.copy'), () => copy(filing.id, false)),
      unsent ? act(filing, t('js.filings.delete'), () => remove(filing, tr)) : act(filing, t('js.filings.correct'), () => copy(filing.id, true))));
  return tr;
}

function act(filing, words, run) {
  const button = el('button', { type: 'button', class: 'govuk-button govuk-button--secondary small' }, words,
    el('span', { class: 'govuk-visually-hidden' }, ` ${[kinds.get(filing.kind), filing.opposite].filter(Boolean).join(', ')}`));
  button.addEventListener('click', async () => {
    busy(button);
    try {
      await run();
    } catch (error) {
      showError(box, error);
    } finally {
      idle(button);
    }
  });
  return button;
}

/** Asks, then deletes a draft. */
async function remove(filing, tr) {
  const dialog = $('#delete');
  clear($('[data-delete-problem]'));
  $('[data-what]', dialog).textContent = [kinds.get(filing.kind), filing.opposite].filter(Boolean).join(', ');
  dialog.showModal();
  const done = new AbortController();
  const listen = (/** @type {any} */ target, name, run) => target.addEventListener(name, run, { signal: done.signal });
  await new Promise((resolve) => {
    listen(dialog, 'close', resolve);
    listen($('[data-keep]', dialog), 'click', () => dialog.close());
    listen($('[data-delete]', dialog), 'click', async () => {
      try {
        await api('DELETE', `/api/filings/${filing.id}`);
        tr.remove();
        shown();
        dialog.close();
        $('#words').focus();
      } catch (error) {
        showError($('[data-delete-problem]'), error);
      }
    });
  });
  done.abort();
}

/** What waits for the signature of who is signed in, of their own and of others. */
async function waiting() {
  try {
    const { filings } = await api('GET', '/api/signatures');
    $('[data-waiting-box]').hidden = !filings.length;
    $('[data-waiting]').replaceChildren(...filings.map((filing) => el('li', {},
      el('a', { href: `/${lang}/filings/${filing.id}/review` }, [kinds.get(filing.kind), filing.opposite].filter(Boolean).join(', ')),
      el('span', {}, filing.sealBy ? t('js.review.until', { time: time(filing.sealBy) }) : ''))));
  } catch (error) {
    showError(box, error, null, { quiet: true });
  }
}
