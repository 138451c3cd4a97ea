// A case in the browser: the clerk's part by the keyboard alone, the defendant, who registers after it was served,
// at the width of a phone, the judge's decision, and the evidence of the case as both sides take it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';

import { choose, launch, officeURL, post, sentClaim, someone, staff, start, texts } from './office.mjs';

const COURT = 'almaty-bostandyq';
const run = Date.now().toString(36);
const number = `7514-26-${run}`;

let stop;
let browser;
/** @type {any} */
let claimant;
let defendant;
let clerk;
let judge;
let id;

before(async () => {
  stop = await start();
  browser = await launch();
});
after(async () => {
  await Promise.all([claimant, defendant, clerk, judge].map((person) => person?.close()));
  await post('/_local/shift', { shift: '0s' });
  await choose('individual-gost');
  await browser?.close();
  await stop?.();
});

const answer = (person, path, options) => person.page.evaluate(async ([where, how]) => (await fetch(where, how)).json(), [path, options]);

/** Waits until something that a page's session reads is so. */
async function until(person, path, so) {
  for (let tries = 0; tries < 60; tries += 1) {
    const found = await answer(person, path);
    if (so(found)) return found;
    await person.page.waitForTimeout(500);
  }
  throw new Error(`${path} did not come to be so`);
}

