// The frame of every page: palette, menus, theme, keys.
import "./forms.js";
import { announce, el, getJSON, icon, isMac, isTyping, keyName, listKeys, listedKeys, sendJSON, tellSignedIn } from "./lib.js";

const root = document.documentElement;
for (const key of document.querySelectorAll("[data-mod]")) key.textContent = isMac ? "⌘" : "Ctrl";
// Come from the sign-in: pages that were signed out go on. Where one of them opened this one, it is done.
if (root.dataset.organization && document.referrer.startsWith(`${location.origin}/accounts/login/`)) {
  tellSignedIn();
  if (window.opener) setTimeout(() => window.close(), 300);
}

// --- Menus: details that close by Esc, by a click elsewhere, and when focus leaves -----------------
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("focusin", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu][open]");
  if (!menu) return;
  const items = [...menu.querySelectorAll(".menu-list :is(a, button)")];
  const at = items.indexOf(document.activeElement);
  if (event.key === "Escape") {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (event.key === "ArrowDown") items[(at + 1) % items.length]?.focus();
  else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length]?.focus();
  else return;
  event.preventDefault();
});

// --- Theme ------------------------------------------------------------------------------------------
const THEMES = [["system", "As the system"], ["paper", "Paper"], ["ink", "Ink"]];
const dark = matchMedia("(prefers-color-scheme: dark)");
async function nextTheme() {
  const now = "system" in root.dataset ? "system" : root.dataset.theme;
  const [theme, name] = THEMES[(THEMES.findIndex(([one]) => one === now) + 1) % THEMES.length];
  if (theme === "system") root.dataset.system = "";
  else delete root.dataset.system;
  root.dataset.theme = theme === "system" ? (dark.matches ? "ink" : "paper") : theme;
  for (const label of document.querySelectorAll("[data-theme-name]")) label.textContent = name;
  announce(`Theme: ${name}`);
  document.dispatchEvent(new CustomEvent("interlinear:theme"));
  await sendJSON("/preferences/theme", { theme }).catch(() => {});
}

// --- Keys ---------------------------------------------------------------------------------------------
listKeys("Everywhere", [["Mod+K", "Search and commands"], ["Mod+Enter", "The page's main action"], ["?", "This list"], ["Esc", "Close what is open"]]);
function showKeys() {
  const rows = listedKeys().map(({ title, entries }) =>
    el("section", {}, el("h3", {}, title), el("dl", {}, entries.map(([keys, what]) =>
      el("div", {}, el("dt", {}, what), el("dd", {}, keyName(keys).map((one) => el("kbd", {}, one))))))));
  const close = el("button", { class: "btn", autofocus: true }, "Close");
  const dialog = el("dialog", { class: "ask keys", "aria-labelledby": "keys-title" },
    el("form", { method: "dialog" }, el("h2", { id: "keys-title" }, "Keys"), el("div", { class: "groups" }, rows), el("div", { class: "row end" }, el("a", { class: "btn btn-ghost", href: "/preferences" }, "Preferences"), close)));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  if (mod && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette();
  } else if (mod && !event.altKey && !event.shiftKey && event.key === "Enter") {
    const main = document.querySelector("[data-main-action]:not([disabled], [aria-disabled=true])");
    if (main && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      main.click();
    }
  } else if (event.key === "?" && !isTyping(event.target) && root.dataset.singleKeys !== "off" && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    showKeys();
  }
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-theme-next]")) nextTheme();
  if (event.target.closest("[data-shortcuts]")) showKeys();
  if (event.target.closest("[data-palette]")) openPalette();
});

// --- Command palette ----------------------------------------------------------------------------------
const palette = document.getElementById("palette");
const input = palette?.querySelector("input");
const list = document.getElementById("palette-list");
const commands = JSON.parse(document.getElementById("palette-commands")?.textContent ?? "[]");
let items = [];
let chosen = 0;
let asking = null;

function openPalette() {
  if (!palette || palette.open) return;
  input.value = "";
  show([]);
  palette.showModal();
  input.focus();
}
function matching(text) {
  const wanted = text.toLowerCase();
  return commands.filter((one) => one.label.toLowerCase().includes(wanted));
}
function show(found) {
  const text = input.value.trim();
  const canTranslate = commands.some((one) => one.url === "/translate");
  const more = text && canTranslate ? [{ group: "Do", label: `Translate “${text}”`, icon: "languages", url: `/translate?text=${encodeURIComponent(text)}` }] : [];
  items = [...found, ...matching(text), ...more];
  chosen = 0;
  draw();
}
function draw() {
  const rows = [];
  let group = "";
  items.forEach((one, at) => {
    if (one.group !== group) rows.push(el("div", { class: "group", role: "presentation" }, (group = one.group)));
    rows.push(el("div", { role: "option", id: `palette-${at}`, "aria-selected": String(at === chosen), dataset: { at } },
      icon(one.icon), el("span", { class: "name" }, one.label), one.hint ? el("span", { class: "quiet" }, one.hint) : null));
  });
  list.replaceChildren(...(rows.length ? rows : [el("div", { class: "group", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "Nothing found. Type another word.")]));
  choose(chosen);
}
function choose(at) {
  list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  chosen = items.length ? (at + items.length) % items.length : 0;
  const option = document.getElementById(`palette-${chosen}`);
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}
function run(one) {
  if (!one) return;
  palette.close();
  if (one.url) location.assign(one.url);
  else if (one.run === "theme") nextTheme();
  else if (one.run === "keys") showKeys();
}
async function find() {
  asking?.abort();
  const text = input.value.trim();
  show([]);
  if (text.length < 2) return;
  asking = new AbortController();
  try {
    const { found } = await getJSON(`${palette.dataset.find}?q=${encodeURIComponent(text)}`, { signal: asking.signal });
    if (input.value.trim() === text && found.length) show(found);
  } catch {
    // Commands are there without it; the next letter asks again.
  }
}
if (palette) {
  let timer = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    show([]);
    timer = setTimeout(find, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter") run(items[chosen]);
    else return;
    event.preventDefault();
  });
  list.addEventListener("click", (event) => run(items[Number(event.target.closest("[role=option]")?.dataset.at)]));
  palette.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
  });
}
