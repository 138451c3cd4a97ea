// Says how strong a password is while it is typed, beside its field.

import { $ } from './dom.js';
import { refusal, strength } from './password.js';
import { show } from './problem.js';
import { t } from './text.js';

/** Says in box what is wrong with the password, before anything is signed with it. True if something is. */
export function refused(box, form) {
  const weak = refusal($('#password').value);
  if (weak) show(box, weak, form);
  return weak !== null;
}

/** Arms the field #password with its meter. */
export function meter() {
  const field = $('#password');
  const show = () => {
    const { value } = field;
    const score = strength(value);
    $('[data-strength]').value = score;
    const missing = 12 - [...value].length;
    const words = [t('js.password.weak'), t('js.password.weak'), t('js.password.fair'), t('js.password.good'), t('js.password.strong')];
    $('[data-strength-text]').textContent = !value ? '' : missing > 0 ? t('js.password.short', { n: missing }) : words[score];
  };
  field.addEventListener('input', show);
  field.form.addEventListener('reset', () => setTimeout(show));
}
