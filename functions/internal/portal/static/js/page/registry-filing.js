// A filing as the court's staff sees it: the form, its statement and documents beside it, signatures in
// words, what the check sees, what happened; and the acts of the clerk who has it in hand.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, $$, courts, el, facts } from '../lib/dom.js';
import { answers } from '../lib/form-answers.js';
import { places } from '../lib/form-rows.js';
import { rows } from '../lib/form-source.js';
import { clear, showError } from '../lib/problem.js';
import { inHand, urgency } from '../lib/registry-view.js';
import { OwnFile } from '../lib/own-file.js';
import { ruling } from '../lib/ruling-view.js';
import { required } from '../lib/session.js';
import { sign } from '../lib/sign.js';
import { article, called, code, day, lang, size, t, time } from '../lib/text.js';

const id = document.documentElement.dataset.filing;
const path = `/api/registry/filings/${id}`;
const [state, box] = [$('[data-state]'), $('main > [data-problem]')];
/** @type {any} */
let form = null;
/** @type {any} */
let filing = null;
let renewal = 0;
/** Texts about mail speak to who filed it: the court is told what became of it. */
const mail = /** @type {[RegExp, string][]} */ ([[/^notified(?!-rep)/, 'js.registry.mail.sent'], [/^notice-arrived(?!-rep)/, 'js.registry.mail.arrived'], [/^notice-(bounced|failed)(?!-rep)/, 'js.registry.mail.failed']]);
const own = new OwnFile($('[data-own]'), `${path}/ruling`);

await required();
state.textContent = t('js.loading');
try {
  const found = await api('GET', path);
  form = await rows(found.kind);
  show(found);
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}

function show(found) {
  filing = found;
  $('[data-summary]').replaceChildren(facts([
    [t('js.filing.paper'), $(`[data-kinds] data[value="${filing.kind}"]`)?.textContent],
    [t('js.registry.ticket'), filing.ticketNo],
    [t('js.registry.about'), filing.about && code('code.about', filing.about)],
    [t('js.review.court'), courts()(filing.courtCode)],
    [t('js.registry.status'), code('status', filing.status)],
    [t('js.registry.sent'), time(filing.sentAt, true)],
    [t('js.registry.due'), filing.urgency && el('span', {}, urgency(filing.urgency), ` ${day(filing.due)}`, filing.article ? ` (${article(filing.article)})` : ` (${t('js.registry.order')})`)],
    [t('js.registry.longer'), filing.longer && t(`registry.longer.${filing.longer}`)],
    [t('js.registry.number.label'), filing.number],
    [t('js.registry.judge'), called(filing.judge)],
    [t('js.filing.case'), opened() && el('a', { href: `/${lang}/cases/${id}` }, filing.number)],
    [t('js.filing.replaces'), filing.replaces && el('a', { href: `/${lang}/registry/filings/${filing.replaces}` }, t('js.filing.replaced'))],
    [t('js.registry.rejected'), filing.rejected.length ? list(filing.rejected.map(finding)) : ''],
  ]));
  const all = filing.sections;
  const whole = { form, all, documents: filing.files };
  $('[data-form]').replaceChildren(...form.sections.filter((s) => all[s.code]).map((section) => [section, answers(whole, section)]).filter(([, body]) => body.length).map(
    ([section, body]) => el('section', { class: 'govuk-summary-card', 'aria-labelledby': `s-${section.code}` },
      el('div', { class: 'govuk-summary-card__title-wrapper' }, el('h3', { class: 'govuk-summary-card__title', id: `s-${section.code}` }, section.title)),
      el('div', { class: 'govuk-summary-card__content' }, ...body))));
  const file = (name, words) => el('a', { href: `${path}/files/${name}`, target: '_blank', rel: 'noopener' }, words);
  $('[data-files]').replaceChildren(list([
    el('li', {}, file('statement', t('js.filing.statement')), el('div', { class: 'small' }, t('js.registry.statement'))),
    ...filing.files.map((d) => el('li', {}, file(d.id, d.name), el('div', { class: 'small' }, `${code('role', d.role)}, ${size(d.size)}`))),
  ]));
  if (filing.outage.length) {
    $('[data-files]').prepend(el('p', { class: 'govuk-inset-text', 'data-outage': '' }, t('js.registry.outage'), ' ',
      ...filing.outage.map((file_) => file(file_, filing.files.find((d) => d.id === file_).name))));
  }
  $('[data-signatures]').replaceChildren(...filing.signatures.map(signature));
  $('[data-defects]').replaceChildren(filing.defects.length ? list(filing.defects.map(finding)) : el('p', {}, t('js.registry.sound')));
  $('[data-ruling]').hidden = !filing.ruling;
  if (filing.ruling) $('[data-ruling-text]').replaceChildren(...ruling(filing.ruling, filing.corrected, (name) => `${path}/files/${name}`, (r) => /** @type {[string, any][]} */ ([
    [t('js.registry.signature.certificate'), t(`js.registry.revocation.${r.revocation}`)],
    [t('js.registry.signature.stamp'), r.stampedAt ? time(r.stampedAt) : t('js.registry.signature.unstamped')],
  ])));
  $('[data-events]').replaceChildren(...filing.events.map((event) => el('li', {}, el('time', { datetime: event.at }, time(event.at)), el('span', {}, happened(event)))));
  hand();
  $('[data-body]').hidden = false;
}

