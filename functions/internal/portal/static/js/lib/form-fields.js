// Fields of a declared form, one for each type of row: the question, the answer's control, and how the
// answer is read and shown. Nothing cuts what is typed: what is too long is counted and said.

import { el } from './dom.js';
import { e164, spaced } from './phone.js';
import { day, money, t, tiyn, tooLarge, typed } from './text.js';

/** @typedef {import('./form-rows.js').Row} Row @typedef {import('./form-rows.js').Choice} Choice */

/**
 * A field on a page. read gives the answer in the form's notation, or undefined where there is none;
 * write shows one; fault says what can't be read as an answer, or is empty.
 * @typedef {{ group: HTMLElement, read: () => any, write: (x: any) => void, fault: () => string, offer?: (choices: Choice[]) => void }} Field
 */

let made = 0;
const identity = () => `f${++made}`;

/** Up to so many codes are radio buttons; more are a list to choose from. */
const RADIOS = 7;

const compact = (/** @type {string} */ s) => s.replace(/[\s\u00a0-]/g, '');

// How single-line types are typed and read.
/** @type {Record<string, { width?: string, type?: string, mode?: string, suffix?: string, auto?: string, read: (s: string) => any, write?: (x: any) => string, wrong?: (s: string) => boolean, says?: string | ((s: string) => string) }>} */
const lines = {
  text: { read: (s) => s },
  iin: { width: '20', mode: 'numeric', read: compact },
  bin: { width: '20', mode: 'numeric', read: compact },
  iban: { width: '30', read: (s) => compact(s).toUpperCase(), write: (x) => String(x).replace(/(.{4})(?=.)/g, '$1 ') },
  bic: { width: '20', read: (s) => compact(s).toUpperCase() },
  email: { mode: 'email', read: (s) => s }, // no type="email": browsers turn letters under .қаз into Punycode there
  phone: { width: '20', type: 'tel', read: e164, write: (x) => spaced(x) },
  number: {
    width: '5', mode: 'numeric', read: (s) => (/^\d{1,15}$/.test(compact(s)) ? Number(compact(s)) : undefined), wrong: (s) => !/^\d{1,15}$/.test(compact(s)), says: 'js.form.number',
  },
  amount: {
    width: '20', mode: 'decimal', suffix: '₸', read: (s) => tiyn(s) ?? undefined, write: typed, wrong: (s) => tiyn(s) === null,
    says: (s) => (tooLarge(s) ? 'js.amount.large' : 'js.amount.invalid'),
  },
};

const hintOf = (/** @type {Row} */ row, /** @type {string} */ id) => (row.hint ? el('div', { class: 'govuk-hint', id: `${id}-hint` }, row.hint) : null);
const question = (/** @type {Row} */ row) => (row.need || row.type === 'flag' ? row.label : `${row.label} ${t('js.form.optional')}`);

/**
 * The field of a row.
 * @param {Row} row
 * @param {Choice[]} choices what may be chosen now
 * @returns {Field}
 */
export function field(row, choices = []) {
  if (row.fromCert) return shown(row, choices);
  const many = row.type === 'codes' || row.path.endsWith('[]');
  if (many) return checkboxes(row, choices);
  if (row.type === 'code' || row.type === 'ref') {
    return row.type === 'ref' || row.names || choices.length > RADIOS ? select(row, choices) : radios(row, choices);
  }
  if (row.type === 'prose') return prose(row);
  if (row.type === 'flag') return flag(row);
  if (row.type === 'date') return date(row);
  return line(row);
}

/** @returns {Field} */
function line(/** @type {Row} */ row) {
  const id = identity();
  const kind = lines[row.type] ?? lines.text;
  const input = el('input', {
    class: `govuk-input${kind.width ? ` govuk-input--width-${kind.width}` : ''}`, id, type: kind.type ?? 'text', inputmode: kind.mode, autocomplete: 'off', 'aria-describedby': row.hint ? `${id}-hint` : null,
    'data-email': row.type === 'email' && 'any', spellcheck: row.type === 'email' && 'false', autocapitalize: row.type === 'email' && 'none',
  });
  const answer = kind.suffix
    ? el('div', { class: 'govuk-input__wrapper' }, input, el('div', { class: 'govuk-input__suffix', 'aria-hidden': 'true' }, kind.suffix)) : input;
  const label = el('label', { class: 'govuk-label', for: id }, question(row));
  const counted = row.type === 'text' && Number(row.max) > 0;
  const group = counted
    ? counter(row, id, [label, hintOf(row, id), answer], '75')
    : el('div', { class: 'govuk-form-group' }, label, hintOf(row, id), answer);
  if (counted) input.classList.add('govuk-js-character-count');
  return {
    group,
    read: () => (input.value.trim() === '' ? undefined : kind.read(input.value.trim())),
    write: (x) => {
      input.value = x === undefined || x === null ? '' : (kind.write ?? String)(x);
      input.dispatchEvent(new Event('input')); // the count of characters hears it, the page's listeners do not
    },
    fault: () => {
      const typed = input.value.trim();
      if (!kind.wrong || typed === '' || !kind.wrong(typed)) return '';
      return t(typeof kind.says === 'function' ? kind.says(typed) : /** @type {string} */ (kind.says));
    },
  };
}

