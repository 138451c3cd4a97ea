// Showing problems: a box that says what happened, why and what to do, and the fields at fault.

import { busy, idle } from './busy.js';
import { $, $$, el } from './dom.js';
import { supportLink } from './support-link.js';
import { article, lang, t } from './text.js';

/** Takes a problem's traces off box and the fields of form. */
export function clear(box, form) {
  box.replaceChildren();
  if (!form) return;
  $$('.govuk-error-message', form).forEach((note) => note.remove());
  $$('.govuk-form-group--error', form).forEach((group) => group.classList.remove('govuk-form-group--error'));
  $$('[aria-invalid]', form).forEach((field) => {
    field.removeAttribute('aria-invalid');
    describe(field, '');
  });
}

/**
 * Shows problem in box and, where it names fields of form (data-pointer), beside them. The box
 * takes the focus unless quiet is asked for, as it is while somebody types.
 */
export function show(box, problem, form, { quiet = false } = {}) {
  clear(box, form);
  const faults = (problem.errors ?? []).map((fault) => ({ ...fault, field: form && find(form, fault.pointer) }));
  if (problem.pointer && !faults.length) {
    faults.push({ pointer: problem.pointer, detail: problem.detail, field: form && find(form, problem.pointer) });
  }
  faults.sort((a, b) => before(a.field, b.field)); // as the form asks, and what no field is about last
  const reference = problem.instance?.replace('urn:request:', '');
  const help = supportLink(problem);
  const alert = el('div', { class: 'govuk-error-summary', role: quiet ? null : 'alert', tabindex: '-1' },
    el('h2', { class: 'govuk-error-summary__title' }, problem.title ?? t('problem.internal.title')),
    problem.detail ? el('p', {}, problem.detail) : null,
    faults.length ? el('ul', { class: 'govuk-list govuk-error-summary__list' }, ...faults.map(item)) : null,
    problem.next ? el('p', { class: 'next' }, t('js.problem.next', { text: problem.next })) : null,
    el('p', { class: 'small' },
      reference ? `${t('js.problem.reference', { id: reference })} ` : '',
      problem.slug ? el('a', { href: `/${lang}/problems/${problem.slug}`, target: '_blank', rel: 'noopener' }, t('js.problem.more')) : null,
      help && problem.slug ? ' · ' : '', help));
  const { filing } = document.documentElement.dataset;
  if (problem.slug === 'already-sealed' && filing) {
    alert.append(el('p', {}, el('a', { href: `/${lang}/filings/${filing}/receipt` }, t('js.sent.receipt'))));
  }
  box.replaceChildren(alert);
  faults.forEach(mark);
  if (!quiet) {
    alert.scrollIntoView({ block: 'nearest' });
    alert.focus();
  }
}

function before(a, b) {
  if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1);
  return a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : Number(a !== b);
}

function item({ detail, article: reference, field }) {
  const text = reference ? `${detail.replace(/\.$/, '')} (${article(reference)}).` : detail;
  const name = field && label(field)?.replace(/[.:?!]+$/, '');
  if (!field) return el('li', {}, text);
  return el('li', {}, el('a', { href: `#${identify(field)}`, onclick: (event) => { event.preventDefault(); target(field).focus(); } },
    name ? `${name}: ${text}` : text));
}

/** Says detail at a field, until something is typed there. */
export function mark({ detail, field }) {
  if (!field) return;
  const input = target(field);
  const note = el('p', { class: 'govuk-error-message', id: `${identify(field)}-fault` }, detail);
  const group = field.closest('.govuk-form-group') ?? field;
  group.classList.add('govuk-form-group--error');
  place(group, input, note);
  input.setAttribute('aria-invalid', 'true');
  describe(input, note.id);
  field.addEventListener('input', () => { // being put right: whether it is right is said by the next check
    note.remove();
    input.removeAttribute('aria-invalid');
    group.classList.remove('govuk-form-group--error');
    describe(input, '');
  }, { once: true });
}

// An error stands between a question and its answer.
function place(group, input, note) {
  let before = input;
  while (before !== group && before.parentElement !== group && !before.matches('.govuk-radios, .govuk-checkboxes, .govuk-date-input')) before = before.parentElement;
  if (before === group) group.prepend(note);
  else before.before(note);
}

// A pointer of the API may begin inside the request or inside its form: the longest field whose
// pointer ends alike, or contains it, is meant.
function find(form, pointer) {
  const fields = $$('[data-pointer]', form);
  const ends = (a, b) => a === b || a.endsWith(b) || b.endsWith(a);
  return fields.find((f) => f.dataset.pointer === pointer)
    ?? fields.find((f) => ends(f.dataset.pointer, pointer))
    ?? fields.filter((f) => pointer.startsWith(`${f.dataset.pointer}/`)).at(-1)
    ?? null;
}

const target = (field) => (field.matches('input, select, textarea, [tabindex]') ? field : $('input, select, textarea', field) ?? field);

function label(field) {
  const input = target(field);
  return ($('legend', field) ?? input.labels?.[0] ?? $('h2', field))?.textContent.trim();
}

let ids = 0;
function identify(field) {
  if (!field.id) field.id = `field-${++ids}`;
  return field.id;
}

function describe(field, id) {
  const others = (field.getAttribute('aria-describedby') ?? '').split(' ').filter((x) => x && !x.endsWith('-fault'));
  const all = [...others, id].filter(Boolean).join(' ');
  if (all) field.setAttribute('aria-describedby', all);
  else field.removeAttribute('aria-describedby');
}

/** Shows whatever was thrown: a Problem as it is, anything else as our own fault, in the console too. */
export function showError(box, error, form, options) {
  if (error.title) return show(box, error, form, options);
  console.error(error);
  return show(box, {
    slug: 'internal', title: t('problem.internal.title'), detail: t('problem.internal.detail'), next: t('js.internal.next'), // there is no number to tell
  }, form, options);
}

/** Does what a button stands for. The button is not to be pressed again meanwhile, nor after it is done; an error shows in box. */
export async function pressed(button, box, act) {
  clear(box);
  busy(button);
  try {
    await act();
    idle(button);
    button.disabled = true;
  } catch (error) {
    idle(button);
    showError(box, error);
  }
}
