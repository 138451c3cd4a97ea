// The question before an act that takes no signature: it says what is done, and to whom.

import { $ } from './dom.js';

/** Asks in the page's dialog. Resolves with whether the answer is yes. */
export function confirmed(line) {
  const dialog = $('#confirm');
  $('[data-line]', dialog).textContent = line;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}

$('#confirm [data-do]').addEventListener('click', () => $('#confirm').close('yes'));
$('#confirm [data-close]').addEventListener('click', () => $('#confirm').close());
