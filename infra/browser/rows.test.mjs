// What people met and told of, each held on the real pages: banners, small screens, stale tabs, refusals,
// what a control says while it waits.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { begin, choose, files, launch, officeURL, Person, post, sample, save, start, texts } from './office.mjs';

const run = Date.now();
const password = 'тау бұлағы 58 мөлдір';
let stop;
let browser;
/** People with an account, by the key they sign with. */
const people = {};

before(async () => {
  stop = await start();
  browser = await launch();
  for (const [key, lang, width] of [['individual-gost', 'kk', 390], ['head', 'ru', 1280]]) people[key] = await joined(key, lang, width);
});
after(async () => {
  await choose('individual-gost');
  await browser?.close();
  await stop?.();
});

/** Someone who registers with a key. */
async function joined(key, lang, width) {
  await choose(key);
  const person = await Person.open(browser, lang, width);
  const { page } = person;
  await person.go('/register');
  await page.locator('[data-accept]').click();
  await person.sign();
  person.number = await person.said('[data-subject=iin]');
  person.email = `${key}.${run}@example.kz`;
  await page.locator('#email').fill(person.email);
  await page.locator('#password').fill(password);
  await page.locator('#declaration').check();
  await page.locator('#registration [type=submit]').click();
  // What is signed is said in words: who, and where notices go.
  await page.locator('#sign[open]').waitFor();
  const said = await page.locator('#sign').innerText();
  assert.ok(said.includes(person.email), said);
  await person.sign();
  await page.locator('[data-panel=done]').waitFor();
  person.clean();
  return person;
}

/** A claim that may be signed. */
async function complete(person, sections = {}) {
  const { page } = person;
  const id = await begin(person, 'claim');
  const { court, defendants, demands, circumstances, price } = sample;
  await save(person, id, { court, defendants, demands, circumstances, price, ...sections });
  await person.go(`/filings/${id}/documents`);
  await page.locator('[data-wanted] li').first().waitFor();
  await page.locator('#files').setInputFiles(files);
  await page.locator('.documents li.uploaded').nth(1).waitFor();
  await page.locator('.documents li select').nth(0).selectOption('main_claim');
  await page.locator('.documents li select').nth(1).selectOption('evidence');
  await page.waitForLoadState('networkidle');
  return id;
}

async function seal(person, id, key) {
  const { page } = person;
  await person.go(`/filings/${id}/answers`);
  await page.locator('.govuk-summary-card').first().waitFor();
  await page.waitForLoadState('networkidle');
  assert.deepEqual(await page.locator('[data-errors] li').allInnerTexts(), []);
  if (await page.locator('#acknowledged').isVisible()) await page.locator('#acknowledged').check();
  await page.locator('#review [type=submit]').click();
  await page.waitForURL(/\/review\?revision=\d+$/);
  await page.locator('[data-same] .same').waitFor();
  await choose(key);
  await page.locator('button[data-review]').click();
  await person.sign();
  await page.waitForURL(/\/receipt$/);
  await page.locator('[data-ticket]').filter({ hasText: /\S/ }).waitFor();
}

const problem = (page) => page.locator('main .govuk-error-summary').first();

