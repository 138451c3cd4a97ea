// A newcomer's whole path in a browser, on a running office with its software NCALayer, in
// Kazakh; then every page in three languages, narrow and wide; then what goes wrong at signing.
//
//   node --test infra/browser/                                    # on an office of its own
//   OFFICE_URL=http://127.0.0.1:8080 node --test infra/browser/   # on the one that runs there
//
// Pictures go to build/screenshots.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Person, begin, choose, chooser, files, launch, officeURL, sample, save, start, texts } from './office.mjs';

const key = process.env.OFFICE_KEY ?? 'individual-gost';
const password = 'қыран құс 41 самғайды';
const run = randomUUID().slice(0, 8);
const addresses = { own: `browser.${run}@example.kz`, representative: `okil.${run}@example.kz` };

let stop;
let browser;
let newcomer; // signed in after the first test; its filing is what the pages show
let filing;
let number; // the newcomer's IIN

before(async () => {
  stop = await start();
  browser = await launch();
  await choose(key);
});
after(async () => {
  await newcomer?.close();
  await browser?.close();
  await stop?.();
});

test('a newcomer reads, accepts, registers', async () => {
  newcomer = await Person.open(browser, 'kk', 1280);
  const { page } = newcomer;
  await newcomer.go('/');
  await newcomer.check('1-home');
  await page.locator('main a[href$="/register"]').first().click();
  await page.locator('#agreement-text').waitFor();
  assert.ok((await page.locator('#agreement-text').innerText()).length > 3000, 'the agreement is shown in full');
  await newcomer.check('2-agreement');

  await page.locator('[data-accept]').click();
  await page.locator('#sign[open]').waitFor();
  assert.equal(await page.locator('#sign [data-statement]').innerText(), newcomer.t('act.accept-agreement.statement', { id: 'v1', office: officeURL }));
  await newcomer.picture('3-sign-acceptance');
  await newcomer.sign();

  const form = page.locator('[data-panel=form]');
  const already = page.locator('#acceptance [data-result] a');
  await form.or(already).filter({ visible: true }).first().waitFor();
  if (await already.isVisible()) { // this office knows the person from an earlier run
    await already.click();
    await page.locator('[data-eds]').click();
    await newcomer.sign();
    await page.waitForURL(/\/filings$/);
    addresses.own = addresses.representative = null;
    newcomer.clean();
    return;
  }
  number = await newcomer.said('[data-subject=iin]');
  assert.match(number, /^\d{12}$/);
  await page.locator('#email').fill(addresses.own);
  await page.locator('#mobile').fill('8 701 123 45 67');
  await page.locator('[data-add-representative]').click();
  await page.locator('[data-field=name]').fill('Сенімді Өкіл');
  await page.locator('[data-field=email]').fill(addresses.representative);
  await page.locator('[data-row] [data-field=lang]').selectOption('ru');
  await page.locator('#password').fill(password);
  await newcomer.check('4-form');

  // Without the declaration it is refused, in words, beside the field.
  await page.locator('#registration [type=submit]').click();
  await page.locator('#registration [data-problem] .govuk-error-summary').waitFor();
  assert.match(await page.locator('#registration [data-problem] .govuk-error-summary').innerText(), new RegExp(newcomer.t('defect.declaration-required').slice(0, 20)));
  await newcomer.picture('5-form-refused');

  await page.locator('#declaration').check();
  await page.locator('#registration [type=submit]').click();
  await newcomer.sign();
  await page.locator('[data-panel=done]').waitFor();
  await newcomer.check('6-registered');
  newcomer.clean();
});

