// The bell: its count follows the runs that end, its list comes from the server when it is opened.
import { announce, csrf, getJSON, notice } from "./lib.js";
import { onProgress } from "./live.js";

const bells = [...document.querySelectorAll("[data-bell]")];
const READ = "/notifications/read";
const COUNT_MS = 400;

function show(unread) {
  for (const one of document.querySelectorAll("[data-unread]")) one.textContent = unread ? String(unread) : "";
  for (const one of document.querySelectorAll("[data-unread-words]")) one.textContent = unread ? "unread" : "";
}
let known = Number(document.querySelector("[data-unread]")?.textContent || 0);
async function count() {
  const answer = await getJSON("/notifications/unread").catch(() => null);
  if (!answer) return;
  if (answer.unread > known) announce(answer.unread === 1 ? "1 new notification" : `${answer.unread} new notifications`);
  known = answer.unread;
  show(known);
}

async function load(box, url, options = {}) {
  const answer = await fetch(url, { credentials: "same-origin", headers: { "X-Requested-With": "XMLHttpRequest" }, ...options }).catch(() => null);
  if (!answer) return;
  notice(answer);
  if (answer.ok && !answer.redirected) box.innerHTML = await answer.text();
}

for (const bell of bells) {
  const box = bell.querySelector("[data-notices]");
  bell.addEventListener("toggle", () => {
    if (bell.open) load(box, box.dataset.url);
  });
  box.addEventListener("submit", async (event) => {
    event.preventDefault();
    await load(box, event.target.action, { method: "POST", body: new FormData(event.target) });
    bell.querySelector("summary").focus();
    count();
  });
}
// What is opened is read; the page that opens counts anew.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-notice]");
  if (!link) return;
  const body = new URLSearchParams({ notification: link.dataset.notice, csrfmiddlewaretoken: csrf() });
  fetch(READ, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
});

if (bells.length) {
  const ended = new Set();
  let timer = 0;
  onProgress((change) => {
    if (change.state === "open" || ended.has(change.run)) return;
    ended.add(change.run);
    clearTimeout(timer);
    timer = setTimeout(count, COUNT_MS);
  });
}
