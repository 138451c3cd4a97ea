// A judge signs the court's own file in place of the office's text, then corrects slips in it; the filer reads both.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { choose, launch, officeURL, sentClaim, someone, staff, start } from './office.mjs';

const COURT = 'almaty-bostandyq';
const run = Date.now().toString(36);
const OWN = new URL('../../testdata/claims/money/claim.pdf', import.meta.url);

let stop;
let browser;
/** @type {any} */
let filer;
let clerk;
let judge;
let id;

before(async () => {
  stop = await start();
  browser = await launch();
});
after(async () => {
  await filer?.close();
  await clerk?.close();
  await judge?.close();
  await choose('individual-gost');
  await browser?.close();
  await stop?.();
});

test('a claim is before the judge', async () => {
  ({ judge, clerk } = await staff(browser, COURT, run));
  filer = await someone(browser, `aryzdanushy.${run}`);
  id = await sentClaim(filer, COURT);
  const { page } = clerk;
  await clerk.go(`/registry/filings/${id}`);
  await page.locator('[data-lease]').click();
  await page.locator('#number').fill(`7514-26-${run}`);
  await page.locator('#judge').selectOption({ index: 1 });
  await page.locator('#register [type=submit]').click();
  await page.locator('#hand-over button').click();
  await page.locator('main [data-summary]').filter({ hasText: clerk.t('status.under_review') }).waitFor();
  clerk.clean();
});

test('the judge signs the file that was uploaded, and no other', async () => {
  const { page } = judge;
  await choose('individual-rsa');
  for (judge.lang of ['ru', 'en', 'kk']) {
    await judge.go(`/registry/filings/${id}`);
    await page.locator('#step-return').check();
    await page.locator('#return-2').check();
    await page.locator('#own-court').check();
    assert.equal(await page.locator('#ruling-reasons').isVisible(), false, 'the file has the words');
    await judge.check('own-ruling-1-form');
  }
  await page.locator('#rule [type=submit]').click();
  await page.locator('#rule .govuk-error-summary').waitFor(); // no file
  await page.locator('#own-file').setInputFiles({ name: 'buyryq.pdf', mimeType: 'application/pdf', buffer: Buffer.from('not a PDF at all') });
  await page.locator('[data-own-state]').filter({ hasText: 'PDF' }).waitFor();
  await page.locator('#rule [type=submit]').click();
  await page.locator('#rule .govuk-error-summary').filter({ hasText: 'PDF' }).waitFor();
  await judge.check('own-ruling-2-fault');
  await page.locator('#own-file').setInputFiles({ name: 'ұйғарым.pdf', mimeType: 'application/pdf', buffer: await readFile(OWN) });
  await page.locator('[data-own-state]').filter({ hasText: judge.t('js.ruling.own.ready') }).waitFor();
  await page.locator('#rule [type=submit]').click();
  await page.locator('#sign[open]').waitFor();
  assert.match(await page.locator('#sign [data-whose]').innerText(), /ұйғарым\.pdf/);
  await judge.picture('own-ruling-3-sign');
  await judge.sign();
  await page.locator('[data-ruling]').filter({ hasText: judge.t('js.ruling.own') }).waitFor();
  const answer = await filer.page.request.get(`${officeURL}/api/filings/${id}/files/ruling`);
  assert.deepEqual(await answer.body(), await readFile(OWN), 'what everyone reads is what was signed');
});

test('slips in it are corrected, and both are shown', async () => {
  const { page } = judge;
  await page.locator('#step-correct-ruling').check();
  assert.ok(await page.locator('#own-office').isChecked(), 'a file serves one ruling');
  await page.locator('#ruling-decision').fill('«5 000» дегеннің орнына «50 000» деп оқылсын.');
  await page.locator('#rule [type=submit]').click();
  await page.locator('#sign[open]').waitFor();
  assert.equal(await page.locator('#sign [data-whose]').innerText(), judge.t('js.ruling.office.sign'));
  await judge.sign();
  await page.locator('[data-corrected]').waitFor();
  await judge.check('own-ruling-4-corrected');
  judge.clean();
  for (const width of [1280, 320]) {
    await filer.page.setViewportSize({ width: filer.width = width, height: 780 });
    for (filer.lang of ['kk', 'ru', 'en']) {
      await filer.go(`/filings/${id}`);
      await filer.page.locator('p[data-corrected]').waitFor();
      assert.match(await filer.page.locator('[data-ruling]').innerText(), /50 000/);
      assert.match(await filer.page.locator('[data-terms]').innerText(), new RegExp(filer.t('js.ruling.correct-ruling.against')));
      await filer.check(`own-ruling-5-filer-${width}`);
    }
  }
  const answer = await filer.page.request.get(`${officeURL}/api/filings/${id}/files/correction-1`);
  assert.equal((await answer.body()).subarray(0, 5).toString(), '%PDF-');
  filer.clean();
});
