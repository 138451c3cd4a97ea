// Registration: agreement, key, form, done. What is typed survives a reload; the password does not.

import { arm, forget, keep, kept } from './accept.js';
import { api } from './api.js';
import { $, $$, el, revealPassword } from './dom.js';
import { meter } from './meter.js';
import { clear, showError } from './problem.js';
import { started } from './session.js';
import { sign } from './sign.js';
import { code, lang, t } from './text.js';

const form = $('#registration');
const box = $('[data-problem]', form);
const rows = $('[data-representatives]');

function step(name) {
  $$('[data-step]').forEach((item) => {
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
    save();
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
  const digits = $('#mobile').value.replace(/[\s()-]/g, '');
  return {
    email: $('#email').value.trim(),
    mobile: /^8\d{10}$/.test(digits) ? `+7${digits.slice(1)}` : digits,
    lang: $('input[name=lang]:checked', form).value,
    declaration: $('#declaration').checked,
    notificationContacts: $$('[data-row]', rows).map((row) => Object.fromEntries(
      $$('[data-field]', row).map((input) => [input.dataset.field, input.value.trim()]),
    )).filter((contact) => contact.name || contact.email),
  };
}

function save() {
  const state = kept();
  if (state) keep({ ...state, form: typed() });
}

const shown = (subject, field) => (field === 'role' && subject.role ? code('signer', subject.role) : subject[field] ?? '');

function open(state) {
  const { subject } = state.acceptance;
  $$('[data-subject]').forEach((place) => {
    place.textContent = shown(subject, place.dataset.subject);
    place.parentElement.hidden = !place.textContent;
  });
  const values = state.form;
  if (values) {
    $('#email').value = values.email;
    $('#mobile').value = values.mobile;
    $(`input[name=lang][value=${values.lang}]`, form).checked = true;
    $('#declaration').checked = values.declaration;
    rows.replaceChildren();
    values.notificationContacts.forEach(addRepresentative);
  }
  step('form');
}

arm((accepted) => {
  if (!accepted.registered) return open(kept());
  return $('#acceptance [data-result]').replaceChildren(el('div', { class: 'note good' },
    el('p', {}, t('js.register.already')),
    el('p', {}, el('a', { class: 'button', href: `/${lang}/sign-in` }, t('js.accepted.sign-in')))));
}, step);

revealPassword();
form.addEventListener('input', save);
$('[data-add-representative]').addEventListener('click', () => $('[data-field]', addRepresentative()).focus());
$('[data-restart]').addEventListener('click', () => {
  forget();
  location.reload();
});

meter();

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clear(box, form);
  const { acceptance } = kept();
  const { kind, iin, bin, name, organisation } = acceptance.subject;
  const signed = {
    agreement: acceptance.agreement,
    subject: { kind, iin: iin ?? '', bin: bin ?? '', name: name ?? '', organisation: organisation ?? '' },
    ...typed(),
  };
  const button = $('[type=submit], button:not([type])', form);
  button.disabled = true;
  try {
    const account = await sign({
      prepare: () => api('POST', '/api/registration/document', { form: signed }),
      submit: (signature) => api('POST', '/api/registration', { signature, password: $('#password').value }),
    });
    if (account) {
      forget();
      $('#password').value = '';
      started(account);
      step('done');
    }
  } catch (error) {
    showError(box, error, form);
  } finally {
    button.disabled = false;
  }
});

const unfinished = kept();
if (unfinished) open(unfinished);
