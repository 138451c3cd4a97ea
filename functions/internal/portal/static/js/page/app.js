// Runs on every page and imports nothing: what a page needs beyond itself is fetched when there is a
// use for it. The first page of a visitor asks for nothing more than this.

const KNOWN = 'office.session-ends'; // session.js keeps it while somebody is signed in
// The choice of language outlives the visit. Pages are the same for everyone, so the page keeps it.
document.cookie = `lang=${document.documentElement.lang}; path=/; max-age=31536000; samesite=lax`;

const REFRESH = 5 * 60 * 1000;
const SHIFT = 5 * 3600 * 1000;
const two = (n) => String(n).padStart(2, '0');

if (localStorage.getItem(KNOWN)) import('../lib/session.js').then(({ session }) => session());

const maintenance = () => import('../lib/maintenance-notice.js');
if (document.querySelector('#maintenance .notice')) maintenance().then(({ count }) => count());
setTimeout(() => maintenance().then(({ refresh }) => refresh()), REFRESH);

if (document.querySelector('[data-clock]')) clocks();

document.addEventListener('input', (event) => {
  const field = /** @type {any} */ (event.target);
  const { most, over } = field.dataset;
  if (over || most && field.value.length > Number(most)) import('../lib/over.js').then(({ count }) => count(field));
});

document.addEventListener('focusout', ({ target }) => {
  const field = /** @type {any} */ (target);
  if (field.dataset?.email && field.value) import('../lib/email-field.js').then(({ check }) => check(field));
});

// The clock that terms are counted by: Kazakhstan's (UTC+5), set by the office's and not by this
// computer's, which may be wrong or elsewhere.
async function clocks() {
  let ahead = 0;
  try {
    const { headers } = await fetch(location.href, { method: 'HEAD', cache: 'no-store' });
    ahead = Date.parse(headers.get('Date')) + 1000 * Number(headers.get('Age')) - Date.now() || 0; // the edge may have kept the answer
  } catch {
    // Without a connection the computer's own clock has to do.
  }
  const tick = () => {
    const at = new Date(Date.now() + ahead + SHIFT);
    const left = 24 * 60 - at.getUTCHours() * 60 - at.getUTCMinutes();
    document.querySelectorAll('[data-clock]').forEach((/** @type {HTMLElement} */ clock) => {
      clock.textContent = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':');
      clock.hidden = false;
    });
    document.querySelectorAll('[data-left-today]').forEach((/** @type {HTMLElement} */ line) => {
      line.textContent = line.dataset.leftToday.replace('{time}', `${Math.floor(left / 60)}:${two(left % 60)}`);
    });
    setTimeout(tick, 1000 - at.getUTCMilliseconds());
  };
  tick();
}
