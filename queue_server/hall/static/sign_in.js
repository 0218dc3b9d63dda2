/** <sign-in>: login and password for a session. */

import { post, showProblem } from "./press.js";

class SignIn extends HTMLElement {
  #abort;

  connectedCallback() {
    this.#abort = new AbortController();
    this.addEventListener("submit", (event) => this.#submit(event), { signal: this.#abort.signal });
  }

  disconnectedCallback() {
    this.#abort.abort();
  }

  async #submit(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const button = event.target.querySelector("button");
    button.disabled = true;
    const answer = await post("/api/v1/session", Object.fromEntries(form));
    if (answer.ok) {
      location.assign(this.dataset.next);
      return;
    }
    button.disabled = false;
    showProblem(this.querySelector("[data-part=problem]"), answer);
    event.target.elements.password.select();
  }
}

customElements.define("sign-in", SignIn);
