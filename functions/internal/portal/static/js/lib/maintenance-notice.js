// What maintenance is under way or coming: the page has its notice, this counts down to it and asks
// again when it may have changed. Asking is no activity of the session, so it does not go through api.js.

import { $, el, notice } from './dom.js';
import { lang, t, time } from './text.js';

const AGAIN = 5 * 60 * 1000;
const box = $('#maintenance');
let timer = 0;

/** How far the office's clock is ahead of this computer's, in ms: the reader's may be wrong. The edge may have kept the answer. */
const clockOf = ({ headers }) => Date.parse(headers.get('Date')) + 1000 * Number(headers.get('Age')) - Date.now() || 0;

async function ahead() {
  try {
    return clockOf(await fetch(location.href, { method: 'HEAD', cache: 'no-store' }));
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
  let window;
  let ms;
  try {
    const response = await fetch('/maintenance.json', { credentials: 'omit', cache: 'no-cache' }); // no function is asked
    if (!response.ok) return;
    ms = clockOf(response);
    window = (await response.json())[lang].notice;
  } catch {
    return; // the page itself works without
  }
  box.replaceChildren();
  const at = Date.now() + ms; // what was written a minute ago may have begun or ended since
  if (!window || Date.parse(window.to) <= at) return;
  const stopped = Date.parse(window.from) <= at;
  const shown = notice(stopped ? 'warn' : '',
    stopped ? t('js.maintenance.now', { to: time(window.to) }) : t('js.maintenance.soon', { from: time(window.from), to: time(window.to) }),
    window.text, el('a', { href: `/${lang}/maintenance` }, t('maintenance.more')));
  shown.dataset.until = stopped ? window.to : window.from;
  shown.dataset.stopped = String(stopped);
  $('summary', shown).append(' ', el('span', { class: 'clock', 'aria-hidden': 'true' }));
  box.append(shown);
  tick(ms, Date.now() + AGAIN);
}

/** "2 days 02:37:53", without the days in the last. */
export function duration(ms) {
  const s = Math.ceil(ms / 1000);
  const clock = [Math.floor(s / 3600) % 24, Math.floor(s / 60) % 60, s % 60].map((n) => String(n).padStart(2, '0')).join(':');
  const days = Math.floor(s / 86400);
  return days ? t('js.days', { n: days, clock }) : clock;
}
