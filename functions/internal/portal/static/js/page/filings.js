// The list of the account's filings.

import { allFilings, api } from '../lib/api.js';
import { $, courts, el } from '../lib/dom.js';
import { showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { code, date, lang, t, time } from '../lib/text.js';

const state = $('[data-state]');
const courtName = courts();

await required();
state.textContent = t('js.loading');
try {
  const filings = await allFilings();
  $('[data-empty]').hidden = filings.length > 0;
  $('[data-table]').hidden = filings.length === 0;
  $('[data-table] tbody').replaceChildren(...filings.map(row));
} catch (error) {
  showError($('main [data-problem]'), error);
} finally {
  state.textContent = '';
}

function row(filing) {
  const draft = !filing.sentAt;
  const href = `/${lang}/filings/${filing.id}${draft ? '/edit' : ''}`;
  const at = filing.sentAt || filing.updatedAt;
  return el('tr', {},
    el('th', { scope: 'row' }, el('a', { href }, filing.opposite || t('js.filings.none-defendant'))),
    el('td', {}, filing.courtCode ? courtName(filing.courtCode) : t('js.filings.no-court')),
    el('td', {}, el('span', { class: `govuk-tag govuk-tag--${draft ? 'yellow' : 'green'}` }, code('status', filing.status)),
      filing.ticketNo ? el('span', { class: 'ticket-small' }, ` ${filing.ticketNo}`) : null),
    el('td', {}, el('time', { datetime: at }, time(at)),
      filing.expiresAt ? el('p', { class: 'small' }, t('js.filings.expires', { date: date(filing.expiresAt) })) : null));
}
