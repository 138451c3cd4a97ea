// A filing that is out for signature: a change voids what was signed, which is said before and after.

import { $ } from './dom.js';
import { t } from './text.js';

/** Warns on a page where a filing is changed. */
export function warnFrozen(/** @type {{ status: string }} */ filing) {
  $('[data-frozen]').hidden = filing.status !== 'awaiting_signatures';
}

/** Says what a change has voided, by the answer to it. */
export function sayVoided(/** @type {{ voided?: boolean, signed?: number }} */ { voided, signed }) {
  if (!voided) return;
  $('[data-frozen]').textContent = signed ? t('js.form.voided.signed', { n: signed }) : t('js.form.voided');
  $('[data-frozen]').hidden = false;
}