test('with two banners the heading stays near the head of a small screen', async () => {
  const day = 24 * 3600 * 1000;
  for (const lang of ['kk', 'ru', 'en']) {
    const from = new Date(Date.now() + 2 * day).toISOString();
    const to = new Date(Date.now() + 2 * day + 3600 * 1000).toISOString();
    for (const [width, most] of [[390, 250], [320, 300]]) {
      const reader = await Person.open(browser, lang, width);
      const { page } = reader;
      await page.route('**/maintenance.json', (route) => route.fulfill({ json: { [lang]: { notice: { from, to, text: 'Жаңарту. '.repeat(20) } } } }));
      for (const path of ['/help', '/agreement', '/support', '/facts', '/verify', '/sign-in']) {
        await reader.go(path);
        if (width === 320) { // 1280 by 1024 at 400 %: the first screen has 256 px
          const alone = await page.locator('h1').first().evaluate((h) => h.getBoundingClientRect().top + scrollY);
          assert.ok(alone <= 220, `${lang} ${path} at 320: the heading begins at ${Math.round(alone)} px of 256`);
        }
        await page.evaluate(async ([shown, key]) => {
          const base = document.querySelector('script[src$="js/page/app.js"]').src.replace('js/page/app.js', 'js/lib/');
          await (await import(`${base}maintenance-notice.js`)).refresh();
          const { notice } = await import(`${base}dom.js`);
          const { t } = await import(`${base}text.js`);
          document.querySelector(shown).replaceChildren(notice('warn', t(key), ''));
        }, ['#banner', 'js.ended']);
        await page.locator('#maintenance .notice').waitFor();
        const top = await page.locator('h1').first().evaluate((h) => h.getBoundingClientRect().top + scrollY);
        assert.ok(top <= most, `${lang} ${path} at ${width}: the heading begins at ${Math.round(top)} px, want ${most}`);
        if (path === '/help') assert.match(await page.locator('#maintenance .clock').innerText(), new RegExp(texts[lang]['js.days'].replace('{n}', '(1|2)').replace('{clock}', '.*')), 'over a day it speaks of days');
        assert.equal(await page.evaluate(() => document.activeElement === document.body || document.activeElement.matches('main *')), true, 'banners take no focus');
      }
      await reader.layout('two banners');
      await reader.close();
    }
  }
});

test('an ended session is told where the reader is, and takes no focus from what is typed', async () => {
  const person = people['individual-gost'];
  const { page } = person;
  const id = await begin(person, 'claim');
  await person.go(`/filings/${id}/sections/circumstances`);
  const area = page.locator('[data-pointer="/circumstances/facts/text"] textarea');
  await area.focus();
  await page.evaluate(() => scrollBy(0, 600));
  await page.route('**/api/**', (route) => route.fulfill({ status: 401, contentType: 'application/problem+json', json: { type: '/problems/unauthenticated', title: 'x' } }));
  await area.pressSequentially('сөз');
  const banner = page.locator('#banner .notice');
  await banner.waitFor();
  const { top, bottom, height } = await banner.evaluate((b) => ({ ...b.getBoundingClientRect().toJSON(), height: innerHeight }));
  assert.ok(top >= -1 && bottom <= height, `the banner is at ${top}…${bottom} of ${height}`);
  assert.ok(await area.evaluate((e) => e === document.activeElement), 'typing goes on');
  await page.unroute('**/api/**');
  await page.evaluate(() => sessionStorage.clear());
  await person.go('/sign-in');
  person.clean();
});

test('a tab from before the seal says that the filing was sent, and leads to the receipt', async () => {
  const person = people['individual-gost'];
  const { page } = person;
  await signIn(person, 'individual-gost');
  const id = await complete(person);
  const stale = await person.context.newPage();
  person.watch(stale);
  await stale.goto(`${officeURL}/kk/filings/${id}/sections/circumstances`, { waitUntil: 'networkidle' });
  await seal(person, id, 'individual-gost');
  await stale.locator('[data-pointer="/circumstances/facts/text"] textarea').fill('кейін жазылған сөз');
  await problem(stale).waitFor().catch(async (error) => { throw new Error(`${await stale.locator('main').innerText()}\n${error.message}`); });
  const told = await problem(stale).innerText();
  assert.ok(told.includes(person.t('problem.already-sealed.title')), told);
  await problem(stale).getByText(person.t('js.sent.receipt')).click();
  await stale.waitForURL(/\/receipt$/);
  await stale.close();
  person.clean();
  await anew(person);
});

/** Forgets the session. */
async function leaves(person) {
  await person.context.clearCookies();
  await person.go('/help');
  await person.page.evaluate(() => localStorage.clear());
}

/** Signs in with a key. */
async function signIn(person, key) {
  await choose(key);
  await leaves(person);
  await person.go('/sign-in');
  await person.page.locator('[data-eds]').click();
  await person.sign();
  await person.page.waitForURL(/\/(filings|account)/);
}