/** Whether a case was opened of the filing, which has its id. */
function opened() {
  return ['accepted', 'order_issued', 'order_set_aside'].includes(filing.status) && filing.kind !== 'counterclaim';
}

function list(items) {
  return el('ul', { class: 'plain' }, ...items);
}

function happened({ type, acted }) {
  const [, became] = mail.find(([of]) => of.test(type)) ?? [];
  const words = became ? t(became) : code('event', type);
  const more = [acted?.number && t('js.registry.number', { number: acted.number }), acted?.judge && t('js.registry.before', { judge: called(acted.judge) }), acted?.higher && courts()(acted.higher), acted?.on && day(acted.on), acted?.wrong, acted?.reason].filter(Boolean);
  return more.length ? `${words}: ${more.join(', ')}` : words;
}

/** A defect in words, with the field or document it is about and its article. */
function finding({ pointer, detail, article: reference, severity }) {
  const about = named(pointer);
  const words = reference ? `${detail.replace(/\.$/, '')} (${article(reference)}).` : detail;
  return el('li', { class: `finding ${severity}` }, about ? `${about}: ${words}` : words);
}

function named(pointer) {
  const [, first, rest] = pointer.split('/');
  if (first === 'documents') return filing.files.find((d) => d.id === rest)?.name ?? '';
  const section = form.sections.find((s) => s.code === first);
  if (!section) return '';
  const place = places(section, filing.sections[first] ?? {}).find((p) => p.pointer === pointer);
  return [section.title, place?.row.label].filter(Boolean).join(', ');
}

function signature(s) {
  const found = s.doubtful
    ? t('js.registry.signature.doubtful', { status: t(`js.registry.revocation.${s.revocation}`), time: s.revokedAt ? time(s.revokedAt) : '–' })
    : t(`js.registry.revocation.${s.revocation}`);
  return el('div', { class: s.doubtful ? 'govuk-inset-text warn' : '' }, facts([
    [t('js.registry.signature.who'), `${called(s.name)} ${s.number}`],
    [t('js.receipt.capacity'), (s.for ?? []).map((seat) => code('capacity', seat.capacity)).join(', ')],
    [t('js.receipt.judged'), s.judgedAt && time(s.judgedAt, true)],
    [t('js.registry.signature.certificate'), found],
    [t('js.registry.signature.source'), s.source && `${t(`js.registry.source.${s.source}`)}${s.asOf ? `, ${time(s.asOf)}` : ''}`],
    [t('js.registry.signature.stamp'), s.stampedAt ? time(s.stampedAt, true) : t('js.registry.signature.unstamped')],
    [t('js.registry.signature.serial'), s.certSerial],
  ]));
}

