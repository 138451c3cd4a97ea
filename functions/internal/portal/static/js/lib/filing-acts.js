// What can be done with a whole filing: begin another from it, or about it.

import { api } from './api.js';
import { lang } from './text.js';

/**
 * Begins a draft with the text and the documents of a filing and opens its tasks. corrects: the new one
 * names the old one, which was sent, as what it replaces.
 * @param {string} id
 * @param {boolean} corrects
 */
export async function copy(id, corrects) {
  const as = crypto.randomUUID();
  await api('POST', `/api/filings/${id}/copy`, { as, corrects });
  location.assign(`/${lang}/filings/${as}/tasks`);
}

/** Papers about a filing that is with the court and no case yet, which name it by its ticket: what is in their sections. */
const about = {
  motion: (/** @type {string} */ ticket) => ({ motion: { about: 'addition', adds: ticket } }),
  return_request: (/** @type {string} */ ticket) => ({ request: { ticket, stage: 'before_acceptance' } }),
};

/**
 * Begins a paper about a filing that was sent and opens its tasks.
 * @param {{ ticketNo: string, courtCode: string, lang: string }} filing
 * @param {'motion'|'return_request'} kind
 */
export async function begin(filing, kind) {
  const as = crypto.randomUUID();
  const sections = { case: { lang: filing.lang, court: filing.courtCode }, ...about[kind](filing.ticketNo) };
  await api('PUT', `/api/filings/${as}`, { kind, sections });
  location.assign(`/${lang}/filings/${as}/tasks`);
}
