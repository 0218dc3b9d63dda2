/**
 * Draws the changing parts of a page again ([data-now-part]) and keeps what a person did in them: the focus, fields
 * that were changed, folds that were opened ([data-keep]). A part that says the same as before is not touched.
 */

/** `last` remembers by part what was drawn; the same map each time. `page.home()`: where the focus goes at last. */
export function redraw(page, html, last) {
  for (const fresh of html.querySelectorAll("[data-now-part]")) {
    const name = fresh.dataset.nowPart;
    const part = page.querySelector(`[data-now-part="${CSS.escape(name)}"]`);
    const text = fresh.innerHTML;
    if (!part || last.get(name) === text) continue;
    last.set(name, text);
    const keep = placeOf(part, () => page.home?.());
    part.replaceChildren(...fresh.childNodes);
    keep();
  }
}

/** What a person did in a part; gives the function that puts it back into what is drawn next. */
function placeOf(part, home) {
  const focused = part.contains(document.activeElement) ? idOf(document.activeElement) : null;
  const folds = [...part.querySelectorAll("details[open][data-keep]")].map((fold) => fold.dataset.keep);
  const changed = fieldsOf(part).filter(isChanged).map((field) => [idOf(field), field.checked, field.value]);
  return () => {
    for (const keep of folds) part.querySelector(`details[data-keep="${CSS.escape(keep)}"]`)?.setAttribute("open", "");
    const fields = fieldsOf(part);
    for (const [id, checked, value] of changed) {
      const field = fields.find((other) => idOf(other) === id);
      if (field?.type === "checkbox") field.checked = checked;
      else if (field) field.value = value;
    }
    if (focused === null) return;
    const places = [...part.querySelectorAll("a, button, input, select, summary, [tabindex]")];
    const place = places.find((other) => idOf(other) === focused && !other.disabled);
    (place ?? home() ?? part.querySelector("[tabindex], button, a"))?.focus({ preventScroll: true });
  };
}

function fieldsOf(part) {
  return [...part.querySelectorAll("input, select, textarea")];
}

function isChanged(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field instanceof HTMLSelectElement) return [...field.options].some((o) => o.selected !== o.defaultSelected);
  return field.value !== field.defaultValue;
}

/** What a field, button, link or fold is, whichever drawing it comes from. */
function idOf(place) {
  const { open, page, tick, calm, burst } = place.dataset;
  const { act, post, body } = place.closest("[data-act], [data-post]")?.dataset ?? {};
  const number = place.closest("[data-number]")?.dataset.number;
  const fold = place.localName === "summary" ? place.parentElement.dataset.keep : "";
  return [place.localName, place.id, act, post, body, number, open, page, tick, calm, burst, fold, place.name].join(" ");
}
