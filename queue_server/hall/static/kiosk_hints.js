/** What needs no waiting: whether it can be used now, and when else. */

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

const minutes = (text) => {
  const [hour, minute] = text.split(":");
  return Number(hour) * 60 + Number(minute);
};

/** {usable} now, or {from}: the time of day when it will be, else {}. `at` is {weekday, minute} in the hall's zone. */
export function usability(hours, weekdays, at) {
  if (weekdays.length && !weekdays.includes(at.weekday)) return {};
  if (!hours.length) return { usable: true };
  const spans = hours.map((span) => span.split("-"));
  if (spans.some(([from, to]) => minutes(from) <= at.minute && at.minute < minutes(to))) return { usable: true };
  const next = spans.find(([from]) => minutes(from) > at.minute);
  return next ? { from: next[0] } : {};
}

export class Hints {
  #kiosk;

  constructor(kiosk) {
    this.#kiosk = kiosk;
    kiosk.addEventListener("kiosk:screen", (event) => {
      if ("hints" in event.detail.section.dataset) this.#draw(event.detail.section);
    }, { signal: kiosk.signal });
  }

  #draw(section) {
    const at = this.#now();
    const list = (text) => (text ? text.split(" ") : []);
    for (const hint of section.querySelectorAll("[data-hint]")) {
      const hours = list(hint.dataset.hours);
      const { usable, from } = usability(hours, list(hint.dataset.weekdays), at);
      const words = hint.querySelector("[data-part=usable]");
      hint.toggleAttribute("data-usable", Boolean(usable));
      const until = hours.join(" ").replaceAll("-", "〜");
      if (usable) words.textContent = this.#kiosk.say("usable_now", { hours: until });
      else if (from) words.textContent = this.#kiosk.say("usable_from", { time: from });
      else words.textContent = this.#kiosk.say("usable_not", { hours: until });
    }
  }

  #now() {
    const now = new Date(this.#kiosk.hallTime ?? Date.now());
    const format = { timeZone: this.#kiosk.dataset.zone, weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    const parts = Object.fromEntries(new Intl.DateTimeFormat("en-US", format).formatToParts(now).map((p) => [p.type, p.value]));
    return { weekday: DAYS.find((day) => parts.weekday.toLowerCase() === day), minute: minutes(`${parts.hour}:${parts.minute}`) };
  }
}