test('a company\'s receipt names company and who acts, and its paper has what a paper needs', async () => {
  const company = people.head;
  const { page } = company;
  const [defendant] = sample.defendants.parties;
  const id = await complete(company, { court: { ...sample.court, code: 'almaty-economic' }, defendants: { parties: [{ ...defendant, bin: '120340000507' }] } });
  await seal(company, id, 'head');
  const said = await page.locator('[data-signer]').innerText();
  const { organisation, person } = await page.evaluate(async () => {
    const who = await (await fetch('/api/session')).json();
    return { organisation: who.organisation, person: who.person?.name };
  });
  assert.ok(organisation && person);
  for (const name of [organisation, person]) assert.ok(said.toLocaleLowerCase().includes(name.toLocaleLowerCase()), `${name} is not in ${said}`);
  // Ctrl+P prints this page, which then says what the page in PDF says.
  await page.emulateMedia({ media: 'print' });
  assert.ok(await page.locator('.govuk-phase-banner').isVisible(), 'paper keeps the strip of test keys');
  assert.equal(await page.locator('[data-check]').isVisible(), false, 'paper does not say what this browser has checked');
  const { receipt } = await page.evaluate(async (of) => (await fetch(`/api/filings/${of}/receipt`)).json(), id);
  const { statementSha256, formSha256, manifestSha256, ticketNo, checkCode } = receipt;
  const paper = await page.locator('main').innerText();
  const parts = [ticketNo, checkCode, statementSha256, formSha256, manifestSha256, organisation, texts[company.lang]['facts.kind'], texts[company.lang]['sheet.price'],
    texts[company.lang]['sheet.verify.text'], `/${company.lang}/facts?ticket=${ticketNo}`];
  for (const part of parts) assert.ok(paper.toLocaleLowerCase().includes(part.toLocaleLowerCase()), `${part} is not on paper: ${paper}`);
  assert.match(paper, /\d\d:\d\d:\d\d[.,]\d{3}/, 'the instant');
  for (const p of [...sample.defendants.parties]) assert.ok(paper.includes(p.name), `${p.name} is not on paper: ${paper}`);
  const square = await page.locator('[data-qr] svg').boundingBox();
  assert.ok(square.width > 100 && Math.abs(square.width - square.height) < 1, 'the QR code can be scanned');
  await company.picture('receipt-paper');
  await page.emulateMedia({ media: null });
  assert.equal(await page.locator('.print-only:visible').count(), 0, 'what is for paper is not on the screen');
  await page.route('**/receipt-paper*', (route) => route.fulfill({ status: 404, contentType: 'application/problem+json', body: '{"slug":"not-found","title":"x","status":404}' }));
  await company.go(`/filings/${id}/receipt`);
  await page.locator('[data-paper] strong').waitFor({ state: 'attached' });
  await page.emulateMedia({ media: 'print' });
  assert.ok((await page.locator('main').innerText()).includes(company.t('js.receipt.paper.without')), 'paper that lacks something says so');
  await page.emulateMedia({ media: null });
  // The button prints the page in PDF.
  await page.evaluate(() => { globalThis.printed = []; });
  await page.locator('[data-print]').click();
  await page.locator('iframe.paper').waitFor({ state: 'attached' });
  const pdf = await page.evaluate(async () => (await (await fetch(document.querySelector('a[href*="receipt.pdf"]').href)).text()).slice(0, 8));
  assert.equal(pdf, '%PDF-1.7');
  company.clean();
  await anew(company); // Chromium without a screen may crash some seconds after it printed a frame
});

/** A page in place of the one that was used. */
async function anew(person) {
  await person.page.close().catch(() => {});
  person.page = await person.context.newPage();
  person.page.setDefaultTimeout(15000);
  person.watch(person.page);
}

