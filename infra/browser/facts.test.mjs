// What a receipt's holder finds by ticket number and check code, without an account and without scripts.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { launch, Person, start } from './office.mjs';

let stop;
let browser;
before(async () => {
  stop = await start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await stop?.();
});

for (const [lang, width] of [['kk', 390], ['ru', 1280], ['en', 390], ['kk', 1280], ['ru', 320], ['en', 1280]]) {
  test(`a wrong code is said in ${lang} at ${width}, scripts off`, async () => {
    const reader = await Person.open(browser, lang, width, { javaScriptEnabled: false });
    const { page } = reader;
    await reader.go('/');
    await page.locator('#ticket').fill('7F3K-92QH-X4TC');
    await page.locator('#check-code').fill('7f3k9 2qhx4');
    await page.locator('form[action^="/api/facts/"] button').click();
    await page.waitForURL(/\/api\/facts\//);
    assert.match(await page.locator('.govuk-error-summary').innerText(), new RegExp(reader.t('problem.facts-unknown.title')));
    assert.equal(await page.locator('#check-code').inputValue(), '7f3k9 2qhx4', 'what was typed stays');
    await reader.picture('facts-unknown');
    reader.clean();
    await reader.close();
    const seeing = await Person.open(browser, lang, width);
    await seeing.go('/facts');
    await seeing.check('facts');
    await seeing.keyboard('facts');
    seeing.clean();
    await seeing.close();
  });
}