test('writes a claim, uploads two documents, looks at the statement, signs and gets the receipt', async () => {
  const { page } = newcomer;
  await newcomer.go('/filings/new');
  await page.locator('#new [type=submit]').click();
  await page.locator('#new .govuk-error-summary').waitFor();
  await newcomer.check('7-new');
  const id = await begin(newcomer, 'claim');
  await newcomer.check('7-tasks');
  const named = await page.evaluate(async (filing) => (await (await fetch(`/api/filings/${filing}`)).json()).sections.claimant.value, id);
  assert.ok(named.surname && named.iin, 'the claimant comes from the certificate');

  // One section by hand, a demand; the rest as its pages save it.
  await newcomer.go(`/filings/${id}/sections/demands`);
  const [demand] = sample.demands.items;
  const question = (pointer) => page.locator(`[data-pointer="${pointer}"]`);
  await question('/demands/items/0/text').locator('textarea').fill(demand.text);
  await question('/demands/items/0/nature').locator(`select, input[value=${demand.nature}]`).first().evaluate((e, v) => { if (e.tagName === 'SELECT') e.value = v; else e.click(); e.dispatchEvent(new Event('change', { bubbles: true })); }, demand.nature);
  await question('/demands/items/0/amountTiyn').locator('input').fill(String(demand.amountTiyn / 100));
  await page.locator('#section [type=submit]').click();
  await page.waitForURL(/sections\/circumstances/);

  // The check says what is missing, in the form's order, and leads to it.
  await newcomer.go(`/filings/${id}/answers`);
  await page.locator('[data-errors] li a').first().waitFor();
  await newcomer.check('7-answers-missing');
  await page.locator('#review [type=submit]').click();
  assert.ok(await page.evaluate(() => document.activeElement.hasAttribute('data-errors')), 'the errors have the focus');
  await page.locator('[data-errors] li a').first().click();
  await page.waitForURL(/sections\/court/);
  const { court, defendants, circumstances } = sample;
  await save(newcomer, id, { court, defendants, circumstances, price: { totalTiyn: demand.amountTiyn } });

  // Uploads go straight to S3, and the page shows how far they are.
  await newcomer.go(`/filings/${id}/documents`);
  await page.locator('[data-wanted] li').first().waitFor();
  const seen = [];
  const uploads = [];
  page.on('request', (request) => { if (request.method() === 'PUT' && !request.url().startsWith(officeURL)) uploads.push(new URL(request.url()).host); });
  await page.exposeFunction('progressSeen', (value) => seen.push(value));
  await page.evaluate(() => new MutationObserver(() => document.querySelectorAll('.documents progress').forEach((p) => globalThis.progressSeen(p.value)))
    .observe(document.querySelector('.documents'), { childList: true, subtree: true, attributes: true }));
  await page.locator('#files').setInputFiles(files);
  await page.locator('.documents li.uploaded').nth(1).waitFor();
  assert.equal(uploads.length, 2, `uploads past the office: ${uploads}`);
  assert.ok(seen.length > 0, 'no progress was shown');
  await page.locator('.documents li select').nth(0).selectOption('main_claim');
  await page.locator('.documents li select').nth(1).selectOption('evidence');
  await page.waitForLoadState('networkidle');
  await newcomer.check('8-documents');

  await newcomer.go(`/filings/${id}/answers`);
  await page.locator('[data-warnings] li').first().waitFor();
  assert.equal(await page.locator('[data-errors] li').count(), 0, await page.locator('[data-errors]').innerText());
  await page.locator('#review [type=submit]').click();
  await page.locator('[data-problem] .govuk-error-summary').waitFor();
  await newcomer.check('8-answers');
  await page.locator('#acknowledged').check();
  await page.locator('#review [type=submit]').click();
  await page.waitForURL(/\/review\?revision=\d+$/);
  await page.locator('[data-same] .same').waitFor();
  assert.equal(await page.locator('.reviewed li .same').count(), 2, 'both hashes agree with this computer\'s');
  await page.locator('[data-contacts] dl').waitFor();
  assert.equal(await page.locator('[data-signers] li').count(), 1);
  await newcomer.check('8-review');

  await page.locator('button[data-review]').click();
  await page.locator('#sign[open]').waitFor();
  assert.equal(await page.locator('#sign .reviewed li .same').count(), 2, 'and the dialog says so too');
  await newcomer.accessible('review');
  await newcomer.picture('9-review');
  await newcomer.sign();
  await page.waitForURL(/\/receipt$/);
  await page.locator('[data-ticket]').filter({ hasText: /\S/ }).waitFor();
  filing = { id: /filings\/([^/]+)\/receipt/.exec(page.url())[1], ticket: (await page.locator('[data-ticket]').innerText()).trim() };
  assert.match(await page.locator('[data-sent]').innerText(), /\d\d:\d\d:\d\d/);
  await page.locator('[data-check]').filter({ hasText: /\S/ }).waitFor();
  await newcomer.check('10-receipt');
  const code = (await page.locator('[data-proof] code', { hasText: /^[0-9A-Z]{5}-[0-9A-Z]{5}$/ }).innerText()).trim();
  const coming = page.waitForEvent('download');
  await page.locator('a[href*="receipt.pdf"]').click();
  const sheet = readFileSync(await (await coming).path(), 'latin1');
  assert.ok(sheet.startsWith('%PDF-1.7') && sheet.includes('/Type /Pages /Count 1 '), 'one page');
  for (const lang of ['kk', 'ru', 'en']) { // whoever holds the receipt, without an account and without scripts
    const holder = await Person.open(browser, lang, 390, { javaScriptEnabled: false });
    for (let tries = 0; tries < 20 && !await holder.page.locator('#found').count(); tries++) {
      await holder.go('/facts');
      await holder.page.locator('#ticket').fill(filing.ticket);
      await holder.page.locator('#check-code').fill(code);
      await holder.page.locator('form[action^="/api/facts/"] button').click();
      await holder.page.waitForLoadState();
    }
    const found = await holder.page.locator('section').innerText();
    assert.match(found, new RegExp(filing.ticket));
    assert.ok(!/Серіков|СЕРІКОВ|900101/.test(found), 'no names');
    await holder.picture('facts-found');
    await holder.close();
  }

  // The page carries the receipt: whoever has the file verifies it, and a changed one is told.
  await newcomer.go('/verify');
  for (const [name, text, kind] of [['good', sheet, 'good'], ['changed', sheet.replace(/(\n%carried\n%.{40})../, '$1AA'), 'bad']]) {
    await page.locator('#verify-files:enabled').setInputFiles([{ name: `${name}.pdf`, mimeType: 'application/pdf', buffer: Buffer.from(text, 'latin1') }]);
    await page.locator(`[data-results] section[aria-label="${name}.pdf"]`).waitFor();
    const found = await page.locator('[data-results] section').innerText();
    if (kind === 'good') assert.ok(found.includes(filing.ticket) && found.includes(newcomer.t('js.verify.receipt.page')), found);
    else assert.equal(await page.locator('[data-results] .good').count(), 0, found);
  }

  await newcomer.go('/filings');
  await page.locator('table tbody tr').first().waitFor();
  await newcomer.check('11-filings');
  await newcomer.go(`/filings/${filing.id}`);
  await page.locator('[data-events] li').first().waitFor();
  await newcomer.check('12-filing');
  newcomer.clean();
});

