// Giving up while NCALayer waits, a computer whose clock is wrong, a password that would be refused after
// the signature: nothing of this may cost a person more than a moment.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Person, choose, launch, ncalayer, received, start } from './office.mjs';

let stop;
let browser;

before(async () => {
  stop = await start();
  browser = await launch();
});
after(async () => {
  await choose('individual-gost');
  await browser?.close();
  await stop?.();
});

test('Cancel and Escape work while the window of NCALayer waits', async () => {
  const person = await Person.open(browser, 'kk', 1280);
  const { page } = person;
  await choose('ask');
  await person.go('/sign-in');
  for (const giveUp of [() => page.locator('#sign [data-cancel]').click(), () => page.keyboard.press('Escape')]) {
    await page.locator('[data-eds]').click();
    await page.locator('#sign [data-sign]').click();
    await page.locator('#sign [data-state]').filter({ hasText: person.t('js.sign.choose') }).waitFor();
    await giveUp();
    await page.locator('#sign[open]').waitFor({ state: 'detached' });
    assert.ok(await page.locator('[data-eds]').isEnabled());
  }
  for (let tries = 0; tries < 50 && (await ncalayer()).pending?.length; tries++) await page.waitForTimeout(100);
  await choose('individual-gost');
  await page.locator('[data-eds]').click(); // and the next attempt is whole
  await page.locator('#sign [data-sign]').click();
  await page.locator('#sign [data-problem] .govuk-error-summary, #sign:not([open])').first().waitFor({ state: 'attached' });
  person.clean();
  await person.close();
});

test('an empty password is refused once, before anything is signed', async () => {
  const person = await Person.open(browser, 'kk', 1280);
  const { page } = person;
  await person.go('/password');
  for (const [typed, words] of [['', 'js.password.none'], ['қысқа', 'defect.password-short']]) {
    await page.locator('#password').fill(typed);
    await page.locator('#reset-form [type=submit]').click();
    await page.locator('#reset-form .govuk-error-summary').waitFor();
    assert.equal(await page.locator('#reset-form .govuk-error-summary li').count(), 1, 'one message');
    assert.match(await page.locator('#reset-form').innerText(), new RegExp(person.t(words).slice(0, 20)));
    assert.ok(!await page.locator('#sign[open]').count(), 'nothing is to be signed yet');
  }
  await person.accessible('weak password');
  person.clean();
  await person.close();
});

for (const [name, minutes] of [['ahead', 20], ['behind', -20]]) {
  test(`a computer whose clock is ${name} by ${Math.abs(minutes)} minutes stays signed in`, async () => {
    const person = await Person.open(browser, 'kk', 1280);
    const { page } = person;
    await person.context.addInitScript((shift) => {
      const Real = Date;
      globalThis.Date = class extends Real {
        constructor(...args) { super(...(args.length ? args : [Real.now() + shift])); }
        static now() { return Real.now() + shift; }
      };
    }, minutes * 60 * 1000);
    await choose('individual-gost');
    await person.go('/register');
    await page.locator('[data-accept]').click();
    await person.sign();
    const already = page.locator('#acceptance [data-result] a');
    await page.locator('[data-panel=form]').or(already).filter({ visible: true }).first().waitFor();
    if (await already.isVisible()) {
      await already.click();
      await page.locator('[data-eds]').click();
      await person.sign();
    } else {
      await page.locator('#email').fill('clock@example.kz');
      await page.locator('#password').fill('қыран құс 41 самғайды');
      await page.locator('#declaration').check();
      await page.locator('#registration [type=submit]').click();
      await person.sign();
      await page.locator('[data-panel=done]').waitFor();
      await person.accessible('ready');
      const [, code] = /: (\d{6})\b/.exec((await received('mail', 'clock@example.kz', 'растау коды')).text);
      await page.locator('#code').fill(code); // where the person is, not on another page
      await page.locator('#code-form [type=submit]').click();
      await page.locator('#code-form .govuk-inset-text.good').waitFor();
    }
    await person.go('/filings');
    await page.locator('[data-empty]:not([hidden]), table tbody tr').first().waitFor();
    await page.waitForTimeout(2500); // the session's own clock has ticked
    assert.match(page.url(), /\/kk\/filings$/);
    assert.equal(await page.locator('#banner').innerText(), '');
    person.clean();
    await person.close();
  });
}
