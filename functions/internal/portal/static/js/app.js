// Runs on every page: who is signed in, signing out, the warning before a session ends.

import { api } from './api.js';
import { $, $$ } from './dom.js';
import { notice } from './maintenance-notice.js';
import { session, signOut, started } from './session.js';

$$('[data-sign-out]').forEach((button) => button.addEventListener('click', signOut));

$('#idle [data-continue]').addEventListener('click', async () => {
  $('#idle').close();
  try {
    started(await api('GET', '/api/session'));
  } catch {
    // Ended meanwhile: session.js has said so. No connection: the warning comes back.
  }
});

await Promise.all([session(), notice()]);
