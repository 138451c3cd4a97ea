// Runs on every page: what maintenance is under way or coming, and how long until it begins or
// ends. It does not count as activity of the session, so it does not go through api.js.

import { $, el } from './dom.js';
import { lang, t, time } from './text.js';

const AGAIN = 5 * 60 * 1000;
const box = $('#maintenance');

/** Fetches the schedule and shows its notice; does so again when it may have changed. */
export async function notice() {
  let schedule;
  try {
    const response = await fetch(`/api/maintenance?lang=${lang}`, { credentials: 'same-origin' });
    if (!response.ok) throw new Error(String(response.status));
    schedule = await response.json();
  } catch {
    setTimeout(notice, AGAIN); // the page itself works without
    return;
  }
  const { notice: window, now } = schedule;
  const ahead = Date.parse(now) - Date.now(); // the reader's clock may be wrong
  box.replaceChildren();
  if (!window) {
    setTimeout(notice, AGAIN);
    return;
  }
  const stopped = window.phase === 'in-force';
  const moment = Date.parse(stopped ? window.to : window.from);
  const left = el('span', { 'aria-hidden': 'true', class: 'clock' });
  box.append(el('p', {},
    el('strong', {}, stopped ? t('js.maintenance.now', { to: time(window.to) }) : t('js.maintenance.soon', { from: time(window.from), to: time(window.to) })),
    ` ${window.text} `, left, ' ', el('a', { href: `/${lang}/maintenance` }, t('js.maintenance.more'))));
  const until = Date.now() + AGAIN;
  const tick = () => {
    const ms = moment - Date.now() - ahead;
    if (ms <= 0 || Date.now() >= until) {
      setTimeout(notice, 1000);
      return;
    }
    left.textContent = t(stopped ? 'js.maintenance.ends-in' : 'js.maintenance.begins-in', { time: duration(ms) });
    setTimeout(tick, 1000);
  };
  tick();
}

/** "26:05:09" in hours, minutes and seconds. */
function duration(ms) {
  const s = Math.ceil(ms / 1000);
  return [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60].map((n) => String(n).padStart(2, '0')).join(':');
}
