// What a section of a form says, row by row, for reading.

import { el } from './dom.js';
import { say } from './form-fields.js';
import { asked, called, empty, places, targets } from './form-rows.js';

/**
 * The rows of a section that have a value, those of each item of a list under its name.
 * @param {{ form: import('./form-rows.js').Form, all: import('./form-rows.js').Value, documents: { id: string, name: string }[] }} filing
 * @param {import('./form-rows.js').Section} section
 * @param {{ gap?: (pointer: string) => any[] | false, action?: (row: import('./form-rows.js').Row, pointer: string) => any }} more
 *   gap: what stands for a value that is missing; action: what may be done with a row
 * @returns {HTMLElement[]}
 */
export function answers(filing, section, { gap = () => false, action } = {}) {
  const all = places(section, filing.all[section.code] ?? {});
  const lists = all.filter(({ row }) => row.type === 'list');
  const inList = ({ row }) => lists.find((l) => row.path.startsWith(`${l.row.path}[].`));
  const line = ({ row, pointer, at, x }) => {
    const missed = gap(pointer);
    if (row.type === 'id' || row.type === 'list' && !missed || !asked(section, row, at, filing.all) || empty(x) && !missed) return null;
    const value = missed || [say(row, x, row.type === 'ref' ? targets(filing.form, filing.all, row.of ?? [], filing.documents) : [])];
    return el('div', { class: 'govuk-summary-list__row' },
      el('dt', { class: 'govuk-summary-list__key' }, row.label),
      el('dd', { class: `govuk-summary-list__value${row.type === 'prose' ? ' prose' : ''}` }, ...value),
      action ? el('dd', { class: 'govuk-summary-list__actions' }, action(row, pointer)) : null);
  };
  const body = [];
  const own = all.filter((place) => !inList(place)).map(line).filter(Boolean);
  if (own.length) body.push(el('dl', { class: 'govuk-summary-list' }, ...own));
  for (const list of lists.filter((l) => l.at.length === 0)) {
    (Array.isArray(list.x) ? list.x : []).forEach((item, i) => {
      const rows = all.filter((place) => inList(place) && place.at[0] === i && place.pointer.startsWith(`${list.pointer}/${i}/`)).map(line).filter(Boolean);
      body.push(el('h3', {}, `${list.row.one ?? list.row.label} ${i + 1}${called(item) ? `: ${called(item)}` : ''}`), el('dl', { class: 'govuk-summary-list' }, ...rows));
    });
  }
  return body;
}
