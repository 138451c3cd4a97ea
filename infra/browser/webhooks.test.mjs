// An organisation's head has the organisation's program told: adds an address with a signature, tries it, sees what
// became of deliveries, pauses, resumes and removes it. The receiver is the local host's.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { choose, launch, officeURL, Person, post, someone, start } from './office.mjs';

const run = Date.now();
const host = `uiym-${run}.test`;
const failing = `nashar-${run}.test`;

let stop;
let browser;
let head;
before(async () => {
  stop = await start();
  browser = await launch();
  await choose('head');
  head = await someone(browser, `uiym.${run}`, '', 'kk', 390);
});
after(async () => {
  await browser?.close();
  await stop?.();
});

/** The posts that came to a host, once there are n of a type. */
async function posted(to, type, n = 1) {
  for (let i = 0; i < 100; i++) {
    const all = await (await fetch(`${officeURL}/_local/receiver`)).json();
    const found = all.filter((p) => p.host === to && JSON.parse(Buffer.from(p.body, 'base64').toString()).type === type);
    if (found.length >= n) return found;
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  throw new Error(`no ${type} came to ${to}`);
}

async function add(address) {
  const { page } = head;
  await page.locator('#address').fill(address);
  await page.locator('#webhook-form [type=submit]').click();
}

const row = (of) => head.page.locator('[data-webhooks] > li', { hasText: of });

test('the head finds the page among those of the account, and is told which addresses there may be', async () => {
  const { page } = head;
  await head.go('/account/people');
  await page.locator('[data-acting] a[href$="/account/webhooks"]').click();
  await page.locator('[data-for-head]:not([hidden])').waitFor();
  await page.getByText(head.t('js.webhooks.none')).waitFor();
  await head.keyboard('webhooks');
  await head.check('webhooks-1-none');
  for (const wrong of [`http://${host}/`, 'https://127.0.0.1/', 'https://10.0.0.1/', 'https://localhost/', `https://${host}:8443/`]) {
    await add(wrong);
    await page.locator('#webhook-form .govuk-error-message').waitFor();
    assert.match(await page.locator('#webhook-form .govuk-error-message').innerText(), /https:\/\//, wrong);
  }
  await head.check('webhooks-2-wrong');
  head.clean();
});

test('adds an address with a signature over words that name it; its program is told', async () => {
  const { page } = head;
  await add(`https://${host}/sot`);
  await page.locator('#sign[open]').waitFor();
  assert.match(await page.locator('#sign [data-statement]').innerText(), new RegExp(`https://${host}/sot`));
  await head.picture('webhooks-3-sign');
  await head.sign();
  await row(host).waitFor();
  assert.match(await row(host).innerText(), new RegExp(head.t('js.webhooks.in-force')));
  const [first] = await posted(host, 'webhook.added');
  assert.equal(first.path, '/sot');
  assert.match(first.header['Webhook-Signature'][0], /^v1a,/);
  await row(host).getByRole('button', { name: head.t('js.webhooks.ping') }).click();
  await posted(host, 'webhook.ping');
  await page.getByText(head.t('js.webhooks.pinged')).waitFor();
  await row(host).locator('summary').click();
  assert.match(await row(host).locator('.entries').innerText(), /webhook\.ping[^]*204/);
  await head.check('webhooks-4-added');
  head.clean();
});

test('sees what is not taken, pauses, resumes and removes', async () => {
  const { page } = head;
  await post('/_local/receiver', { host: failing, status: 503 });
  await add(`https://${failing}/`);
  await head.sign();
  await row(failing).waitFor();
  const [failed] = await posted(failing, 'webhook.added');
  assert.equal(failed.status, 503);
  await page.waitForFunction(async () => (await (await fetch('/api/account/webhooks')).json()).webhooks.at(-1).failingSince);
  await head.everywhere('/account/webhooks', '[data-webhooks] .failed .entries', 'webhooks-5-failing');
  await head.go('/account/webhooks');
  await row(failing).waitFor();
  assert.match(await row(failing).innerText(), new RegExp(`${head.t('js.webhooks.failing')}[^]*503`));
  await row(failing).getByRole('button', { name: head.t('js.webhooks.pause') }).click();
  await page.getByText(head.t('js.webhooks.paused-now')).waitFor();
  assert.match(await row(failing).innerText(), new RegExp(head.t('js.webhooks.paused-by.holder')));
  await head.check('webhooks-6-paused');
  await row(failing).getByRole('button', { name: head.t('js.webhooks.resume') }).click();
  await page.getByText(head.t('js.webhooks.resumed')).waitFor();
  for (const one of [failing, host]) {
    page.once('dialog', (dialog) => dialog.accept());
    await row(one).getByRole('button', { name: head.t('js.webhooks.remove') }).click();
    await row(one).waitFor({ state: 'detached' });
  }
  await page.getByText(head.t('js.webhooks.none')).waitFor();
  head.clean();
});

test('others than the head of an organisation are told that it is not for them', async () => {
  await choose('individual-gost-2');
  const person = await someone(browser, `adam.${run}`, '', 'ru', 1280);
  await person.go('/account/webhooks');
  await person.page.locator('main > [data-problem] .govuk-error-summary').waitFor();
  assert.equal(await person.page.locator('[data-for-head]').isVisible(), false);
  await person.check('webhooks-7-others');
  person.clean();
  await person.close();
});
