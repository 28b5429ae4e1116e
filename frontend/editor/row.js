// A row to be read: number, source, target, state.
import { el, formatNumber, icon } from "../lib.js";
import { mark, matches, rangeIn, unmark } from "./marks.js";
import { cut, knownChips, shownPieces, textOf } from "./pieces.js";

const STATES = { initial: "Not started", queued: "Queued", translated: "Translated", needs_review: "Needs review", reviewed: "Reviewed", final: "Final", refused: "Refused", failed: "Failed" };
const ORIGINS = { model: "Claude", repeat: "Repeat", copy: "Copied", file: "From the file", person: "Person", carried: "Carried over" };
// What these report breaks the file, whatever anybody thinks of it.
const CERTAIN = new Set(["segment_count", "empty_target", "placeholder_set", "tag_set"]);
export const canBeWrong = (finding) => !(finding.blocking && CERTAIN.has(finding.code));
const WORST = ["critical", "major", "minor", "neutral"];
export const SEVERITIES = { critical: "Critical", major: "Major", minor: "Minor", neutral: "Neutral" };
export const FORM_NAMES = { zero: "Zero", one: "One", two: "Two", few: "Few", many: "Many", other: "Other" };
/** A form's name from its label, such as "count:plural=few/gender:select=female". */
export function formName(label, number, count) {
  const values = label.split("/").map((one) => one.slice(one.lastIndexOf("=") + 1));
  const name = values.map((one) => FORM_NAMES[one] ?? one).filter(Boolean).join(", ");
  return name || (count > 1 ? `Form ${number + 1}` : "");
}

export const openFindings = (row) => row.findings.filter((one) => !one.dismissed);
export const worstOf = (findings) => WORST.find((one) => findings.some((finding) => finding.severity === one));

/** The target's forms as they are to be shown: what is kept on this device before what is saved. */
export function formsOf(ed, row) {
  const draft = ed.drafts.get(row.id);
  const known = knownOf(row);
  const labels = row.labels.length ? row.labels : [""];
  const count = Math.max(labels.length, row.target.length, draft?.forms.length ?? 0);
  return Array.from({ length: count }, (_, number) => ({
    label: formName(labels[number] ?? row.target[number]?.label ?? "", number, count),
    raw: labels[number] ?? "",
    pieces: draft ? cut(draft.forms[number] ?? "", known) : (row.target[number]?.pieces ?? []),
  }));
}

export const knownOf = (row) => knownChips(row.source.map((form) => form.pieces), row.target.map((form) => form.pieces));

export function stateCell(ed, row) {
  const draft = ed.drafts.get(row.id);
  const found = openFindings(row);
  const worst = worstOf(found);
  const state = row.sub_state || row.state;
  const parts = [el("span", { class: `state ${state}` }, STATES[state] ?? state)];
  const origin = row.repaired && row.origin === "model" ? "repaired" : row.origin;
  if (row.fixes?.length) parts.push(el("span", { class: "origin", title: `Mended by the style guide: ${row.fixes.join(", ")}` }, "System fix"));
  if (row.origin) parts.push(el("span", { class: `origin ${origin}` }, origin === "repaired" ? "Repaired" : ORIGINS[row.origin]));
  if (found.length) parts.push(el("span", { class: `ed-found ${worst}` }, icon(worst === "critical" ? "octagon-alert" : worst === "major" ? "triangle-alert" : "circle-alert"), found.length === 1 ? "1 finding" : `${formatNumber(found.length)} findings`));
  if (row.target.length && !row.delivered) parts.push(el("span", { class: "ed-held", title: "A finding holds this text back: the file keeps the source." }, icon("octagon-alert"), "Held back"));
  if (draft) parts.push(draftMark(draft));
  return parts;
}

const DRAFTS = { conflict: "Changed by someone else", locked: "Locked: not saved", refused: "Not saved" };
function draftMark(draft) {
  const words = draft.sending ? "Saving" : (DRAFTS[draft.state] ?? "Not saved yet");
  return el("span", { class: `ed-unsaved ${draft.state}`, title: draft.problem ?? "" }, el("span", { class: "ed-dot", "aria-hidden": "true" }), words);
}

