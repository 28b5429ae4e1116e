// What every page's script is made of: elements, requests, and how a person is told.

const root = document.documentElement;

// --- Elements -----------------------------------------------------------------------------------
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(made.dataset, value);
    else made.setAttribute(name === "className" ? "class" : name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((one) => one !== null && one !== undefined && one !== false));
  return made;
}

export const icon = (name) => el("span", { class: `icon i-${name}`, "aria-hidden": "true" });

const plain = new Intl.NumberFormat(root.lang || "en");
export const formatNumber = (number) => plain.format(number);

export function debounce(call, ms) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => call(...given), ms);
  };
}

// --- Requests -----------------------------------------------------------------------------------
/** A refusal: `code` is stable, `message` a sentence, `body` the whole answer; status 0 is no answer. */
export class Problem extends Error {
  constructor(status, body) {
    const error = body?.error ?? {};
    super(error.message ?? (status ? "This did not work. Try again." : "There is no connection. Try again."));
    Object.assign(this, { status, code: error.code ?? "", detail: error.detail ?? {}, body });
  }
}

/** Read at the time of sending: a sign-in in another tab renews it. */
export function csrf() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie ? cookie.slice("csrftoken=".length) : (document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
}

async function ask(url, options) {
  let answer;
  try {
    answer = await fetch(url, { credentials: "same-origin", ...options });
  } catch (fault) {
    if (fault.name === "AbortError") throw fault;
    throw new Problem(0, null);
  }
  notice(answer);
  const isJSON = (answer.headers.get("Content-Type") ?? "").includes("json");
  const body = isJSON ? await answer.json().catch(() => null) : null;
  if (!answer.ok || !isJSON) throw new Problem(answer.redirected ? 401 : answer.status, body);
  return body;
}

/** What every answer tells besides its own: that the session has ended, or that we were renewed. */
export function notice(answer) {
  if (answer.status === 401 || (answer.redirected && answer.url.includes("/accounts/login"))) sayExpired();
  const release = answer.headers.get("X-Release");
  if (release && root.dataset.release && release !== root.dataset.release) sayRenewed();
}

const marked = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };
export const getJSON = (url, { signal } = {}) => ask(url, { headers: marked, signal });
export const sendJSON = (url, body, { method = "POST", signal } = {}) =>
  ask(url, {
    method,
    signal,
    headers: { ...marked, "Content-Type": "application/json", "X-CSRFToken": csrf() },
    body: JSON.stringify(body ?? {}),
  });

// --- Telling ------------------------------------------------------------------------------------
// Each stays long enough to be read out before the next one takes its place.
const SPEAK_MS = 1500;
const MOST_WAITING = 3;
const waiting = [];
let speaking = 0;
export function announce(text) {
  if (waiting.at(-1) === text) return;
  waiting.push(text);
  if (waiting.length > MOST_WAITING) waiting.shift();
  if (!speaking) speak();
}
function speak() {
  const text = waiting.shift();
  speaking = text === undefined ? 0 : setTimeout(speak, SPEAK_MS);
  const spoken = document.getElementById("spoken");
  if (!speaking || !spoken) return;
  spoken.textContent = spoken.textContent === text ? `${text}\u00a0` : text;
}

let dismiss = () => {};
/** One at a time; ten seconds where something can be undone. Faults stay beside their cause instead. */
export function toast(text, { action, seconds = action ? 10 : 6, icon: name = "check" } = {}) {
  dismiss();
  const shelf = document.getElementById("toasts");
  const close = el("button", { type: "button", class: "btn btn-ghost btn-square btn-sm", "aria-label": "Close", onclick: () => dismiss() }, icon("x"));
  const run = action && el("button", { type: "button", class: "btn btn-ghost btn-sm", onclick: () => (dismiss(), action.run()) }, action.label);
  const made = el("div", { class: "toast-one" }, icon(name), el("span", { class: "grow" }, text), run, close);
  let timer = setTimeout(() => dismiss(), seconds * 1000);
  dismiss = () => (clearTimeout(timer), made.remove());
  const mine = dismiss;
  const hold = () => clearTimeout(timer);
  const release = () => (timer = setTimeout(mine, seconds * 1000));
  for (const event of ["mouseenter", "focusin"]) made.addEventListener(event, hold);
  for (const event of ["mouseleave", "focusout"]) made.addEventListener(event, release);
  shelf.replaceChildren(made);
}

/** Asks before what destroys or costs; the safe button comes first and has the focus. */
export function confirmDialog({ title, text = "", confirm = "Delete", cancel = "Keep", danger = true }) {
  return new Promise((decide) => {
    const no = el("button", { class: "btn", value: "no", autofocus: true }, cancel);
    const yes = el("button", { class: `btn ${danger ? "btn-error solid" : "btn-primary"}`, value: "yes" }, confirm);
    const dialog = el(
      "dialog",
      { class: "ask", "aria-labelledby": "ask-title", "aria-describedby": "ask-text" },
      el("form", { method: "dialog" }, el("h2", { id: "ask-title" }, title), el("p", { id: "ask-text" }, text), el("div", { class: "row end" }, no, yes)),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      decide(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  });
}

/** Keeps a button from being pressed twice, and says that it works, until `promise` is settled. */
export async function busy(button, promise, words) {
  const kept = [...button.childNodes];
  button.style.minInlineSize = `${button.offsetWidth}px`;
  button.setAttribute("aria-busy", "true");
  button.setAttribute("aria-disabled", "true");
  if (words) button.replaceChildren(icon("loader"), words);
  try {
    return await promise;
  } finally {
    if (words) button.replaceChildren(...kept);
    button.removeAttribute("aria-busy");
    button.removeAttribute("aria-disabled");
    button.style.minInlineSize = "";
  }
}

function banner(id, kind, name, ...content) {
  if (document.getElementById(id)) return;
  document.getElementById("banners")?.append(el("div", { id, class: `banner ${kind}`, role: "status" }, icon(name), ...content));
}
const session = "BroadcastChannel" in window ? new BroadcastChannel("interlinear-session") : null;
session?.addEventListener("message", () => {
  document.getElementById("signed-out")?.remove();
  document.dispatchEvent(new CustomEvent("interlinear:signed-in"));
});
/** Tells other tabs that somebody has signed in; they send again what they hold. */
export const tellSignedIn = () => session?.postMessage("signed-in");

export function sayExpired() {
  const next = encodeURIComponent(location.pathname + location.search);
  const link = el("a", { href: `/accounts/login/?next=${next}`, target: "_blank", rel: "opener" }, "Sign in again");
  banner("signed-out", "bad", "log-out", el("strong", {}, "You are signed out."), "What you typed stays on this page.", link);
}
export function sayRenewed() {
  const reload = el("button", { type: "button", onclick: () => location.reload() }, "Reload when it suits you");
  banner("renewed", "", "info", el("strong", {}, "There is a new version."), reload);
}

// --- Keys ---------------------------------------------------------------------------------------
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const groups = [];
/** Adds keys to the list that `?` shows: entries are [key such as "Mod+Enter", what it does]. */
export function listKeys(title, entries) {
  groups.push({ title, entries });
}
export const listedKeys = () => groups;
export const keyName = (keys) =>
  keys.split("+").map((one) => (one === "Mod" ? (isMac ? "Cmd" : "Ctrl") : one));
export const isTyping = (target) =>
  target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=textbox]") !== null;
