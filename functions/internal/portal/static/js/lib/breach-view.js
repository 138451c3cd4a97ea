// A breach case as it is shown to the person and to administrators.

import { el, facts, hash } from './dom.js';
import { t, time } from './text.js';

/** What anyone who sees a case sees of it. */
export const particulars = (breach) => [
  [t('js.breach.opened'), time(breach.openedAt)],
  [t('js.breach.origin'), t(`js.breach.origin.${breach.origin}`)],
  [t('js.breach.reason'), breach.reason],
  [t('js.breach.act'), breach.act],
];

/** How it was closed, if it was. */
export const closing = (breach) => [
  [t('js.breach.closed-at'), breach.closedAt && time(breach.closedAt)],
  [t('js.breach.closing'), breach.closing],
];

/** What is held of the log of requests. */
function lines(log) {
  if (!log) return t('js.breach.log.none');
  const count = String(log.lines) + (log.more ? ` (${t('js.breach.log.more')})` : '');
  return log.final ? count : `${count} – ${t('js.breach.log.early')}`;
}

/** What administrators see beside. */
export const evidence = (breach) => [
  [t('js.breach.account'), breach.account],
  [t('js.breach.withheld'), breach.withheld],
  [t('js.breach.held'), String(breach.held)],
  [t('js.breach.sha256'), hash(breach.sha256)],
  [t('js.breach.log'), lines(breach.log)],
  [t('js.breach.log-sha256'), breach.log && hash(breach.log.sha256)],
];

/** The case as a card. */
export function card(breach, pairs, ...more) {
  const state = breach.closedAt ? 'closed' : 'open';
  return el('article', { class: 'card', 'data-breach': breach.id },
    el('h3', { tabindex: '-1' }, `${t('js.breach.title', { id: breach.id })} `,
      el('span', { class: `govuk-tag ${state === 'open' ? 'govuk-tag--yellow' : 'govuk-tag--grey'}` }, t(`js.breach.${state}`))),
    facts(pairs), ...more);
}
