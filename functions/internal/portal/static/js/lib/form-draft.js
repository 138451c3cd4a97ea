// The registration form between the page and the API, which keeps it under the browser's
// registration cookie. Nothing of it stays on this device.

import { api } from './api.js';
import { Draft } from './draft.js';

export class FormDraft extends Draft {
  constructor(collect, report) {
    super('', collect, report);
  }

  // Outlives the page: it may be about to close.
  write(form) { return api('PUT', '/api/registration/form', { version: this.version, form }, { keepalive: true }); }

  read() { return api('GET', '/api/registration/form'); }

  content(stored) { return stored.form; }

  kept() { return null; }

  keep() {}

  drop() {}
}
