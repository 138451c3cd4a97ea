// A registration that outlives its browser: what was typed comes back with the cookie alone, after a
// lost connection, on another device and after a new version of the agreement; it is forgotten when
// asked for, and two windows end in one account. Then a company's account, by the people who act.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { choose, launch, officeURL, Person, start } from './office.mjs';

const password = 'қыран құс 41 самғайды';
const run = Date.now();
const address = `tirkelu.${run}@example.kz`;

let stop;
let browser;
before(async () => {
  stop = await start();
  browser = await launch();
  await choose('individual-gost');
});
after(async () => {
  await browser?.close();
  await stop?.();
});

/** Signs the acceptance on the registration page. */
async function accept(person) {
  await person.page.locator('[data-accept]').click();
  await person.sign();
}

const status = (person) => person.page.locator('.kept [data-saved]');

/** Types into a field and waits until it is kept. */
async function type(person, field, value) {
  const saved = person.page.waitForResponse((r) => r.request().method() === 'PUT' && r.url().includes('/api/registration/form') && r.ok());
  await person.page.locator(field).fill(value);
  await saved;
  await status(person).filter({ hasText: person.t('js.save.saved', { clock: '' }).trim().slice(0, 6) }).waitFor();
}

/** Closes the browser and opens it again: cookies are there, storage is not. */
async function closeAndOpen(person) {
  const cookies = await person.context.cookies();
  await person.close();
  const back = await Person.open(browser, person.lang, person.width);
  await back.context.addCookies(cookies);
  return back;
}

const cookie = async (person) => (await person.context.cookies()).find((c) => c.name === '__Host-registration');

test('what was typed is there when the browser is opened again', async () => {
  let person = await Person.open(browser, 'kk', 390);
  await person.go('/register');
  await accept(person);
  await person.page.locator('[data-panel=form]').waitFor();
  const kept = await cookie(person);
  assert.ok(kept.httpOnly && kept.secure && kept.sameSite === 'Strict', 'the cookie is out of reach');
  const days = (kept.expires - Date.now() / 1000) / 86400;
  assert.ok(days > 6.9 && days < 7.1, `the cookie lives ${days} days`);
  await type(person, '#email', address);
  await person.page.locator('[data-add-representative]').click();
  await type(person, '[data-field=name]', 'Сенімді Өкіл');
  await type(person, '#mobile', '8 701 123 45 67');
  await person.page.locator('#password').fill(password);
  await person.page.locator('#declaration').check();
  const onDevice = await person.page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
  for (const typed of [address, '701 123', 'Сенімді Өкіл', password]) assert.ok(!onDevice.includes(typed), `${typed} is kept on the device`);
  await person.check('registration-1-typed');
  await person.page.evaluate(() => { // the Tab key begins at the top again
    document.body.tabIndex = -1;
    document.body.focus();
  });
  await person.keyboard('registration');

  person = await closeAndOpen(person);
  const { page } = person;
  await person.go('/register');
  await page.locator('[data-panel=form]').waitFor();
  assert.equal(await page.locator('#email').inputValue(), address);
  assert.equal(await page.locator('#mobile').inputValue(), '8 701 123 45 67');
  assert.equal(await page.locator('[data-field=name]').inputValue(), 'Сенімді Өкіл');
  assert.equal(await page.locator('#password').inputValue(), '', 'the password is not kept');
  assert.equal(await page.locator('#declaration').isChecked(), false, 'the declaration is made anew');
  assert.match(await person.said('[data-subject=iin]'), /^\d{12}$/);
  assert.match(await status(person).innerText(), /қалпына келтірілді/);
  await person.check('registration-2-resumed');
  for (const lang of ['ru', 'en']) {
    const other = await Person.open(browser, lang, lang === 'ru' ? 360 : 1280);
    await other.context.addCookies(await person.context.cookies());
    await other.go('/register');
    await other.page.locator('[data-panel=form]').waitFor();
    await other.check('registration-2-resumed');
    other.clean();
    await other.close();
  }
  person.clean();
  await person.close();
});

