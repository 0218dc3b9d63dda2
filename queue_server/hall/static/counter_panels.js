/**
 * Panels of a counter, made ready when they are opened: whom they are about, where somebody may be passed on to, keys.
 */

import { warnAlone } from "./counter_ask.js";
import { keysOf } from "./counter_keys.js";
import { fill } from "./press.js";

/** Open the panel `name` of `page`; `number`: who is at the desk; `words` of the page. */
export function openPanel(page, name, number, words) {
  const panel = page.querySelector(`dialog[data-panel="${name}"]`);
  for (const title of panel.querySelectorAll("[data-text]")) title.textContent = fill(title.dataset.text, { number });
  if (name === "pause") warnAlone(panel, page.part("alone"));
  if (name === "help") listKeys(page, words);
  if (name === "transfer") {
    for (const target of page.part("targets").children) {
      const option = panel.querySelector(`option[value="${target.dataset.service}"]`);
      if (option) option.textContent = target.textContent;
    }
  }
  panel.querySelector("[data-part=problem]").hidden = true;
  panel.showModal();
}

function listKeys(page, words) {
  const rows = [...keysOf(page), ["E", words.aside], ["0–9", words.digits]].map(([key, does]) => {
    const row = document.createElement("div");
    const term = document.createElement("dt");
    term.append(Object.assign(document.createElement("kbd"), { textContent: key }));
    row.append(term, Object.assign(document.createElement("dd"), { textContent: does }));
    return row;
  });
  page.part("key-list").replaceChildren(...rows);
}
