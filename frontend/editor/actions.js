// What a person can do to a segment; keys, buttons and the panel all come here.
import { announce, formatNumber, sendJSON, toast } from "../lib.js";
import { openFindings } from "./row.js";

const MOST_FIXES = 10;

/** The actions by name; each gets the editor and, where a key carries one, a number. */
export const ACTIONS = {
  confirm: (ed) => write(ed, "confirm") && toNextOpen(ed),
  approve: (ed) => ed.may.approve && write(ed, "approve") && toNextOpen(ed),
  save_draft: (ed) => write(ed, "save") && announce("Saved as a draft."),
  unconfirm: (ed) => ed.active?.row.state !== "initial" && write(ed, "unconfirm", { locked: true }),
  needs_work: (ed) => write(ed, "needs_work") && announce("Marked as needing work."),
  next: (ed) => ed.move(1),
  previous: (ed) => ed.move(-1),
  first: (ed) => ed.goToPosition(0),
  last: (ed) => ed.goToPosition(ed.store.length - 1),
  next_wanted: (ed) => nextWanted(ed),
  edit: (ed) => ed.active?.edit(),
  fix: (ed) => fixAll(ed),
  dismiss: (ed, number) => dismissNumber(ed, number),
  insert_next: (ed) => insertNext(ed),
  insert_chip: (ed, number) => editing(ed) && ed.active.insertChip(number),
  copy_source: (ed) => copySource(ed),
  clear: (ed) => editing(ed) && ed.active.setForms(ed.active.forms.map(() => "")),
  propagate: (ed) => propagate(ed),
  find: (ed) => ed.find.open(),
  replace: (ed) => ed.may.edit && ed.openReplace(),
  show_invisible: (ed) => ed.showInvisible(),
  panel: (ed) => ed.togglePanel(),
};

const editing = (ed) => Boolean(ed.active?.editable);

function write(ed, action, { locked = false } = {}) {
  const { active } = ed;
  if (!active || !ed.may.edit || (!active.editable && !locked)) return false;
  const draft = ed.drafts.get(active.row.id);
  if (draft && draft.state !== "waiting") {
    announce("Choose first which text stays.");
    active.merge.querySelector("button")?.focus();
    return false;
  }
  ed.drafts.put(active.row, active.forms, action, { now: true });
  return true;
}

function toNextOpen(ed) {
  const next = ed.store.nextOpen(ed.position);
  if (next < 0) {
    announce("Nothing unconfirmed is left in this list.");
    return;
  }
  ed.goToPosition(next);
}

/** The next segment with a finding, or that needs review, in the list as it is filtered. */
async function nextWanted(ed) {
  const { ordinals } = await ed.store.find({ ...ed.filters.chosen, state: "findings" });
  const wanted = ordinals.filter((one) => ed.store.positionOf(one) >= 0);
  if (!wanted.length) {
    announce("No segment of this list has a finding.");
    toast("No segment of this list has a finding.");
    return;
  }
  ed.goTo(wanted.find((one) => one > ed.ordinal) ?? wanted[0]);
}

function insertNext(ed) {
  if (!editing(ed)) return;
  if (!ed.active.node.contains(document.activeElement)) ed.active.edit();
  if (!ed.active.insertNext()) announce("No placeholder is missing.");
}

function copySource(ed) {
  if (!editing(ed)) return;
  const { source } = ed.active.row;
  const texts = source.map((form) => form.text);
  ed.active.setForms(ed.active.fields.map((_, number) => texts[Math.min(number, texts.length - 1)]));
  ed.active.edit();
}

// --- Findings -----------------------------------------------------------------------------------
/** Fixes one after the other: each is computed for the text as the one before has left it. */
async function fixAll(ed) {
  if (!editing(ed)) return;
  let count = 0;
  for (let row = ed.active.row; count < MOST_FIXES; count++) {
    const finding = openFindings(row).find((one) => one.fix);
    if (!finding) break;
    const fixed = await applyFix(ed, finding);
    if (!fixed || fixed.findings.length >= row.findings.length) break;
    row = fixed;
  }
  announce(count ? `${formatNumber(count)} fixed.` : "There is nothing that can be fixed by itself.");
}

/** Puts a fix into the field, where it can be undone, and saves it; answers the row as it then is. */
export async function applyFix(ed, finding) {
  const { active } = ed;
  if (!editing(ed) || !finding.fix) return null;
  const version = active.row.version;
  active.setForms(finding.fix.forms);
  ed.drafts.flush(active.row.id);
  return ed.savedRow(active.row.id, version);
}

function dismissNumber(ed, number) {
  const finding = ed.active && openFindings(ed.active.row)[number - 1];
  if (finding) dismiss(ed, finding, true);
  else announce(`There is no finding ${number}.`);
}

export async function dismiss(ed, finding, dismissed) {
  if (!ed.may.edit) return;
  try {
    const answer = await sendJSON(`/findings/${finding.id}/dismiss`, { dismissed });
    ed.store.put([answer.row]);
    ed.store.count(answer.counts);
    announce(dismissed ? "Set aside: not an error." : "The finding counts again.");
  } catch (problem) {
    ed.say(problem);
  }
}

// --- Repeats ------------------------------------------------------------------------------------
async function propagate(ed) {
  const { active } = ed;
  if (!editing(ed)) return;
  const id = active.row.id;
  if (!active.isSaved) {
    const version = active.row.version;
    ed.drafts.flush(id);
    await ed.savedRow(id, version);
  }
  try {
    const answer = await sendJSON(`/targets/${id}/propagate`, { version: ed.store.byId.get(id).version });
    ed.store.put(answer.rows);
    ed.store.follow();
    const words = answer.changed ? `Copied to ${formatNumber(answer.changed)} ${answer.changed === 1 ? "repeat" : "repeats"}.` : "No repeat was changed: people have written them, or there is none.";
    toast(words);
    announce(words);
  } catch (problem) {
    ed.say(problem);
  }
}
