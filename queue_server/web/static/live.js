/**
 * <live-stream>: follows a site's public event stream for the page around it.
 *
 * Attributes: data-events (address of the stream), data-board (address of the board; left out: never fetched),
 * data-seq (what the page already shows), data-now (hall time, ms UTC), data-speed, data-refresh (seconds after an
 * event until the board is fetched). Its first child is the words that the data is old; they are hidden while it is
 * not. Tells the page by events that bubble:
 *
 *   live:event {name, data, fresh}   one event; `fresh` is false for what happened while the page was away
 *   live:board {board, reset}        the whole board; `reset`: draw it silently, whatever was shown before
 *   live:tick  {now, speed, seq}     hall time
 *   live:state {old}                 the data became old, or is live again
 */

const NAMES = [
  "ticket.issued", "ticket.called", "ticket.recalled", "ticket.started", "ticket.finished", "ticket.held",
  "ticket.no-show", "ticket.restored", "ticket.transferred", "ticket.undone", "ticket.processing", "ticket.ready",
  "ticket.cancelled", "ticket.expired", "counter.opened", "counter.paused", "counter.closed", "day.opened",
  "day.closed", "notice",
];
const OLD_AFTER = 10_000; // without a tick; the server ticks every 5 s
const DEAD_AFTER = 16_000; // then the connection is made anew
const FRESH = 8_000; // an event older than this is history
const CATCH_UP = 1_000; // what was missed comes within this time
const POLL = 5_000;
const STREAM_AGAIN = 60_000; // while polling

const jitter = (ms) => ms * (0.5 + Math.random());