test('what can\'t be an answer is told at its question, in the order of the form', async () => {
  const company = people.head;
  const { page } = company;
  const id = await begin(company, 'claim');
  const [defendant] = sample.defendants.parties;
  const refused = await page.evaluate(async ([filing, parties]) => {
    const answer = await fetch(`/api/filings/${filing}/sections/defendants`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ version: 0, value: { parties } }) });
    return answer.status;
  }, [id, [{ ...defendant, email: 'kense@' }]]);
  assert.ok([200, 422].includes(refused), `${refused}`);
  await company.go(`/filings/${id}/answers`);
  await page.locator('[data-errors] li a').first().waitFor();
  const errors = await page.locator('[data-errors] li a').evaluateAll((all) => all.map((a) => [new URL(a.href).pathname.split('/').pop(), a.innerText]));
  if (refused === 200) assert.ok(errors.some(([section, text]) => section === 'defendants' && text.includes(company.t('defect.email-invalid').replace(/\.$/, ''))), JSON.stringify(errors));
  const order = await page.evaluate(async (filing) => (await (await fetch(`/api/filings/${filing}`)).json()).kind, id);
  assert.equal(order, 'claim');
  const sections = (await (await fetch(`${officeURL}/static/x/forms/ru/claim.json`)).json()).sections.map((s) => s.code);
  const places = errors.map(([section]) => sections.indexOf(section)).filter((n) => n >= 0);
  assert.deepEqual(places, [...places].sort((x, y) => x - y), 'errors follow the form');

  await company.go(`/filings/${id}/sections/price`);
  const sum = page.locator('[data-pointer="/price/totalTiyn"] input');
  await sum.fill('99999999999999999999');
  await page.locator('#section [type=submit]').click();
  await problem(page).waitFor();
  assert.ok((await problem(page).innerText()).includes(company.t('js.amount.large').replace(/\.$/, '')), await problem(page).innerText());
  await sum.fill('сома');
  await page.locator('#section [type=submit]').click();
  await page.locator('main .govuk-error-summary').filter({ hasText: company.t('js.amount.invalid').replace(/\.$/, '') }).waitFor();
  company.clean();
});

test('a mistake in an e-mail address is told at its field, wherever one is typed, and letters of .қаз are none', async () => {
  const company = people.head;
  const { page } = company;
  const id = await begin(company, 'claim');
  const bad = ['kense@', '@mysal.kz', 'kense@mysal', 'kense@mysal.', 'kense@mysal,kz', 'кеңсе@мысал'];
  const tried = async (path, field, { office }) => {
    await company.go(path);
    const input = page.locator(field);
    await input.waitFor();
    const message = page.locator('.govuk-error-message:visible');
    for (const typed of bad) {
      await input.fill(typed);
      await input.blur();
      await message.waitFor();
      assert.deepEqual([await message.innerText(), await input.getAttribute('aria-invalid')], [company.t('js.email.invalid'), 'true'], `${path}: ${typed}`);
    }
    await input.fill('кеңсе@мысал.қаз');
    await page.waitForFunction((of) => !document.querySelector(of).hasAttribute('aria-invalid'), field);
    await input.blur();
    if (office) {
      await message.waitFor();
      assert.equal(await message.innerText(), company.t('js.email.letters'), `${path}: letters that mail is not carried to`);
    }
    await input.fill('kense@мысал.қаз');
    await input.blur();
    await page.waitForTimeout(300);
    assert.deepEqual([await message.count(), await input.inputValue()], [0, 'kense@мысал.қаз'], path);
    await company.layout(path);
    await company.accessible(path);
  };
  await tried('/account', '#email', { office: true });
  await tried('/account/people', '#representative-email', { office: true });
  await page.locator('#representative-email').evaluate((e) => e.form.reset());
  await save(company, id, { defendants: sample.defendants });
  await tried(`/filings/${id}/sections/defendants`, '[data-email=any]', { office: false });
  const visitor = await Person.open(browser, 'kk', 390);
  await visitor.go('/support');
  await visitor.page.locator('#email').fill('kense@');
  await visitor.page.locator('#email').blur();
  await visitor.page.getByText(visitor.t('js.email.invalid')).waitFor();
  // The API says the same of what comes another way, at the same field.
  const said = await visitor.page.evaluate(async () => {
    const answer = await fetch('/api/support?lang=kk', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email: 'kense@' }) });
    return { status: answer.status, errors: (await answer.json()).errors };
  });
  const { detail } = said.errors?.find((e) => e.pointer === '/email') ?? {};
  assert.deepEqual([said.status, detail], [422, texts.kk['defect.email-invalid']], JSON.stringify(said));
  visitor.clean();
  await visitor.close();
  company.clean();
});

