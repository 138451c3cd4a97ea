// One filing: where it stands, what was sent, and what has happened to it.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, courts, el, facts } from '../lib/dom.js';
import { begin, copy } from '../lib/filing-acts.js';
import { showError } from '../lib/problem.js';
import { urgency } from '../lib/registry-view.js';
import { ruling } from '../lib/ruling-view.js';
import { required } from '../lib/session.js';
import { article, called, code, day, lang, money, t, time } from '../lib/text.js';

const id = document.documentElement.dataset.filing;
const [state, box] = [$('[data-state]'), $('main [data-problem]')];

await required();
state.textContent = t('js.loading');
try {
  show(await api('GET', `/api/filings/${id}`));
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}

function show(filing) {
  const sent = Boolean(filing.ticketNo);
  $('[data-receipt]').hidden = !sent;
  $('[data-corrected]').hidden = !sent;
  $('[data-edit]').hidden = sent;
  const open = ['sent', 'received', 'doubtful', 'registered', 'under_review'].includes(filing.status); // no judge has ruled on it
  $('[data-add]').hidden = !open && filing.status !== 'without_movement';
  $('[data-withdraw]').hidden = !open;
  $('[data-rejected]').hidden = filing.rejected.length === 0;
  $('[data-reasons]').replaceChildren(...filing.rejected.map((reason) => {
    const about = filing.documents.find((d) => reason.pointer === `/documents/${d.id}`);
    return el('li', {}, about ? `${about.name}: ${reason.detail}` : reason.detail);
  }));
  const file = (name, words) => el('a', { href: `/api/filings/${id}/files/${name}` }, words);
  const opened = ['accepted', 'order_issued', 'order_set_aside'].includes(filing.status) && filing.kind !== 'counterclaim'; // a case of its id
  $('[data-summary]').replaceChildren(
    el('p', {}, el('span', { class: `govuk-tag govuk-tag--${colour(filing)}` }, code('status', filing.status)),
      sent ? el('span', { class: 'one-line' }, ` ${filing.ticketNo}`) : null),
    facts([
      [t('js.filing.paper'), $(`[data-kinds] data[value="${filing.kind}"]`)?.textContent],
      [t('js.review.court'), filing.courtCode && courts()(filing.courtCode)],
      [t('js.review.opposite'), filing.opposite],
      [t('js.filing.case'), opened ? el('a', { href: `/${lang}/cases/${id}` }, filing.number)
        : filing.caseId ? el('a', { href: `/${lang}/cases/${filing.caseId}` }, filing.caseNo) : filing.caseNo],
      [t('js.filing.number'), filing.number],
      [t('js.filing.judge'), called(filing.judge)],
      [t('js.review.price'), filing.amountTiyn ? money(filing.amountTiyn) : ''],
      [t('js.filing.replaces'), filing.replaces && el('a', { href: `/${lang}/filings/${filing.replaces}` }, t('js.filing.replaced'))],
      [t('js.filing.statement'), sent && file('statement', t('js.filing.open'))],
      [t('js.review.documents'), filing.documents?.length ? el('ul', { class: 'plain' },
        ...filing.documents.map((d) => el('li', {}, file(d.id, d.name), ` – ${code('role', d.role)}`))) : ''],
    ]));
  $('[data-events]').replaceChildren(...(filing.events ?? []).map(
    (event) => el('li', {}, el('time', { datetime: event.at }, time(event.at)), el('span', {}, happened(event))),
  ));
  $('[data-ruling]').hidden = !filing.ruling;
  if (filing.ruling) $('[data-ruling-text]').replaceChildren(...ruling(filing.ruling, filing.corrected, (name) => `/api/filings/${id}/files/${name}`));
  const next = `js.filing.next.${filing.status}`;
  $('[data-next]').hidden = t(next) === next;
  $('[data-next-text]').textContent = t(next);
  if (filing.status === 'order_set_aside') $('[data-next-text]').append(' ', el('a', { href: `/${lang}/filings/new` }, t('js.filing.begin-claim')));
  $('[data-terms]').replaceChildren(...(filing.terms ?? []).filter((term) => term.due).map((term) => el('li', {},
    `${code('term.rule', term.rule)}${term.step === 'correct-ruling' ? ` (${t('js.ruling.correct-ruling.against')})` : ''}: `, el('time', { datetime: term.due }, day(term.due)), ` (${article(term.article)}) `, urgency(term.urgency))));
  begins($('[data-copy]'), () => copy(id, false));
  begins($('[data-corrected]'), () => copy(id, true));
  begins($('[data-add]'), () => begin(filing, 'motion'));
  begins($('[data-withdraw]'), () => begin(filing, 'return_request'));
  $('[data-evidence]').hidden = !sent;
  $('[data-body]').hidden = false;
}

function happened({ type, acted }) {
  const more = [acted?.number, called(acted?.judge), acted?.higher && courts()(acted.higher), acted?.on && day(acted.on), acted?.wrong, acted?.reason].filter(Boolean);
  return more.length ? `${code('event', type)}: ${more.join(', ')}` : code('event', type);
}

$('[data-save-evidence]').addEventListener('click', async ({ currentTarget: button }) => {
  const progress = $('[data-evidence-state]');
  const say = (words) => { progress.textContent = words; };
  box.replaceChildren();
  busy(button);
  try {
    const { saveEvidence } = await import('../lib/evidence-file.js');
    await saveEvidence(id, say);
  } catch (error) {
    say('');
    showError(box, error);
  }
  idle(button);
});

function colour(filing) {
  if (!filing.ticketNo) {
    return 'yellow';
  }
  if (filing.status === 'doubtful' || filing.status === 'withdrawn') return 'yellow';
  if (['without_movement', 'granted_in_part', 'awaiting_responses'].includes(filing.status)) return 'yellow';
  return ['technical_rejected', 'returned', 'refused', 'denied', 'order_set_aside'].includes(filing.status) ? 'red' : 'green';
}

function begins(button, act) {
  button.addEventListener('click', async () => {
    busy(button);
    try {
      await act();
    } catch (error) {
      showError(box, error);
      idle(button);
    }
  });
}
