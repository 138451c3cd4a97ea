// The administrators' page in a browser: an account with its audit, a version of the agreement
// proposed and read by another administrator, the difference between versions.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { administrator, choose, launch, start } from './office.mjs';

const v2 = (lang) => readFileSync(new URL(`../../testdata/agreement/v2/${lang}.md`, import.meta.url), 'utf8');

let stop;
let browser;
let first;
let second;

before(async () => {
  stop = await start();
  browser = await launch();
});
after(async () => {
  await first?.close();
  await second?.close();
  await browser?.close();
  await stop?.();
});

test('an administrator looks an account up and says why', async () => {
  await choose('individual-gost-2');
  second = await administrator(browser, '/admin', 'ekinshi@example.kz');
  await choose('individual-gost');
  first = await administrator(browser, '/admin', 'birinshi@example.kz');
  const { page } = first;
  await first.go('/admin');
  await page.locator('#number').fill(second.number);
  await page.locator('#search button').click();
  await page.locator('#search .fault').first().waitFor(); // no reason given
  await page.locator('#search-reason').fill('request of the user, by letter');
  await page.locator('#search button').click();
  await page.locator('#account:not([hidden])').waitFor();
  assert.match(await page.locator('[data-facts]').innerText(), /e…@example\.kz/);
  assert.ok(await page.locator('[data-own-audit] li').count() >= 1, 'the grant is in the audit');
  assert.ok(!(await page.locator('main').innerText()).includes(second.number), 'the number is masked');
  await first.check('admin-1-account');
  await page.locator('[data-load-audit]').click();
  await page.locator('[data-audit] li').first().waitFor();
  first.clean();
});

test('one proposes a version, another reads the change and publishes it', async () => {
  const { page } = first;
  await first.go('/admin');
  await page.locator('#version-id').fill('v2');
  for (const lang of ['kk', 'ru', 'en']) await page.locator(`#text-${lang}`).fill(v2(lang));
  await page.locator('#version-reason').fill('longer notice of maintenance');
  await page.locator('#version button:not([type])').click();
  await page.locator('[data-versions] li').nth(1).waitFor();
  first.clean();

  const other = second.page;
  await second.go('/admin');
  await other.locator('[data-versions] button').first().click();
  await other.locator('[data-versions] .diff ins').first().waitFor();
  await second.check('admin-2-version');
  await other.locator('[data-versions] input').fill('read and agreed');
  await other.locator('[data-versions] .actions button').first().click();
  await other.locator('[data-versions] a', { hasText: 'v2' }).waitFor();
  second.clean();

  await second.go('/agreement/diff?from=v1&to=v2');
  await other.locator('main ins').first().waitFor();
  await second.check('admin-3-diff');
  second.clean();
});
