// What an e-mail address is, as package email has it: a typing mistake is told where it is made.

const ATOMS = /^[\p{L}\p{Nd}\p{M}!#$%&'*+\-/=?^_`{|}~]+(?:\.[\p{L}\p{Nd}\p{M}!#$%&'*+\-/=?^_`{|}~]+)*$/u;
const LABEL = /^[\p{L}\p{Nd}](?:[\p{L}\p{Nd}\p{M}-]*[\p{L}\p{Nd}\p{M}])?$/u;

const octets = (s) => new TextEncoder().encode(s).length;

/** A host in the letters of the domain name system, as the browser writes it; as it is where it can't. */
function ascii(host) {
  try {
    return /[^\0-\x7f]/.test(host) ? new URL(`http://${host}`).hostname : host;
  } catch {
    return host;
  }
}

/** The key of the text that says what is wrong with an address, or ''. office: the office is to write to it. */
export function fault(address, office) {
  const at = address.indexOf('@');
  const [local, host] = [address.slice(0, at), address.slice(at + 1)];
  const labels = host.split('.');
  const last = labels.at(-1);
  const written = ascii(host);
  const right = at > 0 && octets(local) <= 64 && ATOMS.test(local) && labels.length > 1 && labels.every((l) => LABEL.test(l))
    && [...last].length > 1 && /[^\p{Nd}]/u.test(last) && written.split('.').every((l) => octets(l) <= 63) && octets(local) + 1 + octets(written) <= 254;
  if (!right) return 'js.email.invalid';
  return office && /[^\0-\x7f]/.test(local) ? 'js.email.letters' : '';
}
