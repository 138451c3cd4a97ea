// The section of the account's page that shows what administrators did to it.

import { api } from './api.js';
import { entry } from './audit.js';
import { $, el } from './dom.js';
import { showError } from './problem.js';
import { t } from './text.js';

/** Fetches and shows the entries. */
export async function audit() {
  try {
    const { entries } = await api('GET', '/api/account/audit');
    $('[data-audit]').replaceChildren(...entries.length ? entries.map(entry) : [el('li', {}, t('js.audit.none'))]);
  } catch (error) {
    showError($('[aria-labelledby=audit] [data-problem]'), error);
  }
}
