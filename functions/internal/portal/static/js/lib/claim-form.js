// Between a claim as the editor has it and the form's sections as the API keeps them.

// A natural person's name in one line: surname, given name, patronymic.
function named(defendant) {
  if (defendant.type !== 'natural') return { name: defendant.fullName };
  const [surname = '', givenName = '', ...rest] = defendant.fullName.split(/\s+/);
  return { surname, givenName, patronymic: rest.join(' ') };
}

const fullName = (party) => party.name ?? [party.surname, party.givenName, party.patronymic].filter(Boolean).join(' ');

/** What is filled in: no empty texts, zeros, flags that are off, empty objects and lists. */
function filled(value) {
  if (Array.isArray(value)) return value.map(filled).map((inner) => inner ?? {});
  if (value === null || typeof value !== 'object') return value || undefined;
  const members = Object.entries(value).map(([key, inner]) => [key, filled(inner)]).filter(([, inner]) => inner !== undefined);
  return members.length ? Object.fromEntries(members) : undefined;
}

/** The sections of a claim, by code. */
export function sectionsOf(claim) {
  const sections = {
    court: { lang: claim.lang, code: claim.courtCode, basis: claim.jurisdictionBasis },
    defendants: {
      parties: claim.defendants.map((d, i) => ({
        id: `d${i + 1}`, type: d.type, ...named(d), iin: d.iin, bin: d.bin, address: { text: d.address },
        whereaboutsUnknown: d.whereaboutsUnknown, email: d.email, mobile: d.mobile,
      })),
    },
    demands: { items: claim.demands },
    circumstances: { breach: { text: claim.breach }, facts: { text: claim.circumstances } },
    price: { totalTiyn: claim.claimPriceTiyn },
  };
  return Object.fromEntries(Object.entries(sections).map(([code, value]) => [code, filled(value) ?? {}]));
}

/** The claim that sections ({code: {value}}) hold, as far as the editor shows it. */
export function claimOf(sections) {
  const value = (code) => sections[code]?.value ?? {};
  const { lang, code, basis } = value('court');
  return {
    lang,
    courtCode: code,
    jurisdictionBasis: basis,
    defendants: (value('defendants').parties ?? []).map((p) => ({
      type: p.type, fullName: fullName(p), iin: p.iin, bin: p.bin, address: p.address?.text, whereaboutsUnknown: p.whereaboutsUnknown, email: p.email, mobile: p.mobile,
    })),
    demands: value('demands').items ?? [],
    breach: value('circumstances').breach?.text,
    circumstances: value('circumstances').facts?.text,
    claimPriceTiyn: value('price').totalTiyn,
  };
}
