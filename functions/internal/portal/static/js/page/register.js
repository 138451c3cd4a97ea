// Registration: agreement, key, form, done. The API keeps what is typed, so that a closed browser
// loses nothing; the password and the declaration it never gets before they are signed.

import { arm } from '../lib/accept.js';
import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, $$, el, facts } from '../lib/dom.js';
import { behave } from '../lib/behaviours.js';
import { FormDraft } from '../lib/form-draft.js';
import { submits } from '../lib/forms.js';
import { meter, refused } from '../lib/meter.js';
import { e164, spaced } from '../lib/phone.js';
import { clear, show, showError } from '../lib/problem.js';
import { started } from '../lib/session.js';
import { sign } from '../lib/sign.js';
import { called, clock, code, lang, t, time } from '../lib/text.js';

const form = $('#registration');
const box = $('[data-problem]', form);
const note = $('[data-note]');
const rows = $('[data-representatives]');
const draft = new FormDraft(typed, report);
let unfinished = null; // the registration as the API has it
let lost = false; // the last saving failed: closing the page would lose what is typed

function step(name) {
  const steps = $$('[data-step]');
  const at = steps.findIndex((item) => item.dataset.step === name);
  steps.forEach((item, i) => {
    item.toggleAttribute('data-done', i < at);
    if (item.dataset.step === name) item.setAttribute('aria-current', 'step');
    else item.removeAttribute('aria-current');
  });
  const panel = name === 'key' ? 'agreement' : name;
  $$('[data-panel]').forEach((section) => { section.hidden = section.dataset.panel !== panel; });
  if (name === 'form' || name === 'done') {
    scrollTo(0, 0);
    $(`[data-panel=${name}] [data-focus]`).focus();
  }
}

function addRepresentative(values = {}) {
  const row = $('template[data-representative]').content.cloneNode(true).firstElementChild;
  $$('[data-field]', row).forEach((input) => {
    if (values[input.dataset.field]) input.value = values[input.dataset.field];
    input.id = crypto.randomUUID();
    $('label', input.parentElement).htmlFor = input.id;
  });
  $('[data-remove]', row).addEventListener('click', () => {
    row.remove();
    number();
    draft.changed();
    $('[data-add-representative]').focus();
  });
  rows.append(row);
  number();
  return row;
}

function number() {
  $$('[data-row]', rows).forEach((row, i) => $$('[data-field]', row).forEach((input) => {
    input.dataset.pointer = `/form/notificationContacts/${i}/${input.dataset.field}`;
  }));
}

/** What the person typed, in the shape of the API. */
function typed() {
  return {
    email: $('#email').value.trim(),
    mobile: $('#mobile').value.trim(),
    lang: $('input[name=lang]:checked', form).value,
    notificationContacts: $$('[data-row]', rows).map((row) => Object.fromEntries(
      $$('[data-field]', row).map((input) => [input.dataset.field, input.dataset.field === 'months' ? Number(input.value) : input.value.trim()]),
    )).filter((contact) => contact.name || contact.email),
  };
}

/** The form to be signed: what was typed, the number as numbers are kept, and who registers. */
function complete() {
  const { agreement, subject: { kind, iin, bin, name, organisation } } = unfinished;
  const { mobile, ...rest } = typed();
  return {
    agreement,
    subject: { kind, iin, bin, name, organisation },
    ...rest,
    mobile: e164(mobile),
    declaration: $('#declaration').checked,
  };
}

function fill(values) {
  $('#email').value = values.email;
  $('#mobile').value = values.mobile;
  if (values.lang) $(`input[name=lang][value=${values.lang}]`, form).checked = true;
  rows.replaceChildren();
  values.notificationContacts.forEach(addRepresentative);
}

// ---- keeping it

function state(text) {
  $$('[data-saved]').forEach((line) => { line.textContent = text; }); // above the form, and beside its button
}

function report(what, detail) {
  if (what !== 'saving') lost = what !== 'saved';
  if (what === 'saving') state(t('js.save.saving'));
  if (what === 'saved') {
    state(t('js.save.saved', { clock: clock(detail.savedAt).slice(0, 5) }));
    if ($('[data-draft]', box)) clear(box, form);
  }
  if (what === 'local' && detail.status !== 401) state(t('js.register.unsaved'));
  if (what === 'invalid') {
    state(t('js.save.invalid'));
    show(box, detail, form, { quiet: true });
    box.firstElementChild.dataset.draft = '';
  }
  if (what === 'local' && detail.status === 401) { // finished or given up in another window, or too old
    draft.halted = true;
    state('');
    show(box, detail, form, { quiet: true });
    box.firstElementChild.append(el('p', {}, el('button', { type: 'button', class: 'govuk-button govuk-button--secondary', onclick: () => step('agreement') }, t('js.register.accept-again'))));
  }
  if (what === 'conflict') conflict(detail);
}

