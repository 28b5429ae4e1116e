// What a person has had translated: search, open, delete.
import { confirmDialog, debounce, el, getJSON, icon, sendJSON } from "./lib.js";

const dialog = document.getElementById("history");
const search = document.getElementById("history-search");
const list = document.getElementById("history-list");
const WORDS = { queued: "Queued", translating: "Translating", ready: "", needs_review: "Needs review", failed: "Failed", cancelled: "Stopped" };
let handlers = {};
let asking = null;

export function openHistory(given) {
  handlers = given;
  search.value = "";
  dialog.showModal();
  search.focus();
  load();
}
dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
search.addEventListener("input", debounce(() => load(), 200));

async function load(before = "") {
  asking?.abort();
  asking = new AbortController();
  const query = search.value.trim();
  try {
    const found = await getJSON(`${dialog.dataset.url}?q=${encodeURIComponent(query)}&before=${encodeURIComponent(before)}`, { signal: asking.signal });
    const rows = found.texts.map(entry);
    if (!before) list.replaceChildren();
    else list.querySelector(".more")?.remove();
    list.append(...rows);
    if (found.before) list.append(el("button", { type: "button", class: "btn btn-ghost more", onclick: () => load(found.before) }, "Show older"));
    if (!list.children.length) list.append(el("p", { class: "hint none" }, query ? "No text of yours holds these words." : "Texts you have translated are kept here."));
  } catch (fault) {
    if (fault.name === "AbortError") return;
    list.replaceChildren(el("p", { class: "error" }, icon("circle-alert"), el("span", {}, fault.message)), el("button", { type: "button", class: "btn", onclick: () => load() }, "Try again"));
  }
}

function entry(one) {
  const note = WORDS[one.state] ?? "";
  const open = el("a", { class: "past", href: `/translate/${one.job}`, onclick: (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      handlers.open?.(one.job);
    } },
    el("span", { class: "past-text", lang: one.source.code, dir: one.source.dir }, one.beginning),
    el("span", { class: "quiet" }, `${one.source.name} to ${one.target.name} · ${when(one.at)}${note ? ` · ${note}` : ""}`));
  const remove = el("button", { type: "button", class: "btn btn-ghost btn-square btn-sm", "aria-label": `Delete “${one.beginning}”`, onclick: () => forget(one, row) }, icon("trash-2"));
  const row = el("div", { class: "past-row" }, open, remove);
  return row;
}

async function forget(one, row) {
  const wanted = await confirmDialog({ title: "Delete this text?", text: "The text and its translation are removed for everybody. This cannot be undone; what was billed stays billed." });
  if (!wanted) return;
  const after = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("a") ?? search;
  try {
    await sendJSON(`/translate/${one.job}/delete`);
  } catch (fault) {
    if (fault.status !== 404) {
      row.querySelector(".quiet").textContent = fault.message;
      return;
    }
  }
  row.remove();
  after.focus();
  handlers.removed?.(one.job);
}

/** Relative for a day, then "yesterday", then the date. */
function when(iso) {
  const then = new Date(iso);
  const minutes = Math.round((Date.now() - then) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.round(minutes / 60)} h ago`;
  if (minutes < 48 * 60) return "yesterday";
  const year = then.getFullYear() === new Date().getFullYear() ? undefined : "numeric";
  return then.toLocaleDateString("en-GB", { day: "numeric", month: "short", year });
}