// The markup GOV.UK Frontend's character count takes, with its words in the page's language.
function counter(/** @type {Row} */ row, /** @type {string} */ id, /** @type {(Node|null)[]} */ inside, /** @type {string} */ threshold) {
  const words = Object.fromEntries(['one', 'few', 'many', 'other'].flatMap((form) => [
    [`data-i18n.characters-under-limit.${form}`, t('count.under')], [`data-i18n.characters-over-limit.${form}`, t('count.over')],
  ]));
  return el('div', {
    class: 'govuk-form-group govuk-character-count', 'data-module': 'govuk-character-count', 'data-maxlength': String(row.max), 'data-threshold': threshold, 'data-i18n.characters-at-limit': t('count.at'), ...words,
  }, ...inside, el('div', { class: 'govuk-hint govuk-character-count__message', id: `${id}-info` }, t('count.limit', { n: row.max })));
}

/** @returns {Field} */
function prose(/** @type {Row} */ row) {
  const id = identity();
  const area = el('textarea', { class: 'govuk-textarea govuk-js-character-count', id, rows: Number(row.max) > 2000 ? '12' : '5', 'aria-describedby': row.hint ? `${id}-hint` : null });
  const label = el('label', { class: 'govuk-label', for: id }, question(row));
  return {
    group: counter(row, id, [label, hintOf(row, id), area], '0'),
    read: () => area.value.trim() || undefined,
    write: (x) => {
      area.value = x ?? '';
      area.dispatchEvent(new Event('input'));
    },
    fault: () => '',
  };
}

/** @returns {Field} */
function flag(/** @type {Row} */ row) {
  const id = identity();
  const box = el('input', { class: 'govuk-checkboxes__input', type: 'checkbox', id, 'aria-describedby': row.hint ? `${id}-hint` : null });
  const hint = hintOf(row, id);
  hint?.classList.add('govuk-checkboxes__hint');
  return {
    group: el('div', { class: 'govuk-form-group govuk-checkboxes govuk-checkboxes--small' },
      el('div', { class: 'govuk-checkboxes__item' }, box, el('label', { class: 'govuk-label govuk-checkboxes__label', for: id }, row.label), hint)),
    read: () => (box.checked ? true : undefined),
    write: (x) => { box.checked = x === true; },
    fault: () => '',
  };
}

function fieldset(/** @type {Row} */ row, /** @type {string} */ id, /** @type {HTMLElement} */ inside) {
  return el('div', { class: 'govuk-form-group' }, el('fieldset', { class: 'govuk-fieldset', 'aria-describedby': row.hint ? `${id}-hint` : null },
    el('legend', { class: 'govuk-fieldset__legend govuk-fieldset__legend--s' }, question(row)), hintOf(row, id), inside));
}

const item = (/** @type {string} */ kind, /** @type {HTMLInputElement} */ input, /** @type {string} */ words) => el('div', { class: `govuk-${kind}__item` },
  input, el('label', { class: `govuk-label govuk-${kind}__label`, for: input.id }, words));

/** @returns {Field} */
function radios(/** @type {Row} */ row, /** @type {Choice[]} */ choices) {
  const id = identity();
  const inputs = choices.map(({ value }, i) => el('input', { class: 'govuk-radios__input', type: 'radio', id: `${id}-${i}`, name: id, value }));
  return {
    group: fieldset(row, id, el('div', { class: 'govuk-radios govuk-radios--small' }, ...inputs.map((input, i) => item('radios', input, choices[i].text)))),
    read: () => inputs.find((input) => input.checked)?.value,
    write: (x) => inputs.forEach((input) => { input.checked = input.value === x; }),
    fault: () => '',
  };
}

