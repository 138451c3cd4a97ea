// A case that came on paper: a clerk enters it by the keyboard, at the width of a phone, and the claimant finds it.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import { choose, files, launch, officeURL, someone, staff, start } from './office.mjs';

const COURT = 'almaty-bostandyq';
const run = Date.now().toString(36);
const CLAIMANT = '900101300126'; // whose key individual-gost is
const number = `7514-26-${run}`;
const day = (back) => new Date(Date.now() + 5 * 3600e3 - back * 86400e3).toISOString().slice(0, 10);

let stop;
let browser;
/** @type {any} */
let claimant;
let clerk;
let judge;
let id;

before(async () => {
  stop = await start();
  browser = await launch();
});
after(async () => {
  await Promise.all([claimant, clerk, judge].map((person) => person?.close()));
  await choose('individual-gost');
  await browser?.close();
  await stop?.();
});

/** Goes on with Tab until the element has the focus. */
async function tab(page, selector) {
  for (let tries = 0; tries < 40; tries += 1) {
    if (await page.locator(selector).evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not come to ${selector}`);
}

async function types(page, selector, words) {
  await tab(page, selector);
  await page.keyboard.type(words);
}

const party = (n) => `[data-parties] > fieldset:nth-child(${n})`;

test('a clerk enters the case by the keyboard, on a narrow screen', async () => {
  ({ judge, clerk } = await staff(browser, COURT, run));
  claimant = await someone(browser, `talapker.${run}`);
  await choose('individual-gost-2');
  const { page } = clerk;
  await clerk.go('/registry');
  await page.locator('a[href$="/registry/paper"]').click();
  await page.waitForURL(/\/registry\/paper$/);
  await clerk.everywhere('/registry/paper', '#paper:not([hidden])', 'on-paper-1-form');
  clerk.width = 320;
  await page.setViewportSize({ width: 320, height: 780 });
  await clerk.go('/registry/paper');
  await page.locator(party(2)).waitFor();

  await page.locator('#court').focus();
  await types(page, '#number', number);
  await tab(page, '#judge');
  await page.keyboard.press('ArrowDown');
  assert.notEqual(await page.locator('#judge').inputValue(), '');
  await tab(page, '#way-counter');
  await page.keyboard.press('ArrowDown');
  assert.ok(await page.locator('#way-post').isChecked());
  await page.locator('#received').fill(day(2)); // the browser's own fields
  await page.locator('#posted').fill(day(4));
  await page.locator('#posted').focus();
  await types(page, '#from', 'Серіков Ұлан');
  await types(page, `${party(1)} [data-at=name] input`, 'Серіков Ұлан');
  await types(page, `${party(1)} [data-at=number] input`, '111111111111');
  await types(page, `${party(2)} [data-at=name] input`, 'Омаров Ерлан');
  await tab(page, '#paper > [type=submit]');
  await page.keyboard.press('Enter');
  await page.locator('#paper > [data-problem] .govuk-error-summary').waitFor();
  const said = await page.locator('#paper > [data-problem]').innerText();
  assert.ok(said.includes(clerk.t('defect.scans-required')) && said.includes(clerk.t('defect.number-wrong').slice(0, -1)), said);
  assert.ok(await page.locator(`${party(1)} .govuk-error-message`).isVisible(), 'the fault is at the field');
  await clerk.check('on-paper-2-faults');

  await page.locator(`${party(1)} [data-at=number] input`).fill(CLAIMANT);
  await page.locator('#files').setInputFiles([
    { name: 'Талап қою.pdf', mimeType: 'application/pdf', buffer: await readFile(files[0]) },
    { name: 'жалған.pdf', mimeType: 'application/pdf', buffer: Buffer.from('not a PDF at all') },
    { name: 'Шарт.pdf', mimeType: 'application/pdf', buffer: await readFile(files[1]) },
  ]);
  await page.locator('[data-scans] li:nth-child(2) strong').waitFor();
  for (const n of [1, 3]) await page.locator(`[data-scans] li:nth-child(${n}) [data-scan-state]`).filter({ hasText: /\d/ }).filter({ hasNotText: '%' }).waitFor();
  await clerk.check('on-paper-3-scans');
  await page.locator('#paper > [type=submit]').focus();
  await page.keyboard.press('Enter');
  await page.locator('#paper > [data-problem]').filter({ hasText: clerk.t('defect.scan-unlike', { found: '' }).split(':')[0] }).waitFor();
  await page.locator('[data-scans] li:nth-child(2) button').focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('[data-scans] li').count(), 2);
  await page.locator('#paper > [type=submit]').focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-review]:not([hidden])').waitFor();
  const read = await page.locator('[data-review]').innerText();
  for (const words of [number, 'Талап қою.pdf', 'Омаров Ерлан', clerk.t('paper.way.post'), clerk.t('js.onpaper.unnumbered')]) assert.ok(read.includes(words), `${words} is not in what is reviewed`);
  await clerk.check('on-paper-4-review');
  await page.evaluate(() => { // from the head of the page
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute('tabindex');
  });
  await clerk.keyboard('review of papers');
  await page.locator('[data-enter]').focus();
  await page.keyboard.press('Enter');
  await page.locator('#sign[open]').waitFor();
  assert.match(await page.locator('#sign [data-statement]').innerText(), new RegExp(number));
  await clerk.picture('on-paper-5-sign');
  await clerk.sign();
  await page.waitForURL(/\/cases\/[0-9a-f-]+$/);
  id = page.url().split('/').at(-1);
  await page.locator('[data-scanned]').waitFor();
  clerk.clean();
});

test('the claimant finds the case and its scans, the judge rules on it', async () => {
  for (const width of [1280, 320]) {
    claimant.width = width;
    await claimant.page.setViewportSize({ width, height: 780 });
    for (claimant.lang of ['ru', 'en', 'kk']) {
      await claimant.go(`/cases/${id}`);
      await claimant.page.locator('[data-scanned]').waitFor();
      assert.match(await claimant.page.locator('[data-papers]').innerText(), /Талап қою\.pdf/);
      await claimant.check(`on-paper-6-case-${width}`);
    }
  }
  const scan = await claimant.page.request.get(`${officeURL}/api/cases/${id}/papers/${id}/files/scan-1`);
  assert.deepEqual(await scan.body(), await readFile(files[0]), 'what is read is what was scanned');
  await claimant.go('/cases');
  await claimant.page.locator(`a[href$="/cases/${id}"]`).waitFor();
  claimant.clean();

  const { page } = judge;
  await judge.go(`/cases/${id}`);
  await page.locator('#step').selectOption('accept');
  await page.locator('#day').fill(day(1));
  await page.locator('#act-form [type=submit]').click();
  await page.locator('main').filter({ hasText: judge.t('case.status.opened') }).first().waitFor();
  assert.match(await page.locator('[data-events]').innerText(), new RegExp(judge.t('case.event.accept')));
  judge.clean();
});

test('a later paper that came on paper is added to the case', async () => {
  const { page } = clerk;
  await clerk.go(`/cases/${id}`);
  await page.locator('[data-add-paper] a').click();
  await page.locator('#paper:not([hidden])').waitFor();
  await page.locator('#kind').selectOption('motion');
  await page.locator('#party').selectOption({ index: 2 });
  await page.locator('#way-counter').check();
  await page.locator('#received').fill(day(0));
  await page.locator('#from').fill('Омаров Ерлан');
  await page.locator('#files').setInputFiles([{ name: 'Өтінішхат.pdf', mimeType: 'application/pdf', buffer: await readFile(files[0]) }]);
  await page.locator('[data-scans] [data-scan-state]').filter({ hasText: /\d/ }).filter({ hasNotText: '%' }).waitFor();
  await clerk.check('on-paper-7-later');
  await page.locator('#paper > [type=submit]').click();
  await page.locator('[data-enter]').click();
  await clerk.sign();
  await page.waitForURL(new RegExp(`/cases/${id}$`));
  await page.locator('[data-scanned]').nth(1).waitFor();
  clerk.clean();
});
