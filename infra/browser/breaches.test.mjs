// Breach cases in a browser: the holder of an address before objects without a session, sees the case on
// the account's page, and an administrator closes it and opens another, both signed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, choose, launch, Person, received, start } from './office.mjs';

const email = 'buryngy@example.kz';
const moved = 'zhana@example.kz';

let stop;
let browser;
let user;
let number;

before(async () => {
  stop = await start();
  browser = await launch();
  await choose('individual-gost-2');
  user = await Person.open(browser, 'kk', 390);
});
after(async () => {
  await user?.close();
  await browser?.close();
  await stop?.();
});

async function verify(to) {
  const { page } = user;
  await user.go('/account');
  if (to !== email) {
    await page.locator('#email').fill(to);
    await page.locator('#email-form button').click();
    await page.locator('#email-form .govuk-inset-text.good').waitFor();
  }
  const [, code] = /: (\d{6})\b/.exec((await received('mail', to, 'растау коды')).text);
  await page.locator('#code').fill(code);
  await page.locator('#code-form button').click();
  await page.locator('#code-form .govuk-inset-text.good').waitFor();
}

test('the holder of the address before objects, without a session', async () => {
  const { page } = user;
  await user.go('/register');
  await page.locator('[data-accept]').click();
  await user.sign();
  await page.locator('[data-panel=form]').waitFor();
  number = await user.said('[data-subject=iin]');
  await page.locator('#email').fill(email);
  await page.locator('#password').fill('қыран құс 41 самғайды');
  await page.locator('#declaration').check();
  await page.locator('#registration [type=submit]').click();
  await user.sign();
  await page.locator('[data-panel=done]').waitFor();
  await verify(email);
  await verify(moved);
  await page.locator('[data-addresses] button').waitFor();
  await user.check('breach-1-account');

  const [, token] = /\/kk\/objection#([\w-]+)/.exec((await received('mail', email, 'басқа мекенжайға')).text);
  const holder = await Person.open(browser, 'kk', 390);
  await holder.go('/objection');
  assert.match(await holder.page.locator('[data-state]').innerText(), new RegExp(holder.t('js.objection.no-link').slice(0, 20)));
  for (holder.lang of ['ru', 'en', 'kk']) {
    await holder.go(`/objection#${token}`);
    await holder.page.reload({ waitUntil: 'networkidle' });
    await holder.page.locator('[data-object]:not([hidden])').waitFor();
    await holder.check('breach-2-objection');
  }
  await holder.keyboard('objection');
  await holder.page.locator('[data-object]').click();
  await holder.page.locator('[data-object]').waitFor({ state: 'hidden' });
  assert.match(await holder.page.locator('[data-state]').innerText(), /[0-9a-f]{16}/);
  await holder.check('breach-3-objected');
  holder.clean();
  await holder.close();

  for (user.lang of ['ru', 'en', 'kk']) {
    await user.go('/account/activity');
    await page.locator('[data-breaches] article').waitFor();
    await user.check('breach-4-seen');
  }
  user.clean();
});

test('an administrator closes the case and opens another, signed', async () => {
  await choose('individual-gost');
  const admin = await administrator(browser, '/admin/breaches', 'akimshi@example.kz');
  const { page } = admin;
  for (admin.lang of ['ru', 'en', 'kk']) {
    await admin.go('/admin/breaches');
    await page.locator('[data-breaches] article').waitFor();
    await admin.check('breach-5-admin');
  }
  await admin.keyboard('admin-breaches');
  await page.locator('[data-breaches] form button').click();
  await page.locator('[data-breaches] .govuk-error-message').first().waitFor(); // no reason
  await page.locator('[data-breaches] input').first().fill('the holder changed the address, by letter 12');
  await page.locator('[data-breaches] form button').click();
  await admin.sign();
  await page.locator('[data-breaches] .govuk-tag--grey').waitFor();

  await page.locator('#number').fill(number);
  await page.locator('#act-reference').fill('JKJaXmPLvHcESHA=');
  await page.locator('#open-reason').fill('one signature on forty claims');
  await page.locator('#open button').click();
  await page.locator('#sign[open] [data-statement]').waitFor();
  assert.match(await page.locator('#sign [data-statement]').innerText(), /бұзушылық ісін ашамын/);
  await admin.sign();
  await page.locator('[data-breaches] article').nth(1).waitFor();
  await page.setViewportSize({ width: admin.width = 390, height: 780 });
  await admin.check('breach-6-opened');
  admin.clean();
  await admin.close();
});
