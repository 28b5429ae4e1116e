// Find and replace over the whole job: first what it would change, then only what was chosen.
import { announce, busy, el, formatNumber, icon, sendJSON, toast } from "../lib.js";
import { wordDiff } from "./pieces.js";
import { diffNodes } from "./merge.js";

// What the server shows at once; what is beyond is found again after these are replaced.
const MOST = 200;

export function replaceDialog(ed) {
  const field = (label, name, value = "") => {
    const input = el("input", { class: "input", name, autocomplete: "off", lang: ed.target.code, dir: "auto" });
    input.value = value;
    return [el("label", { class: "field" }, label, input), input];
  };
  const [findField, find] = field("Find in translations", "find", ed.search?.wanted ?? "");
  const [withField, put] = field("Replace by", "replace");
  const [caseBox, exact] = check("Match case");
  const [wholeBox, whole] = check("Whole words");
  const problem = el("p", { class: "error", role: "alert" });
  const list = el("div", { class: "ed-replacements" });
  const preview = el("button", { type: "button", class: "btn", onclick: () => busy(preview, look()) }, "Preview");
  const apply = el("button", { type: "button", class: "btn btn-primary", "aria-disabled": "true", onclick: () => apply.getAttribute("aria-disabled") || busy(apply, change()) }, "Replace");
  let rows = [];

  const dialog = el("dialog", { class: "ask wide", "aria-labelledby": "ed-replace-title" },
    el("form", { method: "dialog" }, el("h2", { id: "ed-replace-title" }, "Find and replace"),
      el("p", {}, "Placeholders and tags are never changed inside. The history keeps every earlier text."),
      el("div", { class: "ed-replace-fields" }, findField, withField), el("div", { class: "row" }, caseBox, wholeBox),
      problem, list,
      el("div", { class: "row end" }, el("button", { class: "btn btn-ghost", value: "no" }, "Close"), preview, apply)));

  const body = () => ({ find: find.value, replace: put.value, case: exact.checked, whole: whole.checked });
  const chosen = () => rows.filter((_, number) => list.querySelector(`[data-number="${number}"]`)?.checked);
  async function look() {
    problem.textContent = "";
    if (!find.value) {
      problem.replaceChildren(icon("circle-alert"), "Type what is to be found.");
      find.focus();
      return;
    }
    try {
      const answer = await sendJSON(`${ed.store.base}/replace`, { ...body(), apply: false });
      rows = answer.rows;
      draw(answer.matches);
    } catch (fault) {
      problem.replaceChildren(icon("circle-alert"), fault.message);
    }
  }
  function draw(count) {
    const { code: lang, direction: dir } = ed.target;
    const texts = (value) => (Array.isArray(value) ? value : [value]);
    list.replaceChildren(
      el("p", { class: "hint", role: "status" }, count ? `${formatNumber(count)} ${count === 1 ? "match" : "matches"} in ${rows.length < MOST ? "" : "more than "}${formatNumber(rows.length)} ${rows.length === 1 ? "segment" : "segments"}.` : "Nothing found."),
      ...rows.map((row, number) => el("label", { class: "ed-replacement" }, tick(number), el("span", { class: "hint" }, formatNumber(row.ordinal + 1)),
        el("span", { class: "grow" }, texts(row.before).map((text, at) => diffNodes(wordDiff(text, texts(row.after)[at] ?? ""), { lang, dir }))))));
    rename();
  }
  const tick = (number) => {
    const made = el("input", { type: "checkbox", class: "checkbox", dataset: { number }, onchange: rename });
    made.checked = true;
    return made;
  };
  function rename() {
    const count = chosen().length;
    apply.textContent = count ? `Replace in ${formatNumber(count)} ${count === 1 ? "segment" : "segments"}` : "Replace";
    if (count) apply.removeAttribute("aria-disabled");
    else apply.setAttribute("aria-disabled", "true");
  }
  async function change() {
    const versions = Object.fromEntries(chosen().map((row) => [row.id, row.version]));
    try {
      const answer = await sendJSON(`${ed.store.base}/replace`, { ...body(), apply: true, versions });
      ed.store.put(answer.rows);
      dialog.close();
      const skipped = answer.skipped ? ` ${formatNumber(answer.skipped)} had changed meanwhile and stayed as they are.` : "";
      const said = `${formatNumber(answer.changed)} ${answer.changed === 1 ? "segment" : "segments"} changed.${skipped}`;
      toast(said);
      announce(said);
      ed.store.follow();
    } catch (fault) {
      problem.replaceChildren(icon("circle-alert"), fault.message);
    }
  }
  for (const one of [find, put, exact, whole]) {
    one.addEventListener("input", () => {
      rows = [];
      list.replaceChildren();
      rename();
    });
    one.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      preview.click();
    });
  }
  dialog.addEventListener("close", () => {
    dialog.remove();
    ed.focusRow();
  });
  document.body.append(dialog);
  dialog.showModal();
  find.focus();
}

function check(label) {
  const input = el("input", { type: "checkbox", class: "checkbox" });
  return [el("label", { class: "row" }, input, label), input];
}
