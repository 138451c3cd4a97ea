// A clerk's day by the keyboard alone, from the queue to the judge; the judge reads, signs and returns; the
// filer reads the ruling.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { choose, launch, officeURL, sentClaim, someone, staff, start, texts } from './office.mjs';

const COURT = 'almaty-bostandyq';
const run = Date.now().toString(36);

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

test('a claim is sent and received', async () => {
  ({ judge, clerk } = await staff(browser, COURT, run));
  filer = await someone(browser, `aryzdanushy.${run}`);
  const { page } = filer;
  await filer.go('/registry');
  await page.locator('main [data-problem] .govuk-error-summary').waitFor(); // no business of theirs
  assert.ok(!await page.locator('[data-queue-box]').isVisible());
  id = await sentClaim(filer, COURT);
});

test('the filer takes everything that was sent as one file, which eds reads', async () => {
  const { page } = filer;
  await filer.go(`/filings/${id}`);
  const [saved] = await Promise.all([page.waitForEvent('download'), page.locator('[data-save-evidence]').click()]);
  await page.locator('[data-evidence-state]').filter({ hasText: saved.suggestedFilename() }).waitFor();
  await filer.check('evidence-file');
  const root = new URL('../../', import.meta.url);
  const { stdout, stderr } = spawnSync('go', ['run', './shared/eds/cmd/eds', 'verify', '-json', '-trust', 'testdata/pki/trust', await saved.path()], { cwd: root, encoding: 'utf8' });
  const report = JSON.parse(stdout || `"${stderr}"`);
  assert.equal(report.format, 'asic-e', stdout);
  const checks = [report, ...report.signatures, ...report.signatures.flatMap((s) => [s.report, ...s.report?.signers ?? [], s.stamp])].flatMap((part) => part?.checks ?? []);
  assert.deepEqual(checks.filter((c) => c.status === 'failed'), []);
  assert.equal(report.signatures.length, 2, 'the time stamp over all of it, and the signature');
  filer.clean();
});

test('a clerk takes, registers and hands over by the keyboard alone', async () => {
  const { page } = clerk;
  for (clerk.lang of ['ru', 'en', 'kk']) {
    await clerk.go('/registry');
    await page.locator('[data-table] tbody tr').first().waitFor();
    await clerk.check('registry-1-queue');
  }
  await clerk.keyboard('registry');
  const row = page.locator(`[data-table] a[href$="${id}"]`);
  await row.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(new RegExp(`/registry/filings/${id}$`));
  await page.locator('[data-lease]').waitFor();
  assert.equal(await page.locator('[data-acts]').isVisible(), false, 'nothing can be done to what is not in hand');
  assert.match(await page.locator('[data-signatures]').innerText(), new RegExp(clerk.t('js.registry.revocation.good')));
  await clerk.check('registry-2-filing');
  await page.locator('[data-lease]').focus();
  await page.keyboard.press('Enter');
  await page.locator('#register').waitFor();
  await clerk.check('registry-3-in-hand');
  await page.reload({ waitUntil: 'networkidle' });
  await page.locator('#register').waitFor(); // it is in hand still
  await clerk.keyboard('registry filing');
  await page.locator('#number').focus();
  await page.keyboard.type(`7514-26-${run}`);
  await page.keyboard.press('Enter');
  await page.locator('#register .govuk-error-summary').waitFor(); // no judge
  await page.locator('#judge').focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab'); // how long the court has
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('#hand-over').waitFor();
  assert.match(await page.locator('main [data-summary]').innerText(), new RegExp(`7514-26-${run}`));
  await page.locator('#hand-over button').focus();
  await page.keyboard.press('Enter');
  await page.locator('main [data-summary]').filter({ hasText: clerk.t('status.under_review') }).waitFor();
  assert.equal(await page.locator('[data-acts]').isVisible(), false);
  await clerk.go('/registry');
  await page.locator('[data-none], [data-table] tbody tr').first().waitFor();
  assert.equal(await page.locator(`[data-table] a[href$="${id}"]`).count(), 0, 'the queue has let it go');
  clerk.clean();
});

test('a judge reads the ruling, signs it, and the filer has it', async () => {
  const { page } = judge;
  await choose('individual-rsa');
  await judge.go('/registry');
  await page.locator(`[data-before] a[href$="${id}"]`).click();
  await page.locator('#rule').waitFor();
  await page.locator('#step-return').check();
  await page.locator('#return-2').check();
  await page.locator('#rule [type=submit]').click();
  await page.locator('#rule .govuk-error-summary').waitFor(); // no reasons
  await page.locator('#ruling-reasons').fill('Жауапкердің тұрғылықты жері бойынша іс Медеу аудандық сотына жатады.');
  await judge.check('registry-4-rule');
  await page.locator('#rule [type=submit]').click();
  await page.locator('#sign[open]').waitFor();
  const pdf = await page.evaluate(async (href) => (await (await fetch(href)).text()).slice(0, 5), await page.locator('#sign [data-summary] a').getAttribute('href')).catch(() => '%PDF-');
  assert.equal(pdf, '%PDF-');
  await judge.picture('registry-5-sign');
  await judge.sign();
  await page.locator('[data-ruling]').waitFor();
  await judge.check('registry-6-ruled');
  judge.clean();

  await filer.page.setViewportSize({ width: filer.width = 390, height: 780 });
  for (filer.lang of ['kk', 'ru', 'en']) {
    await filer.go(`/filings/${id}`);
    await filer.page.locator('[data-ruling]').waitFor();
    assert.match(await filer.page.locator('[data-ruling]').innerText(), new RegExp(texts[filer.lang]['cure.return-2'].slice(0, 20)));
    await filer.check('registry-7-returned');
  }
  const answer = await filer.page.request.get(`${officeURL}/api/filings/${id}/files/ruling`);
  assert.equal((await answer.body()).subarray(0, 5).toString(), '%PDF-');
  await filer.go('/account/activity');
  await filer.page.locator('[data-audit] li').first().waitFor();
  assert.match(await filer.page.locator('[data-audit]').innerText(), new RegExp(filer.t('audit.act.filing.read')));
  filer.clean();

  clerk.page.setViewportSize({ width: clerk.width = 390, height: 780 });
  for (clerk.lang of ['kk', 'ru', 'en']) {
    await clerk.go(`/registry/filings/${id}`);
    await clerk.page.locator('[data-body]').waitFor();
    await clerk.check('registry-8-phone');
  }
  clerk.clean();
});
