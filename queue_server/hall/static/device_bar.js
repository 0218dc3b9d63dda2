/**
 * <device-bar>: devices in trouble, at the foot of a page of staff. Nothing of the public stream tells of devices, so it
 * asks every few seconds while somebody can see it.
 */

const EVERY = 5_000; // ms

class DeviceBar extends HTMLElement {
  #abort;
  #drawn;

  connectedCallback() {
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#drawn = this.innerHTML.trim();
    const every = setInterval(() => this.#look(), EVERY);
    document.addEventListener("visibilitychange", () => this.#look(), { signal });
    signal.addEventListener("abort", () => clearInterval(every));
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  async #look() {
    if (document.visibilityState !== "visible") return;
    try {
      const answer = await fetch(this.dataset.now, { cache: "no-store", signal: AbortSignal.timeout(EVERY) });
      const text = answer.ok ? (await answer.text()).trim() : this.#drawn;
      if (text === this.#drawn) return;
      this.#drawn = text;
      const focused = this.contains(document.activeElement);
      const height = this.offsetHeight;
      this.style.minHeight = "";
      this.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
      // a page that gets shorter under a window at its end would move all that stands in it
      if (window.scrollY > 0 && this.offsetHeight < height) this.style.minHeight = `${height}px`;
      if (focused) this.querySelector("a")?.focus({ preventScroll: true });
    } catch {
      // the page itself says that the server is away
    }
  }
}

customElements.define("device-bar", DeviceBar);
