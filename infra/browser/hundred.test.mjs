// A claim with as many documents as one may have, of the longest names: the page lists them all before they
// are signed, NCALayer signs the one document that names them, and the office takes it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { begin, choose, files, launch, sample, save, someone, start } from './office.mjs';

const COUNT = 100; // filing.MaxDocuments
let stop;
let browser;

before(async () => {
  stop = await start();
  browser = await launch();
  await choose('individual-gost');
});
after(async () => {
  await browser?.close();
  await stop?.();
});

test('a hundred documents are shown, listed and signed', async () => {
  const person = await someone(browser, `juz.${Date.now()}`, '', 'kk', 320);
  const { page } = person;
  const id = await begin(person, 'claim');
  const { court, defendants, circumstances, demands } = sample;
  await save(person, id, { court, defendants, circumstances, demands: { items: [demands.items[0]] }, price: { totalTiyn: demands.items[0].amountTiyn } });
  await person.go(`/filings/${id}/documents`);
  await page.locator('[data-wanted] li').first().waitFor();
  const content = readFileSync(files[0]);
  const names = Array.from({ length: COUNT }, (_, i) => `${`${i + 1} құжат ${'қосымшаның ұзақ атауы '.repeat(9)}`.slice(0, 196).trimEnd().padEnd(196, 'ы')}.pdf`);
  await page.locator('#files').setInputFiles(names.map((name, i) => ({ name, mimeType: 'application/pdf', buffer: Buffer.concat([content, Buffer.from(`%${i}\n`)]) })));
  await page.locator('.documents li.uploaded').nth(COUNT - 1).waitFor({ timeout: 180_000 });
  for (let i = 0; i < COUNT; i += 1) await page.locator('.documents li select').nth(i).selectOption(i ? 'evidence' : 'main_claim');
  await page.waitForLoadState('networkidle');
  await person.go(`/filings/${id}/answers`);
  await page.locator('[data-warnings] li').first().waitFor();
  await page.locator('#acknowledged').check();
  await page.locator('#review [type=submit]').click();
  await page.waitForURL(/\/review\?revision=\d+$/);
  await page.locator('[data-same] .same').waitFor({ timeout: 60_000 });
  const shown = await page.locator('main').innerText();
  for (const name of names) assert.ok(shown.includes(name), `before it is signed the page shows ${name}`);
  await person.accessible('a hundred documents');
  await page.locator('button[data-review]').click();
  await person.sign();
  await page.waitForURL(/\/receipt$/);
  const sent = await page.evaluate(async (filing) => (await fetch(`/api/filings/${filing}`)).json(), id);
  assert.equal(sent.documents.length, COUNT);
  assert.notEqual(sent.status, 'draft');
  person.clean();
  await person.close();
});