function conflict(stored) {
  state('');
  const mine = () => { clear(box); draft.keepMine(stored); };
  const theirs = () => { clear(box); begin(stored); };
  const warning = el('div', { class: 'govuk-inset-text warn', role: 'alert', tabindex: '-1' },
    el('h2', {}, t('js.register.conflict.title')), el('p', {}, t('js.register.conflict.text')),
    el('div', { class: 'govuk-button-group' },
      el('button', { type: 'button', class: 'govuk-button', onclick: mine }, t('js.conflict.mine')),
      el('button', { type: 'button', class: 'govuk-button govuk-button--secondary', onclick: theirs }, t('js.conflict.theirs'))));
  box.replaceChildren(warning);
  warning.focus();
}

/** Goes on from the stored form. */
function begin(stored) {
  draft.begin(stored);
  draft.halted = draft.dirty = lost = false;
  if (stored.form) fill(stored.form);
  else {
    form.reset();
    rows.replaceChildren();
  }
  state('');
  if (stored.savedAt) $('[data-saved]').textContent = t('js.register.restored', { time: time(stored.savedAt) });
}

const shown = (subject, field) => (field === 'role' && subject.role ? code('js.person.role', subject.role) : /^(name|organisation)$/.test(field) ? called(subject[field]) : subject[field] ?? '');

/** Shows the registration that is open in this browser where it was left. */
async function resume() {
  unfinished = await draft.read();
  clear(note);
  const { subject } = unfinished;
  if (unfinished.step === 'terms') {
    note.replaceChildren(el('div', { class: 'govuk-inset-text warn' }, el('h2', {}, t('js.register.changed.title')),
      el('p', {}, t('js.register.changed', { name: subject.organisation || subject.name }))));
    step('agreement');
    return;
  }
  $$('[data-subject]').forEach((place) => {
    place.textContent = shown(subject, place.dataset.subject);
    place.parentElement.hidden = !place.textContent;
  });
  if (draft.dirty) { // typed here while the registration was not open
    draft.version = unfinished.version;
    draft.halted = false;
    clear(box, form);
    draft.flush();
  } else {
    begin(unfinished);
  }
  step('form');
}

arm((accepted) => {
  if (!accepted.registered) return resume();
  return $('#acceptance [data-result]').replaceChildren(el('div', { class: 'govuk-inset-text good' },
    el('p', {}, t('js.register.already')),
    el('p', {}, el('a', { class: 'govuk-button', href: `/${lang}/sign-in` }, t('js.accepted.sign-in')))));
}, step);

behave();
form.addEventListener('input', ({ target }) => {
  if (!target.closest('[data-unsaved]')) draft.changed();
});
$('[data-add-representative]').addEventListener('click', () => $('[data-field]', addRepresentative()).focus());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden' && draft.dirty && !draft.halted) draft.flush();
});
addEventListener('beforeunload', (event) => {
  if (lost) event.preventDefault();
});

submits('#code-form', async (codes) => {
  await api('POST', '/api/account/email/code', { code: $('#code').value });
  codes.replaceChildren($('[data-problem]', codes)); // asked once
  return t('js.account.email-verified');
});

// ---- giving it up

const dialog = $('#forget');
$('[data-forget]').addEventListener('click', () => dialog.showModal());
$('[data-cancel]', dialog).addEventListener('click', () => dialog.close());
$('[data-confirm]', dialog).addEventListener('click', async () => {
  dialog.close();
  clear(box, form);
  draft.halted = true; // what is typed from here on is not kept
  try {
    await draft.exclusive(() => api('DELETE', '/api/registration/form'));
    lost = false;
    location.reload();
  } catch (error) {
    draft.halted = false;
    showError(box, error);
  }
});

meter();

/** What is signed, in words, from the document itself. */
function describe({ form: { subject, email, mobile, lang: notices, notificationContacts, agreement } }) {
  return facts([
    [t('register.organisation'), subject.organisation && called(subject.organisation)],
    [t('register.name'), called(subject.name)],
    [t('register.iin'), subject.iin],
    [t('register.bin'), subject.bin],
    [t('register.email'), email],
    [t('js.register.mobile'), mobile && spaced(mobile)],
    [t('register.lang'), t(`lang.${notices}`)],
    [t('js.register.representatives'), (notificationContacts ?? []).map((c) => `${c.name}, ${c.email}`).join('; ')],
    [t('js.review.agreement'), agreement],
  ]);
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clear(box, form);
  if (refused(box, form)) return;
  const button = $('[type=submit]', form);
  busy(button);
  try {
    const account = await sign({
      prepare: () => api('POST', '/api/registration/document', { form: complete() }),
      describe,
      // Behind the last saving, and with none behind it: there is nothing more to keep.
      submit: (signature) => draft.exclusive(() => api('POST', '/api/registration', { signature, password: $('#password').value })),
    });
    if (account) {
      draft.halted = true;
      lost = false;
      $('#password').value = '';
      state('');
      started(account);
      step('done');
    }
  } catch (error) {
    if (/^agreement-not-/.test(error.slug) && await draft.flush()) {
      location.reload(); // a new version came into force: its text, then this form again
      return;
    }
    showError(box, error, form);
  } finally {
    idle(button);
  }
});

try {
  await resume();
} catch (problem) {
  if (problem.status !== 401) showError(note, problem); // 401: nothing was begun here
}
