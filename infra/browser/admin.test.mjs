// The administrators' page in a browser: an account with its audit, a version of the agreement
// proposed and read by another administrator, the difference between versions.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { administrator, choose, launch, Person, post, start } from './office.mjs';

const v2 = (lang) => readFileSync(new URL(`../../testdata/agreement/v2/${lang}.md`, import.meta.url), 'utf8');

const BIN = '120340001230';

let stop;
let browser;
let first;
let second;
let user;

before(async () => {
  stop = await start();
  browser = await launch();
});
after(async () => {
  await first?.close();
  await second?.close();
  await user?.close();
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
  await page.locator('#search .govuk-error-message').first().waitFor(); // no reason given
  await page.locator('#search-reason').fill('request of the user, by letter');
  await page.locator('#search button').click();
  await page.locator('#account:not([hidden])').waitFor();
  assert.match(await page.locator('[data-facts]').innerText(), /e…@example\.kz/);
  assert.ok(await page.locator('[data-own-audit] li').count() >= 1, 'the grant is in the audit');
  assert.ok(!(await page.locator('main').innerText()).includes(second.number), 'the number is masked');
  await first.check('admin-1-account');
  assert.equal(await page.locator('.govuk-service-navigation [data-right=admin] a').getAttribute('aria-current'), 'page');
  first.clean();
});

test('an administrator prepares an account, and its holder finds in it what was done', async () => {
  const { page } = first;
  await first.go('/admin');
  await page.locator('#prepare button').click();
  await page.locator('#prepare .govuk-error-message').first().waitFor(); // nothing was typed
  await page.locator('#prepare-kind').selectOption('legal');
  await page.locator('#prepare-number').fill(BIN);
  await page.locator('#prepare-email').fill('uiym@example.kz');
  await page.locator('#prepare-reason').fill('request of the organisation, by letter');
  await first.check('admin-4-prepare');
  await page.locator('#prepare button').click();
  await page.locator('#confirm[open]', { hasText: BIN }).waitFor();
  await first.check('admin-4-prepare-sure');
  await page.locator('#confirm [data-close]').click(); // nothing is done
  assert.ok(await page.locator('#account').isHidden());
  await page.locator('#prepare button').click();
  await page.locator('#confirm [data-do]').click();
  await page.locator('#account:not([hidden])').waitFor();
  assert.match(await page.locator('[data-facts]').innerText(), new RegExp(first.t('js.admin.status.prepared')));
  assert.ok(!await page.locator('[data-grant]').isVisible(), 'rights are a person\'s');
  assert.equal(await page.locator('[data-actions] button', { hasText: first.t('js.admin.become.disabled') }).count(), 0);
  await first.check('admin-5-prepared');
  await page.setViewportSize({ width: first.width = 360, height: 780 });
  for (first.lang of ['kk', 'ru', 'en']) {
    await first.go('/admin');
    await page.locator('main:not([hidden])').waitFor();
    await first.check('admin-6-phone');
  }
  first.lang = 'kk';
  await page.setViewportSize({ width: first.width = 1280, height: 900 });
  first.clean();

  await choose('head');
  user = await Person.open(browser, 'kk', 360);
  await user.go('/register');
  assert.ok(!await user.page.locator('.govuk-service-navigation [data-right=admin] a').isVisible(), 'a visitor sees the administrators\' link');
  await user.page.locator('[data-accept]').click();
  await user.sign();
  await user.page.locator('[data-panel=form]').waitFor();
  await user.page.locator('#email').fill('uiym.hat@example.kz');
  await user.page.locator('#password').fill('қыран құс 41 самғайды');
  await user.page.locator('#declaration').check();
  await user.page.locator('#registration [type=submit]').click();
  await user.sign();
  await user.page.locator('[data-panel=done]').waitFor();
  await user.go('/account/activity');
  await user.page.locator('[data-audit] li').first().waitFor();
  assert.match(await user.page.locator('[data-audit]').innerText(), new RegExp(user.t('audit.act.account.prepared')));
  assert.ok(!await user.page.locator('.govuk-service-navigation [data-right=admin] a').isVisible(), 'a clerk sees the administrators\' link');
  for (user.lang of ['kk', 'ru', 'en']) {
    await user.go('/account/activity');
    await user.page.locator('[data-audit] li').first().waitFor();
    await user.check('account-audit');
  }
  user.lang = 'kk';
  user.clean();
});

test('who lacks the right sees nothing of the administrators\' pages', async () => {
  const { page } = user;
  for (const path of ['/admin', '/admin/agreement', '/admin/maintenance', '/admin/support', '/admin/audit']) {
    await user.go(path);
    await page.locator('main .govuk-error-summary').waitFor();
    assert.equal(await page.locator('main form').count(), 0, path);
    assert.ok(await page.locator('.menu').isHidden(), path);
    await user.check(`admin-refused${path.replaceAll('/', '-')}`);
  }
  user.clean();
});

