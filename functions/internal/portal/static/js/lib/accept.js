// The acceptance of the agreement, on the agreement's page and as the first step of registration.

import { api } from './api.js';
import { busy, idle } from './busy.js';
import { $, $$ } from './dom.js';
import { clear, showError } from './problem.js';
import { sign } from './sign.js';
import { lang } from './text.js';

/** Arms the acceptance control. onPhase('key') when signing begins, ('agreement') when given up; onAccepted(acceptance). */
export function arm(onAccepted, onPhase = (/** @type {string} */ _phase) => {}) {
  const section = $('#acceptance');
  const box = $('[data-problem]', section);
  $$('[data-accept]', section).forEach((button) => {
    idle(button);
    button.addEventListener('click', async () => {
      clear(box);
      busy(button);
      onPhase('key');
      try {
        const accepted = await sign({
          prepare: () => api('POST', '/api/agreement/acceptance/document', { agreement: button.dataset.accept, lang }),
          submit: (signature) => api('POST', '/api/agreement/acceptance', { signature }),
        });
        if (accepted) {
          await onAccepted(accepted);
        } else {
          onPhase('agreement');
        }
      } catch (error) {
        onPhase('agreement');
        showError(box, error);
      } finally {
        idle(button);
      }
    });
  });
}
