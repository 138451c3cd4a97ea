// What the court answers to later papers, on the screens of the judge and the clerk and on those of the parties after
// each: a court order is issued and set aside, a motion granted, an appeal sent up. Then a clerk finds papers by a
// party and corrects an own mistake by the keyboard, and the head of the court sees who has what.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { choose, files, launch, officeURL, post, sent, sentClaim, someone, start } from './office.mjs';

const COURT = 'almaty-bostandyq';
const run = Date.now().toString(36);
const company = { id: 'd1', type: 'legal', name: '«Үлгі» ЖШС', bin: '120340001230', address: { text: 'Алматы қаласы, Мысал көшесі, 10' } };
const keys = { judge: 'individual-rsa', clerk: 'individual-gost-2', claimant: 'individual-gost', defendant: 'head' };

let stop;
let browser;
/** @type {any} */
const people = {};
/** Numbers that the court gave, by the id of the filing. */
const numbers = {};

before(async () => {
  stop = await start();
  browser = await launch();
  for (const [who, right] of [['judge', `judge.${COURT}`], ['clerk', `clerk.${COURT}`], ['claimant', ''], ['defendant', '']]) {
    await choose(keys[who]);
    people[who] = await someone(browser, `${who}.${run}`, right);
  }
});
after(async () => {
  await Promise.all(Object.values(people).map((person) => person.close()));
  await post('/_local/shift', { shift: '0s' });
  await choose('individual-gost');
  await browser?.close();
  await stop?.();
});

const answer = (person, path, body) => person.page.evaluate(async ([where, what]) => {
  const found = await fetch(where, what && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(what) });
  const read = await found.json();
  if (!found.ok) throw new Error(`${where}: ${JSON.stringify(read)}`);
  return read;
}, [path, body]);

/** Waits until something that a page's session reads is so. */
async function until(person, path, so) {
  for (let tries = 0; tries < 120; tries += 1) {
    const found = await answer(person, path).catch(() => null);
    if (found && so(found)) return found;
    await person.page.waitForTimeout(250);
  }
  throw new Error(`${path} did not come to be so`);
}

/** An act in a case as it stands. What comes to a case meanwhile begins it anew, as the pages do. */
async function inCase(person, id, body) {
  for (let tries = 5; ; tries -= 1) {
    const { revision } = await answer(person, `/api/cases/${id}`);
    try {
      return await answer(person, `/api/cases/${id}/acts`, { id: crypto.randomUUID(), revision, ...body });
    } catch (error) {
      if (!tries || !/changed-meanwhile/.test(error.message)) throw error;
    }
  }
}

/** A clerk takes, registers and hands over. */
async function registered(id) {
  const { clerk, judge } = people;
  const at = `/api/registry/filings/${id}`;
  await answer(clerk, `${at}/lease`, {});
  const me = await answer(judge, '/api/session');
  numbers[id] = `7514-26-${run}-${Object.keys(numbers).length + 1}`;
  await answer(clerk, `${at}/acts`, { act: crypto.randomUUID(), step: 'register', number: numbers[id], judge: me.id });
  await answer(clerk, `${at}/acts`, { act: crypto.randomUUID(), step: 'review' });
}

/** A judge answers a paper on its page: what is chosen, what is written, the signature of a ruling. */
async function rules(id, step, typed, name) {
  const { judge } = people;
  const { page } = judge;
  const path = `/registry/filings/${id}`;
  await judge.everywhere(path, '#rule', `${name}-before`);
  await choose(keys.judge);
  await judge.go(path);
  await page.locator('#rule').waitFor();
  await page.locator(`#step-${step}`).check();
  for (const [field, value] of Object.entries(typed)) await page.locator(field).fill(value);
  await judge.check(`${name}-typed`);
  await page.locator('[data-rule]').click();
  if (!['copies', 'send-up'].includes(step)) {
    await page.locator('#sign[open]').waitFor();
    await judge.check(`${name}-sign`);
    await judge.sign();
  }
  await page.locator('main [data-state]').filter({ hasText: /./ }).waitFor();
  await judge.everywhere(path, '[data-body]', `${name}-after`);
  judge.clean();
}

