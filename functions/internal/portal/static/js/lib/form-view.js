// A section of a declared form on a page: rendered from its rows, filled, read, its errors beside the
// fields they are about. A field of a shape (an address) is one row; a list has its items, which are
// added, removed and moved.

import { behave } from './behaviours.js';
import { $$, el } from './dom.js';
import { field } from './form-fields.js';
import { asked, called, empty, targets } from './form-rows.js';
import { t } from './text.js';

/**
 * @typedef {import('./form-rows.js').Row} Row @typedef {import('./form-rows.js').Section} Section
 * @typedef {import('./form-rows.js').Form} Form @typedef {import('./form-rows.js').Value} Value
 * @typedef {{ name: string, path: string, row: Row | null, list: boolean, children: Node_[] }} Node_ a row's place; without a row, an object between
 */

/**
 * Part of a section: a field, an object of parts, a list of objects.
 * @typedef {object} Part
 * @property {HTMLElement} group
 * @property {() => any} read
 * @property {(x: any) => void} write
 * @property {(pointer: string, at: number[]) => void} settle places it: its pointer, what is asked for, what may be chosen
 * @property {() => { pointer: string, detail: string }[]} faults
 */

/** The rows of a section by their place. */
function tree(/** @type {Section} */ section) {
  /** @type {Node_} */
  const root = { name: section.code, path: '', row: null, list: false, children: [] };
  for (const row of section.fields) {
    let at = root;
    row.path.split('.').forEach((full, i, names) => {
      const name = full.replace(/\[\]$/, '');
      let child = at.children.find((c) => c.name === name);
      if (!child) at.children.push(child = { name, path: names.slice(0, i + 1).join('.'), row: null, list: false, children: [] });
      child.list ||= full.endsWith('[]');
      at = child;
    });
    at.row = row;
    at.list ||= row.type === 'list';
  }
  return root;
}

export class SectionView {
  /**
   * @param {Form} form
   * @param {Section} section
   * @param {Value} all the whole form as it is kept: conditions and references look at other sections
   * @param {{ id: string, name: string }[]} documents of the filing
   */
  constructor(form, section, all, documents = []) {
    this.form = form;
    this.section = section;
    this.documents = documents;
    this.all = { ...all };
    this.part = this.object(tree(section));
    this.element = this.part.group;
    this.element.addEventListener('input', () => this.settle());
    this.element.addEventListener('change', () => this.settle());
    this.write(all[section.code] ?? {});
  }

  /** The section's value as it is typed: what is not asked for is left out, and stays on the page. */
  read() {
    return this.part.read() ?? {};
  }

  write(/** @type {Value} */ value) {
    this.part.write(value);
    this.settle();
    this.behave();
  }

  /** Gives what is on the page its behaviour: counting needs to find its message there. */
  behave() {
    return this.element.isConnected ? behave(this.element) : null;
  }

  /** What can't be read as an answer, in the order of the form. */
  faults() {
    return this.part.faults();
  }

  // What is asked for may depend on what is hidden with it: twice reaches a fixed point for the
  // conditions forms have, which look at fields before theirs.
  settle() {
    for (let i = 0; i < 2; i++) {
      this.all[this.section.code] = this.read();
      this.part.settle(`/${this.section.code}`, []);
    }
  }

  choices(/** @type {Row} */ row) {
    if (row.type === 'ref') return targets(this.form, this.all, row.of ?? [], this.documents);
    const region = this.all[this.section.code]?.region; // courts are many: those of the region, once it is chosen
    return (row.codes ?? []).filter((choice) => !region || row.names !== 'court' || !choice.region || choice.region === region);
  }

  /** @returns {Part} */
  make(/** @type {Node_} */ node) {
    if (node.row?.type === 'list') return this.list(node);
    if (node.row?.type === 'id') return identifier();
    return node.row ? this.leaf(node.row) : this.object(node);
  }

  /** @returns {Part} */
  leaf(/** @type {Row} */ row) {
    const made = field(row, this.choices(row));
    let place = '';
    return {
      group: made.group,
      read: () => (made.group.hidden ? undefined : made.read()),
      write: made.write,
      settle: (pointer, at) => {
        place = pointer;
        made.group.dataset.pointer = pointer;
        made.group.hidden = !asked(this.section, row, at, this.all);
        if (row.type === 'ref' || row.names === 'court') made.offer?.(this.choices(row));
      },
      faults: () => (made.group.hidden || !made.fault() ? [] : [{ pointer: place, detail: made.fault() }]),
    };
  }

  /** @returns {Part} */
  object(/** @type {Node_} */ node) {
    const parts = node.children.map((child) => ({ child, part: this.make(child) }));
    const title = node.list ? '' : this.section.groups?.[node.path];
    const group = el('div', { class: 'group' }, title ? el('h3', {}, title) : null, ...parts.map(({ part }) => part.group));
    return {
      group,
      read: () => {
        const value = Object.fromEntries(parts.map(({ child, part }) => [child.name, part.read()]).filter(([, x]) => !empty(x)));
        return empty(value) ? undefined : value;
      },
      write: (x) => parts.forEach(({ child, part }) => part.write(x?.[child.name])),
      settle: (pointer, at) => {
        parts.forEach(({ child, part }) => part.settle(`${pointer}/${child.name}`, at));
        group.hidden = parts.every(({ part }) => part.group.hidden);
      },
      faults: () => parts.flatMap(({ part }) => part.faults()),
    };
  }

