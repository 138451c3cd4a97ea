// Pages for those who have a right. Whoever lacks it is told so and sees nothing of the page.

import { Problem } from './api.js';
import { $, el } from './dom.js';
import { showError } from './problem.js';
import { required } from './session.js';
import { t } from './text.js';

/** The account of the session if it has the right; otherwise no return. The API asks again at each call. */
export async function entitled(right) {
  const who = await required();
  if (who.rights.includes(right)) return who;
  const box = el('div', { 'data-problem': '' });
  const main = $('#main');
  main.replaceChildren(box);
  main.hidden = false;
  showError(box, new Problem({
    status: 403, type: '/problems/forbidden', title: t('problem.forbidden.title'), detail: t('problem.forbidden.detail'), next: t('problem.forbidden.next'),
  }));
  return new Promise(() => {});
}
