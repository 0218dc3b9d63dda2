/** What a counter's page shows of itself between two drawings by the server. `desk` is its element. */

import { fill } from "./press.js";

const WITH_SOMEBODY = ["finish", "hold", "transfer", "hand-off", "await-pickup"];
const WITH_CALLED = ["recall", "start", "no-show"];

/** Who is at the desk; false on a page that does not show it. */
export function drawHere(desk, ticket) {
  const place = desk.querySelector("[data-now-part=here] .here");
  const template = desk.part("here-ticket");
  if (!place || !template) return false;
  const shown = place.querySelector("article");
  if (ticket && shown?.dataset.number === ticket.number) {
    shown.dataset.state = ticket.state;
    shown.querySelector("[data-part=state]").textContent = desk.words.states[ticket.state];
    return true;
  }
  let fresh = document.createElement("p");
  fresh.className = "here__none";
  fresh.textContent = desk.words.nobodyHere;
  if (ticket) {
    fresh = template.content.firstElementChild.cloneNode(true);
    Object.assign(fresh.dataset, { number: ticket.number, state: ticket.state });
    fresh.querySelector("[data-part=number]").textContent = ticket.number;
    fresh.querySelector("[data-part=state]").textContent = desk.words.states[ticket.state] ?? "";
  }
  place.querySelectorAll("article, .here__none").forEach((old) => old.remove());
  place.append(fresh);
  return true;
}

/** What may be pressed with `ticket` (or nobody) at the desk, by what may be pressed now. */
export function allowedWith(ticket, allowed) {
  const about = new Set([...WITH_SOMEBODY, ...WITH_CALLED]);
  const others = allowed.split(" ").filter((act) => !about.has(act));
  const now = [...(ticket ? WITH_SOMEBODY : []), ...(ticket?.state === "called" ? WITH_CALLED : [])];
  return [...others, ...now].join(" ");
}

/** Only what may be pressed can be. */
export function enable(desk) {
  const may = new Set(desk.view.dataset.allowed.split(" "));
  for (const button of desk.querySelectorAll("button.act[data-act]")) button.disabled = !may.has(button.dataset.act);
  for (const button of desk.querySelectorAll("button[data-allowed-by]")) {
    button.disabled = !may.has(button.dataset.allowedBy);
  }
  for (const form of desk.querySelectorAll("form[data-allowed-by]")) {
    form.querySelector("button").disabled = !may.has(form.dataset.allowedBy);
  }
}

/** What the next call does, and who the card tells of, with somebody in `state` at the desk. */
export function nameCalls(desk, state) {
  if (!desk.part("next")) return;
  desk.part("next").textContent = state ? desk.words.nextToo : desk.words.next;
  desk.part("here-title").textContent = state === "serving" ? desk.words.here : desk.words.hereCalled;
}

/** Buttons that depend on the counter's state, and forms that the server leaves to the page. */
export function drawActs(desk) {
  const { status, last, lastNumber } = desk.view.dataset;
  enable(desk);
  for (const button of desk.querySelectorAll("[data-when]")) {
    button.hidden = !button.dataset.when.split(" ").includes(status);
  }
  desk.querySelector("[data-act=reopen]").disabled = !last;
  desk.part("last").textContent = last ? fill(desk.words.last, { number: lastNumber }) : "";
  const restore = desk.part("restore");
  for (const place of desk.querySelectorAll("[data-restore]:empty")) {
    const form = restore.content.cloneNode(true);
    form.querySelector("form").dataset.number = place.dataset.restore;
    place.replaceChildren(form);
  }
}

/** What undo would take back, and how long it can. */
export function drawUndo(desk) {
  const { undo, undoAct, undoNumber, undoUntil, lastNumber } = desk.view.dataset;
  const until = Number(undoUntil);
  const stream = document.querySelector("live-stream");
  const left = until > 0 && stream.hallTime ? Math.floor((until - stream.hallTime) / 1000) : 0;
  desk.querySelector("[data-act=undo]").disabled = left <= 0;
  desk.part("undo-what").textContent = left > 0 ? fill(desk.words.undoWhat, { what: undo }) : desk.words.undo;
  desk.querySelector("[data-act=reopen]").hidden = left > 0 && undoAct === "finish" && undoNumber === lastNumber;
  desk.part("undo-left").textContent = left > 0 ? fill(desk.words.seconds, { seconds: left }) : "";
}