test('copies what was sent, corrects it, finds and deletes a draft', async () => {
  const { page } = newcomer;
  await newcomer.go(`/filings/${filing.id}`);
  await page.locator('[data-corrected]').click();
  await page.waitForURL(/\/tasks$/);
  const corrected = /filings\/([^/]+)\/tasks/.exec(page.url())[1];
  assert.notEqual(corrected, filing.id);
  await page.locator('[data-replaces]').waitFor();
  await newcomer.check('12-corrected');
  await newcomer.go('/filings');
  await page.locator(`tbody a[href$="/filings/${filing.id}"]`).nth(1).waitFor(); // named by the corrected copy too
  await page.locator('#words').fill('жоқ мұндай тарап');
  await page.keyboard.press('Enter');
  await page.locator('[data-none]').waitFor();
  await newcomer.check('12-none-found');
  await page.locator('#words').fill(filing.ticket);
  await page.keyboard.press('Enter');
  await page.locator('tbody tr').first().waitFor();
  assert.equal(await page.locator('tbody tr').count(), 1);
  await page.locator('#words').fill('');
  await page.locator('#find-status').selectOption('draft');
  const draft = page.locator('tbody tr').filter({ has: page.locator(`a[href$="/${corrected}/tasks"]`) });
  await draft.waitFor();
  await draft.locator('button').nth(1).click();
  await page.locator('#delete[open]').waitFor();
  await newcomer.accessible('delete');
  await newcomer.picture('12-delete');
  await page.locator('#delete [data-delete]').click();
  await draft.waitFor({ state: 'detached' });
  newcomer.clean();
});

