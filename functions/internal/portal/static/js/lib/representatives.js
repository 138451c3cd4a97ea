// The account's trusted representatives: who they are, what each receives and until when.

import { allFilings, api } from './api.js';
import { busy, idle } from './busy.js';
import { $, $$, el, facts } from './dom.js';
import { clear, pressed, showError } from './problem.js';
import { code, date, lang, t, time } from './text.js';

const form = $('#representative-form');
const section = form.closest('section');
const box = $('[data-problem]', section);
const state = $('[data-state]', section);
const live = (r) => r.status === 'invited' || r.status === 'consented';

let filings = new Map(); // what to call each, by id
let id = crypto.randomUUID(); // of the next one: sent again after a lost answer, it names nobody twice

/** Shows the list, and the filings that one of them may be named for. */
export async function representatives() {
  await Promise.all([list(), choices()]);
}

async function list() {
  const { representatives: all, most } = await api('GET', '/api/account/representatives');
  const now = all.filter(live);
  const over = all.filter((r) => !live(r));
  $('[data-live]', section).replaceChildren(...(now.length ? now.map(row) : [el('li', {}, t('js.representatives.none'))]));
  $('[data-over]', section).replaceChildren(...over.map(row));
  $('[data-past]', section).hidden = !over.length;
  $('[type=submit]', form).disabled = now.length >= most;
  if (now.length >= most) state.textContent = t('js.representatives.limit', { n: most });
}

async function choices() {
  const all = await allFilings();
  filings = new Map(all.map((f) => [f.id, `${f.ticketNo || f.opposite || f.id}, ${code('status', f.status)}`]));
  $('#representative-filing').replaceChildren(...(all.length
    ? all.map((f) => el('option', { value: f.id }, filings.get(f.id)))
    : [el('option', { value: '' }, t('js.representatives.none-filings'))]));
}

function about(r) {
  if (r.scope !== 'filing') return t(`representative.scope.${r.scope}`, { kinds: r.kinds.map((k) => code('kind', k)).join(', ') });
  return el('a', { href: `/${lang}/filings/${r.filing}` }, code('representative.scope', r.scope));
}

function row(r) {
  const invited = r.status === 'invited';
  const act = (key, does) => el('button', { type: 'button', class: 'govuk-button govuk-button--secondary small', onclick: (event) => does(event.currentTarget, r) },
    t(key), el('span', { class: 'govuk-visually-hidden' }, ` ${r.name}`));
  return el('li', { class: r.status === 'consented' ? 'uploaded' : null },
    el('p', { class: 'doc-head' }, el('strong', {}, r.name || '–'),
      el('span', { class: `govuk-tag govuk-tag--${r.status === 'consented' ? 'green' : 'yellow'}` }, t(`js.representatives.status.${r.status}`))),
    facts([
      [t('js.representatives.address'), r.email],
      [t('js.representatives.copies'), about(r)],
      [t('js.representatives.months'), invited ? code('representatives.months', r.months) : ''],
      [t('js.representatives.answer'), invited ? time(r.answerBy) : ''],
      [t('js.representatives.consented'), r.consentedAt && time(r.consentedAt)],
      [t('js.representatives.last-day'), r.lastDay && date(r.lastDay)],
      [t('js.representatives.over'), r.endedAt && time(r.endedAt)],
    ]),
    live(r) ? el('p', { class: 'govuk-button-group' }, invited ? act('js.representatives.again', again) : null, act('js.representatives.end', end)) : null);
}

function attempt(button, act) {
  return pressed(button, box, async () => {
    const said = await act();
    await list();
    state.textContent = said;
    $('h2', section).focus();
  });
}

function again(button, r) {
  return attempt(button, async () => {
    await api('POST', `/api/account/representatives/${r.id}/invitation`, {});
    return t('js.representatives.invited', { email: r.email });
  });
}

function end(button, r) {
  if (!window.confirm(t('js.representatives.sure', { name: r.name }))) return undefined;
  return attempt(button, async () => {
    await api('DELETE', `/api/account/representatives/${r.id}`);
    return t('js.representatives.ended', { name: r.name });
  });
}

const scope = () => $('input[name=scope]:checked', form).value;

form.addEventListener('change', () => {
  $$('[data-scope]', form).forEach((part) => { part.hidden = part.dataset.scope !== scope(); });
});

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const note = $('[data-problem]', form);
  clear(note, form);
  state.textContent = '';
  const button = $('[type=submit]', form);
  busy(button);
  try {
    const email = $('#representative-email').value.trim();
    await api('POST', '/api/account/representatives', {
      id,
      name: $('#representative-name').value.trim(),
      email,
      lang: $('#representative-lang').value,
      scope: scope(),
      filing: scope() === 'filing' ? $('#representative-filing').value : '',
      kinds: scope() === 'kinds' ? $$('input[name=kind]:checked', form).map((k) => k.value) : [],
      months: Number($('#representative-months').value),
    });
    id = crypto.randomUUID();
    form.reset();
    form.dispatchEvent(new Event('change'));
    idle(button);
    await list();
    note.replaceChildren(el('p', { class: 'govuk-inset-text good', role: 'status' }, t('js.representatives.invited', { email })));
  } catch (error) {
    idle(button);
    showError(note, error, form);
  }
});