/** The parties look at the case, and who filed the paper at it. */
async function looked(filer, id, filing, name) {
  const { claimant, defendant } = people;
  for (const [who, person] of Object.entries({ claimant, defendant })) await person.everywhere(`/cases/${id}`, '[data-body]', `${name}-case-${who}`);
  await filer.everywhere(`/filings/${filing}`, '[data-body]', `${name}-filing`);
  claimant.clean();
  defendant.clean();
}

test('a court order is issued, served, objected to and set aside', async () => {
  const { claimant, clerk, defendant } = people;
  await choose(keys.claimant);
  const id = await sent(claimant, 'court_order_application', {
    court: { lang: 'kk', region: 'almaty', code: COURT },
    claimant: { address: { text: 'Алматы қаласы, Үлгі көшесі, 7' }, birthDate: '1990-01-01' },
    defendants: { parties: [company] },
    demand: { ground: 'other_agreement', subject: 'money', request: { text: 'Берешекті өндіріп алуды сұраймын.' }, circumstances: { text: 'Берешек туралы келісім орындалмады.' }, amountTiyn: 50000000, agreedOn: '2026-03-02' },
  }, [[files[1], 'evidence']]);
  await registered(id);
  await rules(id, 'issue-order', { '#ruling-decision': 'Борышкерден 500 000 теңге өндіріп алынсын.' }, 'order-issue');
  const one = await until(claimant, `/api/cases/${id}`, ({ status }) => status === 'ordered');
  await inCase(clerk, id, { step: 'confirm', party: 'd1', number: company.bin, name: company.name });
  await inCase(clerk, id, { step: 'serve', party: 'd1' });
  await clerk.everywhere(`/cases/${id}`, '[data-body]', 'order-served-clerk');
  await looked(claimant, id, id, 'order-issued');

  await choose(keys.defendant);
  const objection = await sent(defendant, 'motion', {
    case: { lang: 'kk', region: 'almaty', court: COURT, number: one.number, title: 'Берешек туралы сот бұйрығы' },
    applicant: { address: company.address },
    motion: { about: 'order_objection', request: { text: 'Сот бұйрығының күшін жоюды сұраймын.' }, reason: { text: 'Берешек толық өтелген.' }, startedOn: new Date(Date.now() + 5 * 3600_000).toISOString().slice(0, 10) },
  }, [[files[1], 'evidence']]);
  await registered(objection);
  await rules(objection, 'set-aside', {}, 'order-set-aside');
  await until(claimant, `/api/cases/${id}`, ({ status }) => status === 'set-aside');
  await until(claimant, `/api/filings/${id}`, ({ status }) => status === 'order_set_aside');
  await looked(defendant, id, objection, 'order-set-aside');
  await claimant.everywhere(`/filings/${id}`, '[data-body]', 'order-set-aside-application');
  claimant.clean();
});

let claim; // id of the claim and its case

