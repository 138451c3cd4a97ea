// The clock that terms are counted by: Kazakhstan's (UTC+5), set by the office's and not by this
// computer's, which may be wrong or elsewhere. It imports nothing, so that the first page stays small.

const SHIFT = 5 * 3600 * 1000;
const two = (n) => String(n).padStart(2, '0');

/** Runs the clocks of the page. */
export async function run() {
  let ahead = 0;
  try {
    const { headers } = await fetch(location.href, { method: 'HEAD', cache: 'no-store' });
    ahead = Date.parse(headers.get('Date')) - Date.now() || 0;
  } catch {
    // Without a connection the computer's own clock has to do.
  }
  const tick = () => {
    const at = new Date(Date.now() + ahead + SHIFT);
    const left = 24 * 60 - at.getUTCHours() * 60 - at.getUTCMinutes();
    document.querySelectorAll('[data-clock]').forEach((clock) => {
      clock.textContent = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(':');
      clock.hidden = false;
    });
    document.querySelectorAll('[data-left-today]').forEach((line) => {
      line.textContent = line.dataset.leftToday.replace('{time}', `${Math.floor(left / 60)}:${two(left % 60)}`);
    });
    setTimeout(tick, 1000 - at.getUTCMilliseconds());
  };
  tick();
}
