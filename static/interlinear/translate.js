// The translate box: typing, languages, starting once, and the address of what is shown.
// How a translation comes in is `translation.js`, what was translated before is `history.js`.
import { announce, busy, debounce, el, formatNumber, icon, isMac, listKeys, sendJSON } from "./lib.js";
import { openHistory } from "./history.js";
import { Translation } from "./translation.js";

const form = document.getElementById("box");
const text = document.getElementById("text");
const send = document.getElementById("send");
const clear = document.getElementById("clear");
const counter = document.getElementById("text-count");
const problem = document.getElementById("text-problem");
const asking = document.getElementById("ask-language");
const source = document.getElementById("source_language");
const target = document.getElementById("target_language");
const profile = document.getElementById("profile"); // Only where the organization has some.
const sourcePicker = source.closest("language-picker");
const targetPicker = target.closest("language-picker");
const maxBytes = Number(form.dataset.maxBytes);
const LOOK_MS = 350;
const DRAFT = `interlinear-draft-${document.documentElement.dataset.organization}`;

const translation = new Translation({ onAddress: show });
let detected = null; // What the text was found to be in: {code, name}; null where it is not sure.
let wish = null; // {text, source, target, profile, token, job}: the same wish sent again is the same job.

// --- What was typed stays ------------------------------------------------------------------------
// For this tab only: a text must not outlive the person at a shared machine.
function keep() {
  const held = { text: text.value, source: source.value, target: target.value };
  try {
    if (text.value) sessionStorage.setItem(DRAFT, JSON.stringify(held));
    else sessionStorage.removeItem(DRAFT);
  } catch {
    // Full or forbidden: the page itself still holds it.
  }
}
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
  } catch {
    return null;
  }
}

// --- Looking at the text while it is typed: no translation, no cost --------------------------------
let looking = null;
async function look() {
  looking?.abort();
  if (!text.value.trim()) return forgetLook();
  if (tooLong()) return;
  looking = new AbortController();
  const asked = text.value;
  try {
    const found = await sendJSON("/translate/look", { text: asked, source: source.value, profile: profile?.value ?? "" }, { signal: looking.signal });
    if (asked !== text.value) return;
    told(found);
  } catch {
    // It only helps; the answer to a start says what is wrong.
  }
}
function told(found) {
  detected = found.candidates.find((one) => one.code === found.language) ?? null;
  const characters = formatNumber([...text.value].length);
  const free = found.repeated ? `, ${formatNumber(found.repeated)} ${found.repeated === 1 ? "repeat" : "repeats"} free` : "";
  counter.textContent = `${characters} characters · ${formatNumber(found.chars)} would be billed${free}`;
  showDetected();
  offer(found.candidates);
}
function forgetLook() {
  detected = null;
  showDetected();
  asking.hidden = true;
}
function showDetected() {
  const option = source.options[0];
  option.text = detected && !source.value ? detected.name : "Detect language";
  sourcePicker.refresh(detected && !source.value ? "detected" : "");
  marks();
  fitDirection();
}
/** Below the confidence that settles it the likeliest languages stand one click away. */
function offer(candidates) {
  const unsure = !source.value && !detected && text.value.trim().length > 1;
  asking.hidden = !unsure;
  if (!unsure) return;
  asking.replaceChildren(
    el("span", {}, candidates.length ? "Which language is it?" : "The language does not show. Choose it above."),
    ...candidates.map((one) => el("button", { type: "button", class: "btn btn-sm", onclick: () => (sourcePicker.choose(one.code), text.focus()) }, one.name)),
  );
}

// --- Counting and direction -------------------------------------------------------------------------
const bytes = () => new TextEncoder().encode(text.value).length;
function tooLong() {
  return text.value.length * 3 > maxBytes && bytes() > maxBytes;
}
function count() {
  clear.hidden = !text.value;
  if (tooLong()) return say(`This is longer than 128 KiB by ${formatNumber(bytes() - maxBytes)} bytes. Shorten it, or upload it as a file.`);
  if (problem.dataset.of === "length") say("");
  counter.textContent = text.value ? `${formatNumber([...text.value].length)} characters` : "Up to 128 KiB";
}
function say(sentence, of = "length") {
  problem.dataset.of = sentence ? of : "";
  text.toggleAttribute("aria-invalid", Boolean(sentence));
  if (sentence) text.setAttribute("aria-invalid", "true");
  problem.replaceChildren(...(sentence ? [icon("circle-alert"), el("span", {}, sentence)] : []));
}
function fitDirection() {
  const option = source.selectedOptions[0];
  const code = source.value || detected?.code || "";
  text.dir = option?.dataset.dir || detected?.dir || "auto";
  if (code) text.lang = code;
  else text.removeAttribute("lang");
  text.classList.toggle("tall", /^(zh|ja|ko|th)/.test(code));
}

const lookSoon = debounce(look, LOOK_MS);
text.addEventListener("input", () => {
  keep();
  count();
  if (problem.dataset.of !== "length") say("");
  translation.outdate(text.value !== wish?.text);
  lookSoon();
});

