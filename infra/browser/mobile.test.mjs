// The mobile number on the portal's pages: given at registration, verified by the code of its text
// message, shown before a filing is signed, moved, removed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Person, begin, choose, launch, received, sample, save, start } from './office.mjs';

const number = (n) => `+7705${String(Date.now() % 1_000_000 + n).padStart(7, '0')}`;
const spaced = (n) => n.replace(/^\+7(\d{3})(\d{3})(\d\d)(\d\d)$/, '+7 $1 $2 $3 $4');
const [first, second] = [number(1), number(2)];
const email = `mobile.${Date.now()}@example.kz`;

let stop;
let browser;
let person;
before(async () => {
  stop = await start();
  browser = await launch();
  await choose('individual-rsa');
  person = await Person.open(browser, 'kk', 360);
});
after(async () => {
  await browser?.close();
  await stop?.();
});

const code = async (to) => /\b\d{6}\b/.exec((await received('sms', to, 'растау коды')).text)[0];

let filing; // a claim that waits for its signature
async function toSign() {
  if (filing) return filing;
  filing = await begin(person, 'claim');
  await save(person, filing, sample);
  return filing;
}

test('gives a number at registration and verifies it with the code of the text message', async () => {
  const { page } = person;
  await person.go('/register');
  await page.locator('[data-accept]').click();
  await person.sign();
  await page.locator('#email').fill(email);
  await page.locator('#mobile').fill(`8 ${spaced(first).slice(3)}`);
  await page.locator('#password').fill('сары алма 17 қызыл');
  await page.locator('#declaration').check();
  await person.picture('mobile-1-register');
  await page.locator('#registration [type=submit]').click();
  await person.sign();
  await page.locator('[data-panel=done]').waitFor();
  await person.check('mobile-2-registered');

  await person.go(`/filings/${await toSign()}/review`);
  await page.locator('[data-contacts] dl').waitFor();
  assert.match(await page.locator('[data-contacts]').innerText(), new RegExp(`${email} \\(${person.t('js.account.unverified')}\\)`));
  await page.locator('[data-contacts] .govuk-inset-text.warn').waitFor();
  await person.check('mobile-3-contacts-unverified');

  await person.go('/account');
  const state = page.locator('[data-mobile-state]');
  await state.getByText(spaced(first)).waitFor();
  assert.equal(await state.innerText(), person.t('js.mobile.now-unverified', { mobile: spaced(first) }));
  assert.equal(await page.locator('[data-numbers]').innerText(), person.t('js.mobile.none'));
  await person.keyboard('account with a number');
  await person.check('mobile-4-unverified');
  const right = await code(first);
  await page.locator('#mobile-code').fill(right === '000000' ? '000001' : '000000');
  await page.locator('#mobile-code-form button').click();
  await page.locator('#mobile-code-form .govuk-error-message').waitFor();
  await page.locator('#mobile-code').fill(right);
  await page.locator('#mobile-code-form button').click();
  await page.locator('#mobile-code-form .govuk-inset-text.good').waitFor();
  assert.equal(await state.innerText(), person.t('js.mobile.now-verified', { mobile: spaced(first) }));
  await person.check('mobile-5-verified');
  await received('sms', first, 'қош келдіңіз');
  person.clean();
});

test('sees before signing where notices go, in every language', async () => {
  const { page } = person;
  await person.go(`/filings/${await toSign()}/review`);
  await page.locator('[data-contacts] dl').waitFor();
  assert.match(await page.locator('[data-contacts]').innerText(), /\+7 705 /);
  const state = await person.context.storageState();
  const ends = await page.evaluate(() => localStorage.getItem('office.session-ends'));
  for (const [lang, width] of [['ru', 360], ['en', 1280], ['kk', 1280]]) {
    const other = await Person.open(browser, lang, width, { storageState: state });
    await other.context.addInitScript((at) => localStorage.setItem('office.session-ends', at), ends);
    await other.go(`/filings/${await toSign()}/review`);
    await other.page.locator('[data-contacts] dl').waitFor();
    await other.check('mobile-contacts');
    await other.go('/account');
    await other.page.locator('[data-numbers] li').waitFor();
    await other.check('mobile-account');
    other.clean();
    await other.close();
  }
  person.clean();
});

test('moves text messages to another number and removes it', async () => {
  const { page } = person;
  await person.go('/account');
  await page.locator('[data-numbers] li').waitFor();
  await page.locator('#mobile').fill('12345');
  await page.locator('#mobile-form button').click();
  await page.locator('#mobile-form .govuk-error-message').waitFor();
  await person.picture('mobile-6-no-number');
  await page.locator('#mobile').fill(second);
  await page.locator('#mobile-form button').click();
  await page.locator('#mobile-form .govuk-inset-text.good').waitFor();
  await page.locator('#mobile-code').fill(await code(second));
  await page.locator('#mobile-code-form button').click();
  await page.locator('#mobile-code-form .govuk-inset-text.good').waitFor();
  assert.equal(await page.locator('[data-numbers] li').count(), 2);
  await received('sms', first, 'басқа нөмірге');

  await page.locator('#mobile-remove-form button').click();
  await page.locator('#mobile-remove-form .govuk-inset-text.good').waitFor();
  assert.equal(await page.locator('[data-mobile-state]').innerText(), person.t('js.mobile.now-none'));
  assert.equal(await page.locator('[data-numbers] li').count(), 2, 'the history stays');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'mobile');
  await person.check('mobile-7-removed');
  await received('sms', second, 'SMS жіберілмейді');
  person.clean();
});