  /** @returns {Part} */
  list(/** @type {Node_} */ node) {
    const row = /** @type {Row} */ (node.row);
    const one = row.one ?? row.label;
    /** @type {{ part: Part, group: HTMLElement, legend: HTMLElement }[]} */
    let items = [];
    const rows = el('div', {});
    const said = el('p', { class: 'govuk-visually-hidden', role: 'status' });
    const add = el('button', { type: 'button', class: 'govuk-button govuk-button--secondary' }, t('js.form.add', { one }));
    const group = el('div', { class: 'govuk-form-group listed' }, row.hint ? el('p', { class: 'govuk-hint' }, row.hint) : null, rows, said, el('p', {}, add));
    group.tabIndex = -1;

    const number = () => items.forEach(({ legend, group: own, part }, i) => {
      legend.textContent = items.length > 1 ? `${one} ${i + 1}` : one;
      const name = called(part.read() ?? {}) || `${one} ${i + 1}`;
      $$(':scope > .govuk-button-group [data-name]', own).forEach((x) => { x.textContent = ` ${name}`; });
      const [up, down, remove] = $$(':scope > .govuk-button-group button', own);
      up.hidden = i === 0;
      down.hidden = i === items.length - 1;
      remove.hidden = items.length === 1 && row.need === 'required';
      if (rows.children[i] !== own) rows.insertBefore(own, rows.children[i] ?? null); // what stays where it is keeps the focus
    });
    const changed = () => group.dispatchEvent(new Event('input', { bubbles: true }));
    const make = (/** @type {any} */ x) => {
      const part = this.object({ ...node, row: null });
      const legend = el('legend', {});
      const button = (/** @type {string} */ words, /** @type {() => void} */ act) => el('button', { type: 'button', class: 'govuk-button govuk-button--secondary small', onclick: act },
        words, el('span', { class: 'govuk-visually-hidden', 'data-name': true }));
      const own = el('fieldset', { class: 'row' }, legend, part.group, el('div', { class: 'govuk-button-group' },
        button(t('js.form.up'), () => move(entry, -1)), button(t('js.form.down'), () => move(entry, 1)), button(t('js.form.remove'), () => drop(entry))));
      const entry = { part, group: own, legend };
      part.write(x);
      return entry;
    };
    const move = (/** @type {typeof items[0]} */ entry, /** @type {number} */ by) => {
      const from = items.indexOf(entry);
      items.splice(from, 1);
      items.splice(from + by, 0, entry);
      number();
      changed();
      said.textContent = t('js.form.moved', { one, n: from + by + 1, of: items.length });
      const [up, down] = $$(':scope > .govuk-button-group button', entry.group);
      (by < 0 ? [up, down] : [down, up]).find((b) => !b.hidden)?.focus();
    };
    const drop = (/** @type {typeof items[0]} */ entry) => {
      const at = items.indexOf(entry);
      items.splice(at, 1);
      entry.group.remove();
      number();
      changed();
      said.textContent = t('js.form.removed', { one, of: items.length });
      (items[Math.min(at, items.length - 1)]?.group.querySelector('input, select, textarea') ?? add).focus();
    };
    add.addEventListener('click', () => {
      const entry = make(undefined);
      items.push(entry);
      number();
      changed();
      behave(entry.group);
      entry.group.querySelector('input:not([type=hidden]), select, textarea')?.focus();
    });
    return {
      group,
      read: () => items.map(({ part }) => part.read()).filter((x) => x !== undefined && !onlyID(x)),
      write: (x) => {
        rows.replaceChildren();
        const values = Array.isArray(x) && x.length ? x : row.need ? [undefined] : [];
        items = values.map(make);
        number();
      },
      settle: (pointer, at) => {
        group.dataset.pointer = pointer;
        group.hidden = !asked(this.section, row, at, this.all);
        // An empty item is no item, so places count those that have something.
        let i = 0;
        items.forEach(({ part }) => {
          part.settle(`${pointer}/${i}`, [...at, i]);
          const x = part.read();
          if (x !== undefined && !onlyID(x)) i += 1;
        });
        add.disabled = Number(row.max) > 0 && items.length >= Number(row.max);
        number();
      },
      faults: () => items.flatMap(({ part }) => part.faults()),
    };
  }
}

const onlyID = (/** @type {Value} */ x) => Object.keys(x).every((k) => k === 'id');

// An item's own id: given once, never shown.
/** @returns {Part} */
function identifier() {
  let id = '';
  return {
    group: el('span', { hidden: true }),
    read: () => id,
    write: (x) => { id = x || crypto.randomUUID(); },
    settle: () => {},
    faults: () => [],
  };
}
