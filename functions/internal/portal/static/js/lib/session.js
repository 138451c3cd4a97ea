// Who is signed in, and until when. The cookie that proves it is out of scripts' reach; what is
// kept here is only the instant at which the session ends, for the warning before it.

import { agreementBanner } from './agreement-banner.js';
import { api, now, watch } from './api.js';
import { $, $$, el, notice } from './dom.js';
import { called, lang, t } from './text.js';

const KEY = 'office.session-ends'; // localStorage, by the office's clock: shared by all windows of the office
const IDLE = 15 * 60 * 1000;
const WARN = 2 * 60 * 1000;

let account = null;
let asked = null;
const endings = new Set();

/** The account of the session, or null. Asks the API once a page. */
export function session() {
  asked ??= (async () => {
    if (!localStorage.getItem(KEY)) return null; // spares visitors a call that answers 401
    try {
      started(await api('GET', '/api/session'));
    } catch (problem) {
      if (problem.status === 401) localStorage.removeItem(KEY);
    }
    return account;
  })();
  return asked;
}

/** The account, or no return: the browser goes to the sign-in page and comes back from there. */
export async function required() {
  const who = await session();
  if (who) return who;
  toSignIn();
  return new Promise(() => {});
}

export function toSignIn() {
  location.assign(`/${lang}/sign-in?next=${encodeURIComponent(location.pathname)}`);
}

/** Takes in a new session: after signing in, registering, or asking. */
export function started(who) {
  account = who;
  asked = Promise.resolve(who);
  localStorage.setItem(KEY, String(Math.min(Date.parse(who.sessionExpiresAt) || Infinity, now() + IDLE)));
  $$('[data-signed-out]').forEach((x) => { x.hidden = true; });
  $$('[data-signed-in]').forEach((x) => { x.hidden = false; });
  $$('[data-account] a').forEach((link) => {
    link.replaceChildren(el('span', { class: 'who' }, called(who.organisation || who.name)));
    link.title = t('js.signed-in-as', { name: [who.organisation || who.name, who.person?.name].filter(Boolean).map(called).join(', ') });
  });
  $$('[data-right]').forEach((x) => { x.hidden = !who.rights.some((r) => x.dataset.right.split(' ').includes(r.split('.')[0])); });
  agreementBanner(who.agreement);
  tick();
}

/** Has listener called when the session is over. The editor keeps its text then. */
export function onEnd(listener) {
  endings.add(listener);
}

export async function signOut() {
  try {
    await api('DELETE', '/api/session');
  } catch (problem) {
    if (problem.status !== 401) throw problem;
  }
  localStorage.removeItem(KEY);
  sessionStorage.clear();
  location.assign(`/${lang}/`);
}

/** Forgets a session that ended with its account. */
export function forget() {
  account = null;
  localStorage.removeItem(KEY);
  sessionStorage.clear();
  signedOut();
}

function signedOut() {
  $$('[data-signed-out]').forEach((x) => { x.hidden = false; });
  $$('[data-signed-in], [data-right]').forEach((x) => { x.hidden = true; });
}

// Every answered call is activity: the API moves the end of the session with it.
watch((path, status) => {
  if (!account) return;
  // Who is signed in may register somebody else: that answer is about the registration.
  if (status === 401 && !path.startsWith('/api/registration')) over();
  else if (status < 400) localStorage.setItem(KEY, String(now() + IDLE));
});

function over() {
  if (!account) return;
  account = null;
  localStorage.removeItem(KEY);
  $('#idle')?.close();
  signedOut();
  $('#banner').replaceChildren(notice('warn', t('js.ended'), '',
    el('a', { href: `/${lang}/sign-in?next=${encodeURIComponent(location.pathname)}` }, t('js.sign-in-again'))));
  endings.forEach((listener) => listener());
}

$$('[data-sign-out]').forEach((button) => button.addEventListener('click', signOut));
$('#idle [data-continue]')?.addEventListener('click', async () => {
  $('#idle').close();
  try {
    started(await api('GET', '/api/session'));
  } catch {
    // Ended meanwhile: over() has said so. No connection: the warning comes back.
  }
});

let timer = 0;
function tick() {
  clearTimeout(timer);
  if (!account) return;
  const left = Number(localStorage.getItem(KEY) ?? 0) - now(); // another window may have moved or removed it
  const dialog = $('#idle');
  if (left <= 0) {
    over();
    return;
  }
  if (left <= WARN) {
    const minutes = Math.floor(left / 60000);
    const seconds = Math.floor(left / 1000) % 60;
    $('[data-left]', dialog).textContent = t('js.idle.left', { time: `${minutes}:${String(seconds).padStart(2, '0')}` });
    if (!dialog.open && !document.querySelector('dialog[open]')) dialog.showModal();
  } else if (dialog.open) {
    dialog.close();
  }
  timer = setTimeout(tick, left <= WARN ? 1000 : Math.min(left - WARN, 30000));
}