class LiveStream extends HTMLElement {
  #abort;
  #source = null;
  #seq = 0; // where the stream is
  #heard = 0; // performance.now() of the last sign of life
  #since = 0; // performance.now() when this connection was begun
  #opened = 0; // performance.now() when it stood; 0 before
  #clock = null; // {now, speed, at}
  #old = false;
  #failures = 0;
  #silent = 0; // connections in a row that brought nothing
  #timers = new Map();

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#seq = Number(this.dataset.seq ?? 0);
    this.#heard = performance.now();
    if (this.dataset.now) {
      this.#clock = { now: Number(this.dataset.now), speed: Number(this.dataset.speed ?? 1), at: this.#heard };
    }
    document.addEventListener("visibilitychange", () => this.#watch(), { signal });
    window.addEventListener("online", () => this.#connect(), { signal });
    const watch = setInterval(() => this.#watch(), 1000);
    signal.addEventListener("abort", () => {
      clearInterval(watch);
      this.#timers.forEach(clearTimeout);
      this.#timers.clear();
      this.#source?.close();
    });
    this.#connect();
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  /** Hall time now in ms UTC, or null before it is known. */
  get hallTime() {
    const clock = this.#clock;
    return clock && clock.now + (performance.now() - clock.at) * clock.speed;
  }

  /**
   * Whether what happened at `at` (RFC 3339) happened just now. After a reconnection hall time is known again with the
   * first tick; until then only what comes in the first moment can be history.
   */
  fresh(at) {
    const clock = this.#clock;
    if (!clock) return true;
    const age = (this.hallTime - Date.parse(at)) / (clock.speed || 1);
    const told = clock.at >= this.#since || this.#opened === 0;
    return age < FRESH || (!told && performance.now() - this.#opened > CATCH_UP);
  }

  /** Fetch the board within about `seconds`; several wishes make one fetch. */
  refresh(seconds = Number(this.dataset.refresh ?? 2)) {
    if (this.dataset.board) this.#later("board", jitter(seconds * 1000), () => this.#fetchBoard(false));
  }

  #connect() {
    this.#cancel("connect");
    this.#source?.close();
    const address = new URL(this.dataset.events, location.href);
    if (this.#seq) address.searchParams.set("after", this.#seq);
    const source = new EventSource(address);
    this.#source = source;
    this.#since = performance.now();
    this.#opened = 0;
    source.addEventListener("open", () => { this.#opened = performance.now(); });
    const alive = () => {
      this.#failures = 0;
      this.#silent = 0;
      this.#cancel("poll");
      this.#alive();
    };
    for (const name of NAMES) {
      source.addEventListener(name, (event) => {
        alive();
        this.#event(name, JSON.parse(event.data));
      });
    }
    source.addEventListener("reset", (event) => {
      alive();
      this.#board(JSON.parse(event.data), true);
    });
    source.addEventListener("tick", (event) => {
      const tick = JSON.parse(event.data);
      this.#clock = { now: Date.parse(tick.now), speed: tick.speed, at: performance.now() };
      alive();
      if (tick.seq < this.#seq) this.#reset(); // another log than the one this page was made from
      this.#tell("tick", { ...tick, now: this.#clock.now });
    });
    source.addEventListener("error", () => {
      source.close();
      this.#failures += 1;
      this.#later("connect", jitter(Math.min(600 * 2 ** this.#failures, 4000)), () => this.#connect());
    });
  }

  /** The connection stands and says nothing: make it anew; where streams are swallowed, ask for the board instead. */
  #dead() {
    if (this.#heard < this.#since) this.#silent += 1;
    if (this.#silent < 2 || !this.dataset.board) {
      this.#connect();
      return;
    }
    this.#source.close();
    this.#later("connect", jitter(STREAM_AGAIN), () => this.#connect());
    this.#poll();
  }

  #poll() {
    this.#later("poll", jitter(POLL), async () => {
      await this.#fetchBoard(false);
      this.#poll();
    });
  }

  #reset() {
    this.#seq = 0;
    this.#cancel("board");
    if (this.dataset.board) this.#later("board", 0, () => this.#fetchBoard(true));
    else this.#tell("board", { board: null, reset: true });
  }

  async #fetchBoard(reset) {
    try {
      const answer = await fetch(this.dataset.board, { cache: "no-store", signal: this.#abort.signal });
      if (!answer.ok) return;
      const board = await answer.json();
      if (board.seq < this.#seq) {
        this.refresh(); // an older picture than what the stream has told meanwhile
        return;
      }
      if (this.#silent > 1) {
        this.#seq = board.seq;
        this.#alive();
      }
      this.#board(board, reset);
    } catch {
      if (this.#silent < 2 && !this.#abort.signal.aborted) this.refresh(4);
    }
  }

  #board(board, reset) {
    if (reset) this.#seq = board.seq; // else the stream still has to tell what led to it
    this.#tell("board", { board, reset });
  }

  #event(name, data) {
    if (data.seq <= this.#seq) return; // at least once: seen already
    this.#seq = data.seq;
    this.#tell("event", { name, data, fresh: this.fresh(data.at) });
    this.refresh(name === "notice" || name.startsWith("day.") ? 0.5 : undefined);
  }

  #alive() {
    this.#heard = performance.now();
    this.#mark(false);
  }

  #watch() {
    const now = performance.now();
    if (now - this.#heard > OLD_AFTER) this.#mark(true);
    const quiet = now - Math.max(this.#heard, this.#since);
    if (quiet > DEAD_AFTER && this.#source.readyState !== EventSource.CLOSED) this.#dead();
  }

  #mark(old) {
    if (old === this.#old) return;
    this.#old = old;
    this.toggleAttribute("data-old", old);
    if (this.firstElementChild) this.firstElementChild.hidden = !old;
    this.#tell("state", { old });
  }

  #tell(what, detail) {
    this.dispatchEvent(new CustomEvent(`live:${what}`, { detail, bubbles: true }));
  }

  #later(name, ms, act) {
    if (name === "board" && this.#timers.has(name)) return;
    this.#cancel(name);
    this.#timers.set(name, setTimeout(() => { this.#timers.delete(name); act(); }, ms));
  }

  #cancel(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}

customElements.define("live-stream", LiveStream);