test('a signature is sent again where its answer was lost', async () => {
  const { page } = newcomer;
  const id = await begin(newcomer, 'claim');
  await save(newcomer, id, sample);
  await newcomer.go(`/filings/${id}/review`);
  await page.locator('[data-same] .same').waitFor();
  let cut = 0;
  const sent = new Set();
  await page.route('**/seal?**', async (route) => {
    sent.add(route.request().postDataJSON().token);
    if (cut++ < 2) return route.abort();
    return route.continue();
  });
  await page.locator('button[data-review]').click();
  await newcomer.sign();
  await page.waitForURL(/\/receipt$/);
  assert.equal(cut, 3);
  assert.equal(sent.size, 1);
  await page.unroute('**/seal?**');
  newcomer.faults = newcomer.faults.filter((fault) => !fault.includes('net::ERR_FAILED')); // the two that were cut
  newcomer.clean();
});

test('the notice is in the inbox page, for the account and the representative', { skip: process.env.INBOX === 'none' }, async () => {
  const { page } = newcomer;
  for (let i = 0; ; i++) {
    await page.goto(`${officeURL}/_local/mail`);
    const text = await page.locator('body').innerText();
    if ([addresses.own, addresses.representative].every((a) => !a || text.includes(a))) break;
    assert.ok(i < 60, `no mail for ${Object.values(addresses)} in:\n${text.slice(0, 1000)}`);
    await page.waitForTimeout(500);
  }
  await newcomer.picture('13-inbox');
  newcomer.faults.splice(0); // the inbox is the local stack's page, not the office's
});

test('signs out, and in again by password', async () => {
  const { page } = newcomer;
  await newcomer.go('/filings');
  await page.locator('[data-account]').filter({ hasText: /\S/ }).waitFor();
  await page.locator('header [data-sign-out]').click();
  await page.locator('header [data-signed-out]').first().waitFor();
  await newcomer.go('/filings');
  await page.waitForURL(/\/sign-in/);
  await newcomer.check('14-sign-in');
  if (number) {
    await page.locator('#number').fill(number);
    await page.locator('#password').fill('not this password');
    await page.locator('#password-form [type=submit]').click();
    await page.locator('#password-form [data-problem] .govuk-error-summary').waitFor();
    assert.ok((await page.locator('#password-form [data-problem]').innerText()).includes(newcomer.t('problem.wrong-credentials.title')));
    await page.locator('#password').fill(password);
    await page.keyboard.press('Enter');
  } else { // known from an earlier run, with whatever password that set
    await page.locator('[data-eds]').click();
    await newcomer.sign();
  }
  await page.waitForURL(/\/filings$/);
  await page.locator('table tbody tr').first().waitFor();
  newcomer.clean();
});