test('an answer of the gateway has a number, and a control that waits says so', async () => {
  for (const lang of ['kk', 'ru', 'en']) {
    const reader = await Person.open(browser, lang, 1280);
    const { page } = reader;
    await reader.go('/support');
    const button = page.locator('#look [type=submit]');
    for (const [headers, number] of [[{ 'Apigw-Requestid': 'Qx7abcDEF-0=' }, 'Qx7abcDEF-0='], [{}, '503-20']]) {
      let answer;
      const gate = new Promise((resolve) => { answer = resolve; });
      await page.route('**/api/support/**', async (route) => {
        await gate;
        await route.fulfill({ status: 503, contentType: 'text/html', headers, body: '<html>Service Unavailable</html>' });
      });
      await page.locator('#ticket').fill('1234-5678');
      await button.click();
      await page.locator('#look [type=submit]:disabled').waitFor();
      assert.equal(await button.innerText(), texts[lang]['js.wait']);
      answer();
      await page.locator('#look .govuk-error-summary').waitFor();
      const told = await page.locator('#look .govuk-error-summary').innerText();
      assert.ok(told.includes(number), told);
      assert.equal(await button.innerText(), texts[lang]['support.look.button']);
      await page.unroute('**/api/support/**');
      await page.reload({ waitUntil: 'networkidle' });
    }
    reader.faults = reader.faults.filter((fault) => !fault.startsWith('503'));
    reader.faults = reader.faults.filter((fault) => !/status of 503/.test(fault));
    reader.clean();
    await reader.close();
  }
  assert.equal(texts.kk['js.wait'], 'Күтіңіз. Сауал орындалуда…');
  assert.equal(texts.ru['js.wait'], 'Подождите. Запрос выполняется…');
});

test('to accept, the Kazakh words come first in every language', async () => {
  for (const lang of ['ru', 'en']) {
    const reader = await Person.open(browser, lang, 390);
    await reader.go('/register');
    const button = reader.page.locator('[data-accept]');
    await button.waitFor();
    const [first, ...others] = (await button.innerText()).split('\n').map((line) => line.trim()).filter(Boolean);
    assert.equal(first, texts.kk['agreement.accept.button']);
    assert.deepEqual(others, [texts[lang]['agreement.accept.button']]);
    await reader.close();
  }
});

test('steps that are done look otherwise than the coming ones', async () => {
  const reader = await Person.open(browser, 'ru', 390);
  const { page } = reader;
  await reader.go('/register');
  const looks = await page.evaluate(() => {
    const [first, second] = document.querySelectorAll('.stepper li');
    first.setAttribute('data-done', '');
    first.removeAttribute('aria-current');
    const of = (e) => { const s = getComputedStyle(e, '::before'); return `${s.content} ${s.backgroundColor}`; };
    return [of(first), of(second)];
  });
  assert.notEqual(looks[0], looks[1]);
  assert.match(looks[0], /✓/, 'not by colour alone');
  await reader.close();
});

