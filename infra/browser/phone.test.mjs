// Signing on a phone with the software eGov Mobile: everything a person signs, on the phone itself by a
// link and at a computer by a QR code; codes that are over, opened by another phone, given up, and a
// phone that signs something else.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Person, begin, chooser, launch, officeURL, sample, save, start } from './office.mjs';

const password = 'қыран құс 41 самғайды';
let stop;
let browser;
let person; // who has nothing but a phone

before(async () => {
  stop = await start();
  browser = await launch();
  person = await Person.open(browser, 'kk', 390, { hasTouch: true });
});
after(async () => {
  await browser?.close();
  await stop?.();
});

const app = (link) => `${new URL(chooser()).origin}/_phone${link ? `?link=${encodeURIComponent(link)}` : ''}`;

/** Presses "sign with a phone" and gives what the code leads to, and the code. */
async function offered({ page }) {
  const answer = page.waitForResponse((r) => r.request().method() === 'POST' && /\/api\/mobile-signing\?/.test(r.url()));
  await page.locator('#sign [data-phone]').click();
  const { id, qr } = await (await answer).json();
  await page.locator('#sign .phone').waitFor();
  return { id, qr, text: `mobileSign:${officeURL}/api/mobile-signing/${id}` };
}

const digitsOf = async (screen) => (await screen.locator('[data-meta] dd').first().innerText()).replace(/\D/g, '');

/** Types the digits and waits until what was signed has its effect. */
async function confirm({ page }, digits) {
  await page.locator('#phone-digits').fill(digits);
  await page.locator('#sign form [type=submit]').click();
  await page.locator('#sign[open]').waitFor({ state: 'detached' }).catch(async (error) => {
    throw new Error(`not signed: ${await page.locator('#sign').innerText()}\n${error.message}`);
  });
}

/** Signs on this very device: the link opens the app, then back to the page. */
async function signHere(who, key, name) {
  const { page } = who;
  await page.locator('#sign[open]').waitFor();
  await offered(who);
  assert.ok(!await page.locator('#sign .qr').isVisible(), 'no picture of a code for the device that shows it');
  if (name) {
    await who.accessible(name);
    await who.picture(name);
  }
  const opening = page.context().waitForEvent('page');
  await page.locator('#sign .phone a').first().click();
  const screen = await opening;
  await screen.locator('[data-words]').waitFor();
  const words = await page.locator('#sign [data-statement]').innerText();
  assert.ok((await screen.locator('main').innerText()).includes(words), 'the same words on both screens');
  assert.ok((await screen.locator('[data-words]').innerText()).includes(officeURL), 'the address of the office');
  const digits = await digitsOf(screen);
  await screen.locator('#key').selectOption(key);
  if (name) await screen.screenshot({ path: `build/screenshots/${who.lang}-${who.width}-${name}-app.png`, fullPage: true });
  await screen.locator('[name=sign]').click();
  await screen.locator('[data-done]').waitFor();
  await screen.close();
  await page.locator('#phone-digits').waitFor();
  if (name) {
    await who.accessible(`${name}-digits`);
    await who.picture(`${name}-digits`);
  }
  await confirm(who, digits);
}

/** Signs at a computer: the code is scanned by a phone, a device of its own. */
async function signThere(who, key, name) {
  const { page } = who;
  await page.locator('#sign[open]').waitFor();
  const code = await offered(who);
  assert.ok(await page.locator('#sign .qr').isVisible());
  assert.ok(code.qr.size > 40 && code.qr.path.length > 1000, 'a picture of the code');
  if (name) {
    await who.accessible(name);
    await who.picture(name);
  }
  const screen = await scanning(who, code.text);
  const digits = await digitsOf(screen);
  await page.locator('#phone-digits').waitFor();
  if (name) {
    await who.accessible(`${name}-digits`);
    await who.picture(`${name}-digits`);
  }
  await screen.locator('#key').selectOption(key);
  await screen.locator('[name=sign]').click();
  await screen.locator('[data-done]').waitFor();
  await screen.context().close();
  await confirm(who, digits);
}

/** The screen of a phone that was given the text of a code. */
async function scanning(who, text) {
  const context = await browser.newContext({ viewport: { width: 390, height: 780 }, locale: who.lang });
  const screen = await context.newPage();
  await screen.goto(app());
  await screen.locator('#link').fill(text);
  await screen.locator('button').click();
  await screen.locator('[data-words], [data-problem]').waitFor();
  return screen;
}

test('accepts, registers, signs in and seals with nothing but a phone', async () => {
  const { page } = person;
  await person.go('/register');
  await page.locator('[data-accept]').click();
  await signHere(person, 'individual-gost-2', 'phone-1-accept');
  await page.locator('[data-panel=form]').waitFor();
  await page.locator('#email').fill(`phone.${Date.now()}@example.kz`);
  await page.locator('#password').fill(password);
  await page.locator('#declaration').check();
  await page.locator('#registration [type=submit]').click();
  await signHere(person, 'individual-gost-2');
  await page.locator('[data-panel=done]').waitFor();

  await page.context().clearCookies();
  await person.go('/sign-in');
  await page.locator('[data-eds]').click();
  await signHere(person, 'individual-gost-2', 'phone-2-sign-in');
  await page.waitForURL(/\/kk\/filings$/);

  const id = await begin(person, 'claim');
  await save(person, id, sample);
  await person.go(`/filings/${id}/review`);
  await page.locator('[data-same] .same').waitFor();
  await page.locator('button[data-review]').click();
  await signHere(person, 'individual-gost-2', 'phone-3-seal');
  await page.waitForURL(/\/receipt$/);
  await page.locator('[data-ticket]').filter({ hasText: /\S/ }).waitFor();
  person.clean();
});

