// Support on the portal's pages: the way from a problem without signing in, the holder's own list,
// the administrators' answer. On a phone's screen in Kazakh, on a desk's in Russian and English.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { administrator, choose, launch, Person, received, start, texts } from './office.mjs';

const email = `visitor.${Date.now()}@example.kz`;
const answer = 'Бетті жаңартып, қайта көріңіз.\nСодан кейін жазыңыз.';

let stop;
let browser;
let admin;
let asked; // number of the visitor's request
before(async () => {
  stop = await start();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await stop?.();
});

test('from a problem, without signing in: what is known of it goes along', async () => {
  const person = await Person.open(browser, 'kk', 360);
  await person.go('/sign-in');
  await person.page.locator('#number').fill('900101300126');
  await person.page.locator('#password').fill('мұндай құпия сөз жоқ 1');
  await person.page.locator('#password').press('Enter');
  const box = person.page.locator('main [data-problem] .govuk-error-summary');
  await box.waitFor();
  const [, reference] = /(\S+)$/.exec((await box.locator('.small').innerText()).split(` ${person.t('js.problem.more')}`)[0]);
  const opened = person.context.waitForEvent('page');
  await box.getByText(person.t('js.problem.support')).click();
  const page = await opened;
  person.watch(page);
  person.page = page;
  await page.locator('[data-facts] dd').first().waitFor();
  assert.match(page.url(), /\/kk\/support$/);
  assert.equal(await page.locator('#topic').inputValue(), 'sign-in');
  assert.equal(await page.locator('#reference').inputValue(), reference);
  const sent = await page.locator('[data-facts]').innerText();
  assert.ok(sent.includes('/kk/sign-in') && sent.includes(texts.kk['problem.wrong-credentials.title']), sent);
  assert.ok(await page.locator('main').innerText().then((text) => text.includes(person.t('support.words.text'))), 'clause 4.2 is said');
  await person.keyboard('support');
  await person.check('support-1-prefilled');

  await page.locator('#email').fill('not an address');
  await page.locator('#reference').fill('900101300126');
  await page.locator('#request [type=submit]').click();
  await page.locator('#request .govuk-error-message').nth(1).waitFor();
  assert.equal(await page.locator('#request').getByText(person.t('js.problem.support')).count(), 0, 'a link to the page one is on');
  await person.check('support-2-faults');

  await page.locator('#email').fill(email);
  await page.locator('#reference').fill(reference);
  await page.locator('#request [type=submit]').click();
  await page.locator('#taken:not([hidden])').waitFor();
  asked = await page.locator('[data-number]').innerText();
  assert.match(asked, /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  assert.match(await page.locator('[data-answer-to]').innerText(), new RegExp(person.t('js.support.to.address')));
  await person.check('support-3-taken');
  const letter = await received('mail', 'office@sud.kz', asked);
  assert.equal(letter.headers['Reply-To'], email);
  for (const fact of [reference, 'wrong-credentials', '/kk/sign-in', 'Chrome ']) assert.ok(letter.text.includes(fact), `${fact} in ${letter.text}`);

  await page.locator('#ticket').fill(asked.toLowerCase().replaceAll('-', ' '));
  await page.locator('#look button').click();
  await page.locator('[data-found] dd').first().waitFor();
  assert.match(await page.locator('[data-found]').innerText(), new RegExp(person.t('js.support.state.received')));
  await page.locator('#ticket').fill('10H2-GQVQ-DNQM');
  await page.locator('#look button').click();
  await page.locator('#look .govuk-error-message').waitFor();
  await person.check('support-4-looked-up');
  person.clean();
  await person.close();
});

test('NCALayer says its version; where it does not run the page says so', async () => {
  const person = await Person.open(browser, 'en', 1280);
  await person.go('/support');
  await person.page.locator('[data-version]').click();
  await person.page.locator('[data-version-state]').getByText('NCALayer').waitFor();
  await person.page.waitForFunction(() => /** @type {HTMLInputElement} */ (document.querySelector('#ncalayer')).value !== '');
  assert.match(await person.page.locator('#ncalayer').inputValue(), /^\d+(\.\d+)*$/);
  await person.page.locator('#topic').selectOption('signature');
  await person.page.locator('#request [type=submit]').click();
  await person.page.locator('#taken:not([hidden])').waitFor();
  assert.match(await person.page.locator('[data-answer-to]').innerText(), /no address was given/);
  await person.check('support-nobody');
  person.clean();
  await person.close();
});

test('an administrator answers, and who asked gets the answer', async () => {
  await choose('individual-gost');
  admin = await administrator(browser, '/admin/support', 'komek@example.kz');
  const { page } = admin;
  await admin.go('/admin/support');
  const card = page.locator(`[data-ticket="${asked}"]`);
  await card.waitFor();
  await admin.keyboard('admin-support');
  await admin.check('admin-support-1-list');
  await card.getByText(admin.t('js.support.answer.button')).click();
  await card.locator('.govuk-error-message').waitFor(); // nothing written
  await card.getByText(admin.t('js.support.start')).click();
  await card.getByText(admin.t('js.support.fact.started')).waitFor();
  await card.locator('textarea').fill(answer);
  await card.getByText(admin.t('js.support.answer.button')).click();
  await card.getByText(admin.t('js.support.close')).waitFor();
  assert.equal((await received('mail', email, answer)).language, 'kk');
  await admin.check('admin-support-2-answered');
  await card.getByText(admin.t('js.support.close')).click();
  await card.getByText(admin.t('js.support.fact.closed')).waitFor();
  admin.clean();
});

test('a user sees their own requests with the answer', async () => {
  await choose('individual-gost-2');
  const user = await administrator(browser, '/admin/support', 'paidalanushy@example.kz');
  const { page } = user;
  await user.go('/support');
  await page.locator('[data-own]').getByText(user.t('js.support.none')).waitFor();
  assert.equal(await page.locator('#email').isVisible(), false, 'the account has an address');
  await page.locator('#topic').selectOption('upload');
  await page.locator('#request [type=submit]').click();
  await page.locator('[data-own] article').waitFor();
  const own = await page.locator('[data-number]').innerText();
  await received('mail', 'paidalanushy@example.kz', own);
  const seen = await page.evaluate(async ({ number, text }) => (await fetch(`/api/admin/support/${number}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ state: 'answered', answer: text }),
  })).status, { number: own, text: answer });
  assert.equal(seen, 403, 'nobody answers themselves');

  await admin.page.reload({ waitUntil: 'networkidle' });
  const card = admin.page.locator(`[data-ticket="${own}"]`);
  await card.locator('textarea').fill(answer);
  await card.getByText(admin.t('js.support.answer.button')).click();
  await card.getByText(admin.t('js.support.close')).waitFor();
  for (const lang of ['ru', 'en', 'kk']) {
    user.lang = lang;
    await user.go('/support');
    await page.locator('[data-own] article .govuk-inset-text.good').waitFor();
    await user.check('support-own');
  }
  await received('mail', 'paidalanushy@example.kz', answer);
  user.clean();
  await user.close();
});