test('support asks for a topic, and its number can be dictated', async () => {
  const reader = await Person.open(browser, 'ru', 390);
  const { page } = reader;
  await reader.go('/support');
  await page.locator('#email').fill(`support.${run}@example.kz`);
  await page.locator('#request [type=submit]').click();
  await page.locator('#request .govuk-error-summary').waitFor();
  const told = await page.locator('#request .govuk-error-summary').innerText();
  assert.ok(told.includes(reader.t('support.topic').replace(/[.:?!]+$/, '')), told);
  await page.locator('#topic').selectOption('sign-in');
  await page.locator('#request [type=submit]').click();
  await page.locator('#taken:not([hidden])').waitFor();
  assert.match(await page.locator('[data-number]').innerText(), /^[0-9A-Z-]{6,14}$/);
  reader.clean();
  await reader.close();
});

test('long words wrap in lists, which find a draft by its new name and by its state', async () => {
  const company = people.head;
  const { page } = company;
  const [defendant] = sample.defendants.parties;
  const rename = (id, name) => save(company, id, { defendants: { parties: [{ ...defendant, name }] } });
  const [named, long] = [await begin(company, 'claim'), await begin(company, 'claim')];
  await rename(named, 'Бұрынғы атау');
  await rename(named, 'Жаңа атау 10');
  await rename(long, 'Ұ'.repeat(180));
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 640 });
    await company.go('/filings');
    await page.locator('tbody tr').first().waitFor();
    await company.layout(`a list with a word of 180 letters, at ${width}`);
    await company.accessible('a list with a word of 180 letters');
    await company.picture(`list-long-${width}`);
    await page.locator(`tbody tr:has(a[href*="${long}"])`).locator('button').nth(1).click();
    await page.locator('#delete[open]').waitFor();
    await company.layout(`the question about it, at ${width}`);
    await page.locator('#delete [data-keep]').click();
    await company.go(`/filings/${long}/answers`);
    await page.locator('.govuk-summary-card').first().waitFor();
    await company.layout(`answers with a word of 180 letters, at ${width}`);
    await company.go(`/filings/${long}/tasks`);
    await company.layout(`tasks with a word of 180 letters, at ${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });

  // A draft is found by what it is called now, and has lost the name it had.
  const rows = page.locator('tbody tr');
  const find = async (words, count) => {
    await page.locator('#words').fill(words);
    await page.keyboard.press('Enter');
    await page.waitForFunction(([n, busy]) => document.querySelector('[data-state]').textContent !== busy && document.querySelectorAll('tbody tr').length === n, [count, company.t('js.loading')]);
  };
  await company.go('/filings');
  await rows.first().waitFor();
  await find('жаңа атау', 1);
  assert.ok((await rows.first().innerText()).includes('Жаңа атау 10') && await rows.first().locator(`a[href*="${named}"]`).count(), await rows.first().innerText());
  await find('бұрынғы', 0);
  await page.locator('[data-none]').waitFor();
  await find('', await page.evaluate(async () => (await (await fetch('/api/filings')).json()).filings.length));

  // By its state: nothing but that state, and every one of it.
  const all = await page.evaluate(async () => (await (await fetch('/api/filings')).json()).filings.map(({ id, status }) => ({ id, status })));
  const states = [...new Set(all.map((f) => f.status))];
  assert.ok(states.includes('draft') && states.length > 1, `one state alone: ${states}`);
  for (const state of states) {
    await page.locator('#find-status').selectOption(state);
    const wanted = all.filter((f) => f.status === state).map((f) => f.id).sort();
    await page.waitForFunction(([n, words]) => document.querySelectorAll('tbody tr').length === n && [...document.querySelectorAll('tbody .govuk-tag')].every((tag) => tag.textContent === words), [wanted.length, await page.locator(`#find-status option[value="${state}"]`).textContent()]);
    const shown = await rows.locator('th > a').evaluateAll((links) => links.map((a) => a.pathname.split('/')[3]));
    assert.deepEqual(shown.sort(), wanted, state);
  }
  await page.locator('#find-status').selectOption('withdrawn');
  await page.locator('[data-none]').waitFor();
  company.clean();
});

