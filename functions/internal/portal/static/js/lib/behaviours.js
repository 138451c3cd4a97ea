// Behaviours of GOV.UK Frontend for the components on a page: each module is fetched where a page has
// use for it. Their words are attributes of the component.

import { $$ } from './dom.js';

const modules = {
  'govuk-character-count': () => import('../../vendor/govuk/components/character-count/character-count.js').then((m) => m.CharacterCount),
  'govuk-checkboxes': () => import('../../vendor/govuk/components/checkboxes/checkboxes.js').then((m) => m.Checkboxes),
  'govuk-file-upload': () => import('../../vendor/govuk/components/file-upload/file-upload.js').then((m) => m.FileUpload),
  'govuk-password-input': () => import('../../vendor/govuk/components/password-input/password-input.js').then((m) => m.PasswordInput),
  'govuk-radios': () => import('../../vendor/govuk/components/radios/radios.js').then((m) => m.Radios),
};

/** Gives the components in root what they do, once each. Resolves when all have it. */
export function behave(/** @type {ParentNode} */ root = document) {
  return Promise.all($$('[data-module]', root).map(async (component) => {
    const name = component.dataset.module;
    if (!modules[name] || component.hasAttribute(`data-${name}-init`)) return;
    if (/radios|checkboxes/.test(name) && !component.querySelector('[data-aria-controls]')) return; // nothing to reveal
    const Behaviour = await modules[name]();
    if (!component.hasAttribute(`data-${name}-init`)) new Behaviour(component);
  }));
}
