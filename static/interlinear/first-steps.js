// The first steps: a sentence is translated and a file sent without leaving the page, and steps tick.
import { announce, busy, el, getJSON, Problem, csrf, notice, sendJSON } from "./lib.js";
import { onProgress } from "./live.js";

const ASK_MS = 400;
const SLOW_MS = 2000;
let first = null; // what came of the first sentence, kept beside its tick

const steps = () => document.getElementById("steps");
const say = (form, sentence) => (form.querySelector("[data-problem]").textContent = sentence);
const wait = (ms) => new Promise((go) => setTimeout(go, ms));

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("steps");
  if (!fresh || fresh.outerHTML === steps().outerHTML) return;
  steps().replaceWith(fresh);
  if (first) document.getElementById("step-sentence")?.append(first);
  begin();
}

// --- A sentence ---------------------------------------------------------------------------------
const plain = (pieces) => pieces.map((one) => one.chip ?? one).join("");
const whole = (box) => box.rows.map((row, at) => (box.leads[at] ?? "") + plain(row.target)).join("") + (box.tail ?? "");

async function finished(url) {
  for (const begun = Date.now(); ; ) {
    const box = await getJSON(`${url}/state`);
    if (!box.open) return box;
    await wait(Date.now() - begun > 10_000 ? SLOW_MS : ASK_MS);
  }
}

async function translate(form) {
  const { url } = await sendJSON(form.dataset.start, {
    text: form.elements.text.value,
    source: form.elements.source_language.value,
    target: form.elements.target_language.value,
    token: form.elements.token.value,
  });
  const box = await finished(url);
  const { code, dir, name } = box.target;
  first = el(
    "div",
    { class: "step-body step-result" },
    el("p", { lang: box.source.code, dir: box.source.dir, class: "quiet" }, form.elements.text.value),
    el("p", { lang: code, dir, class: "reading", id: "first-translation" }, whole(box)),
    el("p", { class: "hint" }, `${name}. `, el("a", { href: url }, "See how it was checked")),
  );
  announce(`Translated into ${name}.`);
  await refresh();
}

// --- A file -------------------------------------------------------------------------------------
async function send(form) {
  const answer = await fetch(form.dataset.send, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": csrf() },
  }).catch(() => null);
  if (!answer) throw new Problem(0, null);
  notice(answer);
  if (!answer.ok) throw new Problem(answer.status, await answer.json().catch(() => null));
  announce("The file is being translated.");
  // What runs shows below the steps.
  location.reload();
}

function name(input, place) {
  const [file] = input.files;
  if (file) place.replaceChildren(el("strong", {}, file.name));
}

// --- The forms ----------------------------------------------------------------------------------
function take(form, work) {
  form?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button.btn-primary");
    if (button.getAttribute("aria-busy") === "true") return;
    say(form, "");
    try {
      await busy(button, work(form), "Translating");
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      say(form, problem.message);
    }
  });
}

function begin() {
  take(document.getElementById("step-sentence-form"), translate);
  const form = document.getElementById("step-file-form");
  take(form, send);
  form?.elements.file.addEventListener("change", () => name(form.elements.file, form.querySelector("[data-chosen]")));
}

begin();
// Another tab or a colleague may have done a step.
addEventListener("pageshow", (event) => event.persisted && refresh());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
onProgress((change) => change.state !== "open" && change.state !== "paused" && !document.getElementById("step-sentence-form") && refresh());