const act = (person, path, body) => answer(person, path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** Opens the case and waits until it is shown. */
async function open(person) {
  await person.go(`/cases/${id}`);
  await person.page.locator('[data-body]').waitFor();
}

test('a judge accepts a claim, and there is a case', async () => {
  ({ judge, clerk } = await staff(browser, COURT, run));
  claimant = await someone(browser, `talapker.${run}`);
  id = await sentClaim(claimant, COURT);

  const at = `/api/registry/filings/${id}`;
  await act(clerk, `${at}/lease`, {});
  const { judges } = await answer(clerk, at);
  const me = await answer(judge, '/api/session');
  assert.ok(judges.some((one) => one.id === me.id));
  await act(clerk, `${at}/acts`, { act: crypto.randomUUID(), step: 'register', number, judge: me.id });
  await act(clerk, `${at}/acts`, { act: crypto.randomUUID(), step: 'review' });
  await choose('individual-rsa');
  await judge.go(`/registry/filings/${id}`);
  await judge.page.locator('#rule').waitFor();
  await judge.page.locator('#step-accept').check();
  await judge.page.locator('#rule [type=submit]').click();
  await judge.sign();
  await judge.page.locator('[data-ruling]').waitFor();
  await until(claimant, '/api/cases', ({ cases }) => cases.some((one) => one.id === id));
  [claimant, clerk, judge].forEach((person) => person.clean());
});

/** Chooses an option of a select that has the focus with the arrow keys. */
async function arrow(page, selector, value) {
  await page.locator(selector).focus();
  for (let tries = 0; tries < 40 && await page.locator(selector).inputValue() !== value; tries += 1) await page.keyboard.press('ArrowDown');
  assert.equal(await page.locator(selector).inputValue(), value, `${selector} by the arrow keys`);
}

/** Goes on with Tab until the element has the focus. */
async function tab(page, selector) {
  for (let tries = 0; tries < 20; tries += 1) {
    if (await page.locator(selector).evaluate((e) => e === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  assert.fail(`Tab does not come to ${selector}`);
}

/** Does an act by the keyboard: what is chosen, then what is typed, field by field. */
async function keyed(person, step, chosen, typed = {}) {
  const { page } = person;
  const revision = (await answer(person, `/api/cases/${id}`)).revision;
  await arrow(page, '#step', step);
  for (const [selector, value] of Object.entries(chosen)) {
    await tab(page, selector);
    await arrow(page, selector, value);
  }
  for (const [selector, value] of Object.entries(typed)) {
    await tab(page, selector);
    if (selector === '#hearing') await page.locator(selector).fill(value); // the browser's own field
    else await page.keyboard.type(value);
  }
  await tab(page, '#act-form [type=submit]');
  await page.keyboard.press('Enter');
  await until(person, `/api/cases/${id}`, (one) => one.revision === revision + 1);
  await page.locator('main [data-state]').filter({ hasText: person.t('js.case.done') }).waitFor();
  await page.waitForFunction(() => /** @type {HTMLSelectElement} */ (document.querySelector('#step')).value === ''); // the form is empty again
}

/** A time of Kazakhstan, minutes from now, as the field of a form has it. */
const inMinutes = (minutes) => new Date(Date.now() + (5 * 60 + minutes) * 60_000).toISOString().slice(0, 16);

test('a clerk confirms, serves, appoints a hearing and summons by the keyboard alone', async () => {
  const { page } = clerk;
  for (clerk.lang of ['ru', 'en', 'kk']) {
    await open(clerk);
    await clerk.check('case-1-clerk');
  }
  await clerk.keyboard('case of a clerk');
  await page.locator('#act-form [type=submit]').focus();
  await page.keyboard.press('Enter');
  await page.locator('#act-form .govuk-error-summary').waitFor(); // nothing is chosen
  await keyed(clerk, 'confirm', { '#party': 'd1' }, { '#number': '120340001230', '#name': '«Үлгі» ЖШС' });
  await keyed(clerk, 'serve', { '#party': 'd1' });
  await keyed(clerk, 'appoint', {}, { '#hearing': inMinutes(3), '#place': '№ 4 зал' });
  for (const party of ['d1', await page.evaluate(() => /** @type {HTMLSelectElement} */ (document.querySelector('#party')).options[1].value)]) {
    await keyed(clerk, 'summon', { '#party': party }, { '#address': 'Алматы қаласы, Үлгі көшесі, 1' });
  }
  await clerk.check('case-2-summoned');
  clerk.clean();
});

/** Requests and bytes on the wire of a page whose browser has nothing in its cache. */
async function cold(person, path) {
  const context = await browser.newContext({ storageState: await person.context.storageState(), viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    await client.send('Network.enable');
    let [requests, bytes] = [0, 0];
    client.on('Network.requestWillBeSent', () => { requests += 1; });
    client.on('Network.loadingFinished', ({ encodedDataLength }) => { bytes += encodedDataLength; });
    await page.goto(`${officeURL}/${person.lang}${path}`, { waitUntil: 'networkidle' });
    await page.locator('main :is([data-none], [data-empty], [data-table], [data-body]):visible').first().waitFor();
    return { requests, bytes };
  } finally {
    await context.close();
  }
}

test('what the screens of a clerk cost from cold', async (t) => {
  for (const path of ['/registry', `/registry/filings/${id}`, '/cases', `/cases/${id}`]) {
    const { requests, bytes } = await cold(clerk, path);
    t.diagnostic(`${path.replace(id, '{id}')}: ${requests} requests, ${(bytes / 1024).toFixed(0)} KB`);
    assert.ok(requests > 3 && requests <= 45 && bytes > 10_000 && bytes < 512 * 1024, `${path}: ${requests} requests, ${bytes} bytes`);
  }
});

test('the defendant registers when the claim is served, and reads at the width of a phone what is due by when', async () => {
  await choose('head');
  defendant = await someone(browser, `zhauapker.${run}`, '', 'kk', 390);
  const { page } = defendant;
  await defendant.go('/cases');
  await page.locator('[data-table] tbody tr').first().waitFor();
  await defendant.check('case-3-list');
  await page.locator(`[data-table] a[href$="${id}"]`).click();
  await page.locator('[data-body]').waitFor();
  for (defendant.lang of ['ru', 'en', 'kk']) {
    await open(defendant);
    const { deadlines } = await answer(defendant, `/api/cases/${id}`);
    const term = deadlines.find((one) => one.rule === 'response');
    assert.ok(term.due, 'the term to answer runs');
    const due = page.locator('[data-due]');
    assert.match(await due.innerText(), new RegExp(texts[defendant.lang]['term.rule.response']));
    assert.equal(await due.locator(`time[datetime="${term.due}"]`).count(), 1);
    await defendant.check('case-4-defendant');
  }
  await page.setViewportSize({ width: defendant.width = 320, height: 780 });
  await open(defendant);
  await defendant.check('case-4-defendant');
  await defendant.keyboard('case of a party');
  defendant.clean();
});

test('the judge holds the hearing and decides', async () => {
  await post('/_local/shift', { shift: '4m0s' });
  const { page } = judge;
  await open(judge);
  await page.locator('#step').selectOption('hold');
  await page.locator('[data-options="present"] input').first().check();
  await page.locator('#act-form [type=submit]').click();
  await page.locator('main [data-state]').filter({ hasText: judge.t('js.case.done') }).waitFor();
  const today = new Date(Date.now() + 5 * 3600_000).toISOString().slice(0, 10);
  for (const step of ['decide', 'finalise']) {
    await page.locator('#step').selectOption(step);
    await page.locator('#day').fill(today);
    await page.locator('#act-form [type=submit]').click();
    await until(judge, `/api/cases/${id}`, ({ events }) => events.some((event) => event.type === step));
    await open(judge);
  }
  for (judge.lang of ['ru', 'en', 'kk']) {
    await open(judge);
    await judge.check('case-5-decided');
  }
  judge.clean();
});

/** What "eds verify" says of a file. */
function verified(path) {
  const root = new URL('../../', import.meta.url);
  const { stdout, stderr } = spawnSync('go', ['run', './shared/eds/cmd/eds', 'verify', '-json', '-trust', 'testdata/pki/trust', path], { cwd: root, encoding: 'utf8' });
  const report = JSON.parse(stdout || `"${stderr}"`);
  assert.equal(report.format, 'asic-e', stdout);
  const checks = [report, ...report.signatures, ...report.signatures.flatMap((s) => [s.report, ...s.report?.signers ?? [], s.stamp])].flatMap((part) => part?.checks ?? []);
  assert.deepEqual(checks.filter((c) => c.status === 'failed'), []);
  return report;
}

test('each side takes the case as one file, which eds reads; a cut line is gone on from', async () => {
  for (const [person, width] of [[claimant, 1280], [defendant, 390]]) {
    const { page } = person;
    await page.setViewportSize({ width: person.width = width, height: 780 });
    await open(person);
    const button = page.locator('[data-save-evidence]');
    if (person === claimant) { // the second part does not come the first time
      let parts = 0;
      await page.route(/\/api\/cases\/[^/]+\/evidence/, (route) => { parts += 1; return parts === 2 ? route.abort() : route.continue(); });
      await button.click();
      await page.locator('[data-evidence-problem] .govuk-error-summary').waitFor();
      assert.equal(await button.innerText(), person.t('js.evidence.case.again'));
      await person.picture('case-6-cut');
      const again = parts;
      const [, saved] = await Promise.all([button.click(), page.waitForEvent('download')]);
      assert.equal(parts, again + 1, 'the part that came is not asked for again');
      assert.equal(verified(await saved.path()).signatures.length, 3, 'the time stamp over all of it, the claim, the ruling');
      person.faults.splice(0); // Chromium's own error about the line that was cut
    } else {
      const [saved] = await Promise.all([page.waitForEvent('download'), button.click()]);
      assert.equal(saved.suggestedFilename(), `case-${number}.asice`);
      assert.equal(verified(await saved.path()).signatures.length, 3);
    }
    await page.locator('[data-evidence-state]').filter({ hasText: `case-${number}.asice` }).waitFor();
    await person.check('case-7-evidence');
    person.clean();
  }
  const none = await claimant.page.request.post(`${officeURL}/api/cases/${id.replace(/.$/, (last) => (last === '0' ? '1' : '0'))}/evidence`, { data: {} });
  assert.equal(none.status(), 404);
});
