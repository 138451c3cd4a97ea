// The form by which those who work for the court do what may be done in a case now.

import { api } from './api.js';
import { busy, idle } from './busy.js';
import { $, $$, checkbox, digits, el } from './dom.js';
import { clear, showError } from './problem.js';
import { called, code, t, time } from './text.js';

let pending = null; // the act that was sent and not answered: a repeat has its id

/** Offers the acts of the case; show is given the case as it is after one. */
export function acts(one, show) {
  $('[data-acts]').hidden = !one.acts.length;
  if (!one.acts.length) return;
  const form = $('#act-form');
  const choose = () => el('option', { value: '' }, t('js.case.choose'));
  form.reset();
  clear($('[data-problem]', form), form);
  $('#step').replaceChildren(choose(), ...one.acts.map((act) => el('option', { value: act.step }, t(`js.case.act.${act.step}`))));
  $('#party').replaceChildren(choose(), ...one.parties.map((p) => el('option', { value: p.id }, `${called(p.name)} (${code('case.role', p.role)})`)));
  $('#representative').replaceChildren(choose(), ...one.representatives.map((r) => el('option', { value: r.id }, called(r.name))));
  $('[data-options="present"]').replaceChildren(...one.parties.map((p) => checkbox(`present-${p.id}`, p.id, called(p.name))));
  $('#event').replaceChildren(choose(), ...one.mistakes.map((e) => el('option', { value: e.id },
    [t('js.case.mistake', { event: code('case.event', e.type), time: time(e.at) }), called(one.parties.find((p) => p.id === e.party)?.name)].filter(Boolean).join(', '))));
  const wrong = () => one.mistakes.find((e) => e.id === $('#event').value)?.about ?? [];
  const about = () => one.acts.find((act) => act.step === $('#step').value)?.about.flatMap((what) => (what === 'event' ? [what, ...wrong()] : [what])) ?? [];
  const fields = () => $$('[data-about]', form).forEach((group) => { group.hidden = !about().includes(group.dataset.about); });
  fields();
  $('#step').onchange = fields;
  $('#event').onchange = () => {
    fields();
    if (!wrong().includes('case-number')) return;
    $('#case-number').value = one.number; // one of several may be right
    $('#day').value = one.papers.find((p) => p.filing === one.id)?.scanned?.received ?? '';
  };
  form.onsubmit = async (event) => {
    event.preventDefault();
    const note = $('[data-problem]', form);
    const button = $('[type=submit]', form);
    clear(note, form);
    busy(button);
    try {
      const after = await api('POST', `/api/cases/${one.id}/acts`, act(one, about()));
      pending = null;
      show(after);
      $('[data-state]').textContent = t('js.case.done');
      $('[data-state]').scrollIntoView({ block: 'nearest' });
    } catch (error) {
      if (error.code !== 'offline' && error.status < 500) pending = null;
      showError(note, error, form);
    } finally {
      idle(button);
    }
  };
}

function act(one, about) {
  const values = { step: $('#step').value, revision: one.revision };
  const at = $('#hearing').value;
  const named = {
    event: () => ({ event: $('#event').value }),
    'case-number': () => ({ number: $('#case-number').value.trim() }),
    party: () => ({ party: $('#party').value }),
    representative: () => ({ representative: $('#representative').value }),
    number: () => ({ number: digits('#number'), name: $('#name').value.trim() }),
    hearing: () => ({ hearing: { ...(at ? { at: `${at.length === 16 ? `${at}:00` : at}+05:00` } : {}), place: $('#place').value.trim() } }),
    present: () => ({ present: $$('[data-options="present"] input:checked').map((box) => box.value) }),
    day: () => ($('#day').value ? { on: $('#day').value } : {}),
    period: () => Object.fromEntries([['from', $('#from').value], ['to', $('#to').value]].filter(([, day]) => day)),
    address: () => ({ address: $('#address').value.trim() }),
    way: () => ({ way: $('#way').value, result: $('#result').value, contact: $('#contact').value.trim() }),
    reason: () => ({ reason: $('#reason').value.trim() }),
  };
  about.forEach((what) => Object.assign(values, named[what]()));
  const same = JSON.stringify(values);
  if (pending?.same !== same) pending = { same, id: crypto.randomUUID() };
  return { id: pending.id, ...values };
}
