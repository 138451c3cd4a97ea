// Check your answers: what the office finds, everything the form holds in its order with a way back to
// each question, and the way to the signature.

import { api } from '../lib/api.js';
import { $, el, facts } from '../lib/dom.js';
import { answers } from '../lib/form-answers.js';
import { missing, places } from '../lib/form-rows.js';
import { readFiling } from '../lib/form-source.js';
import { clear, show, showError } from '../lib/problem.js';
import { required } from '../lib/session.js';
import { article, code, lang, size, t, time } from '../lib/text.js';

const id = document.documentElement.dataset.filing;
const [state, box] = [$('[data-state]'), $('main [data-problem]')];

await required();
state.textContent = t('js.loading');
try {
  const filing = await readFiling(id);
  if (filing.ticketNo) location.replace(`/${lang}/filings/${id}`);
  $('[data-answers]').replaceChildren(...filing.form.sections.map((section) => card(filing, section)), documents(filing));
  const [checked, before] = await Promise.all([api('GET', `/api/filings/${id}/check`), sentBefore(filing)]);
  verdict(filing, checked, before);
  $('[data-body]').hidden = false;
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}

/** What the office's check found: errors keep the paper from being signed, warnings are acknowledged. */
function verdict(filing, checked, before) {
  const of = (severity) => checked.defects.filter((d) => d.severity === severity).map((d) => finding(filing, d));
  const errors = of('error');
  const warnings = [...before, ...of('warning')];
  const errorBox = $('[data-errors]');
  errorBox.replaceChildren(errors.length
    ? el('div', { class: 'govuk-error-summary' }, el('h2', { class: 'govuk-error-summary__title' }, t('js.answers.errors', { n: errors.length })),
      el('ul', { class: 'govuk-list govuk-error-summary__list' }, ...errors))
    : el('div', { class: 'govuk-inset-text good' }, t('js.answers.complete')));
  $('[data-warnings]').replaceChildren(...(warnings.length ? [el('div', { class: 'govuk-inset-text warn' },
    el('h2', {}, t('js.answers.warnings', { n: warnings.length })), el('p', {}, t('js.answers.warnings.text')), el('ul', { class: 'findings' }, ...warnings))] : []));
  $('[data-acknowledge]').hidden = !warnings.length;
  const form = $('#review');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clear(box, form);
    if (errors.length) {
      errorBox.focus();
      errorBox.scrollIntoView({ block: 'start' });
    } else if (warnings.length && !$('#acknowledged').checked) {
      show(box, { title: t('js.answers.acknowledge'), errors: [{ pointer: '/acknowledged', detail: t('js.answers.acknowledge.detail') }] }, form);
    } else {
      location.assign(`/${lang}/filings/${id}/review?revision=${checked.revision}`);
    }
  });
}

/** What was sent already and looks the same, as a question: one paper is easily sent twice. */
async function sentBefore(filing) {
  const head = /** @type {Record<string, any>} */ (filing.head);
  if (!head.opposite) return [];
  const query = new URLSearchParams({ kind: head.kind, q: head.opposite, limit: '20' });
  const { filings } = await api('GET', `/api/filings?${query}`).catch(() => ({ filings: [] })); // a question less keeps nobody
  return filings.filter((sent) => sent.ticketNo && sent.id !== filing.replaces && Object.keys(head).every((name) => sent[name] === head[name]))
    .map((sent) => el('li', {}, el('a', { href: `/${lang}/filings/${sent.id}` }, t('js.answers.sent-before', { ticket: sent.ticketNo, time: time(sent.sentAt) }))));
}

/** One finding, in words with its article, and a link to its question where there is one. */
function finding(filing, { pointer, detail, article: reference }) {
  const words = reference ? `${detail.replace(/\.$/, '')} (${article(reference)}).` : detail;
  const [, first, rest] = pointer.split('/');
  if (first === 'documents') {
    const named = filing.documents.find((d) => d.id === rest);
    return el('li', {}, el('a', { href: `/${lang}/filings/${id}/documents` }, `${named?.name ?? t('js.tasks.documents')}: ${words}`));
  }
  const section = filing.form.sections.find((s) => s.code === first);
  if (!section) return el('li', {}, words);
  const place = places(section, filing.all[first] ?? {}).find((p) => p.pointer === pointer);
  return el('li', {}, el('a', { href: address(section, pointer) }, `${section.title}${place?.row.label ? `, ${place.row.label}` : ''}: ${words}`));
}

function address(section, pointer) {
  return `/${lang}/filings/${id}/sections/${section.code}?answers&at=${encodeURIComponent(pointer)}`;
}

function change(section, pointer, words) {
  return el('a', { href: address(section, pointer) },
    t('action.change'), el('span', { class: 'govuk-visually-hidden' }, ` ${words}`));
}

function card(filing, section) {
  const gaps = new Map(missing(section, filing.all).map((gap) => [gap.pointer, gap.row]));
  const tag = (gap) => [el('strong', { class: `govuk-tag govuk-tag--${gap.need === 'required' ? 'red' : 'yellow'}` }, t(`js.answers.${gap.need}`)), gap.article ? ` ${article(gap.article)}` : ''];
  const body = answers(filing, section, {
    gap: (pointer) => gaps.has(pointer) && tag(gaps.get(pointer)),
    action: (row, pointer) => (row.fromCert ? '' : change(section, pointer, row.label)),
  });
  return el('section', { class: 'govuk-summary-card', 'aria-labelledby': `s-${section.code}` },
    el('div', { class: 'govuk-summary-card__title-wrapper' }, el('h2', { class: 'govuk-summary-card__title', id: `s-${section.code}` }, section.title),
      el('div', { class: 'govuk-summary-card__actions' }, change(section, `/${section.code}`, section.title))),
    el('div', { class: 'govuk-summary-card__content' }, ...(body.length ? body : [el('p', {}, t('js.answers.nothing'))])));
}

function documents(filing) {
  const uploaded = filing.documents.filter((d) => d.uploaded);
  return el('section', { class: 'govuk-summary-card', 'aria-labelledby': 's-documents' },
    el('div', { class: 'govuk-summary-card__title-wrapper' }, el('h2', { class: 'govuk-summary-card__title', id: 's-documents' }, t('js.tasks.documents')),
      el('div', { class: 'govuk-summary-card__actions' }, el('a', { href: `/${lang}/filings/${id}/documents` }, t('action.change'), el('span', { class: 'govuk-visually-hidden' }, ` ${t('js.tasks.documents')}`)))),
    el('div', { class: 'govuk-summary-card__content' }, uploaded.length ? facts(uploaded.map((d) => [d.name, `${code('role', d.role)}, ${size(d.size)}`])) : el('p', {}, t('js.answers.nothing'))));
}