function taken(step, by) {
  return filing.may.some((act) => act.step === step && act.by === by);
}

/** A judge's form: how the court answers, on which grounds and why. */
function rule() {
  const acts = filing.may.filter((act) => act.by === 'judge');
  $('#rule').hidden = acts.length === 0;
  $('[data-steps]').replaceChildren(...acts.map(({ step, article: reference }) => el('div', { class: 'govuk-radios__item' },
    el('input', { class: 'govuk-radios__input', type: 'radio', name: 'ruling-step', id: `step-${step}`, value: step }),
    el('label', { class: 'govuk-label govuk-radios__label', for: `step-${step}` }, t(`js.ruling.${step}`), reference ? ` (${article(reference)})` : ''))));
  settle();
}

function ruled() {
  return filing.may.find((act) => act.step === $('[name=ruling-step]:checked')?.value) ?? null;
}

function settle() {
  const act = ruled();
  $$('[data-ground]').forEach((item) => { item.hidden = item.dataset.ground !== act?.step; });
  $('[data-grounds]').hidden = $$('[data-ground]').every((item) => item.hidden);
  $('[data-own]').hidden = !act?.ruling;
  const written = !act?.ruling || !own.chosen; // the court's own file has the words
  $$('[data-names]').forEach((field) => { field.hidden = !act?.names.includes(field.dataset.names) || (field.dataset.names === 'decision' && !written); });
  $('[data-words]').hidden = !act?.ruling || !written;
  const words = t(act && !act.ruling ? 'js.registry.rule.do' : 'js.registry.rule.sign');
  if ($('[data-rule]').textContent !== words) $('[data-rule]').textContent = words; // a button whose text is replaced under the pointer is not clicked
}

/** The ruling's text, to be read before it is signed, and whose it is. */
function read(draft) {
  return [el('p', { 'data-whose': '' }, draft.own ? t('js.ruling.own.sign', { name: own.name }) : t('js.ruling.office.sign')), el('p', {}, el('a', { href: draft.address, target: '_blank', rel: 'noopener' }, t('js.ruling.read'))), el('p', { class: 'small' }, `SHA-256: ${draft.sha256}`)];
}

/** Who has the filing in hand, and what may be done by who is signed in. */
function hand() {
  const mine = Boolean(filing.lease?.mine);
  const clerk = filing.may.some((act) => act.by === 'clerk');
  const button = (key, act) => el('button', { type: 'button', class: 'govuk-button govuk-button--secondary', 'data-lease': '', onclick: act }, t(key));
  $('[data-hand]').replaceChildren(...[
    filing.lease ? el('p', {}, inHand(filing.lease)) : null,
    !clerk ? null : mine ? button('js.registry.put-back', putBack) : button('js.registry.take', take),
  ].filter(Boolean));
  clearTimeout(renewal);
  if (mine) renewal = window.setTimeout(() => take({ quiet: true }), 5 * 60 * 1000);
  $$('[data-step]').forEach((f) => { f.hidden = !mine || !taken(f.dataset.step, 'clerk'); });
  rule();
  const none = $('#rule').hidden && $$('[data-step]').every((f) => f.hidden);
  $('[data-acts]').hidden = none;
  $('[data-jump]').hidden = none;
  const choose = el('option', { value: '' }, t('registry.choose'));
  $('#judge').replaceChildren(choose, ...filing.judges.map((j) => el('option', { value: j.id }, called(j.name))));
  $('#right-judge').replaceChildren(...filing.judges.map((j) => el('option', { value: j.id }, called(j.name))));
  $('#right-judge').value = filing.judges.find((j) => j.name === filing.judge)?.id ?? '';
  $('#right-number').value = filing.number;
  $('#longer').closest('.govuk-form-group').hidden = !filing.mayLonger;
  $('[data-to]').textContent = t('js.registry.hand-over', { judge: called(filing.judge) });
  $('#about').replaceChildren(el('option', { value: '' }, t('js.registry.whole')),
    ...filing.files.map((d) => el('option', { value: `/documents/${d.id}` }, d.name)),
    ...form.sections.filter((s) => filing.sections[s.code]).map((s) => el('option', { value: `/${s.code}` }, s.title)));
}

