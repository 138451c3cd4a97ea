// A window of maintenance as pages show it.

import { el, facts } from './dom.js';
import { t, time } from './text.js';

/** What a window stops, as a sentence. */
export const stops = (window) => `${window.affects.length ? `${t('maintenance.affects')} ` : ''}${affected(window)}.`;

/** What a window stops, in words. */
export function affected(window) {
  if (!window.affects.length) return t('maintenance.affects.all');
  return window.affects.map((name) => t(`maintenance.affects.${name}`)).join('; ');
}

/** What the certificate of an interruption says, as pairs for facts. */
export const certified = (c) => [
  [t('js.interruption.from'), time(c.from)],
  [t(c.ended || !c.to ? 'js.interruption.to' : 'js.interruption.planned'), c.to ? time(c.to) : t('js.interruption.lasts')],
  [t('js.interruption.affects'), affected(c)],
  [t('js.interruption.announced'), c.announcedAt && time(c.announcedAt)],
  [t('js.interruption.kind'), t(c.observed ? 'js.interruption.observed' : c.outage ? 'js.interruption.outage' : 'js.interruption.maintenance')],
  ...(c.observed ? [
    [t('js.interruption.failed'), String(c.observed.failed)],
    [t('js.interruption.last'), time(c.observed.lastFailed)],
    [t('js.interruption.learnt'), time(c.observed.learntAt)],
  ] : []),
  [t('js.interruption.as-of'), time(c.asOf)],
];

/** A card of an outage of the record; more goes to its end. */
export function outage(o, ...more) {
  return el('article', { class: 'card', id: o.id },
    el('h3', {}, o.to ? t('maintenance.outage', { from: time(o.from), to: time(o.to) }) : t('maintenance.outage.lasts', { from: time(o.from) })),
    el('p', {}, stops({ affects: [o.affects] })),
    ...more);
}

/** "from – to" with the kind of the window. */
export function line(window) {
  const key = window.phase === 'cancelled' ? 'maintenance.line.cancelled'
    : window.emergency ? 'maintenance.line.emergency' : 'maintenance.line';
  return t(key, { from: time(window.from), to: time(window.to) });
}

/** A card with everything about a window; more goes to its end. */
export function card(window, ...more) {
  return el('article', { class: 'card', id: window.id },
    el('h3', {}, line(window)),
    el('p', {}, el('span', { class: `govuk-tag govuk-tag--${window.phase === 'over' || window.phase === 'cancelled' ? 'yellow' : 'green'}` },
      t(`maintenance.phase.${window.phase}`))),
    el('p', { lang: window.lang }, window.text),
    el('p', {}, stops(window)),
    window.emergency ? el('p', { class: 'govuk-inset-text warn' }, t('maintenance.emergency')) : null,
    facts([[t('maintenance.published'), window.publishedAt && time(window.publishedAt)], [t('maintenance.changed'), time(window.changedAt)]]),
    ...more);
}
