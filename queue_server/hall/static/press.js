/**
 * Posts to the API. Every press has a key, so a retry after a lost answer is not a second press.
 */

const TRIES = 3;
const PATIENCE = 8_000; // ms for one try

/** A new idempotency key; also where the page is not served over HTTPS. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * POST `body` as JSON. Resolves to {ok, status, data}: `data` is the answer, or the problem with title and detail in
 * the page's language; null when no answer came at all. Tries again with the same key while the server is away.
 */
export async function post(address, body = {}, { key = newKey(), method = "POST" } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await fetch(address, {
        method,
        headers: {
          "Content-Type": "application/json",
          "Accept-Language": document.documentElement.lang,
          "Idempotency-Key": key,
        },
        body: method === "POST" ? JSON.stringify(body) : undefined,
        signal: AbortSignal.timeout(PATIENCE),
      });
      const data = await answer.json().catch(() => null);
      if (answer.status !== 503 || attempt === TRIES) return { ok: answer.ok, status: answer.status, data };
    } catch {
      if (attempt === TRIES) return { ok: false, status: 0, data: null };
    }
    await new Promise((resolve) => { setTimeout(resolve, 300 * attempt + Math.random() * 500); });
  }
}

/** Fill {name} in a text of the page. */
export function fill(text, facts) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

/** A name by language, in the page's; empty without any. */
export function named(names) {
  return names[document.documentElement.lang] ?? names.ja ?? Object.values(names)[0] ?? "";
}

/** Show a problem in the page's own banner: its title and detail, or that no answer came. */
export function showProblem(banner, { data }) {
  const [title, detail] = data?.title ? [data.title, data.detail ?? ""] : [banner.dataset.noAnswer, ""];
  const lines = [title, detail].filter(Boolean).map((text) => {
    const line = document.createElement("p");
    line.textContent = text;
    return line;
  });
  banner.replaceChildren(...lines);
  banner.hidden = false;
}
