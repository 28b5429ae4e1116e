// The list of documents: live rows, what is chosen, and what is done with one or with many.
import { announce, busy, confirmDialog, debounce, formatNumber, listKeys, notice, sendJSON, toast } from "./lib.js";
import { onProgress } from "./live.js";
import { span, Speed } from "./pace.js";

const REFRESH_MS = 300;
const problem = document.getElementById("list-problem");
const list = () => document.getElementById("list");
const bars = () => [...list().querySelectorAll("[data-run]")];
const moving = () => bars().filter((one) => one.dataset.state !== "ended");
let title = document.title;
listKeys("Documents", [["Mod+Enter", "Translate the chosen files"]]);

// --- Numbers ------------------------------------------------------------------------------------
const tallyOf = ({ dataset: { segments, free, done, review, failed } }) => ({
  segments: Number(segments), free: Number(free), done: Number(done), review: Number(review), failed: Number(failed),
});
function sum(elements) {
  const all = { segments: 0, free: 0, done: 0, review: 0, failed: 0 };
  for (const tally of elements.map(tallyOf)) for (const name of Object.keys(all)) all[name] += tally[name];
  return all;
}
const percent = (tally) => Math.floor((100 * tally.done) / Math.max(tally.segments, 1));

function draw(element, tally, left = "") {
  const meter = element.querySelector(".meter");
  const translated = Math.max(tally.done - tally.review - tally.failed - tally.free, 0);
  let at = 0;
  [tally.free, translated, tally.review, tally.failed].forEach((width, place) => {
    const part = meter.querySelectorAll("rect")[place];
    part.setAttribute("x", at);
    part.setAttribute("width", width);
    at += width;
  });
  meter.setAttribute("aria-valuenow", tally.done);
  meter.setAttribute("aria-valuetext", `${tally.done} of ${tally.segments} segments`);
  meter.querySelector(".percent").textContent = `${percent({ ...tally, done: tally.done - tally.failed })}%`;
  const say = (name, text) => (element.querySelector(`[data-${name}]`).textContent = text);
  say("count", `${formatNumber(tally.done)} of ${formatNumber(tally.segments)} segments`);
  say("review", tally.review ? `, ${formatNumber(tally.review)} to review` : "");
  say("failed", tally.failed ? `, ${formatNumber(tally.failed)} failed, not billed` : "");
  say("left", left);
}

const speed = new Speed();
function update(change) {
  for (const element of bars()) {
    if (element.dataset.run !== change.run || element.dataset.state === "ended") continue;
    const before = element.dataset.state;
    const more = change.done - Number(element.dataset.done);
    if (change.state === "open") speed.add(change.run, more);
    Object.assign(element.dataset, { segments: change.segments, done: change.done, review: change.needs_review, failed: change.failed });
    if (change.state !== before || (more && element.dataset.shown === "queued")) refresh();
  }
  show();
}
function show() {
  for (const body of list().querySelectorAll("[data-row]")) {
    const mine = [...body.querySelectorAll("[data-run]")];
    const open = mine.filter((one) => one.dataset.state === "open");
    if (!open.length) continue;
    for (const one of open) draw(one, tallyOf(one), wait(tallyOf(one), [one.dataset.run]));
    const total = body.querySelector("[data-sum]");
    if (total) draw(total, sum(mine), wait(sum(open), open.map((one) => one.dataset.run)));
  }
  showPace();
  tellTitle();
}
function wait(tally, runs) {
  const rate = speed.of(runs);
  return rate ? ` · ${span((tally.segments - tally.done) / rate)} left` : "";
}
function showPace() {
  const words = document.getElementById("pace");
  const open = bars().filter((one) => one.dataset.state === "open");
  const rate = speed.of(open.map((one) => one.dataset.run));
  if (!words) return;
  const all = sum(open);
  words.textContent = rate ? `${formatNumber(Math.round(rate * 60))} segments/min · ${span((all.segments - all.done) / rate)} left` : "";
}

// --- Title, and what is said to people who do not see the bars -------------------------------------
let watched = moving().map((one) => one.dataset.run);
let said = 0;
function tellTitle() {
  const mine = bars().filter((one) => watched.includes(one.dataset.run));
  if (!mine.length) return;
  const tally = sum(mine);
  const share = percent(tally);
  const runs = mine.some((one) => one.dataset.state !== "ended");
  document.title = runs ? `${share}% · ${title}` : `Done · ${title}`;
  if (!runs && said < 2) {
    said = 2;
    announce(`Translation has ended${tally.failed ? `, ${tally.failed} segments failed` : ""}.`);
  } else if (runs && share >= 50 && said < 1) {
    said = 1;
    announce("Half of it is translated.");
  }
}

