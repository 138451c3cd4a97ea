// Building and finding elements. Text goes in as text: nothing here parses HTML.

/** @type {(selector: string, root?: ParentNode) => any} the first element, of whatever kind the selector says */
export const $ = (selector, root = document) => root.querySelector(selector);
/** @type {(selector: string, root?: ParentNode) => any[]} */
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** What stands in the field of a number, which people paste with spaces. */
export const digits = (selector, root = document) => $(selector, root).value.replace(/\s/g, '');

/** An element with attributes (on* are listeners; null, undefined and false are left out) and children. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Pairs of label and value as a summary list; empty values are left out. */
export function facts(pairs) {
  return el('dl', { class: 'govuk-summary-list' }, ...pairs.filter(([, value]) => value).map(
    ([label, value]) => el('div', { class: 'govuk-summary-list__row' },
      el('dt', { class: 'govuk-summary-list__key' }, label), el('dd', { class: 'govuk-summary-list__value' }, value)),
  ));
}

/** A notice above the page: a line in sight, and what there is more of it behind the line. */
export function notice(kind, line, more, ...links) {
  const inside = more
    ? el('details', { class: 'wide' }, el('summary', {}, line), el('p', {}, `${more} `, ...links))
    : el('p', { class: 'wide' }, `${line} `, ...links);
  return el('div', { class: `notice ${kind}` }, inside);
}

/** A check box of GOV.UK Frontend's form, with a name of its own to be read by. */
export function checkbox(id, value, words) {
  return el('div', { class: 'govuk-checkboxes__item' },
    el('input', { class: 'govuk-checkboxes__input', type: 'checkbox', id, value }), el('label', { class: 'govuk-label govuk-checkboxes__label', for: id }, words));
}

/** A hash value in full, breakable. */
export const hash = (value) => el('code', { class: 'hash' }, value);

/** Names of courts by code, as the page was given them. */
export function courts() {
  const names = new Map($$('[data-courts] data').map((d) => [d.value, d.textContent]));
  $$('#court option').forEach((option) => option.value && names.set(option.value, option.textContent));
  return (code) => names.get(code) ?? code;
}

/** Gives the person a value as a JSON file. */
export function download(value, name) {
  save(new Blob([JSON.stringify(value, null, 2)], { type: 'application/json' }), name);
}

/** Gives the person a Blob as a file. */
export function save(blob, name) {
  const href = URL.createObjectURL(blob);
  el('a', { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
