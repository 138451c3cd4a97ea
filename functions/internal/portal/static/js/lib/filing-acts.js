// What can be done with a whole filing: begin another from it.

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
