/** <device-list>: the devices of a site, and paper for the numbers that have none. */

import { StaffActs } from "./acts.js";
import { fill } from "./press.js";

const EVERY = 5_000; // ms: nothing of the public stream tells of devices

class DeviceList extends StaffActs {
  #place = ""; // where the last paper was asked for

  connectedCallback() {
    super.connectedCallback();
    const { signal } = this;
    const look = () => { if (document.visibilityState === "visible") this.again(0); };
    const every = setInterval(look, EVERY);
    document.addEventListener("visibilitychange", look, { signal });
    signal.addEventListener("abort", () => clearInterval(every));
  }

  act(source, body) {
    this.#place = source.elements.printer.selectedOptions[0].text;
    return super.act(source, body);
  }

  acted(source) {
    const said = this.part("said");
    const { number } = source.closest("[data-number]").dataset;
    said.textContent = fill(this.dataset.done, { number, name: this.#place });
    said.hidden = false;
  }

  /** Where the focus goes when the row of a number is gone. */
  home() {
    return this.querySelector("h1");
  }
}

customElements.define("device-list", DeviceList);
