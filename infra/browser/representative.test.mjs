// A trusted representative: invited from the account's page, asked on a page of their own without
// an account, and let go by the mail's own link. In three languages, on a phone and on a desk.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { choose, launch, officeURL, Person, received, start } from './office.mjs';

const run = Date.now();
const email = { own: `ie.${run}@example.kz`, first: `okil.${run}@example.kz`, second: `ekinshi.${run}@example.kz` };

let stop;
let browser;
let holder;
before(async () => {
  stop = await start();
  browser = await launch();
  await choose('individual-rsa');
  holder = await Person.open(browser, 'kk', 360);
});
after(async () => {
  await browser?.close();
  await stop?.();
});

test('registers with a representative, who is invited first', async () => {
  const { page } = holder;
  await holder.go('/register');
  await page.locator('[data-accept]').click();
  await holder.sign();
  await page.locator('#email').fill(email.own);
  await page.locator('[data-add-representative]').click();
  await page.locator('[data-row] [data-field=name]').fill('Әсел Үмітқызы');
  await page.locator('[data-row] [data-field=email]').fill(email.first);
  await page.locator('[data-row] [data-field=lang]').selectOption('en');
  await page.locator('[data-row] [data-field=months]').selectOption('3');
  await holder.check('representative-1-form');
  await page.locator('#password').fill('алма ағашы 17 бұтақ');
  await page.locator('#declaration').check();
  await page.locator('#registration [type=submit]').click();
  await holder.sign();
  await page.locator('[data-panel=done]').waitFor();

  await holder.go('/account/people');
  const one = page.locator('[data-live] li');
  await one.locator('.govuk-tag').waitFor();
  assert.match(await one.innerText(), new RegExp(holder.t('js.representatives.status.invited')));
  assert.match(await one.innerText(), new RegExp(holder.t('representatives.months.3')));
  await holder.check('representative-2-account');
  holder.clean();
});

test('the invitation opens a page without an account, in every language', async () => {
  const link = /\/en\/representative#[\w-]+/.exec(JSON.stringify(await received('mail', email.first, 'named you as a trusted representative')))[0];
  for (const [lang, width] of [['kk', 360], ['ru', 1280], ['en', 360]]) {
    const visitor = await Person.open(browser, lang, width);
    await visitor.go(link.replace('/en', ''));
    await visitor.page.locator('[data-agree]').waitFor();
    assert.match(await visitor.page.locator('main').innerText(), new RegExp(email.first));
    await visitor.check('representative-3-invited');
    if (lang === 'en') {
      await visitor.keyboard('representative');
      // The language switch keeps the link.
      await visitor.page.locator('.langs a[lang=ru]').click();
      await visitor.page.waitForURL(/\/ru\/representative#/);
      await visitor.page.locator('[data-agree]').click();
      await visitor.page.locator('[data-invitation] [data-stop]').waitFor();
      assert.ok(await visitor.page.locator('[data-agree]').isHidden(), 'nobody is asked twice');
      await visitor.picture('representative-4-agreed');
    }
    visitor.clean();
    await visitor.close();
  }
  await received('mail', email.own, 'келісті');
  await holder.go('/account/people');
  await holder.page.locator('[data-live] .uploaded').waitFor();
  await holder.check('representative-5-agreed');
  holder.clean();
});

test('a link that unsubscribes asks first, and works without the page that sent it', async () => {
  const { page } = holder;
  await page.locator('#representative-name').fill('Екінші Өкіл');
  await page.locator('#representative-email').fill(email.first);
  await page.locator('#representative-form button').click();
  await page.locator('#representative-form .govuk-error-message').waitFor(); // named already
  await holder.picture('representative-6-twice');
  await page.locator('#representative-email').fill(email.second);
  await page.locator('#representative-lang').selectOption('ru');
  await page.locator('input[name=scope][value=filing]').check();
  await page.locator('#representative-filing').waitFor();
  await holder.accessible('one filing');
  await page.locator('input[name=scope][value=all]').check();
  await page.locator('#representative-form button').click();
  await page.locator('#representative-form .govuk-inset-text.good').waitFor();
  await page.locator('[data-live] li').nth(1).waitFor();

  const path = /\/api\/representative\/unsubscribe\/[\w-]+/.exec(JSON.stringify(await received('mail', email.second, 'доверенн')))[0];
  const visitor = await Person.open(browser, 'ru', 1280);
  await visitor.page.goto(`${officeURL}${path}`, { waitUntil: 'networkidle' });
  await visitor.page.locator('[data-unsubscribe] [data-stop]').waitFor();
  assert.match(visitor.page.url(), /\/ru\/representative#stop=/);
  await visitor.check('representative-7-stop');
  await visitor.page.locator('[data-unsubscribe] [data-stop]').click();
  await visitor.page.locator('[data-unsubscribe]').waitFor({ state: 'hidden' });
  assert.equal(await visitor.page.locator('main > [data-state]').innerText(), visitor.t('js.representative.stopped'));
  visitor.clean();
  await visitor.go('/representative#nonsense');
  await visitor.page.locator('main > [data-problem] .govuk-error-summary').waitFor();
  await visitor.picture('representative-8-no-link');
  await visitor.close();
});

test('the holder ends what is left; the record stays', async () => {
  for (const [lang, width] of [['ru', 1280], ['en', 360]]) {
    const other = await Person.open(browser, lang, width, { storageState: await holder.context.storageState() });
    await other.go('/account/people');
    await other.page.locator('[data-past] summary').click();
    await other.check('representative-9-list');
    other.clean();
    await other.close();
  }
  const { page } = holder;
  await holder.go('/account/people');
  page.once('dialog', (dialog) => dialog.accept());
  await page.locator('[data-live] .uploaded button').last().click();
  await page.locator('[data-live] .uploaded').waitFor({ state: 'detached' });
  await page.locator('[data-past] summary').click();
  await page.locator('[data-over] li').nth(1).waitFor();
  assert.match(await page.locator('[data-over]').innerText(), new RegExp(holder.t('js.representatives.status.ended')));
  await holder.check('representative-10-ended');
  await received('mail', email.first, 'no longer sent to you');
  holder.clean();
});
