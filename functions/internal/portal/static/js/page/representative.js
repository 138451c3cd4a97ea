// The page of a trusted representative, who has no account: the token behind the # of the link is
// the authority. Browsers send that part nowhere; the page puts it into the body of a request.

import { api } from '../lib/api.js';
import { busy, idle } from '../lib/busy.js';
import { $, $$, facts } from '../lib/dom.js';
import { clear, showError } from '../lib/problem.js';
import { code, date, t, time } from '../lib/text.js';

const box = $('main > [data-problem]');
const state = $('[data-state]');
const shown = $('[data-invitation]');
const [, stops, token] = /^#(stop=)?([\w-]+)$/.exec(location.hash) ?? [];

addEventListener('hashchange', () => location.reload()); // another link, in the same window
$$('.langs a').forEach((link) => { link.hash = location.hash; });

function show(invitation) {
  const { status } = invitation;
  $('#invitation').textContent = t('js.representative.named', { holder: invitation.holder });
  $('[data-facts]').replaceChildren(facts([
    [t('js.representative.status'), t(`js.representative.status.${status}`)],
    [t('js.representative.copies'), invitation.scope],
    [t('js.representative.months'), status === 'invited' ? code('representatives.months', invitation.months) : ''],
    [t('js.representatives.answer'), status === 'invited' ? time(invitation.answerBy) : ''],
    [t('js.representatives.consented'), invitation.consentedAt && time(invitation.consentedAt)],
    [t('js.representatives.last-day'), status === 'consented' ? date(invitation.lastDay) : ''],
    [t('js.representatives.over'), invitation.endedAt && time(invitation.endedAt)],
    [t('js.representative.you'), [invitation.name, invitation.email].filter(Boolean).join(', ')],
    [t('js.representative.kept'), ['invited', 'consented'].includes(status) ? '' : time(invitation.keptUntil)],
  ]));
  $('[data-agree]').hidden = status !== 'invited';
  $('[data-decline]').hidden = status !== 'invited';
  $('[data-stop]', shown).hidden = status !== 'consented';
  shown.hidden = false;
}

const look = async () => show(await api('POST', '/api/representative', { token }));

/** Does one step for a button and says what came of it. */
function step(button, act) {
  button.addEventListener('click', async () => {
    clear(box);
    state.textContent = t('js.loading');
    busy(button);
    try {
      state.textContent = await act();
    } catch (error) {
      state.textContent = '';
      showError(box, error);
    } finally {
      idle(button);
    }
  });
}

step($('[data-agree]'), async () => {
  const invitation = await api('POST', '/api/representative/consent', { token });
  show(invitation);
  $('#invitation').focus();
  return t('js.representative.agreed', { email: invitation.email });
});

const refuses = (said) => async () => {
  await api('POST', '/api/representative/refusal', { token });
  await look();
  $('#invitation').focus();
  return t(said);
};
step($('[data-decline]'), refuses('js.representative.declined'));
step($('[data-stop]', shown), refuses('js.representative.stopped'));

step($('[data-unsubscribe] [data-stop]'), async () => {
  await api('POST', '/api/representative/refusal', { token });
  $('[data-unsubscribe]').hidden = true;
  return t('js.representative.stopped');
});

if (!token) {
  state.textContent = t('js.representative.no-link');
} else if (stops) {
  $('[data-unsubscribe]').hidden = false;
} else {
  try {
    await look();
  } catch (error) {
    showError(box, error);
  }
}
