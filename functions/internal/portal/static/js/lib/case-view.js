// What a case has: its parties, its papers and what has happened, as elements.

import { $, el } from './dom.js';
import { article, called, clock, code, day, dayOf, lang, t, time } from './text.js';

/** The name of a party of the case, by its id. */
export function nameOf(one, id) {
  const party = one.parties.find((p) => p.id === id);
  return party ? called(party.name) : '';
}

/** What a case is called, after the first party on each side. */
export function title(one) {
  const sides = [one.claimant, one.opposite].filter(Boolean).map(called);
  return sides.length > 1 ? t('js.case.parties', { claimant: sides[0], opposite: sides[1] }) : sides.join('');
}

/** The parties, each with what the court knows of it, then who acts for them. */
export function parties(one) {
  const shown = one.parties.map((party) => entry(code('case.role', party.role), called(party.name), party.own, [
    party.confirmedAt
      ? t(party.number ? 'js.case.confirmed' : 'js.case.confirmed.plain', { number: party.number })
      : t('js.case.unconfirmed'),
    party.stated && !party.confirmedAt ? t('js.case.stated', { number: party.stated }) : '',
    party.from ? t('js.case.sees', { time: time(party.from) }) : t('js.case.unserved'),
  ]));
  return [...shown, ...one.representatives.map((who) => entry(code('case.role', 'representative'), called(who.name), false, [
    t('js.case.acts-for', { names: who.parties.map((id) => nameOf(one, id)).join(', ') }),
    t('js.case.authority', { from: who.from ? day(who.from) : t('js.case.authority.open'), to: who.to ? day(who.to) : t('js.case.authority.open') }),
    who.endedAt ? t('js.case.authority.ended', { time: time(who.endedAt) }) : t(who.confirmedAt ? 'js.case.confirmed.plain' : 'js.case.unconfirmed'),
  ]))];
}

function entry(role, name, own, lines) {
  return el('div', { class: 'card' },
    el('p', { class: 'small' }, role, own ? ` (${t('js.case.you')})` : ''),
    el('h3', {}, name),
    el('ul', { class: 'plain small' }, ...lines.filter(Boolean).map((line) => el('li', {}, line))));
}

/** A paper that came on paper: who scanned it and when, how it came, the scans. */
function scanned(one, paper) {
  const { clerk, at, way, from, pages, received, posted } = paper.scanned;
  const kind = $(`[data-kinds] data[value="${paper.kind}"]`)?.textContent ?? paper.kind;
  const name = (f) => f.name || t('js.onpaper.signature');
  return el('div', { class: 'card' },
    el('h3', {}, t('js.onpaper.paper', { kind, party: nameOf(one, paper.party) || '–', day: day(received) })),
    el('p', { 'data-scanned': '' }, t('js.onpaper.scanned', { clerk: called(clerk), time: time(at) })),
    el('p', { class: 'small' }, [t('js.onpaper.how', { way: code('paper.way', way), from, pages }), posted && t('js.onpaper.posted', { day: day(posted) })].filter(Boolean).join(' ')),
    paper.files.length
      ? el('ul', { class: 'plain' }, ...paper.files.map((f) => el('li', {}, el('a', { href: `/api/cases/${one.id}/papers/${paper.filing}/files/${f.id}` }, name(f)))))
      : el('p', {}, t('js.case.files.none')));
}

/** The filings of the case, each with the files that may be taken. */
export function papers(one) {
  return one.papers.map((paper) => {
    if (paper.scanned) return scanned(one, paper);
    const file = (f) => el('a', { href: `/api/cases/${one.id}/papers/${paper.filing}/files/${f.id}` }, f.name || t('js.case.statement'));
    const kind = $(`[data-kinds] data[value="${paper.kind}"]`)?.textContent ?? paper.kind;
    return el('div', { class: 'card' },
      el('h3', {}, t('js.case.paper', { kind, party: nameOf(one, paper.party) || '–', time: time(paper.at) })),
      paper.filing === one.id ? null : standing(one, paper),
      one.as === 'clerk' || one.as === 'judge' ? el('p', {}, el('a', { href: `/${lang}/registry/filings/${paper.filing}` }, t('js.case.paper.registry'))) : null,
      paper.files.length
        ? el('ul', { class: 'plain' }, ...paper.files.map((f) => el('li', {}, file(f), f.role ? ` – ${code('role', f.role)}` : '')))
        : el('p', {}, t('js.case.files.none')),
      paper.rulings?.length ? el('ul', { class: 'plain' }, ...paper.rulings.map((r) => el('li', {},
        el('a', { href: `/api/cases/${one.id}/papers/${paper.filing}/files/${r.id}` }, t('js.case.paper.ruling', { what: t(`js.ruling.${r.step}`), time: time(r.at) }))))) : null);
  });
}