/** @returns {Field} */
function checkboxes(/** @type {Row} */ row, /** @type {Choice[]} */ choices) {
  const id = identity();
  const box = el('div', { class: 'govuk-checkboxes govuk-checkboxes--small' });
  /** @type {HTMLInputElement[]} */
  let inputs = [];
  /** @type {string[]} */
  let chosen = [];
  const read = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const offer = (/** @type {Choice[]} */ of) => {
    if (inputs.length) chosen = read();
    inputs = of.map(({ value }, i) => el('input', { class: 'govuk-checkboxes__input', type: 'checkbox', id: `${id}-${i}`, value }));
    inputs.forEach((input) => { input.checked = chosen.includes(input.value); });
    box.replaceChildren(...(inputs.length ? inputs.map((input, i) => item('checkboxes', input, of[i].text)) : [el('p', { class: 'govuk-hint' }, t('js.form.none-to-choose'))]));
  };
  offer(choices);
  return {
    group: fieldset(row, id, box),
    read: () => (read().length ? read() : undefined),
    write: (x) => { chosen = x ?? []; inputs.forEach((input) => { input.checked = chosen.includes(input.value); }); },
    fault: () => '',
    offer,
  };
}

/** @returns {Field} */
function select(/** @type {Row} */ row, /** @type {Choice[]} */ choices) {
  const id = identity();
  const list = el('select', { class: 'govuk-select', id, 'aria-describedby': row.hint ? `${id}-hint` : null });
  let chosen = '';
  const offer = (/** @type {Choice[]} */ of) => {
    chosen = list.value || chosen;
    list.replaceChildren(el('option', { value: '' }, t('js.form.choose')), ...of.map(({ value, text }) => el('option', { value }, text)));
    list.value = of.some(({ value }) => value === chosen) ? chosen : '';
  };
  offer(choices);
  return {
    group: el('div', { class: 'govuk-form-group' }, el('label', { class: 'govuk-label', for: id }, question(row)), hintOf(row, id), list),
    read: () => list.value || undefined,
    write: (x) => { chosen = x ?? ''; list.value = chosen; },
    fault: () => '',
    offer,
  };
}

const parts = [['day', '2'], ['month', '2'], ['year', '4']];
const two = (/** @type {string} */ s) => s.padStart(2, '0');

/** @returns {Field} */
function date(/** @type {Row} */ row) {
  const id = identity();
  const inputs = parts.map(([part, width]) => el('input', { class: `govuk-input govuk-date-input__input govuk-input--width-${width}`, id: `${id}-${part}`, inputmode: 'numeric', autocomplete: 'off' }));
  const typedIn = () => inputs.map((input) => input.value.trim());
  const legal = () => {
    const [d, m, y] = typedIn();
    const text = `${y}-${two(m)}-${two(d)}`;
    const at = new Date(`${text}T00:00:00Z`);
    return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : undefined;
  };
  return {
    group: fieldset(row, id, el('div', { class: 'govuk-date-input' }, ...inputs.map((input, i) => el('div', { class: 'govuk-date-input__item' },
      el('label', { class: 'govuk-label govuk-date-input__label', for: input.id }, t(`js.form.${parts[i][0]}`)), input)))),
    read: () => legal(),
    write: (x) => { const [y = '', m = '', d = ''] = String(x ?? '').split('-'); [d, m, y].forEach((s, i) => { inputs[i].value = s.replace(/^0/, ''); }); },
    fault: () => (typedIn().some(Boolean) && !legal() ? t('js.form.date') : ''),
  };
}

// What the certificate says is shown and not typed.
/** @returns {Field} */
function shown(/** @type {Row} */ row, /** @type {Choice[]} */ choices) {
  /** @type {any} */
  let kept;
  const value = el('dd', { class: 'govuk-summary-list__value' });
  return {
    group: el('dl', { class: 'govuk-summary-list govuk-summary-list--no-border' }, el('div', { class: 'govuk-summary-list__row' },
      el('dt', { class: 'govuk-summary-list__key' }, row.label), value)),
    read: () => kept,
    write: (x) => { kept = x; value.textContent = say(row, x, choices); },
    fault: () => '',
  };
}

/**
 * An answer in words, for lists of answers.
 * @param {Row} row
 * @param {any} x
 * @param {Choice[]} [choices]
 * @returns {string}
 */
export function say(row, x, choices = []) {
  if (x === undefined || x === null || x === '') return '';
  if (Array.isArray(x)) return x.map((one) => say(row, one, choices)).join('; ');
  const of = [...(row.codes ?? []), ...choices];
  if (['code', 'codes', 'ref'].includes(row.type)) return of.find(({ value }) => value === x)?.text ?? String(x);
  if (row.type === 'flag') return t('js.form.yes');
  if (row.type === 'amount') return money(x);
  if (row.type === 'date') return day(x);
  return (lines[row.type]?.write ?? String)(x);
}
