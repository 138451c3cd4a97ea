// One filing in two windows of the same person: both versions are shown and none is lost, also after a
// reload, when the line is cut, and when the session has ended meanwhile.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { begin, choose, launch, Person, start } from './office.mjs';

const password = 'құлан жайлау 71 самал';
let stop;
let browser;
let person;
let [a, b] = []; // the windows
let id;

before(async () => {
  stop = await start();
  browser = await launch();
  await choose('individual-rsa');
  person = await Person.open(browser, 'ru', 1280);
  a = person.page;
  await person.go('/register');
  await a.locator('[data-accept]').click();
  await person.sign();
  person.number = await person.said('[data-subject=iin]');
  await a.locator('#email').fill(`tabs.${Date.now()}@example.kz`);
  await a.locator('#password').fill(password);
  await a.locator('#declaration').check();
  await a.locator('#registration [type=submit]').click();
  await person.sign();
  await a.locator('[data-panel=done]').waitFor();
});
after(async () => {
  await browser?.close();
  await stop?.();
});

const facts = (page) => page.locator('[data-pointer="/circumstances/facts/text"] textarea');
const both = (page) => page.locator('[data-problem] .govuk-inset-text');

/** What the office has. */
const stored = () => b.evaluate(async (filing) => (await (await fetch(`/api/filings/${filing}`)).json()).sections.circumstances?.value.facts?.text, id);

/** Waits until the office has the words. */
async function has(words) {
  for (let tries = 0; tries < 100 && await stored() !== words; tries++) await b.waitForTimeout(100);
  assert.equal(await stored(), words);
}

/** Both versions stand on the page, and the other window's is what the office still has. */
async function conflict(mine, theirs) {
  await both(a).waitFor();
  const words = await a.locator('[data-problem]').innerText();
  for (const version of [mine, theirs]) assert.ok(words.includes(version), `${version} is not in ${words}`);
  assert.equal(await stored(), theirs);
}

// Both windows have the section open, with one text.
beforeEach(async () => {
  id = await begin(person, 'claim');
  const path = a.url().replace(/tasks$/, 'sections/circumstances');
  await a.goto(path, { waitUntil: 'networkidle' });
  await facts(a).waitFor();
  b ??= await person.context.newPage();
  await facts(a).fill('было');
  await a.locator('[data-saved]').filter({ hasText: /\d\d:\d\d/ }).waitFor();
  await b.goto(path, { waitUntil: 'networkidle' });
  await facts(b).waitFor();
  assert.equal(await facts(b).inputValue(), 'было');
});

test('the other window saved: both are shown, also after a reload, until one is chosen', async () => {
  await facts(b).fill('из второго окна');
  await has('из второго окна');
  await facts(a).fill('из первого окна');
  await conflict('из первого окна', 'из второго окна');
  for (let times = 0; times < 2; times++) {
    await a.reload({ waitUntil: 'networkidle' });
    await conflict('из первого окна', 'из второго окна');
  }
  await person.check('tabs-1-conflict');
  await a.locator('[data-problem] input[value=mine]').first().check();
  await a.getByRole('button', { name: person.t('js.merge.save') }).click();
  await has('из первого окна');
  await a.locator('[data-other] summary').click();
  assert.match(await a.locator('[data-other]').innerText(), /из второго окна/, 'what was not chosen is still there');
  await a.reload({ waitUntil: 'networkidle' });
  await facts(a).waitFor();
  assert.equal(await facts(a).inputValue(), 'из первого окна');
  person.clean();
});

