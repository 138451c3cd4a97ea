// A judge's ruling in words, with its files.

import { el, facts } from './dom.js';
import { called, code, day, t, time } from './text.js';

/** A ruling with what corrects it beside it: whoever reads one sees the other. */
export function ruling(first, corrected, address, more = () => /** @type {[string, any][]} */ ([])) {
  return [
    ...(corrected.length ? [el('p', { class: 'govuk-inset-text', 'data-corrected': '' }, t('js.ruling.corrected'))] : []),
    ...one(first, address, more),
    ...corrected.flatMap((r, n) => [el('hr', { class: 'govuk-section-break govuk-section-break--visible' }), ...one(r, (file) => address(file.replace('ruling', `correction-${n + 1}`)), more)]),
  ];
}

/**
 * @param {{ step: string, at: string, judge: string, grounds: string[], reasons: string, decision: string, on: string | null, own: boolean }} r
 * @param {(file: string) => string} address of a file of the ruling
 * @param {(r: any) => [string, any][]} more facts of it
 */
function one(r, address, more) {
  const grounds = r.grounds.map((g) => el('li', {}, code('ground', g), el('div', { class: 'small' }, code('cure', g))));
  return [
    el('p', {}, el('strong', {}, t(`js.ruling.${r.step}`))),
    facts([
      [t('js.ruling.at'), time(r.at)],
      [t('js.ruling.judge'), called(r.judge)],
      [t('js.ruling.grounds'), grounds.length ? el('ul', { class: 'plain' }, ...grounds) : ''],
      [t('registry.rule.decision'), r.decision],
      [t('js.ruling.reasons'), r.reasons],
      [t('registry.rule.day'), r.on && day(r.on)],
      [t('registry.own'), r.own && t('js.ruling.own')],
      ...more(r),
      [t('js.ruling.files'), el('ul', { class: 'plain' },
        el('li', {}, el('a', { href: address('ruling') }, t('js.ruling.pdf'))),
        el('li', {}, el('a', { href: address('ruling-signature') }, t('js.ruling.signature'))))],
    ]),
  ];
}
