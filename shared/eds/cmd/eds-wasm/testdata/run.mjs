// Verifies each file named on the command line with eds.mjs in Node and prints a line of JSON for it.
// Arguments: wasm_exec.js, eds.mjs, eds.wasm, folder of trust, instant, files.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [wasmExec, wrapper, module, trustDir, at, ...files] = process.argv.slice(2);
await import(pathToFileURL(wasmExec));
const { load, NotASignature } = await import(pathToFileURL(wrapper));
const eds = await load(readFileSync(module));

const read = (suffix) => readdirSync(trustDir).filter((n) => n.endsWith(suffix)).map((n) => readFileSync(join(trustDir, n)));
const options = { trust: read(".cer"), crls: read(".crl"), at: new Date(at), lang: "ru" };
for (const file of files) {
  try {
    const { report, texts } = await eds.verify(readFileSync(file), options);
    console.log(JSON.stringify({ indication: report.indication, iin: (report.signers ?? report.signatures[0]?.report.signers)[0]?.subject.iin, texts }));
  } catch (e) {
    console.log(JSON.stringify({ error: e instanceof NotASignature ? "not a signature" : String(e) }));
  }
}
process.exit(0);
