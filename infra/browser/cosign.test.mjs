// Several people and one filing: co-claimants who sign what one of them has put out, a lawyer who signs
// for a client, a company against a company, and an application for a court order.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { begin, choose, launch, Person, sample, save, start } from './office.mjs';

const run = Date.now();
const password = 'тау бұлағы 58 мөлдір';
const asel = { surname: 'Жүнісова', givenName: 'Әсел', patronymic: 'Болатқызы', iin: '781124400222', address: { text: 'Алматы қаласы, Үлгі көшесі, 3' } };
const order = JSON.parse(readFileSync(new URL('../../testdata/claims/court_order_application/form.json', import.meta.url), 'utf8'));

let stop;
let browser;
/** People with an account, by the key they sign with. */
const people = {};

before(async () => {
  stop = await start();
  browser = await launch();
  for (const [key, lang, width] of [['individual-gost', 'kk', 1280], ['individual-gost-2', 'ru', 390], ['individual-rsa', 'en', 1280], ['head', 'kk', 390]]) {
    people[key] = await joined(key, lang, width);
  }
});
after(async () => {
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
  await page.locator('#email').fill(`${key}.${run}@example.kz`);
  await page.locator('#password').fill(password);
  await page.locator('#declaration').check();
  await page.locator('#registration [type=submit]').click();
  await person.sign();
  await page.locator('[data-panel=done]').waitFor();
  person.clean();
  return person;
}

/** A claim of person, with these sections beside the sample's. Resolves with its id. */
async function claim(person, sections, kind = 'claim') {
  const id = await begin(person, kind);
  const { court, defendants, demands, circumstances, price } = sample;
  await save(person, id, kind === 'claim' ? { court, defendants, demands, circumstances, price, ...sections } : sections);
  return id;
}

/** The errors that keep it from being signed; opens the answers. */
async function errors(person, id) {
  await person.go(`/filings/${id}/answers`);
  await person.page.locator('.govuk-summary-card').first().waitFor();
  await person.page.waitForLoadState('networkidle');
  return person.page.locator('[data-errors] li').allInnerTexts();
}

/** Opens what is to be signed. */
async function review(person, id, from = `/filings/${id}/review`) {
  await person.go(from);
  await person.page.locator('[data-same] .same').waitFor();
}

/** Signs what is open with a key. */
async function signs(person, key) {
  await choose(key);
  await person.page.locator('button[data-review]').click();
  await person.sign();
}

// The page says so once it has asked again who has signed.
const says = (person, words) => person.page.locator('[data-seals]').filter({ hasText: words }).waitFor();

test('two co-claimants: the second finds what is out, sees it frozen, and seals it', async () => {
  const [first, second] = [people['individual-gost'], people['individual-gost-2']];
  const id = await claim(first, { coclaimants: { parties: [{ id: 'c2', type: 'natural', ...asel }] } });
  await second.go(`/filings/${id}`);
  await second.page.locator('main [data-problem] .govuk-error-summary').waitFor(); // a draft is its filer's alone
  assert.deepEqual(await errors(first, id), []);

  await review(first, id);
  assert.equal(await first.page.locator('[data-signers] li').count(), 2);
  await says(first, first.t('js.review.not-last', { n: '1' }));
  assert.match(await first.page.locator('[data-address]').innerText(), new RegExp(`/kk/filings/${id}/review$`));
  await first.check('cosign-1-first');
  await signs(first, 'individual-gost');
  await first.page.locator('[data-sign-problem] .good').waitFor();
  await says(first, first.t('js.review.given'));
  assert.ok(await first.page.locator('button[data-review]').isHidden(), 'nobody signs twice');
  await first.check('cosign-2-waits');

  const { page } = second;
  await second.go('/filings');
  await page.locator('[data-waiting] a').first().waitFor();
  await second.check('cosign-3-list');
  await second.keyboard('what waits for a signature');
  await page.locator('[data-waiting] a').first().click();
  await page.locator('[data-same] .same').waitFor();
  await says(second, second.t('js.review.last'));
  await second.check('cosign-4-second');
  await signs(second, 'individual-gost-2');
  await page.waitForURL(/\/receipt$/);
  await page.locator('[data-ticket]').filter({ hasText: /\S/ }).waitFor();
  await second.check('cosign-5-receipt');
  const ticket = await page.locator('[data-ticket]').innerText();
  await first.go(`/filings/${id}/receipt`);
  await first.page.locator('[data-ticket]').filter({ hasText: /\S/ }).waitFor();
  assert.equal(await first.page.locator('[data-ticket]').innerText(), ticket);
  await second.go('/filings');
  await page.waitForLoadState('networkidle');
  assert.ok(await page.locator('[data-waiting-box]').isHidden(), 'nothing waits any more');
  first.clean();
  second.clean();
});

test('a change voids the signature that is there, and says so before and after', async () => {
  const [first, second] = [people['individual-gost'], people['individual-gost-2']];
  const id = await claim(first, { coclaimants: { parties: [{ id: 'c2', type: 'natural', ...asel }] } });
  await review(first, id);
  await second.go(`/filings/${id}/review`);
  await second.page.locator('[data-same] .same').waitFor();
  await signs(second, 'individual-gost-2');
  await second.page.locator('[data-sign-problem] .good').waitFor();
  await second.check('cosign-6-pending');

  await first.go(`/filings/${id}/sections/circumstances`);
  const field = first.page.locator('[data-pointer="/circumstances/facts/text"] textarea');
  await field.waitFor();
  await first.check('cosign-7-before');
  await field.fill('Басқа мән-жайлар.');
  await first.page.locator('main, #banner').getByText(first.t('js.form.voided.signed', { n: '1' }).slice(0, 20)).first().waitFor();
  await first.check('cosign-8-voided');
  await second.go('/filings');
  await second.page.waitForLoadState('networkidle');
  assert.ok(await second.page.locator('[data-waiting-box]').isHidden(), 'what is void waits for nobody');
  first.clean();
  second.clean();
});

test('a lawyer files for a client and signs with their own key', async () => {
  const lawyer = people['individual-rsa'];
  const { page } = lawyer;
  const power = new URL('../../testdata/claims/money/contract.pdf', import.meta.url).pathname;
  const id = await claim(lawyer, { claimant: { id: 'c1', type: 'natural', ...asel } });
  await lawyer.go(`/filings/${id}/documents`);
  await page.locator('#files').setInputFiles([power]);
  await page.locator('.documents li.uploaded').first().waitFor();
  await page.locator('.documents li select').first().selectOption('power_of_attorney');
  await page.waitForLoadState('networkidle');
  assert.notDeepEqual(await errors(lawyer, id), [], 'nobody signs for another without a power');
  await lawyer.check('lawyer-1-no-power');

  const document = await page.evaluate(async (filing) => (await (await fetch(`/api/filings/${filing}`)).json()).documents[0].id, id);
  await save(lawyer, id, { representatives: { law: 'Азаматтық кодекс, 715-бап', items: [{
    id: 'r1', kind: 'advocate', parties: ['c1'], surname: 'Ғаббасова', givenName: 'Гүлнұр', iin: '850315400134',
    address: { text: 'Алматы қаласы' }, powers: ['sign_claim'], document, warrant: document,
  }] } });
  assert.deepEqual(await errors(lawyer, id), []);
  await lawyer.check('lawyer-2-answers');
  await review(lawyer, id);
  assert.match(await page.locator('[data-signers]').innerText(), new RegExp(lawyer.t('capacity.representative')));
  await lawyer.check('lawyer-3-review');
  await signs(lawyer, 'individual-rsa');
  await page.waitForURL(/\/receipt$/);
  await page.locator('[data-signer]').getByText(lawyer.t('capacity.representative')).waitFor();
  await lawyer.check('lawyer-4-receipt');
  lawyer.clean();
});

test('a company sues a company, on a phone; not itself', async () => {
  const company = people.head;
  const { page } = company;
  const court = { ...sample.court, code: 'almaty-economic' };
  const id = await claim(company, { court });
  assert.ok((await errors(company, id)).length, 'its own BIN is refused');
  await company.check('company-1-itself');
  const [defendant] = sample.defendants.parties;
  await save(company, id, { defendants: { parties: [{ ...defendant, bin: '120340000507' }] } });
  assert.deepEqual(await errors(company, id), []);
  await review(company, id);
  assert.match(await page.locator('[data-signers]').innerText(), new RegExp(company.t('capacity.organisation')));
  await company.check('company-2-review');
  await signs(company, 'head');
  await page.waitForURL(/\/receipt$/);
  await page.locator('[data-ticket]').filter({ hasText: /\S/ }).waitFor();
  await company.check('company-3-receipt');
  company.clean();
});

test('the same once more: the check asks whether it is another', async () => {
  const person = people['individual-gost'];
  const id = await claim(person, {});
  await person.go(`/filings/${id}/answers`);
  await person.page.locator('[data-warnings] a').filter({ hasText: person.t('js.answers.sent-before', { ticket: '#', time: '#' }).slice(0, 30) }).waitFor();
  await person.check('cosign-9-sent-before');
  person.clean();
});

test('what was sent is added to, and asked for back, by papers that name its ticket', async () => {
  const person = people['individual-gost'];
  const { page } = person;
  await person.go('/filings');
  const sent = await page.evaluate(async () => (await (await fetch('/api/filings?kind=claim')).json()).filings.find((f) => f.ticketNo));
  for (const [button, path] of [['[data-add]', '/motion/adds'], ['[data-withdraw]', '/request/ticket']]) {
    await person.go(`/filings/${sent.id}`);
    await page.locator(button).click();
    await page.waitForURL(/\/tasks$/);
    const id = /filings\/([^/]+)\/tasks/.exec(page.url())[1];
    const [, section, field] = path.split('/');
    const value = await page.evaluate(async (filing) => (await (await fetch(`/api/filings/${filing}`)).json()).sections, id);
    assert.equal(value[section].value[field], sent.ticketNo);
    assert.equal(value.case.value.court, sent.courtCode);
    if (section === 'motion') await save(person, id, { motion: { request: { text: 'Құжатты қосуды сұраймын.' } }, others: sample.defendants });
    assert.deepEqual(await errors(person, id), [], button);
  }
  await person.go(`/filings/${sent.id}`);
  await page.locator('[data-withdraw]').waitFor();
  await person.check('filing-acts');
  person.clean();
});

test('an application for a court order', async () => {
  const person = people['individual-gost'];
  const { page } = person;
  const { claimant, ...sections } = order; // who applies comes from the certificate
  assert.equal(claimant.iin, '900101300126');
  const id = await claim(person, sections, 'court_order_application');
  assert.deepEqual(await errors(person, id), []);
  await person.check('order-1-answers');
  await review(person, id);
  await signs(person, 'individual-gost');
  await page.waitForURL(/\/receipt$/);
  await page.locator('[data-ticket]').filter({ hasText: /\S/ }).waitFor();
  await person.check('order-2-receipt');
  person.clean();
});