for (const [lang, width, colorScheme] of [
  ['kk', 1280, 'light'], ['ru', 1280, 'dark'], ['en', 1280, 'light'], ['kk', 390, 'dark'], ['ru', 390, 'light'], ['en', 390, 'dark'],
]) {
  test(`signs in by a ${width < 600 ? 'link on the phone itself' : 'QR code at a computer'}, in ${lang}`, async () => {
    const other = await Person.open(browser, lang, width, { colorScheme, hasTouch: width < 600 });
    const { page } = other;
    await other.go('/sign-in');
    await page.locator('[data-eds]').click();
    await (width < 600 ? signHere : signThere)(other, 'individual-gost-2', `phone-4-sign-in-${colorScheme}`);
    await page.waitForURL(new RegExp(`/${lang}/filings$`));
    other.clean();
    await other.close();
  });
}

test('seals at a computer by a QR code', async () => {
  const other = await Person.open(browser, 'ru', 1280);
  const { page } = other;
  await other.go('/sign-in');
  await page.locator('[data-eds]').click();
  await signThere(other, 'individual-gost-2');
  await page.waitForURL(/\/ru\/filings$/);
  const id = await begin(other, 'claim');
  await save(other, id, sample);
  await other.go(`/filings/${id}/review`);
  await page.locator('[data-same] .same').waitFor();
  await page.locator('button[data-review]').click();
  await signThere(other, 'individual-gost-2', 'phone-5-seal');
  await page.waitForURL(/\/receipt$/);
  other.clean();
  await other.close();
});

test('a second phone, another document, wrong digits, a code given up, a code that is over', async () => {
  const other = await Person.open(browser, 'en', 1280);
  const { page } = other;
  await other.go('/sign-in');
  await page.locator('[data-eds]').click();
  await page.locator('#sign[open]').waitFor();
  const first = await offered(other);
  const screen = await scanning(other, first.text);
  const digits = await digitsOf(screen);

  const second = await scanning(other, first.text);
  assert.match(await second.locator('[data-problem]').innerText(), new RegExp(other.t('problem.phone-taken.title')));
  await second.context().close();

  await screen.locator('[name=other]').click();
  await screen.locator('[data-problem]').waitFor();
  assert.match(await screen.locator('[data-problem]').innerText(), new RegExp(other.t('problem.phone-other-document.title')));

  for (let tries = 0; tries < 3; tries++) {
    await page.locator('#phone-digits').fill(digits === '0000' ? '0001' : '0000');
    const refused = page.waitForResponse((r) => r.url().includes('/digits'));
    await page.locator('#sign form [type=submit]').click();
    assert.equal((await refused).status(), 422);
    if (tries === 2) break; // what is shown of it gives way to that the code is over
    await page.locator('#sign form .govuk-error-summary').waitFor();
    await page.locator('#sign form [type=submit]:enabled').waitFor();
    if (tries === 0) await other.picture('phone-6-wrong-digits');
  }
  await page.locator('#sign > [data-problem] .govuk-error-summary').waitFor(); // the code is over
  assert.match(await page.locator('#sign > [data-problem]').innerText(), new RegExp(other.t('problem.phone-over.title')));
  assert.equal(await page.locator('#sign .phone').count(), 0);
  await other.picture('phone-7-over');
  await screen.context().close();

  const third = await offered(other); // and the next code is a new one
  assert.notEqual(third.id, first.id);
  const away = page.waitForResponse((r) => r.url().includes(`${third.id}/cancellation`));
  await page.locator('#sign [data-cancel]').click();
  await page.locator('#sign[open]').waitFor({ state: 'detached' });
  await away;
  const late = await scanning(other, third.text);
  assert.match(await late.locator('[data-problem]').innerText(), new RegExp(other.t('problem.phone-over.title')));
  await late.context().close();

  const shift = async (by) => assert.ok((await fetch(`${officeURL}/_local/shift`, { method: 'POST', body: JSON.stringify({ shift: by }), headers: { 'Content-Type': 'application/json' } })).ok);
  await page.locator('[data-eds]').click();
  await page.locator('#sign[open]').waitFor();
  const fourth = await offered(other);
  await shift('6m');
  await page.locator('#sign > [data-problem] .govuk-error-summary').waitFor();
  assert.match(await page.locator('#sign > [data-problem]').innerText(), new RegExp(other.t('problem.phone-over.title')));
  const old = await scanning(other, fourth.text);
  assert.match(await old.locator('[data-problem]').innerText(), new RegExp(other.t('problem.phone-over.title')));
  await old.context().close();
  await page.locator('#sign [data-phone]').click(); // asks for a document anew, since the old one is over too
  await page.locator('#sign .phone').waitFor();
  await page.locator('#sign [data-cancel]').click();
  other.clean();
  await other.close();
});
