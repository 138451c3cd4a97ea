// Everything the office keeps, in one file, however many pages the API gives it on.

import { api } from './api.js';
import { $$, download } from './dom.js';
import { showError } from './problem.js';

/** Makes the page's links to the export give the whole of it. box is where a failure is told. */
export function exportLinks(box) {
  $$('a[href="/api/account/export"]').forEach((link) => link.addEventListener('click', async (event) => {
    event.preventDefault();
    try {
      const whole = await api('GET', '/api/account/export');
      while (whole.next) {
        const page = await api('GET', `/api/account/export?cursor=${encodeURIComponent(whole.next)}`);
        whole.filings.push(...page.filings);
        Object.assign(whole, { next: page.next, complete: page.complete });
      }
      download(whole, link.download);
    } catch (error) {
      showError(box, error);
    }
  }));
}
