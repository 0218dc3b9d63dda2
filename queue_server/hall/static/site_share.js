/** The button that copies a text of the page; without scripts people mark it themselves. */

const button = document.querySelector("[data-copy]");
const text = document.getElementById(button.dataset.copy);
const said = document.querySelector("[data-copied]");

button.hidden = false;
button.addEventListener("click", async () => {
  text.select();
  try {
    await navigator.clipboard.writeText(text.value);
  } catch {
    if (!document.execCommand("copy")) return; // it stays marked
  }
  said.textContent = said.dataset.copied;
});
