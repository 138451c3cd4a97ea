// Acts of administrators: those that change the office for others are signed with the EDS.

import { api } from './api.js';
import { $, el } from './dom.js';
import { clear, showError } from './problem.js';
import { sign } from './sign.js';
import { t } from './text.js';

/**
 * Sends an administrator's request. Where the act must be signed the answer to it is the document to
 * sign, and the same request goes again with the signature. The dialog shows the document's statement,
 * which says what is done and to whom, and under it warning, if there is one. Resolves with the act's
 * own answer, or null if the administrator gave up.
 */
export async function administer(method, path, body, warning = '') {
  let prepared = await api(method, path, body);
  if (!prepared?.document) return prepared;
  return sign({
    prepare: async () => {
      const document = prepared ?? await api(method, path, body);
      prepared = null;
      return document;
    },
    describe: () => (warning ? el('p', { class: 'govuk-inset-text warn' }, warning) : null),
    submit: (signature) => api(method, path, { ...body, signature }),
  });
}

/** Runs act for a form: its problem box, the page's state line. An act that resolves with null was given up. */
export async function attempt(form, act) {
  const [note, state] = [$('[data-problem]', form), $('main > [data-state]')];
  clear(note, form);
  state.textContent = t('js.loading');
  try {
    state.textContent = await act() === null ? '' : t('js.admin.done');
  } catch (error) {
    state.textContent = '';
    showError(note, error, form);
  }
}
