/** How full it is, and what is closed and why, on every button of a purpose. */

const LOOK = 10_000; // ms: the board is fetched no more often without an event

export class Load {
  #kiosk;
  #services = new Map();
  #minute = null;
  #looked = 0;

  constructor(kiosk) {
    this.#kiosk = kiosk;
    document.addEventListener("live:board", (event) => this.#board(event.detail.board), { signal: kiosk.signal });
    document.querySelector("live-stream").refresh?.(0.2); // closing times are not in the page
  }

  /** Hours begin and end without an event: look again as the minutes go by. */
  look() {
    const now = this.#kiosk.hallTime;
    const minute = now === null ? null : Math.floor(now / 60_000);
    if (minute === this.#minute) return;
    this.#minute = minute;
    this.#closing();
    if (performance.now() - this.#looked < LOOK) return;
    this.#looked = performance.now();
    document.querySelector("live-stream").refresh(1);
  }

  #board(board) {
    const kiosk = this.#kiosk;
    kiosk.part("closed").hidden = board.day !== null;
    const notice = kiosk.part("notice");
    const names = board.notice ?? {};
    notice.textContent = names[document.documentElement.lang] ?? Object.values(names)[0] ?? "";
    notice.hidden = !notice.textContent;
    this.#services = new Map(board.services.map((service) => [service.id, service]));
    for (const button of kiosk.querySelectorAll("[data-load]")) this.#draw(button);
    this.#closing();
  }

  #draw(button) {
    const service = this.#services.get(button.dataset.load);
    if (!service) return;
    const part = (name) => button.querySelector(`[data-part="${name}"]`);
    const behind = button.dataset.opens.split(" ").map((id) => this.#services.get(id));
    const taking = behind.filter((one) => one?.stopped === null);
    const open = taking.length > 0;
    button.disabled = !open;
    part("load").hidden = !open;
    part("closed-words").hidden = open;
    for (const why of button.querySelectorAll("[data-why]")) {
      why.hidden = why.dataset.why !== (service.stopped ?? "hours");
    }
    part("people").textContent = this.#kiosk.say("waiting", { n: service.waiting });
    part("wait").textContent = this.#kiosk.wait(service.estimate);
    part("rests").hidden = taking.some((one) => one.attended);
  }

  /** The last numbers before closing: told on the buttons, and once for the hall when all of it closes. */
  #closing() {
    const open = [...this.#services.values()].filter((service) => service.stopped === null);
    const soon = new Map(open.filter((service) => this.#soon(service)).map((s) => [s.id, s.closes_at]));
    for (const button of this.#kiosk.querySelectorAll("[data-load]")) {
      const words = button.querySelector("[data-part=closing]");
      const at = soon.get(button.dataset.load);
      words.hidden = at === undefined;
      words.textContent = at === undefined ? "" : this.#kiosk.say("closing_soon", { time: this.#kiosk.time(at) });
    }
    const hall = this.#kiosk.part("hall-closing");
    const all = open.length > 0 && soon.size === open.length;
    hall.hidden = !all;
    const last = [...soon.values()].sort().at(-1);
    hall.textContent = all ? this.#kiosk.say("hall_closing", { time: this.#kiosk.time(last) }) : "";
  }

  #soon(service) {
    const now = this.#kiosk.hallTime;
    if (!service.closes_at || now === null) return false;
    return Date.parse(service.closes_at) - now <= this.#kiosk.facts.last_minutes * 60_000;
  }
}
