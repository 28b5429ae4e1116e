// The home page while work goes on: bars move; what has ended or begun is fetched and exchanged.
import { formatNumber } from "./lib.js";
import { onProgress } from "./live.js";

const REFRESH_MS = 500;
const shown = () => [...document.querySelectorAll("[data-running]")];
const find = (run) => shown().find((one) => one.dataset.running === run);
const ended = new Set();
let timer = 0;

function move(row, { segments, done, needs_review: review, failed }) {
  const [first, second, third] = row.querySelectorAll("rect");
  const translated = Math.max(done - review - failed, 0);
  first.setAttribute("width", translated);
  second.setAttribute("x", translated);
  second.setAttribute("width", review);
  third.setAttribute("x", translated + review);
  third.setAttribute("width", failed);
  row.querySelector("[data-percent]").textContent = `${Math.floor((100 * done) / Math.max(segments, 1))}%`;
  row.querySelector("[data-done]").textContent = formatNumber(done);
}

onProgress(
  (change) => {
    const row = find(change.run);
    if (row) move(row, change);
    if (change.state !== "open" && change.state !== "paused") {
      if (ended.has(change.run)) return;
      ended.add(change.run);
      refresh();
    } else if (!row && !shown().length) refresh();
  },
  { runs: () => shown().map((one) => one.dataset.running) },
);

function refresh() {
  timer ||= setTimeout(exchange, REFRESH_MS);
}

async function exchange() {
  timer = 0;
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.id;
  for (const part of document.querySelectorAll("[data-part]")) {
    const made = fresh.getElementById(part.id);
    if (made && made.outerHTML !== part.outerHTML) part.replaceWith(made);
  }
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
}
