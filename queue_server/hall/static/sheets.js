/** The sheets of the emergency pad: a button that prints them. */

document.querySelector("[data-print]").addEventListener("click", () => window.print());
