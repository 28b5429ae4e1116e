// Somebody else has written the row meanwhile: both texts, and whose is to stay.
import { announce, el, icon, toast } from "../lib.js";
import { wordDiff } from "./pieces.js";
import { formName } from "./row.js";

/** What stands under the field while a draft cannot be saved by itself; null where nothing hinders. */
export function mergeCard(ed, active, draft) {
  if (draft?.state === "conflict") return conflictCard(ed, active, draft);
  if (draft?.state === "locked" || draft?.state === "refused") return refusedCard(ed, active, draft);
  return null;
}

export function diffNodes(parts, { lang, dir, skip }) {
  const tags = { same: "span", del: "del", ins: "ins" };
  return el("div", { class: "text", lang, dir }, parts.filter(([kind]) => kind !== skip).map(([kind, text]) => el(tags[kind], {}, text)));
}

function conflictCard(ed, active, draft) {
  const theirs = draft.theirs;
  const isMine = theirs.updated_by === ed.page.name;
  const who = isMine ? "You" : (theirs.updated_by ?? (theirs.origin === "model" ? "Claude" : "Someone"));
  const where = isMine ? " in another tab" : "";
  const forms = theirs.target.map((form) => form.text);
  const { code: lang, direction: dir } = ed.target;
  const sides = (mine, other, skip) => mine.map((_, number) => diffNodes(wordDiff(other[number] ?? "", mine[number] ?? ""), { lang, dir, skip }));
  announce(`${who} changed this segment${where} while you were writing. Choose which text stays.`);
  const column = (title, nodes) => el("div", { class: "ed-merge-side" }, el("h4", {}, title), nodes);
  return el("section", { class: "ed-merge", "aria-label": "Two texts for one segment" },
    el("p", { class: "ed-merge-title" }, icon("git-compare"), el("strong", {}, `${who} changed this segment${where} while you were writing.`), " Both texts are kept until you choose."),
    el("div", { class: "ed-merge-sides" },
      column(isMine ? "Here" : "Yours", sides(draft.forms, forms, "del")),
      column(isMine ? "In the other tab" : who === "Someone" ? "Theirs" : who, forms.map((text, number) => el("div", {},
        forms.length > 1 && el("span", { class: "ed-label" }, formName(theirs.target[number].label, number, forms.length)),
        diffNodes(wordDiff(draft.forms[number] ?? "", text), { lang, dir, skip: "del" }))))),
    el("div", { class: "row" },
      choice(isMine ? "Keep this one" : "Keep mine", () => keepMine(ed, draft)),
      choice(isMine ? "Take the other" : "Take theirs", () => takeTheirs(ed, active, draft)),
      choice("Edit both", () => editBoth(ed, active, draft, forms))));
}

const choice = (label, run) => el("button", { type: "button", class: "btn btn-sm", onclick: run }, label);

function keepMine(ed, draft) {
  ed.store.put([draft.theirs]);
  ed.drafts.rebase(draft.target, draft.theirs.version);
  announce("Your text is being saved.");
}

function takeTheirs(ed, active, draft) {
  const kept = ed.drafts.discard(draft.target);
  ed.store.put([draft.theirs]);
  active.update(ed.store.get(draft.ordinal));
  toast("The other text stays. Yours was put aside.", {
    icon: "undo-2",
    action: { label: "Undo", run: () => ed.bringBack(draft.ordinal, kept.forms) },
  });
}

/** Mine and theirs one after the other in the field, on top of theirs: the person makes one of them. */
function editBoth(ed, active, draft, forms) {
  // What has been typed since the card was drawn counts too.
  const mine = ed.drafts.get(draft.target)?.forms ?? draft.forms;
  const both = mine.map((text, number) => (forms[number] && forms[number] !== text ? `${text}\n${forms[number]}` : text));
  ed.store.put([draft.theirs]);
  ed.drafts.rebase(draft.target, draft.theirs.version, { forms: both, action: "save" });
  active.rebuild();
  active.edit();
  announce("Both texts stand in the field, yours first.");
}

function refusedCard(ed, active, draft) {
  const locked = draft.state === "locked";
  const copy = async () => {
    await navigator.clipboard?.writeText(draft.forms.join("\n"));
    announce("Copied.");
  };
  return el("section", { class: "ed-merge", "aria-label": "Text that is not saved" },
    el("p", { class: "ed-merge-title" }, icon("circle-alert"), el("strong", {}, draft.problem ?? "This text could not be saved."), " It is kept on this device."),
    draft.forms.map((text) => el("div", { class: "text", lang: ed.target.code, dir: ed.target.direction }, text)),
    el("div", { class: "row" },
      choice("Try again", () => ed.retryDraft(draft, locked)),
      navigator.clipboard && choice("Copy the text", copy),
      choice("Discard it", () => {
        const kept = ed.drafts.discard(draft.target);
        active.update(ed.store.get(draft.ordinal));
        toast("Your text was put aside.", { icon: "undo-2", action: { label: "Undo", run: () => ed.bringBack(draft.ordinal, kept.forms) } });
      })));
}
