// While a request runs, the control that sent it says so and can't be used again.

import { t } from './text.js';

/** @type {WeakMap<HTMLElement, Node[]>} what stands on a control that waits */
const words = new WeakMap();

/** The control waits. */
export function busy(/** @type {any} */ control) {
  if (!words.has(control)) words.set(control, [...control.childNodes]);
  control.disabled = true;
  control.replaceChildren(t('js.wait'));
}

/** The control may be used again. */
export function idle(/** @type {any} */ control) {
  control.disabled = false;
  const before = words.get(control);
  words.delete(control);
  if (before) control.replaceChildren(...before);
}
