// The life of an account on the portal's pages: a verified address, sessions, the password and its
// reset, the export, and leaving. On a phone's screen in Kazakh, looked at in the other languages.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { choose, launch, Person, received, start, officeURL } from './office.mjs';

const password = 'алма ағашы 17 бұтақ';
const next = 'жусан иісі 23 дала';
const email = `account.${Date.now()}@example.kz`;

let stop;
let browser;
let person;
before(async () => {
  stop = await start();
  browser = await launch();
  await choose('individual-gost');
  person = await Person.open(browser, 'kk', 390);
});
after(async () => {
  await browser?.close();
  await stop?.();
});

test('registers, and verifies the address with the code from the mail', async () => {
  const { page } = person;
  await person.go('/register');
  await page.locator('[data-accept]').click();
  await person.sign();
  await page.locator('#email').fill(email);
  await page.locator('#password').fill(password);
  await page.locator('#declaration').check();
  await page.locator('#registration [type=submit]').click();
  await person.sign();
  await page.locator('[data-panel=done]').waitFor();

  await person.go('/account');
  await page.locator('[data-addresses] li').first().waitFor();
  assert.match(await page.locator('[data-addresses]').innerText(), new RegExp(person.t('js.account.unverified')));
  assert.equal(await page.locator('.menu [aria-current]').innerText(), person.t('account.menu.profile'));
  await person.keyboard('account');
  await person.check('account-1-unverified');
  const [, code] = /: (\d{6})\b/.exec((await received('mail', email, 'растау коды')).text);
  await page.locator('#code').fill(code === '000000' ? '000001' : '000000');
  await page.locator('#code-form button').click();
  await page.locator('#code-form .govuk-error-message').waitFor();
  await person.picture('account-2-wrong-code');
  await page.locator('#code').fill(code);
  await page.locator('#code-form button').click();
  await page.locator('#code-form .govuk-inset-text.good').waitFor();
  assert.doesNotMatch(await page.locator('[data-addresses]').innerText(), new RegExp(person.t('js.account.unverified')));
  await person.check('account-3-verified');
  person.clean();
});

test('sees the sessions, ends the others and changes the password', async () => {
  const { page } = person;
  const number = JSON.parse(await page.evaluate(async () => JSON.stringify(await (await fetch('/api/account')).json()))).number;
  assert.match(number, /^\*{8}\d{4}$|^\*{6,8}\d{4}$/);
  const other = await Person.open(browser, 'en', 1280);
  await other.go('/sign-in');
  await other.page.locator('[data-eds]').click();
  await other.sign();
  await other.page.waitForURL(/\/filings$/);
  await other.go('/account/security');
  await other.page.locator('[data-sessions] tbody tr').nth(1).waitFor();
  await other.check('account-sessions');
  await received('mail', email, 'жаңа құрылғыдан');

  await person.go('/account#sessions'); // as mails and people kept it
  await page.waitForURL(/\/account\/security#sessions$/);
  await page.locator('[data-sessions] tbody tr').nth(1).waitFor();
  await page.locator('[data-end-others]').click();
  await page.locator('[data-sessions] tbody tr').nth(1).waitFor({ state: 'detached' });
  await other.go('/account');
  await other.page.waitForURL(/\/sign-in/);
  other.clean();
  await other.close();

  await page.locator('#current').fill('мұндай құпия сөз жоқ 1');
  await page.locator('#password').fill(next);
  await page.locator('#password-form [type=submit]').click();
  await page.locator('#password-form .govuk-error-message').waitFor();
  await page.locator('#current').fill(password);
  await page.locator('#password-form [type=submit]').click();
  await page.locator('#password-form .govuk-inset-text.good').waitFor();
  await person.check('account-4-password');
  person.clean();
});

test('resets a lost password with the EDS', async () => {
  const { page } = person;
  await person.go('/password');
  await person.check('account-5-reset');
  await page.locator('#password').fill(password);
  await page.locator('#reset-form [type=submit]').click();
  await person.sign();
  await page.locator('[data-confirm]:not([hidden])').waitFor();
  assert.match(await page.locator('[data-sent]').innerText(), /…@/);
  await person.check('account-5-reset-code');
  const [, code] = /: (\d{6})\b/.exec((await received('mail', email, 'жаңа құпия сөзді растау коды')).text);
  await page.locator('#code').fill(code === '000000' ? '000001' : '000000');
  await page.locator('#confirm-form button').click();
  await page.locator('#confirm-form .govuk-error-message').waitFor();
  await page.locator('#code').fill(code);
  await page.locator('#confirm-form button').click();
  await page.locator('[data-result] .govuk-inset-text.good').waitFor();
  await person.go('/account');
  await page.waitForURL(/\/sign-in/);
  await page.locator('[data-eds]').click();
  await person.sign();
  await page.waitForURL(/\/account$/);
  person.clean();
});

test('each task of the account has a page, in every language', async () => {
  const { page } = person;
  for (const [lang, width] of [['kk', 390], ['ru', 1280], ['en', 390], ['kk', 1280], ['ru', 390], ['en', 1280]]) {
    await page.setViewportSize({ width: person.width = width, height: 900 });
    person.lang = lang;
    await person.go('/account');
    for (let i = 0; i < 5; i++) {
      await person.go(new URL(await page.locator('.menu a').nth(i).getAttribute('href'), page.url()).pathname.slice(3));
      assert.equal(await page.locator('.menu [aria-current]').count(), 1);
      await person.check(`account-page-${i}`);
    }
  }
  person.lang = 'kk';
  await page.setViewportSize({ width: person.width = 390, height: 780 });
  person.clean();
});

test('downloads the data, refuses the agreement and leaves', async () => {
  const { page } = person;
  await person.go('/leave');
  await page.locator('[data-filings] li').first().waitFor();
  await person.keyboard('leave');
  const download = page.waitForEvent('download');
  await page.locator('a[download]').click();
  const data = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
  assert.equal(data.account.email, email);
  assert.equal(data.acceptances.length, 1);
  assert.ok(await page.locator('#leave-form button').isDisabled(), 'leaving waits for the check mark');
  await page.locator('#understood').check();
  await person.check('account-6-leave');
  await page.locator('#leave-form button').click();
  await page.locator('#sign[open]').waitFor(); // the document comes from the office first
  assert.equal(await page.locator('#sign [data-statement]').innerText(), person.t('act.leave.statement', { office: officeURL }));
  await person.sign();
  await page.locator('[data-result] .govuk-inset-text.good').waitFor();
  await person.check('account-7-left');
  await received('mail', email, 'есептік жазбаңыз жабылды');
  await person.go('/account');
  await page.waitForURL(/\/sign-in/);
  person.clean();
});
