// Makes what the portal serves and the repository does not hold, into the folder named:
//
//   office.css          the styles, compiled with GOV.UK Frontend's
//   golos-400.woff2 …   Golos Text, cut to what Kazakh, Russian and English are written with
//   govuk/…             behaviours of GOV.UK Frontend, its ES modules without their comments
//   client-zip.js       writes archives
//   ncalayer-client.js  the NCALayer client, as published
//
//   node infra/tools/assets.mjs functions/internal/portal/static/vendor

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { compile } from 'sass';
import subset from 'subset-font';
import ts from 'typescript';

const modules = fileURLToPath(new URL('node_modules/', import.meta.url));
const styles = fileURLToPath(new URL('../../functions/internal/portal/styles/office.scss', import.meta.url));
const out = resolve(process.argv[2]);

const put = (name, data) => {
  mkdirSync(dirname(join(out, name)), { recursive: true });
  writeFileSync(join(out, name), data);
};

// ---- styles
put('office.css', compile(styles, { loadPaths: [modules], style: 'compressed', quietDeps: true }).css);

// ---- font: printable ASCII, Russian, the letters Kazakh adds, and the marks texts use.
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join('');
const letters = `${range(0x20, 0x7e)}${range(0x410, 0x44f)}ЁёӘәҒғҚқҢңӨөҰұҮүҺһІі\u00a0\u202f«»“”„‘’–—…·•№₸§°−×→←`;
for (const [weight, file] of [[400, '400Regular/GolosText_400Regular'], [600, '600SemiBold/GolosText_600SemiBold']]) {
  const whole = readFileSync(`${modules}@expo-google-fonts/golos-text/${file}.ttf`);
  put(`golos-${weight}.woff2`, await subset(whole, letters, { targetFormat: 'woff2' }));
}
cpSync(`${modules}@expo-google-fonts/golos-text/LICENSE_FONT`, join(out, 'golos-licence.txt'));

// ---- behaviours: those pages ask for, and what they import.
const package_ = `${modules}govuk-frontend/dist/govuk/`;
const done = new Set();
function behaviour(name) {
  if (done.has(name)) return;
  done.add(name);
  const source = readFileSync(package_ + name, 'utf8').replace(/^\/\/# sourceMappingURL.*$/m, '');
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, removeComments: true } });
  put(`govuk/${name.replace(/\.mjs$/, '.js')}`, `// @ts-nocheck\n${outputText.replace(/(from '[^']+)\.mjs'/g, "$1.js'")}`);
  for (const [, other] of outputText.matchAll(/from '(\.[^']+)'/g)) behaviour(join(dirname(name), other));
}
for (const name of ['character-count', 'checkboxes', 'error-summary', 'file-upload', 'password-input', 'radios']) behaviour(`components/${name}/${name}.mjs`);

// ---- archives
put('client-zip.js', `// @ts-nocheck\n${readFileSync(`${modules}client-zip/index.js`, 'utf8')}`);

// ---- NCALayer
cpSync(`${modules}ncalayer-js-client/ncalayer-client.js`, join(out, 'ncalayer-client.js'));
