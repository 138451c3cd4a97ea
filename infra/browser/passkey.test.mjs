// A passkey on the portal's pages: added with the EDS, used to read and draft, taken away. The authenticator is
// Chromium's own in software, which asks its person and is believed. The office must be on a name: `make run` is.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { choose, launch, officeURL, Person, received, someone, start } from './office.mjs';

const name = `passkey.${Date.now()}`;

let stop;
let browser;
let person;
let device;
before(async () => {
  stop = await start();
  browser = await launch();
  await choose('individual-gost');
  person = await someone(browser, name, '', 'kk', 390);
  device = await authenticator(person);
});
after(async () => {
  await browser?.close();
  await stop?.();
});

/** Gives a person's page a device that keeps passkeys. */
async function authenticator({ context, page }) {
  const cdp = await context.newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', { options: {
    protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true,
  } });
  return {
    keeps: async () => (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    verifies: (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    give: (credential) => cdp.send('WebAuthn.addCredential', { authenticatorId, credential }),
    clear: () => cdp.send('WebAuthn.clearCredentials', { authenticatorId }),
  };
}

/** Signs out and comes back with the passkey. */
async function byPasskey() {
  const { page } = person;
  await person.context.clearCookies();
  await person.go('/sign-in');
  await page.locator('[data-passkey]').click();
}

test('adds one with the EDS', async () => {
  const { page } = person;
  await person.go('/account/security');
  await page.locator('#passkey-form').waitFor();
  assert.equal(await page.locator('[data-none]').innerText(), person.t('account.passkeys.none'));
  assert.notEqual(await page.locator('#passkey-name').inputValue(), '');
  await person.keyboard('account-security');
  await person.check('passkey-1-none');

  await page.locator('#passkey-name').fill('');
  await page.locator('#passkey-name').pressSequentially('Менің телефоным');
  await page.keyboard.press('Enter');
  await page.locator('#sign[open]').waitFor();
  assert.match(await page.locator('#sign [data-statement]').innerText(), /кіру кілтін қосамын/);
  await person.check('passkey-2-sign');
  await person.sign();
  await page.locator('#passkey-form .govuk-inset-text.good').waitFor();
  await page.locator('[data-passkeys] tbody tr').waitFor();
  assert.match(await page.locator('[data-passkeys] tbody').innerText(), new RegExp(`Менің телефоным[\\s\\S]*${person.t('js.passkeys.never')}`));
  assert.equal((await device.keeps()).length, 1);
  const mail = await received('mail', `${name}@example.kz`, 'жаңа кіру кілті қосылды');
  assert.ok(mail.text.includes(`${officeURL}/kk/account`));
  await person.check('passkey-3-added');
  person.clean();
});

test('one device keeps one', async () => {
  const { page } = person;
  await page.locator('#passkey-form [type=submit]').click();
  await page.locator('#passkey-form .govuk-error-summary').waitFor();
  assert.match(await page.locator('#passkey-form .govuk-error-summary').innerText(), new RegExp(person.t('js.passkey.exists.title')));
  assert.equal((await device.keeps()).length, 1);
  person.clean();
});

test('a signature that is not given leaves nothing on the device', async () => {
  const { page } = person;
  const other = await Person.open(browser, 'ru', 1280);
  const theirs = await authenticator(other);
  await other.enter();
  await other.go('/account/security');
  await other.page.locator('#passkey-form [type=submit]').click();
  await other.page.locator('#sign[open]').waitFor();
  await other.page.locator('#sign [data-cancel]').click();
  await other.page.locator('#passkey-form .govuk-inset-text').waitFor();
  assert.equal(await other.page.locator('#passkey-form .govuk-inset-text').innerText(), other.t('js.passkeys.unsigned'));
  assert.equal(await other.page.locator('[data-passkeys] tbody tr').count(), 1);
  const signals = await other.page.evaluate(() => Boolean(/** @type {any} */ (PublicKeyCredential).signalUnknownCredential));
  if (signals) assert.equal((await theirs.keeps()).length, 0);
  other.clean();
  await other.close();
  await page.bringToFront();
});

test('opens the office with it, to read and to draft', async () => {
  const { page } = person;
  await person.go('/sign-in'); // signed in, it leads on
  await page.waitForURL(/\/filings$/);
  await person.context.clearCookies();
  await person.go('/sign-in');
  await page.locator('[data-by-passkey]').waitFor();
  await person.keyboard('sign-in');
  await person.everywhere('/sign-in', '[data-passkey]', 'passkey-4-sign-in');
  await byPasskey();
  await page.waitForURL(/\/filings$/);
  await person.go('/account/security');
  await page.locator('[data-passkeys] tbody tr').waitFor();
  assert.match(await page.locator('[data-sessions]').innerText(), new RegExp(person.t('js.account.by-passkey')));
  assert.equal(await page.locator('[data-why]').innerText(), person.t('js.passkeys.eds'));
  assert.equal(await page.locator('#passkey-form').isVisible(), false);
  assert.doesNotMatch(await page.locator('[data-passkeys] tbody').innerText(), new RegExp(person.t('js.passkeys.never')));
  await person.everywhere('/account/security', '[data-passkeys] tbody tr', 'passkey-5-security');
  const kept = await page.evaluate(() => fetch('/api/account/export').then((answer) => answer.status));
  assert.equal(kept, 403);
  person.clean();
});

test('a person whom the device does not know gets nowhere', async () => {
  const { page } = person;
  await device.verifies(false);
  await byPasskey();
  await page.locator('[data-by-passkey] .govuk-error-summary').waitFor();
  assert.match(await page.locator('[data-by-passkey] .govuk-error-summary').innerText(), new RegExp(person.t('js.passkey.cancelled.title')));
  await person.check('passkey-6-cancelled');
  await device.verifies(true);
  person.clean();
});

test('a copy that lags behind ends it', async () => {
  const { page } = person;
  const [copy] = await device.keeps();
  if (copy.signCount === 0) return; // this Chromium does not count
  await byPasskey();
  await page.waitForURL(/\/filings$/);
  await device.clear();
  await device.give({ ...copy, signCount: 0 });
  await byPasskey();
  await page.locator('[data-by-passkey] .govuk-error-summary').waitFor();
  assert.match(await page.locator('[data-by-passkey] .govuk-error-summary').innerText(), new RegExp(person.t('problem.passkey-copied.title').slice(0, 20)));
  await person.picture('passkey-7-copied');
  await received('mail', `${name}@example.kz`, 'қолтаңба саны өспеді');
  person.clean();
});

test('takes one away, and it opens nothing', async () => {
  const { page } = person;
  await device.clear();
  await person.enter();
  await person.go('/account/security');
  await page.locator('#passkey-form').waitFor();
  await page.locator('#passkey-form [type=submit]').click();
  await person.sign();
  await page.locator('#passkey-form .govuk-inset-text.good').waitFor();
  const before = await page.locator('[data-passkeys] tbody tr').count();
  await page.locator('[data-passkeys] tbody tr').last().getByRole('button').click();
  await page.locator('#confirm[open]').waitFor();
  await person.check('passkey-8-confirm');
  await page.locator('#confirm [data-do]').click();
  await page.locator('[data-passkeys] [data-state]', { hasText: person.t('js.passkeys.removed') }).waitFor();
  assert.equal(await page.locator('[data-passkeys] tbody tr').count(), before - 1);
  await received('mail', `${name}@example.kz`, 'кіру кілті жойылды, оның иесінің');
  await byPasskey();
  await page.locator('[data-by-passkey] .govuk-error-summary').waitFor();
  assert.match(await page.locator('[data-by-passkey] .govuk-error-summary').innerText(), new RegExp(person.t('problem.passkey-unknown.title')));
  await person.check('passkey-9-unknown');
  person.clean();
});

test('a browser without passkeys is not offered any', async () => {
  const without = await Person.open(browser, 'en', 390);
  await without.context.addInitScript(() => { delete (/** @type {any} */ (globalThis)).PublicKeyCredential; });
  await without.go('/sign-in');
  assert.equal(await without.page.locator('[data-by-passkey]').isVisible(), false);
  await without.enter();
  await without.go('/account/security');
  await without.page.locator('[data-why]').waitFor();
  assert.equal(await without.page.locator('[data-why]').innerText(), without.t('js.passkeys.browser'));
  without.clean();
  await without.close();
});
