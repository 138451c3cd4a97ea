// What the registry's pages show alike: how near a term is, who has a filing in hand.

import { el } from './dom.js';
import { called, clock, t } from './text.js';

const colours = { late: 'red', today: 'orange', soon: 'yellow', later: 'grey' };

/** How near the last day of an answer is, in a word and a colour. */
export const urgency = (/** @type {string} */ u) => el('strong', { class: `govuk-tag govuk-tag--${colours[u]}` }, t(`js.registry.urgency.${u}`));

/** Who has a filing in hand and until when; "" where nobody has. */
export function inHand(/** @type {any} */ lease) {
  if (!lease) return '';
  return t(lease.mine ? 'js.registry.hand.mine' : 'js.registry.hand.other', { name: called(lease.name), clock: clock(lease.until) });
}
