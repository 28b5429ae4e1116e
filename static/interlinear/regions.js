// Progress on a page that the server writes. Events carry numbers. Words, buttons and texts come from
// the server: the page is fetched again and its regions (data-live) are exchanged in place.
import { onProgress } from "./live.js";

(() => {
  const POLL_MS = 3000;
  const REFRESH_MS = 300;
  const FOLLOW_MS = 2000;
  let title = document.title;
  const spoken = document.getElementById("spoken");
  const runs = () => [...document.querySelectorAll("[data-run]")];
  const open = () => runs().filter((one) => one.dataset.state === "open");
  const number = (text) => Number(text).toLocaleString("en");

  // --- Languages of a document unfold -----------------------------------------------------------
  const folded = new Set();
  function fold(body, isFolded) {
    body.classList.toggle("folded", isFolded);
    const button = body.querySelector(".unfold");
    if (button) button.setAttribute("aria-expanded", String(!isFolded));
    if (isFolded) folded.add(body.id);
    else folded.delete(body.id);
  }
  for (const button of document.querySelectorAll(".unfold")) {
    const body = button.closest("tbody");
    if (!body.querySelector('[data-state="open"]')) fold(body, true);
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".unfold");
    if (button) fold(button.closest("tbody"), button.getAttribute("aria-expanded") === "true");
  });

  // --- Numbers ----------------------------------------------------------------------------------
  function draw(element, tally) {
    const meter = element.querySelector(".meter");
    const translated = tally.done - tally.review - tally.failed;
    const [first, second, third] = meter.querySelectorAll("rect");
    first.setAttribute("width", translated);
    second.setAttribute("x", translated);
    second.setAttribute("width", tally.review);
    third.setAttribute("x", translated + tally.review);
    third.setAttribute("width", tally.failed);
    meter.setAttribute("aria-valuenow", tally.done);
    meter.setAttribute("aria-valuetext", `${tally.done} of ${tally.segments} segments`);
    meter.querySelector(".percent").textContent = `${percent(tally)}%`;
    element.querySelector("[data-count]").textContent =
      `${number(tally.done)} of ${number(tally.segments)} segments`;
    element.querySelector("[data-review]").textContent =
      tally.review ? `, ${number(tally.review)} to review` : "";
    element.querySelector("[data-failed]").textContent =
      tally.failed ? `, ${number(tally.failed)} failed, not billed` : "";
  }
  const percent = (tally) => Math.floor((100 * tally.done) / Math.max(tally.segments, 1));
  const tallyOf = (element) => ({
    segments: Number(element.dataset.segments),
    done: Number(element.dataset.done),
    review: Number(element.dataset.review),
    failed: Number(element.dataset.failed),
  });
  function sum(elements) {
    const all = { segments: 0, done: 0, review: 0, failed: 0 };
    for (const tally of elements.map(tallyOf)) {
      for (const name of Object.keys(all)) all[name] += tally[name];
    }
    return all;
  }

  function update(counters) {
    for (const element of runs()) {
      if (element.dataset.run !== counters.run || element.dataset.state !== "open") continue;
      const changed = Number(element.dataset.done) !== counters.done;
      Object.assign(element.dataset, {
        segments: counters.segments,
        done: counters.done,
        review: counters.needs_review,
        failed: counters.failed,
      });
      draw(element, tallyOf(element));
      const total = element.closest("tbody")?.querySelector("[data-sum]");
      if (total) draw(total, sum([...element.closest("tbody").querySelectorAll("[data-run]")]));
      if (counters.state !== "open") refresh(REFRESH_MS);
      else if (changed && element.dataset.shown === "queued") refresh(REFRESH_MS);
      else if (changed && document.querySelector("[data-follow]")) refresh(FOLLOW_MS);
    }
    tell();
  }

  // --- Title, and what is said to people who do not see the bars --------------------------------
  let watched = open().map((element) => element.dataset.run);
  let said = 0;
  function tell() {
    const mine = runs().filter((element) => watched.includes(element.dataset.run));
    if (!mine.length) return;
    const tally = sum(mine);
    const share = percent(tally);
    const running = mine.some((element) => element.dataset.state === "open");
    document.title = running ? `${share}% · ${title}` : `Done · ${title}`;
    if (!running && said < 2) {
      said = 2;
      const faults = tally.failed ? `, ${tally.failed} segments failed` : "";
      spoken.textContent = `Translation has ended${faults}.`;
    } else if (running && share >= 50 && said < 1) {
      said = 1;
      spoken.textContent = "Half of it is translated.";
    }
  }

  // --- Regions ----------------------------------------------------------------------------------
  let timer = 0;
  let due = Infinity;
  function refresh(delay) {
    const at = Date.now() + delay;
    if (at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(exchange, delay);
  }
  async function exchange() {
    due = Infinity;
    let answer;
    try {
      answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    } catch {
      refresh(POLL_MS);
      return;
    }
    if (answer.redirected || !answer.ok) {
      // Signed out, or deleted by somebody else: the server's own page says it.
      location.reload();
      return;
    }
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    title = fresh.title;
    const focused = document.activeElement?.id;
    for (const old of document.querySelectorAll("[data-live]")) {
      const made = fresh.getElementById(old.id);
      if (!made) continue;
      if (old.dataset.live === "rows") exchangeRows(old, made);
      else if (old.outerHTML !== made.outerHTML) old.replaceWith(made);
      if (folded.has(made.id)) fold(made, true);
    }
    if (focused && document.activeElement?.id !== focused) {
      document.getElementById(focused)?.focus({ preventScroll: true });
    }
    tell();
  }
  function exchangeRows(old, made) {
    for (const row of [...made.children]) {
      const mine = document.getElementById(row.id);
      if (!mine) old.append(row);
      else if (mine.outerHTML !== row.outerHTML) mine.replaceWith(row);
    }
  }

  if (!open().length) return;
  spoken.textContent = "Translating.";
  tell();
  onProgress(update, { runs: () => open().map((element) => element.dataset.run) });
})();
