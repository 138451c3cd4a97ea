// Forms that send something and say beside themselves what came of it.

import { busy, idle } from './busy.js';
import { $, el } from './dom.js';
import { clear, showError } from './problem.js';
import { t } from './text.js';

/** Sends what a form holds and says in its box what came of it: send resolves with the words. */
export function submits(id, send) {
  const form = $(id);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const note = $('[data-problem]', form);
    clear(note, form);
    const button = $('[type=submit]', form);
    busy(button);
    note.replaceChildren(el('p', { class: 'state', role: 'status' }, t('js.wait')));
    try {
      const said = await send(form);
      note.replaceChildren(el('p', { class: 'govuk-inset-text good', role: 'status' }, said));
    } catch (error) {
      showError(note, error, form);
    } finally {
      idle(button);
    }
  });
}
