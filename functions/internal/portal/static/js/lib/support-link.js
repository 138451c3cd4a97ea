// The way from a problem to the page of support: what is known of the problem goes along, in this
// tab's memory and that of the tab it opens. There is nothing of a person in it.

import { el } from './dom.js';
import { lang, t } from './text.js';

const KEY = 'office.support';
const NCALAYER = 'office.ncalayer';

/** A link to support from a shown problem; none on the page of support itself. */
export function supportLink(problem) {
  if (document.documentElement.dataset.page === 'support') return null;
  const shown = Date.now();
  return el('a', {
    href: `/${lang}/support`,
    target: '_blank',
    rel: 'opener', // so that the tab gets a copy of this one's memory; the page is our own
    onclick: () => sessionStorage.setItem(KEY, JSON.stringify({
      reference: problem.instance?.replace('urn:request:', '') ?? '',
      problem: problem.slug || problem.code || '',
      at: problem.at ?? shown,
      page: location.pathname,
    })),
  }, t('js.problem.support'));
}

/** What the problem was that led here, or null. */
export function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY));
  } catch {
    return null;
  }
}

export function forget() {
  sessionStorage.removeItem(KEY);
}

/** Keeps the version of NCALayer that answered last. */
export function met(version) {
  sessionStorage.setItem(NCALAYER, version);
}

/** That version, or "". */
export const lastMet = () => sessionStorage.getItem(NCALAYER) ?? '';
