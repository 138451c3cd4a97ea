// Two versions of a section that both have something of their own: shown side by side, chosen from
// field by field. What is not chosen stays readable below the form.

import { el } from './dom.js';
import { say } from './form-fields.js';
import { called, empty } from './form-rows.js';
import { t } from './text.js';

/** @typedef {import('./form-rows.js').Section} Section @typedef {import('./form-rows.js').Row} Row @typedef {import('./form-rows.js').Value} Value */

/**
 * Where two values of a section differ. Items of a list are told apart by their id, or by their place;
 * an item that differs is chosen whole.
 * @typedef {{ label: string, mine: any, theirs: any, words: (x: any) => string, put: (into: Value, x: any) => void }} Difference
 * @returns {Difference[]}
 */
export function differ(/** @type {Section} */ section, /** @type {Value} */ mine, /** @type {Value} */ theirs) {
  /** @type {Difference[]} */
  const out = [];
  for (const row of section.fields.filter((r) => !r.path.includes('[].') && r.type !== 'id')) {
    const names = row.path.replace(/\[\]$/, '').split('.');
    const [a, b] = [mine, theirs].map((value) => names.reduce((x, name) => x?.[name], /** @type {any} */ (value)));
    if (same(a, b)) continue;
    if (row.type !== 'list') {
      out.push({ label: row.label, mine: a, theirs: b, words: (x) => say(row, x), put: (into, x) => place(into, names, x) });
      continue;
    }
    const key = (/** @type {Value} */ item, /** @type {number} */ i) => item.id ?? `#${i}`;
    const [ours, others] = [a ?? [], b ?? []].map((list) => new Map(list.map((/** @type {Value} */ item, /** @type {number} */ i) => [key(item, i), item])));
    for (const id of new Set([...ours.keys(), ...others.keys()])) {
      const [x, y] = [ours.get(id), others.get(id)];
      if (same(x, y)) continue;
      out.push({
        label: `${row.one ?? row.label}: ${called(x ?? y)}`, mine: x, theirs: y, words: (item) => item && summary(section, row, item),
        put: (into, item) => {
          const list = (names.reduce((v, name) => v?.[name], /** @type {any} */ (into)) ?? []).slice();
          const at = list.findIndex((/** @type {Value} */ one, /** @type {number} */ i) => key(one, i) === id);
          if (at >= 0) list.splice(at, 1, ...(item ? [item] : []));
          else if (item) list.push(item);
          place(into, names, list);
        },
      });
    }
  }
  return out;
}

const order = (/** @type {any} */ x) => JSON.stringify(x, (_, v) => (v && typeof v === 'object' && !Array.isArray(v)
  ? Object.fromEntries(Object.keys(v).sort().filter((k) => !empty(v[k])).map((k) => [k, v[k]])) : v));
const same = (/** @type {any} */ a, /** @type {any} */ b) => (empty(a) && empty(b)) || order(a) === order(b);

function place(/** @type {Value} */ into, /** @type {string[]} */ names, /** @type {any} */ x) {
  const last = names[names.length - 1];
  let at = into;
  for (const name of names.slice(0, -1)) at = at[name] ??= {};
  if (empty(x)) delete at[last];
  else at[last] = x;
}

function summary(/** @type {Section} */ section, /** @type {Row} */ list, /** @type {Value} */ item) {
  return section.fields.filter((r) => r.path.startsWith(`${list.path}[].`) && r.type !== 'id').map((r) => {
    const x = r.path.slice(list.path.length + 3).replace(/\[\]$/, '').split('.').reduce((v, name) => v?.[name], /** @type {any} */ (item));
    return empty(x) || typeof x === 'object' && !Array.isArray(x) ? '' : `${r.label}: ${say(r, x)}`;
  }).filter(Boolean).join('; ');
}

/**
 * The choice between two versions. done hears what was chosen, and an element with what was not. Who goes on
 * typing meanwhile loses nothing: what stands on the page when the choice is made is what "mine" is.
 */
export class Merge {
  /**
   * @param {Section} section
   * @param {() => Value} read what stands on the page
   * @param {Value} theirs
   * @param {(chosen: Value, other: HTMLElement) => void} done
   */
  constructor(section, read, theirs, done) {
    const mine = read();
    const differences = differ(section, mine, theirs);
    /** @type {('mine'|'theirs')[]} */
    const picks = differences.map(() => 'mine');
    const radio = (/** @type {number} */ i, /** @type {'mine'|'theirs'} */ whose) => {
      const input = el('input', { class: 'govuk-radios__input', type: 'radio', name: `merge-${i}`, id: `merge-${i}-${whose}`, value: whose });
      input.checked = whose === 'mine';
      input.addEventListener('change', () => { picks[i] = whose; });
      return el('div', { class: 'govuk-radios__item' }, input, el('label', { class: 'govuk-label govuk-radios__label', for: input.id },
        el('strong', {}, t(`js.merge.${whose}`)), ` ${differences[i].words(differences[i][whose]) || t('js.merge.nothing')}`));
    };
    const finish = () => {
      const now = read();
      const later = new Map(differ(section, now, theirs).map((d) => [d.label, d.mine]));
      const lost = (/** @type {Difference} */ d, /** @type {number} */ i) => (picks[i] === 'mine' ? d.theirs : later.get(d.label) ?? d.mine);
      const chosen = structuredClone(now);
      differences.forEach((d, i) => { if (picks[i] === 'theirs') d.put(chosen, d.theirs); });
      done(chosen, el('details', { class: 'govuk-details' },
        el('summary', { class: 'govuk-details__summary' }, el('span', { class: 'govuk-details__summary-text' }, t('js.merge.other'))),
        el('div', { class: 'govuk-details__text' }, ...differences.map((d, i) => el('p', {}, el('strong', {}, `${d.label}: `),
          d.words(lost(d, i)) || t('js.merge.nothing'))))));
    };
    const all = (/** @type {'mine'|'theirs'} */ whose) => { picks.fill(whose); finish(); };
    this.element = el('div', { class: 'govuk-inset-text warn', role: 'alert', tabindex: '-1' },
      el('h2', {}, t('js.conflict.title')), el('p', {}, t('js.merge.text')),
      ...differences.map((d, i) => el('fieldset', { class: 'govuk-fieldset govuk-form-group' },
        el('legend', { class: 'govuk-fieldset__legend govuk-fieldset__legend--s' }, d.label),
        el('div', { class: 'govuk-radios govuk-radios--small' }, radio(i, 'mine'), radio(i, 'theirs')))),
      el('div', { class: 'govuk-button-group' },
        el('button', { type: 'button', class: 'govuk-button', onclick: finish }, t('js.merge.save')),
        el('button', { type: 'button', class: 'govuk-button govuk-button--secondary', onclick: () => all('mine') }, t('js.conflict.mine')),
        el('button', { type: 'button', class: 'govuk-button govuk-button--secondary', onclick: () => all('theirs') }, t('js.conflict.theirs'))));
  }
}
