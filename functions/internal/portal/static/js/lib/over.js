// A field takes whatever is typed or pasted. What is over its limit (data-most, characters) is counted
// beside it: nothing is cut off unseen.

import { el } from './dom.js';
import { t } from './text.js';

let ids = 0;

/** Says how much is over the limit of a field, or no more. */
export function count(/** @type {HTMLInputElement | HTMLTextAreaElement} */ field) {
  const written = field.inputMode === 'numeric' ? field.value.replace(/\s/g, '') : field.type === 'password' ? field.value : field.value.trim(); // as it is sent
  const over = [...written].length - Number(field.dataset.most);
  let note = document.getElementById(field.dataset.over ?? '');
  if (!note) {
    if (over <= 0) return;
    field.dataset.over = `${field.id || `field-${++ids}`}-over`;
    note = el('p', { class: 'govuk-error-message', id: field.dataset.over, role: 'status' });
    (field.closest('.govuk-input__wrapper') ?? field).after(note);
    field.setAttribute('aria-describedby', [field.getAttribute('aria-describedby'), note.id].filter(Boolean).join(' '));
  }
  note.hidden = over <= 0;
  note.textContent = over > 0 ? t('js.count.over', { n: over }) : '';
}