export function sourceCell(ed, row) {
  const count = row.source.length;
  return row.source.map((form, number) =>
    el("div", { class: "ed-form" },
      count > 1 && el("span", { class: "ed-label" }, formName(form.label, number, count)),
      el("div", { class: "text source", lang: ed.source.code, dir: ed.source.direction }, shownPieces(form.pieces, ed.shown))));
}

function targetCell(ed, row) {
  const forms = formsOf(ed, row);
  if (forms.every((form) => !form.pieces.length)) return [el("span", { class: "ed-nothing" }, row.sub_state === "queued" ? "Waiting for Claude" : "Nothing yet")];
  return forms.map((form) =>
    el("div", { class: "ed-form" },
      forms.length > 1 && el("span", { class: "ed-label" }, form.label),
      el("div", { class: "text target", lang: ed.target.code, dir: ed.target.direction }, shownPieces(form.pieces, ed.shown))));
}

/** A row's element, empty: `fillRow` and the active row put content into it. */
export function rowElement(ed, ordinal) {
  return el("div", { class: "ed-row", role: "row", id: `s${ordinal}`, tabindex: "-1", dataset: { ordinal } },
    el("div", { class: "ed-number", role: "gridcell" }, formatNumber(ordinal + 1)),
    el("div", { class: "ed-source", role: "gridcell" }),
    el("div", { class: "ed-target", role: "gridcell" }),
    el("div", { class: "ed-state", role: "gridcell" }));
}

export function fillRow(ed, node, row) {
  const [, source, target, state] = node.children;
  node.classList.toggle("loading", !row);
  if (!row) {
    for (const cell of [source, target, state]) cell.replaceChildren(el("div", { class: "skeleton" }));
    return;
  }
  source.replaceChildren(...sourceCell(ed, row));
  target.replaceChildren(...targetCell(ed, row));
  state.replaceChildren(...stateCell(ed, row));
  node.classList.toggle("unsaved", Boolean(ed.drafts.get(row.id)));
  markRow(ed, node, row);
}

/** Underlines the findings, and marks what is searched for. */
export function markRow(ed, node, row) {
  const ranges = [];
  const targets = [...node.querySelectorAll(".ed-target .text.target")];
  const isSaved = !ed.drafts.get(row.id);
  if (isSaved) addFindings(ranges, node, row, (number) => targets[number] && ((from, to) => rangeIn(targets[number], from, to)));
  addFound(ed, ranges, row, [...node.querySelectorAll(".text.source")], targets);
  mark(row.ordinal, ranges);
}

export function addFindings(ranges, node, row, rangerOf) {
  const sources = [...node.querySelectorAll(".text.source")];
  for (const finding of openFindings(row)) {
    const asked = row.source.findIndex((form) => form.label === (finding.source_form ?? finding.form));
    const sourceNode = sources[Math.max(asked, 0)];
    const number = Math.max(row.target.findIndex((form) => form.label === finding.form), 0);
    const ranger = rangerOf(number);
    for (const [from, to] of ranger ? finding.spans : []) push(ranges, finding.severity, ranger(from, to));
    for (const [from, to] of sourceNode ? finding.source_spans : []) push(ranges, finding.severity, rangeIn(sourceNode, from, to));
  }
}

export function addFound(ed, ranges, row, sources, targets) {
  const search = ed.search;
  if (!search?.wanted) return;
  const name = row.ordinal === search.current ? "current" : "found";
  const within = { source: sources, target: targets, both: [...sources, ...targets] }[search.where];
  for (const node of within) {
    for (const [from, to] of matches(node.textContent, search)) push(ranges, name, rangeIn(node, from, to));
  }
}

const push = (ranges, name, range) => range && ranges.push([name, range]);

export function forgetRow(ordinal) {
  unmark(ordinal);
}

export const plainTarget = (row) => row.target.map((form) => textOf(form.pieces));