async function take({ quiet = false } = {}) {
  try {
    filing.lease = (await api('POST', `${path}/lease`, {})).lease;
    clear(box);
    const typed = $$('[data-step] :is(input, select, textarea)').map((x) => [x, x.value]);
    hand();
    typed.forEach(([x, value]) => { x.value = value; });
    if (!quiet) $('#acts').focus();
  } catch (error) {
    if (error.stored) { // who has it
      filing.lease = error.stored;
      hand();
    }
    showError(box, error, undefined, { quiet });
  }
}

async function putBack() {
  try {
    await api('DELETE', `${path}/lease`);
    filing.lease = null;
    hand();
    $('[data-lease]').focus();
  } catch (error) {
    showError(box, error);
  }
}

const bodies = {
  register: () => ({ number: $('#number').value, judge: $('#judge').value, longer: filing.mayLonger ? $('#longer').value : '' }),
  review: () => ({}),
  join: () => ({}),
  correct: () => ({ number: $('#right-number').value, judge: $('#right-judge').value, words: $('#wrong').value }),
  reject: () => ({ code: $('#fault').value, pointer: $('#about').value, words: $('#fault-words').value }),
};

$('#rule').addEventListener('change', settle);
$('#rule').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  const note = $('[data-problem]', form);
  clear(note, form);
  const act = ruled();
  const ours = !act?.ruling || !own.chosen;
  /** @type {any} */
  const asked = {
    act: crypto.randomUUID(), step: act?.step ?? '', reasons: ours ? $('#ruling-reasons').value : '',
    decision: ours && act?.names.includes('decision') ? $('#ruling-decision').value : '',
    ...(act?.names.includes('wrong') ? { words: $('#day-wrong').value } : {}),
    ...(act?.names.includes('day') && $('#term-day').value ? { on: $('#term-day').value } : {}),
    grounds: $$('[data-ground]:not([hidden]) input:checked').map((x) => x.value),
  };
  let draft = null;
  const button = $('[data-rule]');
  try {
    if (!ours) {
      busy(button);
      asked.file = await own.ready();
      idle(button);
    }
    const after = act && !act.ruling ? await api('POST', `${path}/acts`, asked) : await sign({
      prepare: async () => { draft = await api('POST', `${path}/acts`, asked); return draft; },
      describe: () => read(draft),
      submit: (signature) => api('POST', `${path}/acts`, { ...asked, signature }),
    });
    if (!after) return;
    own.reset();
    show(after);
    state.textContent = t('js.registry.done', { status: code('status', filing.status) });
    $('#summary').focus();
  } catch (error) {
    showError(note, error, form);
  } finally {
    idle(button);
  }
});

// An act keeps its id until it is known what became of it: what was not answered is the same act again.
$$('[data-step]').forEach((f) => {
  let act = crypto.randomUUID();
  f.addEventListener('submit', async (event) => {
    event.preventDefault();
    const [note, button] = [$('[data-problem]', f), $('button', f)];
    clear(note, f);
    busy(button);
    state.textContent = t('js.loading');
    try {
      show(await api('POST', `${path}/acts`, { act, step: f.dataset.step, ...bodies[f.dataset.step]() }));
      act = crypto.randomUUID();
      state.textContent = t('js.registry.done', { status: code('status', filing.status) });
      $('#summary').focus();
    } catch (error) {
      if (error.status) act = crypto.randomUUID();
      state.textContent = '';
      showError(note, error, f);
    } finally {
      idle(button);
    }
  });
});
