/** <print-button>: shows its button where scripts run, which prints the page. */

class PrintButton extends HTMLElement {
  #abort;

  connectedCallback() {
    this.#abort = new AbortController();
    const button = this.querySelector("button");
    button.hidden = false;
    button.addEventListener("click", () => window.print(), { signal: this.#abort.signal });
  }

  disconnectedCallback() {
    this.#abort.abort();
  }
}

customElements.define("print-button", PrintButton);