test('a motion is granted, and the other party reads the ruling', async () => {
  const { claimant, clerk, defendant, judge } = people;
  await choose(keys.claimant);
  claim = await sentClaim(claimant, COURT);
  await registered(claim);
  await choose(keys.judge);
  await judge.go(`/registry/filings/${claim}`);
  await judge.page.locator('#step-accept').check();
  await judge.page.locator('[data-rule]').click();
  await judge.sign();
  await judge.page.locator('[data-ruling]').waitFor();
  const one = await until(claimant, `/api/cases/${claim}`, ({ status }) => status === 'opened');
  await inCase(clerk, claim, { step: 'confirm', party: 'd1', number: company.bin, name: company.name });
  await inCase(clerk, claim, { step: 'serve', party: 'd1' });
  await until(defendant, `/api/cases/${claim}`, () => true);
  await inCase(clerk, claim, { step: 'appoint', hearing: { at: new Date(Date.now() + 60_000).toISOString(), place: '№ 4 зал' } });

  await choose(keys.claimant);
  const motion = await sent(claimant, 'motion', {
    case: { lang: 'kk', region: 'almaty', court: COURT, number: one.number, title: 'Қарыз туралы іс' },
    applicant: { address: { text: 'Алматы қаласы, Үлгі көшесі, 7' } },
    motion: { about: 'evidence', request: { text: 'Жауапкерден төлем тапсырмаларын алдыруды сұраймын.' }, reason: { text: 'Олар жауапкерде.' } },
  });
  await registered(motion);
  await rules(motion, 'grant', { '#ruling-decision': 'Жауапкерден төлем тапсырмалары алдырылсын.' }, 'motion-grant');
  const { papers } = await until(defendant, `/api/cases/${claim}`, (c) => c.papers.some((p) => p.filing === motion && p.status === 'granted'));
  const [ruling] = papers.find((p) => p.filing === motion).rulings;
  await looked(claimant, claim, motion, 'motion-granted');
  const read = await defendant.page.request.get(`${officeURL}/api/cases/${claim}/papers/${motion}/files/${ruling.id}`);
  assert.equal((await read.body()).subarray(0, 5).toString(), '%PDF-');
});

test('an appeal is taken up, its copies go out, and it is sent up when the others had their time', async () => {
  const { claimant, defendant, judge } = people;
  await post('/_local/shift', { shift: '2m0s' });
  const today = new Date(Date.now() + 5 * 3600_000).toISOString().slice(0, 10);
  await inCase(judge, claim, { step: 'hold', present: ['d1'] });
  await inCase(judge, claim, { step: 'decide', on: today });
  const { number } = await inCase(judge, claim, { step: 'finalise', on: today });
  await choose(keys.defendant);
  const appeal = await sent(defendant, 'appeal', {
    case: { lang: 'kk', region: 'almaty', court: COURT, number, title: 'Қарыз туралы іс' },
    appellant: { address: company.address },
    act: { judgment: 'judgment', on: today, finalOn: today },
    grounds: { unlawful: { text: 'Сот төлем тапсырмаларын бағаламады.' }, ask: 'change', request: { text: 'Шешімді өзгертуді сұраймын.' } },
  });
  await registered(appeal);
  const term = await until(defendant, `/api/cases/${claim}`, (c) => c.deadlines.some((d) => d.rule === 'appeal')).then((c) => c.deadlines.find((d) => d.rule === 'appeal').due);
  await rules(appeal, 'copies', { '#term-day': term }, 'appeal-copies');
  await until(claimant, `/api/cases/${claim}`, (c) => c.deadlines.some((d) => d.rule === 'appeal.response' && d.due === term));
  await looked(defendant, claim, appeal, 'appeal-copies');
  const hours = Math.ceil((Date.parse(`${term}T24:00:00+05:00`) - Date.now()) / 3600_000) + 9;
  await post('/_local/shift', { shift: `${hours}h` });
  for (const who of ['judge', 'claimant', 'defendant']) {
    await choose(keys[who]);
    await people[who].enter();
  }
  await rules(appeal, 'send-up', {}, 'appeal-sent-up');
  await until(claimant, `/api/cases/${claim}`, (c) => c.papers.some((p) => p.filing === appeal && p.status === 'sent_up'));
  await looked(defendant, claim, appeal, 'appeal-sent-up');
});

