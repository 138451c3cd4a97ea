// Entries of the audit: what administrators did, in the reader's words.

import { el } from './dom.js';
import { t, time } from './text.js';

/** A status, or rights, as people call them. Other codes, such as a hash, stay and are cut short. */
function words(codes) {
  if (!codes) return t('js.audit.nothing');
  return codes.split(' ').map((code) => {
    const key = ['js.admin.status.', 'js.admin.right.'].map((p) => p + code).find((k) => t(k) !== k);
    if (key) return t(key);
    const [post, court] = code.split('.');
    return court ? `${t(`js.admin.right.${post}`)} (${court})` : code.slice(0, 40);
  }).join(', ');
}

// A reason is in its author's words; one that a command gave is a code.
function said(reason) {
  const words = t(`audit.reason.${reason}`);
  return words === `audit.reason.${reason}` ? reason : words;
}

/** An entry as an item of a list. */
export const entry = (e) => el('li', {}, el('time', { datetime: e.at }, time(e.at)), ` – ${t(`audit.act.${e.act}`)}`,
  e.before || e.after ? ` (${t('js.audit.change', { before: words(e.before), after: words(e.after) })})` : '',
  e.reason ? `. ${t('js.audit.reason', { reason: said(e.reason) })}` : '');