// --- The list as the server now has it: rows change in place, focus stays ---------------------------
const refresh = debounce(exchange, REFRESH_MS);
async function exchange() {
  const answer = await fetch(location.href, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer) return setTimeout(refresh, 3000);
  notice(answer);
  if (answer.redirected || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("list");
  if (!fresh) return;
  const focused = document.activeElement?.id;
  const open = new Set([...list().querySelectorAll('[aria-expanded="true"]')].map((one) => one.id));
  const table = list().querySelector("table");
  if (!table || !fresh.querySelector("table")) list().replaceWith(fresh);
  else {
    for (const part of list().querySelectorAll("[data-live]")) {
      const made = fresh.querySelector(`#${part.id}`);
      if (made && made.outerHTML !== part.outerHTML) part.replaceWith(made);
    }
    exchangeRows(table, fresh);
  }
  for (const id of open) fold(document.getElementById(id), true);
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus({ preventScroll: true });
  watched.push(...moving().map((one) => one.dataset.run).filter((run) => !watched.includes(run)));
  if (moving().length) said = Math.min(said, 1);
  mark();
  show();
}
function exchangeRows(table, fresh) {
  const rows = [...fresh.querySelectorAll("[data-row]")];
  const ids = new Set(rows.map((one) => one.id));
  for (const old of table.querySelectorAll("[data-row]")) if (!ids.has(old.id)) old.remove();
  let last = table.tHead;
  for (const row of rows) {
    const mine = document.getElementById(row.id);
    // An open menu is not taken away from under somebody's hand.
    if (mine?.querySelector("details[open]")) last = mine;
    else {
      mine?.remove();
      last.after(row);
      last = row;
    }
  }
}

// --- Languages unfold inside the row -----------------------------------------------------------------
function fold(button, isOpen) {
  if (!button) return;
  button.setAttribute("aria-expanded", String(isOpen));
  for (const row of button.closest("tbody").querySelectorAll(".language")) row.hidden = !isOpen;
}

// --- What is chosen ------------------------------------------------------------------------------------
const chosen = new Set();
function mark() {
  const boxes = [...list().querySelectorAll("[data-choose]")];
  const there = new Set(boxes.map((one) => one.value));
  for (const one of [...chosen]) if (!there.has(one)) chosen.delete(one);
  for (const box of boxes) {
    box.checked = chosen.has(box.value);
    box.closest("tr").setAttribute("aria-selected", String(box.checked));
  }
  const all = document.getElementById("all");
  if (all) {
    all.checked = boxes.length > 0 && chosen.size === boxes.length;
    all.indeterminate = chosen.size > 0 && chosen.size < boxes.length;
  }
  document.getElementById("selected").hidden = !chosen.size;
  document.getElementById("filters").hidden = chosen.size > 0;
  document.getElementById("selected-count").textContent = `${chosen.size} selected`;
}
document.addEventListener("change", ({ target }) => {
  if (target.id === "all") for (const box of list().querySelectorAll("[data-choose]")) chosen[target.checked ? "add" : "delete"](box.value);
  else if (target.matches("[data-choose]")) chosen[target.checked ? "add" : "delete"](target.value);
  else return;
  mark();
  if (chosen.size) announce(`${chosen.size} selected`);
});

// --- What is done ----------------------------------------------------------------------------------------
const QUESTIONS = {
  delete: (names) => ({
    title: names.length === 1 ? `Delete “${names[0]}”?` : `Delete ${names.length} documents?`,
    text: "Their translations go with them, and what still runs is cancelled. You can undo it right after.",
    confirm: names.length === 1 ? "Delete document" : `Delete ${names.length} documents`,
  }),
  cancel: (names) => ({
    title: names.length === 1 ? `Cancel “${names[0]}”?` : `Cancel ${names.length} documents?`,
    text: "What was delivered stays and is billed. The rest is not billed and can be taken up again with Retry.",
    confirm: names.length === 1 ? "Cancel translation" : `Cancel ${names.length} documents`,
    cancel: "Let it run",
  }),
};
async function perform(button, action, { ids = [], job, names = [] }) {
  if (button.getAttribute("aria-busy")) return;
  if (QUESTIONS[action] && !job && !(await confirmDialog(QUESTIONS[action](names)))) return;
  problem.hidden = true;
  try {
    const { message } = await busy(button, sendJSON(list().dataset.act, job ? { action, job } : { action, documents: ids }));
    if (action === "delete") {
      for (const id of ids) chosen.delete(id);
      toast(message, { icon: "trash-2", action: { label: "Undo", run: () => perform(button, "restore", { ids }) } });
      announce(message);
    } else toast(message);
  } catch (refused) {
    problem.textContent = refused.message;
    problem.hidden = false;
  }
  await exchange();
}
document.addEventListener("click", (event) => {
  const target = event.target.closest("button");
  if (!target) return;
  const { one, job, bulk, bulkAll, zip } = target.dataset;
  if (target.matches(".doc-unfold")) fold(target, target.getAttribute("aria-expanded") !== "true");
  else if (one) {
    const { document: id, name } = target.closest("[data-row]").dataset;
    target.closest("details")?.removeAttribute("open");
    perform(target, one, { ids: [id], job, names: [name] });
  } else if (bulk) {
    const names = [...chosen].map((id) => document.getElementById(`d${id}`).dataset.name);
    perform(target, bulk, { ids: [...chosen], names });
  } else if (bulkAll) perform(target, bulkAll, {});
  else if (zip) {
    target.closest("details").open = false;
    location.assign(`${list().dataset.zip}?as=${zip}&${[...chosen].map((id) => `document=${id}`).join("&")}`);
  } else if (target.id === "unselect") {
    chosen.clear();
    mark();
    document.getElementById("all")?.focus();
  }
});
// htmx has exchanged the list: another search.
document.addEventListener("htmx:afterSettle", () => {
  mark();
  show();
  const count = list().querySelectorAll("[data-row]").length;
  announce(count === 1 ? "1 document" : `${count} documents`);
});
// From the back button the fields must say what the list shows.
addEventListener("popstate", () => location.reload());

// Sent here by the page that deletes: what it did can be undone.
const gone = new URLSearchParams(location.search).get("deleted");
if (gone) {
  toast("1 document deleted.", { icon: "trash-2", action: { label: "Undo", run: () => perform(problem, "restore", { ids: [gone] }) } });
  history.replaceState(null, "", location.pathname);
}
if (moving().length) announce("Translating.");
show();
mark();
onProgress(update, { runs: () => moving().map((one) => one.dataset.run) });
