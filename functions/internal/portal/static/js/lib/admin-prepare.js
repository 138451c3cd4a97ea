// The section of the administrators' page that prepares an account for someone.

import { api } from './api.js';
import { $ } from './dom.js';

/** Arms the form. attempt runs an act for a form and says what came of it; show shows an account. */
export function prepare(attempt, show) {
  $('#prepare').addEventListener('submit', (event) => {
    event.preventDefault();
    const form = event.currentTarget;
    attempt(form, async () => {
      show(await api('POST', '/api/admin/accounts', {
        kind: $('#prepare-kind').value,
        number: $('#prepare-number').value.trim(),
        email: $('#prepare-email').value.trim(),
        lang: $('#prepare-lang').value,
        reason: $('#prepare-reason').value,
      }));
      form.reset();
      $('#account-title').focus();
    });
  });
}
