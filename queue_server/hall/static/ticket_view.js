/**
 * Draws a ticket as the API sends it into the page that the server made. What the page says in each state comes with it
 * as data; a screen reader hears a call at once, everything else when it is silent.
 */

import { fill } from "./press.js";

const STAIRS = new Set(["up", "down"]);
const OVER = new Set(["done", "cancelled", "expired"]);

/** The state whose words are said: two kinds of waiting have their own. */
export function wordsOf(ticket) {
  if (ticket.ready) return "ready";
  return ticket.carried ? "carried" : ticket.state;
}

export class TicketView {
  #page;
  #words;
  #state;
  #calls = null;
  #ahead = null;

  /** `page`: the element around the ticket. */
  constructor(page) {
    this.#page = page;
    this.#words = JSON.parse(this.#part("words").textContent);
    this.#state = page.querySelector("main").dataset.state;
  }

  /** Whether the page has the words for every service of the ticket. */
  knows(ticket) {
    return ticket.services.every((service) => this.#words.services.includes(service.id));
  }

  /** Say that the page shows what is so at `now` (hall time, ms UTC). */
  live(now) {
    const format = { timeZone: this.#page.dataset.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const time = new Intl.DateTimeFormat(document.documentElement.lang, format).format(now);
    const line = this.#part("live");
    line.textContent = fill(line.dataset.text, { time });
    line.dataset.live = "";
    line.hidden = false;
  }

  draw(ticket) {
    const { state } = ticket;
    const waits = state === "waiting";
    this.#drawState(ticket);
    this.#part("figures").hidden = !waits;
    this.#part("ahead").textContent = fill(this.#part("ahead").dataset.text, { n: ticket.ahead });
    const wait = this.#part("wait");
    wait.textContent = this.#wait(ticket.estimate) || wait.dataset.none;
    wait.toggleAttribute("data-words", !ticket.estimate);
    this.#part("late").hidden = !waits || !ticket.late;
    this.#drawPlace(ticket);
    this.#drawErrands(ticket.errands);
    const { done, total } = ticket.handoffs;
    const handoffs = this.#part("handoffs");
    handoffs.hidden = total === 0 || state === "processing" || OVER.has(state);
    handoffs.textContent = fill(handoffs.dataset.text, ticket.handoffs);
    const progress = this.#part("progress");
    Object.assign(progress, { hidden: state !== "processing" || total === 0, max: total || 1, value: done });
    this.#drawActs(ticket);
    this.#say(ticket);
  }

  #drawState(ticket) {
    const state = wordsOf(ticket);
    const words = this.#words.states[state];
    const here = ticket.state === "called" ? this.#counter(ticket.counter) : null;
    this.#page.querySelector("main").dataset.state = state;
    this.#write("words-title", words.title);
    this.#write("counter", here?.name);
    this.#write("area", here?.where);
    this.#write("way-words", here?.way);
    this.#part("way").hidden = !here?.arrow;
    if (here?.arrow) turn(this.#part("way").querySelector("svg"), here.arrow);
    this.#write("words-next", fill(words.next, { left: ticket.handoffs.total - ticket.handoffs.done }));
    const first = state === "waiting" ? fill(this.#page.dataset.title, { n: ticket.ahead }) : words.title;
    document.title = `${ticket.number} ${first} – ${document.title.split(" – ").at(-1)}`;
  }

  #drawPlace(ticket) {
    const place = this.#part("place");
    const there = ticket.state === "waiting" && this.#words.places[ticket.services[0]?.id];
    place.hidden = !there;
    if (there) {
      place.querySelector("b").textContent = there.where;
      place.querySelector("b + span").textContent = there.names.join(" ");
      const way = this.#part("place-way");
      way.hidden = !there.arrow;
      way.querySelector("span").textContent = there.side;
      if (there.arrow) turn(way.querySelector("svg"), there.arrow);
    }
    const here = ticket.state === "called" && this.#counter(ticket.counter);
    this.#part("arrow-note").hidden = !there?.arrow && !here?.arrow;
  }

  #drawErrands(errands) {
    this.#part("errands").hidden = errands.length < 2;
    const list = this.#part("errand-list");
    const { lang } = document.documentElement;
    list.replaceChildren(
      ...errands.map((errand) => {
        const row = this.#part("errand-row").content.firstElementChild.cloneNode(true);
        const waits = errand.state === "waiting";
        row.dataset.state = errand.state;
        const name = errand.names[lang] ?? errand.names.ja ?? Object.values(errand.names)[0];
        row.querySelector(".errand__name").textContent = name ?? list.dataset.name;
        const state = waits ? fill(list.dataset.ahead, { n: errand.ahead }) : list.dataset[errand.state];
        row.querySelector(".errand__state").textContent = state;
        const counter = errand.state === "now" && errand.counter ? this.#counter(errand.counter).name : "";
        row.querySelector(".errand__more").textContent = waits ? this.#wait(errand.estimate) : counter;
        return row;
      }),
    );
  }

  #drawActs(ticket) {
    const over = OVER.has(ticket.state);
    for (const name of ["acts", "note", "family"]) this.#part(name).hidden = over;
    this.#part("cancel").hidden = ticket.state === "serving";
    this.#part("delay").hidden = !ticket.may_delay;
    const delay = this.#words.delay[ticket.state];
    if (!delay) return;
    this.#part("delay-words").textContent = delay.words;
    this.#page.querySelector("[data-act=late]").textContent = delay.button;
  }

  /** Tell whoever does not look: a call at once, with the phone's own buzz; a new state or place in passing. */
  #say(ticket) {
    const state = wordsOf(ticket);
    const again = state === "called" && this.#calls !== null && this.#calls !== ticket.calls.length;
    const changed = again || state !== this.#state;
    const moved = this.#ahead !== null && this.#ahead !== ticket.ahead;
    const lines = ["words-title", "counter", "way-words", "area", "words-next"];
    const told = lines.map((name) => this.#part(name).textContent).filter(Boolean).join(" ");
    if (changed) {
      this.#part(state === "called" ? "said-now" : "said").textContent = told;
      this.#part(state === "called" ? "said" : "said-now").textContent = "";
      if (state === "called" && navigator.userActivation?.hasBeenActive) navigator.vibrate?.([400, 200, 400, 200, 400]);
    } else if (state === "waiting" && moved) {
      const [title, value] = ["dt", "dd"].map((name) => this.#part("figures").querySelector(name).textContent);
      this.#part("said").textContent = `${title} ${value}`;
    }
    this.#state = state;
    this.#calls = ticket.calls.length;
    this.#ahead = ticket.ahead;
  }

  #wait(estimate) {
    if (!estimate) return "";
    const { dataset } = this.#part("wait");
    const { low_minutes: low, high_minutes: high } = estimate;
    if (high <= Number(this.#page.dataset.soon)) return dataset.soon;
    return fill(low === 0 ? dataset.within : dataset.text, { low, high });
  }

  #counter(id) {
    return this.#words.counters[id] ?? { name: id, where: "", arrow: "", way: "" };
  }

  /** Text that is hidden when there is none; untouched when it is there already. */
  #write(name, text = "") {
    const part = this.#part(name);
    part.hidden = text === "";
    if (part.textContent !== text) part.textContent = text;
  }

  #part(name) {
    return this.#page.querySelector(`[data-part="${name}"]`);
  }
}

/** Let an arrow show a way; stairs have a drawing of their own. */
function turn(arrow, way) {
  arrow.dataset.arrow = way;
  arrow.querySelector("use").setAttribute("href", STAIRS.has(way) ? "#stairs" : "#arrow");
}
