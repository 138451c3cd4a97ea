// One filing: where it stands and what has happened to it.

import { api } from '../lib/api.js';
import { claimOf } from '../lib/claim-form.js';
import { $, courts, el, facts } from '../lib/dom.js';
import { showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { code, lang, money, t, time } from '../lib/text.js';

const id = document.documentElement.dataset.filing;
const state = $('[data-state]');

await required();
state.textContent = t('js.loading');
try {
  show(await api('GET', `/api/filings/${id}`));
} catch (error) {
  showError($('main [data-problem]'), error);
} finally {
  state.textContent = '';
}

function show(filing) {
  const claim = claimOf(filing.sections);
  const sent = Boolean(filing.ticketNo);
  $('[data-receipt]').hidden = !sent;
  $('[data-edit]').hidden = sent;
  $('[data-rejected]').hidden = filing.rejected.length === 0;
  $('[data-reasons]').replaceChildren(...filing.rejected.map((reason) => {
    const file = filing.documents.find((d) => reason.pointer === `/documents/${d.id}`);
    return el('li', {}, file ? `${file.name}: ${reason.detail}` : reason.detail);
  }));
  $('[data-summary]').replaceChildren(
    el('p', {}, el('span', { class: `govuk-tag govuk-tag--${colour(filing)}` }, code('status', filing.status)),
      sent ? el('span', { class: 'ticket-small' }, ` ${filing.ticketNo}`) : null),
    facts([
      [t('js.review.court'), claim.courtCode && courts()(claim.courtCode)],
      [t('js.review.defendants'), claim.defendants.map((d) => d.fullName).filter(Boolean).join('; ')],
      [t('js.review.price'), claim.claimPriceTiyn ? money(claim.claimPriceTiyn) : ''],
      [t('js.review.documents'), filing.documents?.length ? el('ul', { class: 'plain' },
        ...filing.documents.map((d) => el('li', {}, `${d.name} – ${code('role', d.role)}`))) : ''],
    ]));
  $('[data-events]').replaceChildren(...(filing.events ?? []).map(
    (event) => el('li', {}, el('time', { datetime: event.at }, time(event.at)), el('span', {}, code('event', event.type))),
  ));
  $('[data-body]').hidden = false;
}

function colour(filing) {
  if (!filing.ticketNo) {
    return 'yellow';
  }
  return filing.rejected.length > 0 ? 'red' : 'green';
}

const copy = crypto.randomUUID(); // a repeat after a lost answer makes no second one
$('[data-correct]').addEventListener('click', async (event) => {
  const button = event.currentTarget;
  button.disabled = true;
  try {
    await api('POST', `/api/filings/${id}/copy`, { as: copy, corrects: true });
    location.assign(`/${lang}/filings/${copy}/edit`);
  } catch (error) {
    button.disabled = false;
    showError($('main [data-problem]'), error);
  }
});
