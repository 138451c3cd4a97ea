// node --test shared/eds/wasm/ (make wasm builds the module and runs this)
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { load } from './eds.mjs';

const root = new URL('../../../', import.meta.url);
const read = async (path) => new Uint8Array(await readFile(new URL(path, root)));

await import(new URL('build/wasm/wasm_exec.js', root));
const module = await read('build/wasm/eds.wasm');
const eds = await load(module);

const folder = 'testdata/pki/trust/';
const trust = await Promise.all((await readdir(new URL(folder, root))).map((name) => read(folder + name)));
const at = new Date('2026-11-22T14:00:00Z');
const content = new TextEncoder().encode('Талап қою\n');

// sign makes a message with the eds command and a test key.
function sign(...flags) {
  return new Uint8Array(execFileSync('go', ['run', './shared/eds/wasm/testsign', ...flags], { cwd: root, input: content }));
}

test('the module is under 3 MB compressed', () => {
  const size = gzipSync(module, { level: 9 }).length;
  console.log(`eds.wasm: ${module.length} bytes, ${size} compressed`);
  assert.ok(size < 3 << 20);
});

test('an attached signature holds', () => {
  const { report, problem } = eds.verify({ message: sign('individual-gost'), trust, at });
  assert.equal(report.indication, 'TOTAL-PASSED');
  assert.equal(problem, '');
  assert.equal(report.signers[0].subject.commonName, 'СЕРІКОВ ҰЛАН');
});

test('a detached one holds over its document alone', () => {
  const message = sign('-detached', 'individual-rsa');
  assert.equal(eds.verify({ message, content, trust, at }).report.indication, 'TOTAL-PASSED');
  const other = eds.verify({ message, content: content.slice(1), trust, at, lang: 'en' });
  assert.equal(other.report.indication, 'TOTAL-FAILED');
  assert.equal(other.problem, 'content-digest');
  assert.notEqual(other.text, '');
  assert.equal(eds.verify({ message, trust, at }).problem, 'content-missing');
});

test('a revoked key is refused, an unknown anchor too', () => {
  assert.equal(eds.verify({ message: sign('revoked'), trust, at }).problem, 'certificate-revoked');
  assert.equal(eds.verify({ message: sign('untrusted'), trust, at }).problem, 'certificate-untrusted');
  const none = eds.verify({ message: sign('individual-gost'), trust: [], at });
  assert.equal(none.report.indication, 'INDETERMINATE');
});

test('every changed byte of the content is noticed', () => {
  const message = sign('individual-gost');
  const start = Buffer.from(message).indexOf(Buffer.from(content));
  assert.ok(start > 0);
  for (let i = 0; i < content.length; i++) {
    const changed = message.slice();
    changed[start + i] ^= 1;
    assert.equal(eds.verify({ message: changed, trust, at }).report.indication, 'TOTAL-FAILED');
  }
});

test('what is no signature is an error', () => {
  assert.throws(() => eds.verify({ message: content, trust, at }));
  assert.throws(() => eds.verify({ message: content, trust: [content], at }), /trust\[0\]/);
});