test('one proposes a version, another reads the change and publishes it', async () => {
  const { page } = first;
  await first.go('/admin/agreement');
  await page.locator('#version-id').fill('v2');
  for (const lang of ['kk', 'ru', 'en']) await page.locator(`#text-${lang}`).fill(v2(lang));
  await page.locator('#version-reason').fill('longer notice of maintenance');
  await page.locator('#version [type=submit]').click();
  await page.locator('#confirm [data-do]').click();
  await page.locator('[data-proposed] form').waitFor();
  first.clean();

  const other = second.page;
  await second.go('/admin/agreement');
  await other.locator('[data-proposed] button').first().click();
  await other.locator('[data-proposed] .diff ins').first().waitFor();
  await other.locator('[data-proposed] .govuk-button-group button').first().click();
  await other.locator('[data-proposed] .govuk-error-message').waitFor(); // no reason: said at the form that asks for it
  assert.equal(await other.locator('#version .govuk-error-summary').count(), 0);
  await second.check('admin-2-version');
  await other.locator('[data-proposed] input').fill('read and agreed');
  await choose('individual-gost-2');
  await other.locator('[data-proposed] .govuk-button-group button').first().click();
  await second.sign();
  await choose('head');
  await other.locator('[data-versions] a', { hasText: 'v2' }).waitFor();
  second.clean();

  await post('/_local/shift', { shift: '6m' }); // a process remembers the versions for five
  // Whoever is signed in hears of it on every page, until they accept it; a visitor on the agreement's.
  for (user.lang of ['kk', 'ru', 'en']) {
    await user.go('/filings');
    await user.page.locator('#banner', { hasText: 'v2' }).waitFor();
    await user.check('banner-coming');
  }
  user.lang = 'kk';
  await user.page.goto(new URL('/kk/filings', user.page.url()).href);
  await user.page.locator('#banner summary').click();
  await user.page.locator('#banner a', { hasText: user.t('js.coming.diff') }).click();
  await user.page.locator('main ins').first().waitFor();
  assert.ok(!(await user.page.locator('#banner').innerText()).includes('v2'), 'the page itself says it');
  await user.go('/filings');
  await user.page.locator('#banner summary').click();
  await user.page.locator('#banner a', { hasText: user.t('js.coming.accept') }).click();
  await user.page.locator('[data-accept]').click();
  await user.sign();
  await user.page.locator('#acceptance .good').waitFor();
  await user.go('/filings');
  assert.equal(await user.page.locator('#banner').innerText(), '');
  user.clean();
  const visitor = await Person.open(browser, 'ru', 360);
  await visitor.go('/agreement');
  assert.match(await visitor.page.locator('main .govuk-inset-text').first().innerText(), /v2/);
  assert.equal(await visitor.page.locator('#banner').innerText(), '');
  await visitor.close();

  await second.go('/agreement/diff?from=v1&to=v2');
  await other.locator('main ins').first().waitFor();
  await second.check('admin-3-diff');
  second.clean();
});

test('the audit says who did what to whom, is narrowed down and exported', async () => {
  const { page } = first;
  for (const [lang, width] of [['kk', 1280], ['ru', 390], ['en', 1280], ['kk', 390], ['ru', 1280], ['en', 390]]) {
    await page.setViewportSize({ width: first.width = width, height: 900 });
    first.lang = lang;
    await first.go('/admin/audit');
    await page.locator('#filter [type=submit]').click();
    await page.locator('[data-audit] li').first().waitFor();
    await first.check('admin-7-audit');
  }
  const total = await page.locator('[data-audit] li').count();
  await page.locator('#about').selectOption('agreement');
  const few = page.locator('[data-audit] li');
  assert.ok(await few.count() >= 2 && await few.count() < total, 'only what is about the agreement');
  assert.match(await few.first().innerText(), new RegExp(`${first.t('audit.act.agreement.published')} – v2`));
  await page.locator('#about').selectOption('');
  await page.locator('#words').fill('by letter');
  assert.ok(await few.count() >= 2 && await few.count() < total, 'only what the words are in');
  assert.match(await few.first().innerText(), /[А-Яа-яӘәІіҢңҒғҮүҰұҚқӨөҺһ]+ [^:]+: /, 'who did it');
  const coming = page.waitForEvent('download');
  await page.locator('[data-export]').click();
  const table = readFileSync(await (await coming).path(), 'utf8').trimEnd().split('\r\n');
  assert.equal(table.length, 1 + await few.count());
  assert.match(table[1], /by letter/);
  first.lang = 'kk';
  first.clean();
});