test('a clerk finds papers by a party and corrects an own mistake, by the keyboard alone', async () => {
  const { clerk } = people;
  const { page } = clerk;
  await choose(keys.clerk);
  await clerk.enter();
  await clerk.everywhere('/registry', '[data-queue-box]', 'registry-queue');
  await clerk.go('/registry');
  await page.locator('#party').focus();
  await page.keyboard.press('Enter');
  await page.locator('#party-form .govuk-error-message, main [data-problem] .govuk-error-summary').first().waitFor(); // of nobody
  await page.locator('#party').focus();
  await page.keyboard.type(company.bin);
  await page.keyboard.press('Enter');
  await page.locator('[data-found] tbody tr').first().waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'found-title', 'the focus is at what was found');
  assert.ok(await page.locator(`[data-found] a[href$="/cases/${claim}"]`).count() > 0, 'the case is found by its defendant');
  await clerk.check('registry-found');
  await page.setViewportSize({ width: clerk.width = 390, height: 780 });
  await clerk.check('registry-found');
  await page.setViewportSize({ width: clerk.width = 1280, height: 900 });

  // The number of the case was given wrong.
  await clerk.everywhere(`/cases/${claim}`, '[data-body]', 'case-clerk');
  await clerk.go(`/cases/${claim}`);
  await page.locator('[data-body]').waitFor();
  const arrow = async (selector, wanted) => {
    await page.locator(selector).focus();
    for (let tries = 0; tries < 40; tries += 1) {
      const [value, words] = await page.locator(selector).evaluate((e) => [e.value, e.selectedOptions[0].textContent]);
      if (wanted(value, words)) return;
      await page.keyboard.press('ArrowDown');
    }
    assert.fail(`${selector} by the arrow keys`);
  };
  await arrow('#step', (value) => value === 'correct');
  await page.keyboard.press('Tab');
  await arrow('#event', (_, words) => words.includes(clerk.t('case.event.appoint')));
  await clerk.check('case-correct');
  await page.locator('#hearing').fill(new Date(Date.now() + (5 * 60 + 60 * 24 * 9) * 60_000).toISOString().slice(0, 16)); // the browser's own field
  await page.locator('#place').focus();
  await page.keyboard.type('№ 5 зал');
  await page.locator('#reason').focus();
  await page.keyboard.type('Зал нөмірі қате жазылды');
  await page.keyboard.press('Enter');
  await page.locator('main [data-state]').filter({ hasText: clerk.t('js.case.done') }).waitFor();
  assert.match(await page.locator('[data-events]').innerText(), /Зал нөмірі қате жазылды/);
  await clerk.everywhere(`/cases/${claim}`, '[data-body]', 'case-corrected');
  await people.claimant.everywhere(`/cases/${claim}`, '[data-body]', 'case-corrected-claimant');
  clerk.clean();
});

test('the head of the court sees who has what, and hands a paper over', async () => {
  const { claimant, clerk, judge } = people; // the judge is the head too, and another clerk
  await choose(keys.claimant);
  await claimant.enter();
  const letter = await sent(claimant, 'letter', {
    case: { lang: 'kk', region: 'almaty', court: COURT }, sender: { address: { text: 'Алматы қаласы, Үлгі көшесі, 7' } },
    letter: { subject: 'Іс туралы сұрау', text: 'Іс апелляциялық сотта қашан қаралады?' },
  });
  await answer(clerk, `/api/registry/filings/${letter}/lease`, {});
  await choose(keys.judge);
  const { page } = judge;
  for (const right of ['head', 'clerk']) await post('/_local/grant', { number: judge.number, right: `${right}.${COURT}` });
  await judge.enter();
  await judge.everywhere('/registry/court', '[data-body]', 'court');
  await judge.go('/registry/court');
  await page.locator('[data-body]').waitFor();
  await judge.keyboard('court');
  const button = page.locator(`[data-hand="${letter}"]`);
  await button.focus();
  await page.keyboard.press('Enter');
  await page.locator('#hand').waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'hand-title');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Кеңсе қызметкері демалыста');
  await judge.check('court-hand');
  await page.setViewportSize({ width: judge.width = 390, height: 780 });
  await judge.check('court-hand');
  await page.setViewportSize({ width: judge.width = 1280, height: 900 });
  await page.keyboard.press('Enter');
  await page.locator('main [data-state]').filter({ hasText: /./ }).waitFor();
  assert.match(await page.locator('[data-table]').innerText(), /Кеңсе қызметкері демалыста/);
  await judge.check('court-handed');
  judge.clean();
});
