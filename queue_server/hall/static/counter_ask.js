/**
 * Questions of a counter: a dialog whose buttons are the answers. Leaving it (Escape) is no answer.
 */

import { fill } from "./press.js";

/** Ask with `dialog`; words with {facts} are filled. Resolves to the value of the button, "" when it was left. */
export function ask(dialog, facts = {}) {
  for (const words of dialog.querySelectorAll("[data-text]")) words.textContent = fill(words.dataset.text, facts);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}

/** Put the list of services that would be left alone into a dialog; hidden when there is none. */
export function warnAlone(dialog, list) {
  const warning = dialog.querySelector("[data-part=ask-alone]");
  warning.querySelector("ul").replaceChildren(...[...list.children].map((line) => line.cloneNode(true)));
  warning.hidden = list.children.length === 0;
}