test('typing goes on while the office is out of reach, and is kept afterwards', async () => {
  const person = await Person.open(browser, 'ru', 1280);
  const { page } = person;
  await person.go('/register');
  await accept(person); // another device: the same form
  await page.locator('[data-panel=form]').waitFor();
  assert.equal(await page.locator('#email').inputValue(), address);

  await page.route('**/api/registration/form*', (route) => (route.request().method() === 'PUT' ? route.abort() : route.continue()));
  await page.locator('#mobile').fill('8 701 123 45 68');
  await status(person).filter({ hasText: person.t('js.register.unsaved') }).waitFor();
  await person.picture('registration-3-offline');
  await page.locator('#mobile').fill('8 701 123 45 69');
  await page.unroute('**/api/registration/form*');
  const saved = page.waitForResponse((r) => r.request().method() === 'PUT' && r.ok(), { timeout: 30000 }); // by itself
  assert.equal((await (await saved).request().postDataJSON()).form.mobile, '8 701 123 45 69');
  person.faults = person.faults.filter((fault) => !fault.includes('net::ERR_FAILED')); // the connection was out
  person.clean();

  // A second window of the same browser types over it: the first one asks.
  const second = await person.context.newPage();
  person.watch(second);
  await second.goto(`${officeURL}/ru/register`, { waitUntil: 'networkidle' });
  const put = second.waitForResponse((r) => r.request().method() === 'PUT' && r.ok());
  await second.locator('#mobile').fill('8 701 000 00 00');
  await put;
  await page.locator('#mobile').fill('8 702 111 11 11');
  const question = page.locator('#registration [data-problem] .govuk-inset-text.warn');
  await question.waitFor();
  await person.check('registration-4-conflict');
  await question.locator('button').nth(1).click();
  assert.equal(await page.locator('#mobile').inputValue(), '8 701 000 00 00');
  person.clean();
  await person.close();
});

test('what was typed last is kept when the window closes at once', async () => {
  const person = await Person.open(browser, 'kk', 1280);
  await person.go('/register');
  await accept(person);
  await person.page.locator('[data-panel=form]').waitFor();
  await person.page.locator('#mobile').fill('8 703 333 33 33');
  await person.page.goto('about:blank'); // sooner than the page saves by itself
  await person.go('/register');
  await person.page.locator('[data-panel=form]').waitFor();
  assert.equal(await person.page.locator('#mobile').inputValue(), '8 703 333 33 33');
  person.clean();
  await person.close();
});

test('a new version of the agreement is accepted first', async () => {
  const person = await Person.open(browser, 'en', 360);
  const { page } = person;
  await person.go('/register');
  await accept(person);
  await page.locator('[data-panel=form]').waitFor();
  // What the office answers once another version is in force: its own tests have that.
  await page.route('**/api/registration/form*', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, json: { ...await answer.json(), step: 'terms' } });
  }, { times: 1 });
  await person.go('/register');
  await page.locator('[data-note] .govuk-inset-text.warn').waitFor();
  assert.equal(await page.locator('[data-panel=form]').isVisible(), false);
  await person.check('registration-4-terms');
  await accept(person);
  await page.locator('[data-panel=form]').waitFor();
  assert.equal(await page.locator('#email').inputValue(), address);
  assert.equal(await page.locator('[data-note] .govuk-inset-text').count(), 0);
  person.clean();
  await person.close();
});

test('is forgotten when asked for', async () => {
  const person = await Person.open(browser, 'en', 360);
  const { page } = person;
  await person.go('/register');
  await accept(person);
  await page.locator('[data-panel=form]').waitFor();
  assert.equal(await page.locator('#email').inputValue(), address);
  await page.locator('[data-forget]').click();
  await page.locator('#forget[open]').waitFor();
  await person.check('registration-5-forget');
  await page.locator('#forget [data-cancel]').click();
  await page.locator('[data-forget]').click();
  await Promise.all([page.waitForEvent('load'), page.locator('#forget [data-confirm]').click()]);
  await page.locator('#agreement-text').waitFor();
  assert.equal(await cookie(person), undefined);
  await page.locator('[data-accept]:enabled').waitFor();
  await accept(person);
  await page.locator('[data-panel=form]').waitFor();
  assert.equal(await page.locator('#email').inputValue(), '');
  await type(person, '#email', address);
  person.clean();
  await person.close();
});

