// The section of the administrators' page that prepares an account for someone.

import { attempt } from './administer.js';
import { api } from './api.js';
import { confirmed } from './confirm.js';
import { $, digits } from './dom.js';
import { t } from './text.js';

/** Arms the form; show shows an account. */
export function prepare(show) {
  $('#prepare').addEventListener('submit', (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    const asked = {
      kind: $('#prepare-kind').value,
      number: digits('#prepare-number'),
      email: $('#prepare-email').value.trim(),
      lang: $('#prepare-lang').value,
      reason: $('#prepare-reason').value,
    };
    attempt(form, async () => {
      const complete = asked.number && asked.email && asked.reason; // what is missing is said by the API, at its field
      if (complete && !await confirmed(t('js.admin.prepare.sure', { number: asked.number, email: asked.email }))) return null;
      show(await api('POST', '/api/admin/accounts', asked));
      form.reset();
      $('#account-title').focus();
      return true;
    });
  });
}
