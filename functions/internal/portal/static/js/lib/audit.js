// Entries of the audit: who did what to whom, in the reader's words.

import { el } from './dom.js';
import { called, t, time } from './text.js';

/** A status, or rights, as people call them. Other codes stay; a hash is cut short. */
function words(codes) {
  if (!codes) return t('js.audit.nothing');
  return codes.split(' ').map((code) => {
    const key = ['js.admin.status.', 'js.admin.right.'].map((p) => p + code).find((k) => t(k) !== k);
    if (key) return t(key);
    const [post, court] = code.split('.');
    if (court) return `${t(`js.admin.right.${post}`)} (${court})`;
    return /^[0-9a-f]{20,}$/.test(code) ? `${code.slice(0, 12)}…` : code.slice(0, 40);
  }).join(', ');
}

// A reason is in its author's words; one that a command gave is a code.
function said(reason) {
  const words = t(`audit.reason.${reason}`);
  return words === `audit.reason.${reason}` ? reason : words;
}

/** What an entry says, in words: who, what, whom, what changed and why. Empty where it doesn't say. */
export const told = (e) => ({
  by: e.actor === 'bootstrap' ? t('js.audit.command') : called(e.by ?? ''),
  act: t(`audit.act.${e.act}`),
  of: called(e.of ?? ''),
  change: e.before || e.after ? t('js.audit.change', { before: words(e.before), after: words(e.after) }) : '',
  reason: e.reason ? said(e.reason) : '',
});

/** An entry as an item of a list. */
export function entry(e) {
  const { by, act, of, change, reason } = told(e);
  return el('li', {}, el('time', { datetime: e.at }, time(e.at)), el('br'),
    by ? el('strong', {}, `${by}: `) : '', act, of ? el('span', {}, ' – ', el('strong', {}, of)) : '', change ? ` (${change})` : '',
    reason ? el('span', { class: 'small' }, el('br'), t('js.audit.reason', { reason })) : '');
}