test('two windows register: one account, both signed in', async () => {
  const person = await Person.open(browser, 'kk', 1280);
  const { page } = person;
  await person.go('/register');
  await accept(person);
  await page.locator('[data-panel=form]').waitFor();
  const second = await person.context.newPage();
  person.watch(second);
  await second.goto(`${officeURL}/kk/register`, { waitUntil: 'networkidle' });
  const windows = [page, second];
  for (const w of windows) {
    assert.equal(await w.locator('#email').inputValue(), address);
    await w.locator('#password').fill(password);
    await w.locator('#declaration').check();
    await w.locator('#registration [type=submit]').click();
    await w.locator('#sign[open]').waitFor();
  }
  const answers = await Promise.all(windows.map(async (w) => {
    const answer = w.waitForResponse((r) => /\/api\/registration\?/.test(r.url()));
    await w.locator('#sign [data-sign]').click();
    return answer;
  }));
  assert.deepEqual(answers.map((a) => a.status()).sort(), [200, 201]);
  const ids = await Promise.all(answers.map(async (a) => (await a.json()).id));
  assert.equal(ids[0], ids[1]);
  for (const w of windows) await w.locator('[data-panel=done]').waitFor();
  assert.equal(await cookie(person), undefined);
  await person.picture('registration-6-done');

  // Nothing is left of it: the page begins with the agreement again, and accepting it says so.
  await person.go('/register');
  await accept(person);
  await page.locator('#acceptance [data-result] .govuk-inset-text').waitFor();
  assert.equal(await page.locator('[data-panel=form]').isVisible(), false);
  person.clean();
  await person.close();
});

test('a company\'s account shows who acts for it', async () => {
  await choose('head');
  const person = await Person.open(browser, 'kk', 1280);
  const { page } = person;
  await person.go('/register');
  await accept(person);
  await page.locator('[data-panel=form]').waitFor();
  assert.equal(await page.locator('[data-subject=role]').innerText(), person.t('js.person.role.head'));
  await page.locator('#email').fill(`uiym.${run}@example.kz`);
  await page.locator('#password').fill(password);
  await page.locator('#declaration').check();
  await person.picture('registration-7-company');
  await page.locator('#registration [type=submit]').click();
  await person.sign();
  await page.locator('[data-panel=done]').waitFor();
  await person.go('/account/people');
  const people = page.locator('[data-people] tbody tr');
  await people.first().waitFor();
  assert.equal(await people.count(), 1);
  assert.match(await people.first().innerText(), new RegExp(person.t('js.acting.you')));
  await person.check('acting-one');
  person.clean();
  await person.close();

  // A colleague with the right to sign comes to the same account in their own name.
  await choose('signright');
  const colleague = await Person.open(browser, 'kk', 1280);
  await colleague.go('/sign-in');
  await colleague.page.locator('[data-eds]').click();
  await colleague.sign();
  await colleague.page.waitForURL(/\/filings$/);
  await colleague.go('/account/people');
  await colleague.page.locator('[data-people] tbody tr').nth(1).waitFor();
  const mine = colleague.page.locator('[data-people] tbody tr').first();
  assert.match(await mine.innerText(), new RegExp(`${colleague.t('js.acting.you')}[^]*${colleague.t('js.person.role.signer')}`));
  assert.equal(await colleague.page.locator('[data-people] .govuk-tag').count(), 1);
  await colleague.check('acting');
  for (const [lang, width] of [['ru', 360], ['en', 1280], ['kk', 360]]) {
    const other = await Person.open(browser, lang, width);
    await other.context.addCookies(await colleague.context.cookies());
    await other.page.addInitScript(() => localStorage.setItem('office.session-ends', String(Date.now() + 600000)));
    await other.go('/account/people');
    await other.page.locator('[data-people] tbody tr').first().waitFor();
    await other.check('acting');
    other.clean();
    await other.close();
  }
  colleague.clean();
  await colleague.close();
});
