// New files: chosen, dropped, estimated and sent; what was chosen is kept on every refusal.
import { busy, csrf, debounce, el, formatNumber, icon, notice } from "./lib.js";
import { span } from "./pace.js";

const form = document.getElementById("upload");
const input = document.getElementById("file");
const files = document.getElementById("chosen-files");
const fileProblem = document.getElementById("file-problem");
const languageProblem = document.getElementById("language-problem");
const picker = document.getElementById("picker");
const chips = document.getElementById("chosen-languages");
const filter = document.getElementById("language-filter");
const panel = document.getElementById("estimate");
const allowance = document.getElementById("allowance");
const send = document.getElementById("send");
const boxes = [...form.querySelectorAll('[name="target_languages"]')];
const maxFiles = Number(form.dataset.maxFiles);
const maxBytes = Number(form.dataset.maxBytes);

const size = (bytes) =>
  bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;
const listed = (words) => (words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`);
function say(place, sentence) {
  place.replaceChildren(...(sentence ? [icon("circle-alert"), el("span", {}, sentence)] : []));
}
const removal = (label, run) =>
  el("button", { type: "button", class: "btn btn-ghost btn-square btn-sm", "aria-label": label, onclick: run }, icon("x"));

// --- Files: `told` is what the server said of one, `revises` whether it takes an earlier one's place ----
let chosen = [];
function keep(list) {
  chosen = list;
  const holder = new DataTransfer();
  for (const { file } of list) holder.items.add(file);
  input.files = holder.files;
  changed();
}
function add(list) {
  const same = (one) => ({ file }) => one.name === file.name && one.size === file.size && one.lastModified === file.lastModified;
  keep([...chosen, ...list.filter((file) => !chosen.some(same(file))).map((file) => ({ file, told: null, revises: false }))]);
}
input.addEventListener("change", () => add([...input.files]));
document.querySelector("[data-opens=file]")?.addEventListener("click", () => input.click());
document.getElementById("discard").addEventListener("click", () => {
  keep([]);
  input.focus();
});

// Anywhere on the page a file may be dropped.
const drop = document.getElementById("drop");
const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
let over = 0;
addEventListener("dragenter", (event) => holdsFiles(event) && drop.classList.toggle("over", ++over > 0));
addEventListener("dragleave", (event) => holdsFiles(event) && drop.classList.toggle("over", --over > 0));
addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
addEventListener("drop", (event) => {
  if (!holdsFiles(event)) return;
  event.preventDefault();
  over = 0;
  drop.classList.remove("over");
  add([...event.dataTransfer.files]);
});

const usable = () => chosen.filter(({ told }) => !told?.refusal);
function overLimit() {
  if (chosen.length > maxFiles) return `Choose at most ${maxFiles} files at once.`;
  const big = chosen.find(({ file }) => file.size > maxBytes);
  return big ? `“${big.file.name}” has ${size(big.file.size)}; the limit is ${size(maxBytes)}. Split it.` : "";
}
function row(one, place) {
  const { file, told } = one;
  const remove = removal(`Remove ${file.name}`, () => {
    keep(chosen.filter((other) => other !== one));
    (files.querySelectorAll(".doc-file > button")[place] ?? input).focus();
  });
  return el("li", {},
    el("div", { class: "doc-file" }, icon("file-text"), el("bdi", { class: "name grow" }, file.name),
      el("span", { class: "quiet" }, size(file.size)),
      told && !told.refusal ? el("span", { class: "chars" }, formatNumber(told.chars), el("span", { class: "quiet" }, " chars")) : null, remove),
    told?.refusal ? el("p", { class: "error" }, icon("circle-alert"), el("span", {}, `${told.refusal} It is left out.`)) : null,
    told?.same ? same(told.same) : null,
    told?.revises ? revision(one) : null);
}
function same(earlier) {
  return el("p", { class: "hint" }, icon("history"), ` The same file was uploaded within a day, into ${listed(earlier.languages)}. `,
    earlier.url ? el("a", { href: earlier.url }, "Open that result") : null);
}
function revision(one) {
  const { revises } = one.told;
  const box = el("input", { type: "checkbox", class: "checkbox", id: `revises-${revises.document}` });
  box.checked = one.revises;
  box.addEventListener("change", () => {
    one.revises = box.checked;
    // Its languages come along: else they would stay behind at the earlier revision.
    if (box.checked) for (const language of boxes) if (revises.codes.includes(language.value)) language.checked = true;
    changed();
    document.getElementById(box.id)?.focus();
  });
  return el("label", { class: "doc-revises" }, box, el("span", {}, `Make it the next revision of “${revises.name}”: what has not changed is free`));
}

// --- Languages -----------------------------------------------------------------------------------------
const ticked = () => boxes.filter((box) => box.checked);
function showLanguages() {
  chips.replaceChildren(...ticked().map((box) => {
    const name = box.closest("label").querySelector("[data-name]").textContent;
    const remove = el("button", { type: "button", "aria-label": `Remove ${name}` }, icon("x"));
    remove.addEventListener("click", () => {
      box.checked = false;
      changed();
      picker.querySelector("summary").focus();
    });
    return el("li", { class: "chip" }, name, remove);
  }));
}
filter.addEventListener("input", () => {
  const asked = filter.value.trim().toLowerCase();
  let found = 0;
  for (const box of boxes) {
    const option = box.closest("label");
    option.hidden = !option.dataset.words.includes(asked);
    found += option.hidden ? 0 : 1;
  }
  picker.querySelector("[data-none]").hidden = found > 0;
});
filter.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  // Enter takes the only language left, and never sends the form.
  event.preventDefault();
  const left = boxes.filter((box) => !box.closest("label").hidden);
  if (left.length !== 1) return;
  left[0].checked = !left[0].checked;
  changed();
});
picker.addEventListener("toggle", () => picker.open && filter.focus());
picker.addEventListener("change", () => changed());
for (const id of ["source_language", "profile"]) document.getElementById(id)?.addEventListener("change", () => changed());

// --- Estimate: asked anew at each change, the last one counts ---------------------------------------------
let asking = null;
let estimate = null;
function body(some) {
  const data = new FormData();
  for (const name of ["token", "source_language"]) data.append(name, form.elements[name].value);
  for (const box of ticked()) data.append("target_languages", box.value);
  if (form.elements.profile?.value) data.append("profile", form.elements.profile.value);
  for (const { file, told, revises } of some) {
    data.append("file", file);
    data.append("revises", revises ? told.revises.document : "");
  }
  return data;
}
async function post(url, data, signal) {
  const answer = await fetch(url, { method: "POST", body: data, signal, headers: { "X-CSRFToken": csrf(), Accept: "application/json" } });
  notice(answer);
  const said = await answer.json().catch(() => null);
  if (!answer.ok || !said) throw new Error(said?.error?.message ?? "This was refused. Nothing was stored.");
  return said;
}
const estimateSoon = debounce(async () => {
  asking?.abort();
  if (!chosen.length || overLimit()) return;
  asking = new AbortController();
  const asked = chosen;
  const data = body(asked);
  try {
    estimate = await post(form.dataset.estimate, data, asking.signal);
  } catch (refused) {
    if (refused.name === "AbortError") return;
    estimate = null;
    panel.replaceChildren();
    say(fileProblem, refused instanceof TypeError ? "There is no connection. Choose the files again when it is back." : refused.message);
    return;
  }
  if (asked !== chosen) return;
  estimate.files.forEach((told, place) => (chosen[place].told = told));
  draw();
}, 300);

const line = (name, value, kind = "") => el("div", { class: kind }, el("dt", {}, name), el("dd", {}, value));
const minus = (number) => `\u2212${formatNumber(number)}`;
function showEstimate() {
  panel.hidden = !chosen.length;
  allowance.hidden = Boolean(chosen.length);
  if (!chosen.length) return;
  if (!estimate) return panel.replaceChildren(el("h3", {}, "Estimate"), ...[1, 2, 3].map(() => el("div", { class: "skeleton" })));
  const { languages, chars_each: each, seconds } = estimate;
  if (!languages) return panel.replaceChildren(el("h3", {}, "Estimate"), el("p", { class: "hint" }, `${formatNumber(each)} characters. Choose a language to see what it comes to.`));
  const free = [["Repeats, free", estimate.repeated_chars], ["Unchanged, free", estimate.carried_chars], ["In the file already, free", estimate.held_chars]];
  const left = estimate.left_chars - estimate.billed_chars;
  panel.replaceChildren(...[
    el("h3", {}, "Estimate"),
    el("dl", { class: "doc-sums" },
      line(`${formatNumber(each)} characters × ${count(languages, "language", "languages")}`, formatNumber(estimate.chars)),
      ...free.filter(([, number]) => number).map(([name, number]) => line(name, minus(number), "free")),
      line("Billed characters", formatNumber(estimate.billed_chars), "total"),
      line("Left this month after it", estimate.fits ? formatNumber(left) : minus(-left), estimate.fits ? "" : "over")),
    estimate.fits ? null : el("p", { class: "error", id: "over" }, icon("circle-alert"), el("span", {}, `${formatNumber(-left)} characters more than are left. Take out files or languages; the allowance resets on ${estimate.resets_on}.`)),
    seconds ? el("p", { class: "hint" }, icon("clock"), ` About ${span(seconds)}${estimate.is_measured ? "" : ", guessed: nothing was measured lately"}`) : el("p", { class: "hint" }, "Nothing has to be translated."),
  ].filter(Boolean));
}

// --- Drawing and sending ---------------------------------------------------------------------------------------
function changed() {
  estimate = null;
  for (const one of chosen) if (one.told && !one.told.revises) one.revises = false;
  draw();
  estimateSoon();
}
function draw() {
  files.replaceChildren(...chosen.map(row));
  files.hidden = !chosen.length;
  document.getElementById("discard").hidden = !chosen.length;
  document.getElementById("upload-title").textContent = chosen.length ? `${count(chosen.length, "file", "files")} ready to translate` : "New translation";
  drop.classList.toggle("small", chosen.length > 0);
  // One main action: with files waiting it is to translate them.
  document.getElementById("choose")?.classList.toggle("btn-primary", !chosen.length);
  document.getElementById("send").classList.toggle("btn-primary", chosen.length > 0);
  showLanguages();
  showEstimate();
  say(fileProblem, overLimit());
  if (ticked().length) say(languageProblem, "");
  const [some, into] = [usable().length, ticked().length];
  send.textContent = some && into ? `Translate ${count(some, "file", "files")} into ${count(into, "language", "languages")}` : "Translate";
}
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (send.getAttribute("aria-busy")) return;
  const some = usable();
  if (!some.length) {
    say(fileProblem, chosen.length ? "None of these files can be translated. Choose another one." : "Choose at least one file.");
    return input.focus();
  }
  if (!ticked().length) {
    say(languageProblem, "Choose at least one language.");
    return picker.querySelector("summary").focus();
  }
  if (overLimit()) return input.focus();
  let sentence = "";
  await busy(send, post(form.dataset.send, body(some)).then(() => location.assign(form.action), (refused) => {
    sentence = refused instanceof TypeError ? "The upload was cut off. Send it again: nothing is taken in twice." : refused.message;
  }), "Uploading");
  delete form.dataset.sent;
  if (!sentence) return;
  draw();
  say(fileProblem, sentence);
  input.focus();
});

add([...input.files]);