// --- Languages ------------------------------------------------------------------------------------
source.addEventListener("change", () => {
  keep();
  marks();
  say("");
  showDetected();
  if (source.value) asking.hidden = true;
  look();
});
target.addEventListener("change", () => {
  keep();
  marks();
  say("");
});
profile?.addEventListener("change", () => {
  say("");
  lookSoon();
});
for (const [id, picker] of [["quick-sources", sourcePicker], ["quick-targets", targetPicker]]) {
  document.getElementById(id).addEventListener("click", (event) => {
    const code = event.target.closest("[data-code]")?.dataset.code;
    if (code) picker.choose(code);
  });
}
/** Languages that are chosen stand in their pickers and not beside them. */
function marks() {
  for (const [id, select] of [["quick-sources", source], ["quick-targets", target]]) {
    const tabs = [...document.querySelectorAll(`#${id} [data-code]`)];
    let shown = 0;
    for (const tab of tabs) tab.hidden = tab.dataset.code === (select.value || (select === source && detected?.code)) || ++shown > 2;
  }
}
const has = (select, code) => [...select.options].some((one) => one.value === code);
/** The regional form of a language that can only be read, or the language of a region. */
function fitting(select, code) {
  const known = [...select.options].map((one) => one.value);
  const base = code.split("-")[0];
  return [code, { en: "en-US", pt: "pt-BR" }[code], known.includes(base) ? base : null, known.find((one) => one.split("-")[0] === base)].find((one) => one && has(select, one));
}
function swap() {
  const from = source.value || detected?.code;
  const wanted = from && fitting(target, from);
  if (!wanted) return announce("Choose the language of the text first.");
  const translated = translation.text();
  const back = fitting(source, target.value.split("-")[0]) ?? target.value;
  source.value = back;
  target.value = wanted;
  if (translated && !translation.isOutdated) text.value = translated;
  detected = null;
  sourcePicker.refresh();
  targetPicker.refresh();
  translation.clear();
  wish = null;
  show("/translate");
  keep();
  marks();
  count();
  fitDirection();
  look();
  announce("Languages swapped.");
}
document.getElementById("swap").addEventListener("click", swap);

// --- Starting ---------------------------------------------------------------------------------------
async function start() {
  if (!text.value.trim()) {
    say("Type or paste a text first.", "start");
    return text.focus();
  }
  if (tooLong()) return text.focus();
  const now = { text: text.value, source: source.value, target: target.value, profile: profile?.value ?? "" };
  const same = wish && ["text", "source", "target", "profile"].every((one) => wish[one] === now[one]);
  if (same && wish.job) return translation.again(wish.job);
  if (!same) wish = { ...now, token: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`.replace(".", "-"), job: null };
  const mine = wish;
  say("");
  try {
    const begun = await busy(send, sendJSON("/translate/start", { text: mine.text, source: mine.source, target: mine.target, profile: mine.profile, token: mine.token }), "Translating");
    if (mine !== wish) return;
    mine.job = begun.job;
    show(begun.url);
    translation.follow(begun.job);
  } catch (fault) {
    refused(fault);
  }
}
function refused(fault) {
  if (fault.status === 401) return say("You are signed out. Sign in again above; your text stays here.", "start");
  say(fault.message, "start");
  if (fault.code === "language_unsure") {
    const byCode = new Map([...source.options].map((one) => [one.value, one.text]));
    detected = null;
    offer((fault.detail.candidates ?? []).map((code) => ({ code, name: byCode.get(code) ?? code })));
    asking.querySelector("button")?.focus();
  } else if (/^language|^target/.test(fault.code)) targetPicker.button.focus();
  else text.focus();
}
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!send.hasAttribute("aria-busy")) start();
});
// Signed in again in another tab: what was refused for that reason alone is sent again.
document.addEventListener("interlinear:signed-in", () => {
  if (wish && !wish.job && problem.dataset.of === "start") start();
});

clear.addEventListener("click", () => {
  text.value = "";
  say("");
  keep();
  count();
  forgetLook();
  translation.clear();
  wish = null;
  show("/translate");
  text.focus();
});

// --- The address names what is shown -----------------------------------------------------------------
function show(url) {
  if (location.pathname + location.search === url) return;
  history.pushState({}, "", url);
}
addEventListener("popstate", () => location.reload());
document.getElementById("open-history").addEventListener("click", () =>
  openHistory({
    open: (job) => location.assign(`/translate/${job}`),
    removed: (job) => {
      if (translation.job === job) translation.clear();
    },
  }),
);

// --- Keys -----------------------------------------------------------------------------------------------
listKeys("Translate", [["Mod+Enter", "Translate"], ["Mod+Shift+C", "Copy the translation"], ["Alt+S", "Swap languages"], ["Alt+↓", "Next finding"], ["Alt+↑", "Previous finding"]]);
document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const mod = isMac ? event.metaKey : event.ctrlKey;
  if (event.altKey && !mod && event.code === "KeyS") swap();
  else if (event.altKey && event.key === "ArrowDown") translation.next(1);
  else if (event.altKey && event.key === "ArrowUp") translation.next(-1);
  else if (mod && event.shiftKey && event.code === "KeyC" && translation.text()) translation.copy();
  else return;
  event.preventDefault();
});

// --- Begin ----------------------------------------------------------------------------------------------
await customElements.whenDefined("language-picker");
const state = JSON.parse(document.getElementById("box-state")?.textContent ?? "null");
if (state) {
  wish = { text: text.value, source: source.value, target: target.value, profile: profile?.value ?? "", token: null, job: state.job };
  translation.show(state);
} else {
  const held = kept();
  if (held && !text.value) {
    text.value = held.text;
    if (has(source, held.source)) source.value = held.source;
    if (has(target, held.target)) target.value = held.target;
    sourcePicker.refresh();
    targetPicker.refresh();
  }
  if (text.value) text.setSelectionRange(text.value.length, text.value.length);
}
document.documentElement.dataset.ready = "translate";
marks();
count();
fitDirection();
if (text.value) look();
