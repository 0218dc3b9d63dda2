/** Renews the board in a frame once a minute, without loading the page anew: nobody loses their place in it. */

const EVERY = 60_000;

async function renew() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of ["banners", "clock", "brief"]) {
      const [now, next] = [document, page].map((one) => one.querySelector(`[data-part=${name}]`));
      if (now.innerHTML !== next.innerHTML) now.replaceChildren(...next.childNodes);
    }
  } catch {
    // the time on it says how old it is
  }
}

setInterval(renew, EVERY * (0.9 + Math.random() * 0.1));