test('at 400 % the pages of who is signed in begin on the first screen', async () => {
  const company = people.head;
  const { page } = company;
  const id = await begin(company, 'claim');
  await page.setViewportSize({ width: 320, height: 256 }); // 1280 by 1024 at 400 %
  const late = [];
  for (const path of ['/account', '/account/people', '/account/security', '/filings', '/filings/new', '/cases', `/filings/${id}/tasks`, `/filings/${id}/sections/defendants`, `/filings/${id}/documents`, `/filings/${id}/answers`]) {
    await company.go(path);
    await page.locator('h1:visible').first().waitFor();
    const top = Math.round(await page.locator('h1:visible').first().evaluate((h) => h.getBoundingClientRect().top + scrollY));
    if (top > 230) late.push(`${path}: ${top}`);
    await company.picture(`zoom-${path.replaceAll(/[0-9a-f-]{36}|\//g, '')}`);
    await company.layout(path);
  }
  assert.deepEqual(late, [], 'headings below the first screen of 256 px');
  await page.setViewportSize({ width: 1280, height: 900 });
  company.clean();
});

test('the pages of the API\'s document are readable in every language, on a phone and by a screen reader', async () => {
  for (const [lang, width] of [['kk', 390], ['ru', 320], ['en', 1280]]) {
    const reader = await Person.open(browser, lang, width);
    const { page } = reader;
    await reader.go('/programs');
    const parts = await page.locator(`main a[href^="/${lang}/programs/"]`).evaluateAll((links) => links.map((a) => a.pathname.slice(3)));
    assert.ok(parts.length > 20, `parts: ${parts}`);
    for (const path of ['/programs', ...(lang === 'kk' ? parts : parts.slice(0, 2))]) {
      await reader.go(path);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1), `${path} at ${width}: wider than the screen`); // layout takes codes of the document for texts that lack
      await reader.accessible(path);
      // What is not in the page's language says so, and the rest is in the page's language.
      const foreign = await page.evaluate(() => [...document.querySelectorAll('main h1, main h2, main h3, main p, main dt, main dd, main li')]
        .filter((e) => !e.closest('[lang=en]') && !e.querySelector('[lang=en], code') && /[a-z]{3,} [a-z]{3,}/i.test(e.textContent)).map((e) => e.textContent.trim().slice(0, 80)));
      if (lang !== 'en') assert.deepEqual(foreign, [], `${lang} ${path}: English that is not marked`);
    }
    await reader.picture('programs');
    reader.clean();
    await reader.close();
  }
});

test('who is stopped by an administrator is told so, and that there is no need to register', async () => {
  const [admin, user] = [await joined('individual-gost-2', 'ru', 1280), people['individual-gost']];
  await post('/_local/grant', { number: admin.number, right: 'admin' });
  const { page } = admin;
  await admin.go('/admin');
  await page.locator('#number').fill(user.number);
  await page.locator('#search-reason').fill('request of the user, by letter');
  await page.locator('#search button').click();
  await page.locator('#account:not([hidden])').waitFor();
  await page.locator('#act-reason, #reason').first().fill('a trial of what the stopped are told');
  await page.locator('[data-actions] button', { hasText: admin.t('js.admin.become.disabled') }).click();
  const sure = page.locator('#confirm[open] [data-do]');
  await sure.or(page.locator('#sign[open]')).first().waitFor();
  if (await sure.isVisible()) await sure.click();
  await choose('individual-gost-2');
  await admin.sign();
  await page.locator('[data-facts]').filter({ hasText: admin.t('js.admin.status.disabled') }).waitFor();
  await choose('individual-gost');
  await leaves(user);
  await user.go('/sign-in');
  await user.page.locator('[data-eds]').click();
  await user.page.locator('#sign [data-sign]').click();
  const box = user.page.locator('.govuk-error-summary').filter({ visible: true }).first();
  await box.waitFor();
  const told = await box.innerText();
  assert.ok(told.includes(user.t('problem.account-disabled.title')) && told.includes(user.t('problem.account-disabled.next')), told);
  assert.equal(await box.locator('a[href*="/register"]').count(), 0);
  assert.ok(await box.getByText(user.t('js.problem.support')).count(), 'support is one click away');
});