// Every page, as a visitor and as the newcomer, in each language and width; dark once.
const open = { home: '/', help: '/help', agreement: '/agreement', register: '/register', 'sign-in': '/sign-in', problems: '/problems', problem: '/problems/certificate-revoked', missing: '/nowhere' };
for (const lang of ['kk', 'ru', 'en']) {
  for (const width of [360, 1280]) {
    test(`pages in ${lang} at ${width}`, async () => {
      const colorScheme = lang === 'kk' && width === 1280 ? 'dark' : 'light';
      const own = { new: '/filings/new', filings: '/filings', ...(filing && { filing: `/filings/${filing.id}`, receipt: `/filings/${filing.id}/receipt` }) };
      const visitor = await Person.open(browser, lang, width, { colorScheme });
      const holder = await Person.open(browser, lang, width, { colorScheme, storageState: await newcomer.context.storageState() });
      for (const [person, pages] of [[visitor, open], [holder, own]]) {
        for (const [name, path] of Object.entries(pages)) {
          await person.go(path);
          assert.equal(new URL(person.page.url()).pathname, `/${lang}${path}`);
          await person.layout(name);
          if (width === 360 || colorScheme === 'dark') await person.accessible(name);
          await person.picture(`page-${name}`);
          if (lang === 'kk') await person.keyboard(name);
        }
        person.clean();
        await person.close();
      }
    });
  }
}

test('NCALayer asks on its own page', async () => {
  const person = await Person.open(browser, 'ru', 1280, { storageState: undefined });
  const window = await Person.open(browser, 'ru', 360);
  await choose('ask');
  await person.go('/sign-in');
  await person.page.locator('[data-eds]').click();
  await person.page.locator('#sign [data-sign]').click();
  await person.page.locator('#sign [data-state]').filter({ hasText: person.t('js.sign.choose') }).waitFor();
  await person.picture('ncalayer-asked');
  await window.page.goto(`${chooser()}?lang=ru`);
  await window.page.locator('.wait').waitFor();
  assert.ok((await window.page.locator('.wait pre').innerText()).startsWith(person.t('act.sign-in.statement', { office: officeURL })), 'the statement comes first');
  await window.check('ncalayer-window');
  await window.page.locator(`.wait input[value="${key}"]`).check();
  await window.page.locator('.wait button').first().click();
  await person.page.waitForURL(/\/filings$/);
  await window.page.goto(`${chooser()}?lang=kk`);
  await choose(key);
  await window.page.reload();
  window.lang = 'kk';
  await window.check('ncalayer-chooser');
  person.clean();
  window.clean();
  await person.close();
  await window.close();
});

// What goes wrong at signing is told in the reader's language and can be tried again.
const reasons = [
  { name: 'cancelled in NCALayer', choice: 'cancel', text: 'js.sign.cancelled.title' },
  { name: 'revoked key', choice: 'revoked', text: 'problem.certificate-revoked.title' },
  { name: 'suspended key', choice: 'suspended', text: 'problem.certificate-suspended.title' },
  { name: 'expired key', choice: 'expired', text: 'problem.certificate-expired.title' },
];
for (const lang of ['kk', 'ru', 'en']) {
  test(`refusals in ${lang}`, async () => {
    const person = await Person.open(browser, lang, 360);
    await person.go('/sign-in');
    await person.page.locator('[data-eds]').click();
    await person.page.locator('#sign[open]').waitFor();
    assert.ok(await person.page.evaluate(() => document.querySelector('#sign').contains(document.activeElement)), 'the focus is in the dialog');
    for (const { name, choice, text } of reasons) {
      await choose(choice);
      const said = await person.signInVain();
      assert.ok(said.includes(texts[lang][text]), `${name}: ${said}`);
      await person.picture(`refusal-${choice}`);
    }
    await person.accessible('refusal');
    await choose(key);
    await person.page.locator('#sign [data-cancel]').click();
    person.clean();
    await person.close();
  });

  test(`no NCALayer, in ${lang}`, async () => {
    const person = await Person.open(browser, lang, 360);
    await person.context.addInitScript(() => { // an address where nothing listens
      const Real = globalThis.WebSocket;
      globalThis.WebSocket = class extends Real { constructor() { super('ws://127.0.0.1:9'); } };
    });
    await person.go('/sign-in');
    await person.page.locator('[data-eds]').click();
    await person.page.locator('#sign[open]').waitFor();
    const said = await person.signInVain();
    assert.ok(said.includes(person.t('js.sign.not-running.title')), said);
    await person.picture('no-ncalayer');
    await person.close();
  });
}
