/* In the page: who can be reached with Tab, what shows the focus, how large targets are. Used by fitness.py. */

(() => {
  if (window.fitness) return;
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  const modal = () => [...document.querySelectorAll("dialog:modal")].at(-1);
  const named = (e) => e.outerHTML.replace(/\s+/g, " ").slice(0, 120);
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true });

  /* One of a group of radio buttons is enough: the arrows go to the others. */
  const oneOfGroup = (e) => e.type !== "radio" || e.checked
    || (!document.querySelector(`input[name="${e.name}"]:checked`) && e === document.querySelector(`input[name="${e.name}"]`));

  const controls = () => [...(modal() ?? document).querySelectorAll(CONTROLS)]
    .filter((e) => shown(e) && !e.matches(":disabled") && e.tabIndex >= 0 && !e.closest("[inert]") && oneOfGroup(e));

  const marked = (e) => {
    const style = getComputedStyle(e);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  };

  /* A hidden checkbox may show its focus on its label. */
  const showsFocus = (e) => marked(e) || [e.closest("label"), ...(e.labels ?? []), e.nextElementSibling]
    .some((other) => other && marked(other));

  const hides = (e) => {
    const part = e.getBoundingClientRect().width < 3 ? (e.closest("label") ?? e.labels?.[0] ?? e) : e;
    const box = part.getBoundingClientRect();
    const points = [0.5, 0.1, 0.9].flatMap((x) => [0.5, 0.15, 0.85].map((y) => [box.left + box.width * x, box.top + box.height * y]));
    return !points.some(([x, y]) => {
      const there = document.elementFromPoint(x, y);
      return there && (part.contains(there) || there.contains(part) || there.closest("label")?.contains(part));
    });
  };

  const round = { seen: [], dull: new Set(), hidden: new Set(), maybe: new Set() };
  document.addEventListener("focusin", ({ target }) => {
    if (!showsFocus(target)) round.dull.add(named(target));
    round.seen.push(target);
    if (hides(target)) round.maybe.add(target);
  });

  /* Looked at again when it loses the focus: by then the page has scrolled to it. */
  document.addEventListener("focusout", ({ target }) => {
    if (round.maybe.delete(target) && hides(target)) round.hidden.add(named(target));
  });

  window.fitness = {
    begin() {
      document.activeElement?.blur();
      getSelection().removeAllRanges();
      Object.assign(round, { seen: [], dull: new Set(), hidden: new Set(), maybe: new Set() });
      round.wanted = controls();
      return round.wanted.length + 4;
    },

    end() {
      const seen = new Set(round.seen);
      return {
        unreached: round.wanted.filter((e) => e.isConnected && shown(e) && !seen.has(e)).map(named),
        dull: [...round.dull],
        hidden: [...round.hidden],
        disordered: [...document.querySelectorAll("[tabindex]")].filter((e) => e.tabIndex > 0).map(named),
      };
    },

    small: (least) => [...(modal() ?? document).querySelectorAll("button, select, summary, .button, .languages a, input:not([type=checkbox], [type=radio], [type=hidden])")]
      .filter((e) => shown(e) && e.getBoundingClientRect().height > 3 && e.getBoundingClientRect().height < least - 0.5).map(named),

    wide: (width) => [...document.body.querySelectorAll("*")]
      .filter((e) => shown(e) && !e.closest(".scroll") && e.getBoundingClientRect().right > width + 0.5).map(named).slice(0, 4),

    structure() {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const texts = [];
      while (walker.nextNode()) {
        const { parentElement: parent, data } = walker.currentNode;
        if (data.trim() && shown(parent) && !parent.closest("script, style, [lang]:not(html)")) texts.push(data.trim());
      }
      return {
        lang: document.documentElement.lang,
        title: document.title,
        first: [...document.querySelectorAll("h1")].filter(shown).map((e) => e.textContent.trim()),
        keys: texts.filter((text) => /^[a-z]+(\.[a-z_]+)+$/.test(text) || /\{[a-z_]+\}/.test(text)),
        texts,
      };
    },
  };
})();
