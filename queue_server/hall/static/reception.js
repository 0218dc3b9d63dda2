/** <reception-desk>: numbers given by staff, and what may be done with any ticket of the day. */

import { StaffActs } from "./acts.js";

class ReceptionDesk extends StaffActs {
  acted(source, answer) {
    if (!("issue" in source.dataset)) return;
    const issued = this.part("issued");
    const { state } = answer.print;
    issued.querySelector("[data-part=number]").textContent = answer.number;
    issued.querySelector("[data-part=paper]").textContent = issued.getAttribute(`data-paper-${state}`);
    issued.querySelector("[data-part=qr]").src = `${new URL(answer.url).pathname}/qr.svg`;
    issued.hidden = false;
  }
}

customElements.define("reception-desk", ReceptionDesk);
