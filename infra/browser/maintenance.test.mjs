// Maintenance in a browser: an administrator announces a window, everyone sees it, it is in force
// by the office's shifted clock.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Person, administrator, choose, launch, officeURL, post, start } from './office.mjs';

let stop;
let browser;
let admin;
let second;

const words = (lang) => JSON.parse(readFileSync(new URL(`../../shared/locale/catalogue/${lang}/maintenance.json`, import.meta.url), 'utf8'));
before(async () => {
  stop = await start();
  browser = await launch();
  await choose('individual-gost');
});
after(async () => {
  await fetch(`${officeURL}/_local/shift`, { method: 'POST', body: '{"shift":"0s"}' });
  await admin?.close();
  await second?.close();
  await browser?.close();
  await stop?.();
});

test('a newcomer becomes an administrator', async () => {
  admin = await administrator(browser, '/admin/maintenance', 'akimshi@example.kz');
  await choose('individual-gost-2');
  second = await administrator(browser, '/admin/maintenance', 'ekinshi@example.kz');
  await choose('individual-gost');
});

test('announces a window in three languages', async () => {
  const { page } = admin;
  await admin.go('/admin/maintenance');
  await page.locator('#plan').waitFor();
  await page.locator('[data-rushes] tbody tr').nth(2).waitFor(); // a hundred days have three ends of months
  await admin.check('maintenance-1-admin');
  // Not admin.keyboard: a field of date and time has several stops of its own.

  // What stops seals waits for another person's approval, at whatever hour.
  const day = new Date(Date.now() + 48 * 3600 * 1000 + 5 * 3600 * 1000).toISOString().slice(0, 10);
  await page.locator('#plan [type=submit]').click(); // nothing filled in: refused beside the fields
  await page.locator('#plan .govuk-error-message').first().waitFor();
  assert.ok(await page.locator('#plan .govuk-error-message').count() >= 5, 'faults beside their fields');
  await page.locator('#from').fill(`${day}T10:00`);
  await page.locator('#to').fill(`${day}T11:00`);
  await page.locator('#text-kk').fill('Дерекқор жаңартылады <b>мұқият</b>');
  await page.locator('#text-ru').fill('Обновление базы');
  await page.locator('#text-en').fill('Database upgrade');
  await page.locator('#reason').fill('upgrade of the database');
  await page.locator('#plan [type=submit]').click();
  await admin.sign();
  await page.locator('[data-windows] article').waitFor();
  assert.match(await page.locator('[data-windows] article').innerText(), /Дерекқор жаңартылады <b>мұқият<\/b>/);
  await admin.check('maintenance-2-list');

  assert.equal(await page.locator('[data-windows] article button').filter({ hasText: words('kk')['js.maintenance.approve'] }).count(), 0, 'not by its author');
  await second.go('/admin/maintenance');
  await second.page.locator('[data-windows] article button').filter({ hasText: words('kk')['js.maintenance.approve'] }).click();
  await second.page.locator('#decide-reason').fill('agreed by telephone');
  await second.check('maintenance-2-approve');
  await choose('individual-gost-2');
  await second.page.locator('#decide [data-do]').click();
  await second.sign();
  await choose('individual-gost');
  await second.page.locator('#decide').waitFor({ state: 'hidden' });
  second.clean();
  await admin.go('/admin/maintenance');
  await page.locator('[data-windows] article').waitFor();

  await page.locator('[data-windows] article button').filter({ hasText: words('kk')['js.maintenance.change'] }).click();
  assert.equal(await page.locator('#from').inputValue(), `${day}T10:00`);
  await page.locator('#to').fill(`${day}T10:45`);
  await page.locator('#reason').fill('less time is needed');
  await page.locator('#plan [type=submit]').click();
  await admin.sign();
  await page.locator('[data-windows] article h3').filter({ hasText: '10:45:00' }).waitFor();
  admin.clean();
  await post('/_local/shift', { shift: '61s' }); // pages know of it within a minute
});

for (const [lang, width] of [['kk', 390], ['ru', 1280], ['en', 390]]) {
  test(`everyone sees it in ${lang} at ${width}`, async () => {
    const reader = await Person.open(browser, lang, width);
    const { page } = reader;
    await reader.go('/');
    await page.locator('#maintenance summary').waitFor();
    await page.locator('#maintenance .clock').filter({ hasText: ':' }).waitFor();
    assert.match(await page.locator('#maintenance').innerText(), /\d{2,}:\d\d:\d\d/);
    await reader.check('maintenance-3-banner');
    await page.locator('#maintenance summary').click();
    await page.locator('#maintenance a').click();
    await page.locator('[data-coming] article').waitFor();
    await reader.check('maintenance-4-list');
    await reader.keyboard('maintenance');
    reader.clean();
    await reader.close();
  });
}

test('in force: the page says so, and acts are refused with the notice', async () => {
  const now = Date.now() + 5 * 3600 * 1000;
  const day = new Date(now + 48 * 3600 * 1000).toISOString().slice(0, 10);
  const ahead = Date.parse(`${day}T10:10:00Z`) - now;
  await post('/_local/shift', { shift: `${Math.round(ahead / 1000)}s` });
  const reader = await Person.open(browser, 'kk', 390);
  const { page } = reader;
  await reader.go('/agreement');
  await page.locator('#maintenance summary').filter({ hasText: words('kk')['js.maintenance.now'].split(',')[0] }).waitFor();
  await page.locator('[data-accept]').click();
  const note = page.locator('.govuk-error-summary').filter({ visible: true }).first();
  await note.waitFor();
  assert.match(await note.innerText(), /Дерекқор жаңартылады/);
  await reader.check('maintenance-5-refused');
  for (const [lang, width] of [['kk', 390], ['ru', 1280], ['en', 390]]) {
    const late = await Person.open(browser, lang, width);
    await late.go('/maintenance');
    await late.page.getByRole('link', { name: words(lang)['js.interruption.link'] }).click();
    await late.page.locator('.govuk-inset-text.good').filter({ hasText: words(lang)['js.interruption.check.ok'] }).waitFor();
    await late.check('maintenance-6-certificate');
    late.clean();
    await late.close();
  }
  reader.faults = reader.faults.filter((fault) => !fault.startsWith('503 ') && !/status of 503/.test(fault));
  reader.clean();
  await reader.close();
});
