// A field of an e-mail address says a mistake when it is left, until it is typed in again.

import { fault } from './email.js';
import { mark } from './problem.js';
import { t } from './text.js';

export function check(/** @type {HTMLInputElement} */ field) {
  const wrong = field.value.trim() && fault(field.value.trim(), field.dataset.email === 'office');
  if (wrong && !field.hasAttribute('aria-invalid')) mark({ detail: t(wrong), field: field.closest('[data-pointer]') ?? field });
}