/** Where a later paper stands, and what that means for the others: who filed it reads of it on its own page. */
function standing(one, paper) {
  const next = `js.paper.next.${paper.status}`;
  const own = one.parties.some((p) => p.own && p.id === paper.party);
  return el('p', {}, el('strong', { class: 'govuk-tag govuk-tag--grey' }, code('status', paper.status)), own || t(next) === next ? '' : ` ${t(next)}`);
}

const colours = { proper: 'green', waiting: 'yellow', failed: 'red', weak: 'yellow', untried: 'grey' };

/** How each party stands with its notice: what satisfies the law since when, or what is next. */
export function notices(one) {
  return one.notices.map((notice) => {
    const line = notice.proper
      ? t('js.case.notice.proper', { way: code('case.way', notice.way), time: time(notice.since), article: article(notice.article) })
      : next(notice);
    return el('div', { class: 'card' }, el('h3', {}, nameOf(one, notice.party)), el('p', {}, line),
      el('details', { class: 'wide' }, el('summary', {}, t('js.case.notice.all')),
        el('ul', { class: 'govuk-list' }, ...notice.rungs.map((rung) => el('li', {},
          `${code('case.way', rung.way)} (${article(rung.article)}) `,
          el('span', { class: `govuk-tag govuk-tag--${colours[rung.state]}` }, code('case.rung', rung.state)),
          rung.since ? el('span', { class: 'small' }, ' ', el('time', { datetime: rung.since }, time(rung.since))) : null)))));
  });
}

function next(notice) {
  if (!notice.next) return t('js.case.notice.exhausted');
  const waits = notice.rungs.find((rung) => rung.way === notice.next)?.state === 'waiting';
  return t(waits ? 'js.case.notice.wait' : 'js.case.notice.next', { way: code('case.way', notice.next) });
}

/** What a correction corrects. */
function corrects(one, event) {
  const was = one.events.find((e) => e.id === event.corrects);
  return was && event.was ? t('js.case.corrects', { event: code('case.event', event.was), time: time(was.at) }) : '';
}

/** The paper that an event is about, and what the court did with it. */
function paper(one, event) {
  const about = one.papers.find((p) => p.filing === event.paper);
  if (!about || event.type === 'open' || event.type === 'enter') return '';
  const kind = $(`[data-kinds] data[value="${about.kind}"]`)?.textContent ?? about.kind;
  return [kind, event.happened && code('event', event.happened)].filter(Boolean).join(': ');
}

/** What has happened, oldest first, day by day: when, what, who, why, by which article. */
export function timeline(one) {
  const days = [];
  one.events.forEach((event) => {
    const when = dayOf(event.at);
    if (days.at(-1)?.when !== when) days.push({ when, events: [] });
    days.at(-1).events.push(event);
  });
  return days.flatMap(({ when, events }) => [el('h3', {}, when), el('ol', { class: 'timeline' }, ...happened(one, events))]);
}

function happened(one, events) {
  return events.map((event) => {
    const copy = event.way && event.representative; // of a notice, to somebody else
    const about = event.party ? nameOf(one, event.party) : one.representatives.find((r) => r.id === event.representative)?.name ?? '';
    const who = [t(`js.case.by.${event.by}`), called(event.name)].filter(Boolean).join(', ');
    const lines = [
      [who, event.article && article(event.article)].filter(Boolean).join(' · '),
      event.hearing ? t('js.case.hearing.at', { time: time(event.hearing.at), place: event.hearing.place }) : '',
      event.on ? day(event.on) : '',
      event.type === 'hold' ? (event.present.length ? t('js.case.present', { names: event.present.map((id) => nameOf(one, id)).join(', ') }) : t('js.case.present.none')) : '',
      [event.way && code('case.way', event.way), event.to].filter(Boolean).join(': '),
      event.code || event.note ? t('js.case.answer', { text: [event.code, event.note].filter(Boolean).join(', ') }) : '',
      corrects(one, event),
      event.value,
      event.reason,
      paper(one, event),
    ];
    return el('li', {}, el('time', { datetime: event.at, title: time(event.at) }, clock(event.at)),
      el('span', {}, [copy && t(copy.startsWith('former-') ? 'js.case.copied.former' : 'js.case.copied'), (!copy || event.type !== 'told') && (event.type === 'opened' && event.way ? t('js.case.read') : code('case.event', event.type)), about].filter(Boolean).join(': ')),
      ...lines.filter(Boolean).map((line) => el('span', { class: 'small' }, line)));
  });
}
