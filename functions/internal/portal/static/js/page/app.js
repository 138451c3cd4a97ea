// Runs on every page and imports nothing: what a page needs beyond itself is fetched when there is a
// use for it. The first page of a visitor asks for nothing more than this.

const KNOWN = 'office.session-ends'; // session.js keeps it while somebody is signed in
const REFRESH = 5 * 60 * 1000;

if (localStorage.getItem(KNOWN)) import('../lib/session.js').then(({ session }) => session());

const maintenance = () => import('../lib/maintenance-notice.js');
if (document.querySelector('#maintenance .notice')) maintenance().then(({ count }) => count());
setTimeout(() => maintenance().then(({ refresh }) => refresh()), REFRESH);

if (document.querySelector('[data-clock]')) import('../lib/clock.js').then(({ run }) => run());