test('a conflict met while typing is told in sight, and nothing that is typed is lost', async () => {
  await a.setViewportSize({ width: 390, height: 500 });
  await facts(b).fill('из второго окна');
  await has('из второго окна');
  await facts(a).focus();
  await facts(a).fill('');
  await a.keyboard.type('первая часть', { delay: 20 });
  const banner = a.locator('#banner .notice');
  await banner.waitFor();
  await a.keyboard.type(' и вторая', { delay: 20 });
  assert.ok(await facts(a).evaluate((e) => e === document.activeElement), 'typing goes on');
  assert.equal(await facts(a).inputValue(), 'первая часть и вторая');
  const inSight = (locator) => locator.evaluate((e) => { const { top, bottom } = e.getBoundingClientRect(); return top >= -1 && top < innerHeight && (bottom <= innerHeight || top < innerHeight / 2); });
  assert.ok(await inSight(banner), 'the notice is in sight');
  await facts(a).evaluate((e) => e.scrollIntoView({ block: 'center' }));
  assert.ok(await inSight(banner), 'also where the reader has scrolled to');
  await person.check('tabs-3-conflict-typing');
  await facts(a).evaluate((e) => e.scrollIntoView({ block: 'end' }));
  await banner.locator('a').click();
  assert.ok(await both(a).evaluate((e) => e === document.activeElement), 'the link leads to the choice');
  await a.waitForFunction((e) => { const { top } = e.getBoundingClientRect(); return top >= -1 && top < 100; }, await both(a).elementHandle()); // scrolling is smooth
  assert.equal(await banner.count(), 0, 'the notice does not cover it');
  await facts(a).focus();
  await banner.waitFor(); // what is typed now is not saved before the choice
  await a.keyboard.press('Control+End');
  await a.keyboard.type(' и третья');
  await a.getByRole('button', { name: person.t('js.merge.save') }).click();
  await has('первая часть и вторая и третья');
  assert.equal(await banner.count(), 0);
  assert.match(await a.locator('[data-other]').textContent(), /из второго окна/, 'what was not chosen is still there');
  await a.setViewportSize({ width: 1280, height: 900 });
  person.clean();
});

test('without a line: what is typed stays, and meets what the other window saved meanwhile', async () => {
  await a.route('**/sections/**', (route) => (route.request().method() === 'GET' && route.request().resourceType() === 'document' ? route.continue() : route.abort()));
  await facts(a).fill('без связи');
  await a.locator('[data-saved]').getByText(person.t('js.save.local')).waitFor();
  await facts(b).fill('со связью');
  await has('со связью');
  await a.unroute('**/sections/**');
  await a.reload({ waitUntil: 'networkidle' });
  await conflict('без связи', 'со связью');
  person.faults = person.faults.filter((fault) => !fault.includes('net::ERR_FAILED'));
  person.clean();
});

test('an ended session: what is typed is there after signing in, and meets the other version', async () => {
  await facts(b).fill('сохранено раньше');
  await has('сохранено раньше');
  const path = a.url();
  await person.context.clearCookies();
  await facts(a).fill('после конца сеанса');
  await a.locator('#banner .notice').waitFor();
  await person.go('/sign-in');
  await a.locator('[data-eds]').click();
  await person.sign();
  await a.waitForURL(/\/filings$/);
  await a.goto(path, { waitUntil: 'networkidle' });
  await conflict('после конца сеанса', 'сохранено раньше');
  person.clean();
});

test('what can\'t be saved is told where the person is, who wants to go on', async () => {
  await a.route('**/sections/circumstances?**', (route) => route.fulfill({ status: 503, contentType: 'text/plain', body: 'busy' }));
  await facts(a).fill('не сохранено');
  await a.locator('#section [type=submit]').click();
  await a.locator('main [data-problem] .govuk-error-summary').waitFor();
  assert.ok(await a.locator('main [data-problem] .govuk-error-summary').evaluate((e) => e === document.activeElement), 'and has the focus');
  await person.check('tabs-2-unsaved');
  await a.unroute('**/sections/circumstances?**');
  await a.locator('#section [type=submit]').click();
  await a.locator('main [data-problem] .govuk-error-summary').filter({ hasText: person.t('js.form.missing') }).waitFor();
  await has('не сохранено');
  person.faults = person.faults.filter((fault) => !/503/.test(fault));
  person.clean();
});

test('a closed window asks first while something is not saved', async () => {
  await a.route('**/sections/circumstances?**', (route) => route.abort());
  await facts(a).click();
  await a.keyboard.type(' и ещё');
  await a.locator('[data-saved]').getByText(person.t('js.save.local')).waitFor();
  let asked = false;
  a.once('dialog', (dialog) => { asked = dialog.type() === 'beforeunload'; dialog.dismiss(); });
  await a.close({ runBeforeUnload: true });
  for (let tries = 0; tries < 30 && !asked; tries++) await b.waitForTimeout(100);
  assert.ok(asked, 'closing loses the text without a word');
  person.faults = person.faults.filter((fault) => !fault.includes('net::ERR_FAILED'));
  person.clean();
});
