// One section of a filing: its questions, saved alone while they are answered.

import { busy, idle } from '../lib/busy.js';
import { $, el, notice } from '../lib/dom.js';
import { differ, Merge } from '../lib/form-conflict.js';
import { missing } from '../lib/form-rows.js';
import { readFiling } from '../lib/form-source.js';
import { SectionView } from '../lib/form-view.js';
import { sayVoided, warnFrozen } from '../lib/frozen.js';
import { clear, show, showError } from '../lib/problem.js';
import { SectionDraft } from '../lib/section-draft.js';
import { onEnd, required } from '../lib/session.js';
import { clock, lang, t } from '../lib/text.js';

const { filing: id, section: code } = document.documentElement.dataset;
const [state, saved, box, form] = [$('[data-state]'), $('[data-saved]'), $('main [data-problem]'), $('#section')];
const back = `/${lang}/filings/${id}/${location.hash === '#answers' || new URLSearchParams(location.search).has('answers') ? 'answers' : 'tasks'}`;

/** @type {SectionView} */
let view;
/** @type {SectionDraft} */
let draft;
/** @type {any} */
let refusal = null; // why what is written was not saved, while that is so
/** @type {HTMLElement | undefined} */
let told; // the notice of a conflict
/** @type {AbortController | undefined} */
let unsettled; // ends with it

await required();
state.textContent = t('js.loading');
try {
  const filing = await readFiling(id);
  const section = filing.form.sections.find((s) => s.code === code);
  if (!section) location.replace(`/${lang}/filings/${id}/tasks`);
  if (filing.ticketNo) location.replace(`/${lang}/filings/${id}`);
  begin(filing, section);
} catch (error) {
  showError(box, error);
} finally {
  state.textContent = '';
}

function begin(filing, section) {
  $('h1').textContent = section.title;
  document.title = `${section.title} – ${document.title}`;
  if (section.hint) $('[data-hint]').textContent = section.hint;
  view = new SectionView(filing.form, section, filing.all, filing.documents.map((d) => ({ id: d.id, name: d.name })));
  draft = new SectionDraft(id, code, () => view.read(), (what, detail) => report(what, detail, section));
  draft.begin({ version: filing.versions[code] ?? 0, value: view.read() });
  const kept = draft.kept();
  if (kept && JSON.stringify(kept.claim) !== draft.saved) {
    view.write(kept.claim);
    saved.textContent = t('js.save.restored');
    draft.resume(kept);
  }
  $('[data-fields]').replaceChildren(view.element);
  view.behave();
  form.addEventListener('input', () => draft.changed());
  form.addEventListener('change', () => draft.changed());
  form.addEventListener('submit', (event) => { event.preventDefault(); proceed(filing, section, event.submitter); });
  onEnd(() => draft.keep());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden' && draft.dirty && !draft.halted) draft.flush();
  });
  guard();
  warnFrozen(filing);
  $('[data-body]').hidden = false;
  const asked = new URLSearchParams(location.search).get('at'); // from a change link
  if (asked) nearest(asked)?.querySelector('input, select, textarea, button')?.focus();
}

/** Asks before the window is closed with something unsaved. What leads on within it takes that along. */
function guard() {
  let within = false;
  document.addEventListener('click', ({ target }) => { within = target instanceof Element && !!target.closest('a[href]'); });
  addEventListener('beforeunload', (event) => { if (draft.dirty && !within) event.preventDefault(); });
}

/** The question at a pointer, or the one around it. */
function nearest(pointer) {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf('/'))) {
    const found = form.querySelector(`[data-pointer="${CSS.escape(at)}"]`);
    if (found) return found;
  }
  return null;
}

/** Saves, says what is missing once, and goes on: what is missing keeps nobody from going on. */
async function proceed(filing, section, button) {
  clear(box, form);
  const faults = view.faults();
  if (faults.length) {
    show(box, { title: t('js.form.unread'), errors: faults }, form);
    return;
  }
  busy(button);
  const ok = await draft.flush();
  idle(button);
  if (!ok) {
    if (refusal) showError(box, refusal); // what else keeps it from being saved is shown already
    return;
  }
  const left = missing(section, { ...filing.all, [code]: view.read() }).filter(({ row }) => row.need === 'required');
  if (left.length && !form.dataset.warned) {
    form.dataset.warned = 'true';
    show(box, {
      title: t('js.form.missing'), next: t('js.form.missing.next'),
      errors: left.map(({ pointer, row }) => ({ pointer, detail: t('js.form.answer'), article: row.article })),
    }, form);
    return;
  }
  const sections = filing.form.sections.map((s) => s.code);
  const next = sections[sections.indexOf(code) + 1];
  location.assign(back.endsWith('tasks') && next ? `/${lang}/filings/${id}/sections/${next}` : back);
}

function report(what, detail, section) {
  if (what !== 'saving') refusal = what === 'local' ? detail : null;
  if (what === 'saving') saved.textContent = t('js.save.saving');
  if (what === 'saved') {
    saved.textContent = t('js.save.saved', { clock: clock(Date.now()).slice(0, 5) });
    sayVoided(detail);
    if (box.dataset.kind === 'invalid') clear(box, form);
  }
  if (what === 'local') saved.textContent = t('js.save.local');
  if (what === 'invalid') {
    saved.textContent = t('js.save.invalid');
    show(box, detail, form, { quiet: form.contains(document.activeElement) && !document.activeElement.matches('[type=submit]') });
  }
  box.dataset.kind = what === 'invalid' ? what : '';
  if (what === 'conflict') conflict(detail, section);
}

function settled() {
  unsettled?.abort();
  told?.remove();
}

/**
 * Both versions, field by field: one is chosen for each, and the other is kept below the form. Who is typing goes on
 * typing: the focus is not taken from a field, a notice in sight leads to the choice.
 */
function conflict(stored, section) {
  saved.textContent = '';
  const typing = form.contains(document.activeElement) && document.activeElement.matches('input, select, textarea');
  const merge = new Merge(section, () => view.read(), stored.value, (chosen, other) => {
    clear(box);
    settled();
    view.write(chosen);
    draft.keepMine(stored);
    $('[data-other]').replaceChildren(other);
    $('[data-other]').hidden = false;
    form.querySelector('input, select, textarea')?.focus();
  });
  if (!differ(section, view.read(), stored.value).length) { // the same words: nothing to ask
    draft.keepMine(stored);
    return;
  }
  settled();
  const here = () => {
    told?.remove();
    merge.element.focus();
    merge.element.scrollIntoView({ block: 'start' });
  };
  const tell = () => {
    told?.remove();
    told = notice('warn', t('js.conflict.title'), '', el('a', { href: '#main', onclick: (event) => { event.preventDefault(); here(); } }, t('js.conflict.choose')));
    $('#banner').append(told);
  };
  unsettled = new AbortController();
  form.addEventListener('focusin', tell, { signal: unsettled.signal }); // what is typed is not saved before the choice
  box.replaceChildren(merge.element);
  if (typing) {
    merge.element.removeAttribute('role'); // the notice says it
    tell();
  } else {
    here();
  }
}
