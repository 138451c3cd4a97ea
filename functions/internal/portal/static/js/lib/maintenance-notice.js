// What maintenance is under way or coming: the page has its notice, this counts down to it and asks
// again when it may have changed. Asking is no activity of the session, so it does not go through api.js.

import { $, el, notice } from './dom.js';
import { lang, t, time } from './text.js';

const AGAIN = 5 * 60 * 1000;
const box = $('#maintenance');
let timer = 0;

/** How far the office's clock is ahead of this computer's, in ms: the reader's may be wrong. */
async function ahead() {
  try {
    const { headers } = await fetch(location.href, { method: 'HEAD', cache: 'no-store' });
    return Date.parse(headers.get('Date')) + 1000 * Number(headers.get('Age')) - Date.now() || 0; // the edge may have kept the answer
  } catch {
    return 0;
  }
}

/** Counts down in the notice that the page has. */
export async function count() {
  tick(await ahead(), Date.now() + AGAIN);
}

function tick(ms, until) {
  const shown = $('.notice', box);
  if (!shown) return;
  const left = Date.parse(shown.dataset.until) - Date.now() - ms;
  clearTimeout(timer);
  if (left <= 0 || Date.now() >= until) {
    timer = setTimeout(refresh, 1000);
    return;
  }
  $('.clock', shown).textContent = t(shown.dataset.stopped === 'true' ? 'js.maintenance.ends-in' : 'js.maintenance.begins-in', { time: duration(left) });
  timer = setTimeout(() => tick(ms, until), 1000);
}

/** Asks what there is to be said now, and says it. */
export async function refresh() {
  clearTimeout(timer);
  timer = setTimeout(refresh, AGAIN);
  let schedule;
  try {
    const response = await fetch(`/api/maintenance?lang=${lang}`, { credentials: 'same-origin' });
    if (!response.ok) return;
    schedule = await response.json();
  } catch {
    return; // the page itself works without
  }
  const { notice: window, now } = schedule;
  box.replaceChildren();
  if (!window) return;
  const stopped = window.phase === 'in-force';
  const shown = notice(stopped ? 'warn' : '',
    stopped ? t('js.maintenance.now', { to: time(window.to) }) : t('js.maintenance.soon', { from: time(window.from), to: time(window.to) }),
    window.text, el('a', { href: `/${lang}/maintenance` }, t('maintenance.more')));
  shown.dataset.until = stopped ? window.to : window.from;
  shown.dataset.stopped = String(stopped);
  $('summary', shown).append(' ', el('span', { class: 'clock', 'aria-hidden': 'true' }));
  box.append(shown);
  tick(Date.parse(now) - Date.now(), Date.now() + AGAIN);
}

/** "2 days 02:37:53", without the days in the last. */
export function duration(ms) {
  const s = Math.ceil(ms / 1000);
  const clock = [Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60, s % 60].map((n) => String(n).padStart(2, '0')).join(':');
  const days = Math.floor(s / 86400);
  return days ? t('js.days', { n: days, clock }) : clock;
}
