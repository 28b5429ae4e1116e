// The row that is worked on: its fields, its tools, and the choice after somebody else has written it.
import { el, formatNumber, icon } from "../lib.js";
import { Field } from "./field.js";
import { mergeCard } from "./merge.js";
import { addFindings, addFound, formsOf, knownOf, openFindings, sourceCell, stateCell } from "./row.js";
import { mark } from "./marks.js";
import { chipsOf, missing } from "./pieces.js";

export class Active {
  constructor(ed, node, row) {
    Object.assign(this, { ed, node, row, shown: ed.shown });
    node.classList.add("active");
    node.classList.remove("loading");
    node.tabIndex = 0;
    node.setAttribute("aria-selected", "true");
    [, this.sourceNode, this.targetNode, this.stateNode] = node.children;
    this.build();
  }

  get editable() {
    return this.ed.may.edit && this.row.state !== "final";
  }

  build() {
    const { ed, row } = this;
    // Kept where it stands already: somebody may be selecting in it.
    if (!this.sourceNode.querySelector(".text") || this.shown !== ed.shown) this.sourceNode.replaceChildren(...sourceCell(ed, row));
    this.shown = ed.shown;
    const forms = formsOf(ed, row);
    this.known = knownOf(row);
    this.fields = forms.map((form) => new Field({
      label: form.label ? `Translation, ${form.label}` : "Translation",
      pieces: form.pieces,
      known: this.known,
      lang: ed.target.code,
      dir: ed.target.direction,
      shown: ed.shown,
      editable: this.editable,
      onInput: () => this.changed(),
    }));
    this.fields.forEach((field) => {
      field.element.tabIndex = -1;
      field.element.addEventListener("focus", () => (this.last = field));
    });
    this.last = this.fields[0];
    this.strip = el("div", { class: "ed-strip" });
    this.merge = el("div", { class: "ed-merge-place" });
    this.targetNode.replaceChildren(
      ...forms.map((form, number) => el("div", { class: "ed-form" }, forms.length > 1 && el("span", { class: "ed-label", "aria-hidden": "true" }, form.label), this.fields[number].element)),
      this.merge,
      this.strip,
    );
    this.refresh();
  }

  get forms() {
    return this.fields.map((field) => field.text);
  }

  get isSaved() {
    return !this.ed.drafts.get(this.row.id);
  }

  /** The person has changed the text: it is on this device before anything else happens. */
  changed() {
    this.ed.drafts.put(this.row, this.forms);
    this.count();
  }

  /** Takes the row as the server tells it. What is being written is not touched. */
  update(row) {
    const wasEditable = this.editable;
    const before = this.row;
    this.row = row;
    const texts = row.target.map((form) => form.text);
    const differs = this.isSaved && texts.join("\0") !== this.forms.join("\0") && (texts.length || this.forms.join(""));
    // An input method that is at work in a field must find it as it was.
    if (this.fields.some((field) => field.composing)) return;
    if (differs || wasEditable !== this.editable || before.labels.join() !== row.labels.join()) this.rebuild();
    else this.refresh();
  }

  rebuild() {
    const number = this.fields.findIndex((field) => field.element === document.activeElement);
    const caret = number >= 0 ? this.fields[number].selection : null;
    const within = this.node.contains(document.activeElement);
    this.build();
    const field = this.fields[number];
    if (field) {
      field.focus();
      if (caret) field.select(Math.min(caret.start, field.length), Math.min(caret.end, field.length));
    } else if (within) this.node.focus({ preventScroll: true });
  }

  refresh() {
    const { ed, row } = this;
    this.stateNode.replaceChildren(...stateCell(ed, row));
    const draft = ed.drafts.get(row.id);
    this.node.classList.toggle("unsaved", Boolean(draft));
    const shown = `${draft?.state}${draft?.theirs?.version}${draft?.problem}`;
    if (shown !== this.mergeShown) {
      this.mergeShown = shown;
      const card = mergeCard(ed, this, draft);
      this.merge.replaceChildren(...(card ? [card] : []));
    }
    this.tools();
    this.marks();
  }

  marks() {
    const ranges = [];
    const saved = this.row.target.map((form) => form.text);
    addFindings(ranges, this.node, this.row, (number) => {
      const field = this.fields[number];
      return field && field.text === saved[number] ? (from, to) => field.rangeOf(from, to) : null;
    });
    addFound(this.ed, ranges, this.row, [...this.sourceNode.querySelectorAll(".text")], this.fields.map((field) => field.element));
    mark(this.row.ordinal, ranges);
  }

  tools() {
    const { ed, row } = this;
    const key = (action) => ed.keys.caps(action);
    if (!ed.may.edit) {
      this.strip.replaceChildren(el("p", { class: "hint" }, icon("lock"), " You can read this. Your role does not include editing."));
      return;
    }
    if (row.state === "final") {
      this.strip.replaceChildren(icon("lock"), el("span", { class: "hint" }, "Approved and locked."), this.button("Unlock", "unconfirm", "", [key("unconfirm")]));
      return;
    }
    const fixes = openFindings(row).filter((one) => one.fix).length;
    const confirmed = row.state === "reviewed";
    for (const one of ed.root.querySelectorAll('.ed-actions [data-run-action="fix"]')) one.hidden = !fixes;
    const tools = [
      this.button("Confirm", "confirm", "btn-primary", [icon("check"), "Confirm", key("confirm")]),
      fixes > 0 && this.button("Fix", "fix", "", [icon("wand-sparkles"), fixes > 1 ? `Fix ${fixes}` : "Fix", key("fix")]),
      this.button("Copy the source", "copy_source", "btn-ghost btn-square", [icon("copy")]),
      confirmed
        ? this.button("Take back the confirmation", "unconfirm", "btn-ghost btn-square", [icon("undo-2")])
        : this.button("Needs work", "needs_work", "btn-ghost btn-square", [icon("flag")]),
      ed.may.approve && this.button("Approve and lock", "approve", "btn-ghost btn-square", [icon("lock")]),
      row.repeats > 0 && this.button(`Copy to ${row.repeats} repeats`, "propagate", "btn-ghost", [icon("repeat-2"), formatNumber(row.repeats)]),
    ];
    this.counter = el("span", { class: "ed-counter" });
    const focused = this.strip.contains(document.activeElement) ? document.activeElement.dataset.action : "";
    this.strip.replaceChildren(...tools.filter(Boolean), this.counter);
    if (focused) this.strip.querySelector(`[data-action="${focused}"]`)?.focus({ preventScroll: true });
    this.count();
  }

  button(label, action, kind, content) {
    const isIcon = kind.includes("square");
    const keys = this.ed.keys.spoken(action);
    return el("button", {
      type: "button",
      class: `btn btn-sm ${kind}`,
      dataset: { action },
      "aria-label": label,
      title: keys ? `${label} (${keys})` : isIcon ? label : undefined,
      onclick: () => this.ed.run(action),
    }, ...(content.some((one) => typeof one === "string") || isIcon ? content : [label, ...content]));
  }

  count() {
    const most = this.row.max_length;
    if (!this.counter) return;
    const length = Math.max(...this.fields.map((field) => [...field.text].length));
    const over = most !== null && length > most;
    this.counter.classList.toggle("over", over);
    this.counter.replaceChildren(over ? icon("triangle-alert") : "", most === null ? "" : `${formatNumber(length)} / ${formatNumber(most)}`);
  }

  // --- What the keys do in it -------------------------------------------------------------------
  get field() {
    return this.last ?? this.fields[0];
  }

  edit({ end = true } = {}) {
    if (!this.editable) return this.node.focus({ preventScroll: true });
    this.field.focus({ end });
  }

  chips() {
    const number = this.fields.indexOf(this.field);
    const form = this.row.source[Math.min(number, this.row.source.length - 1)];
    return form ? chipsOf(form.pieces) : [];
  }

  insertNext() {
    const [next] = missing(this.chips(), chipsOf(this.field.pieces));
    if (next) this.field.insert([next]);
    return next;
  }

  insertChip(number) {
    const chip = this.chips()[number - 1];
    if (chip) this.field.insert([chip]);
    return chip;
  }

  setForms(forms) {
    forms.forEach((text, number) => this.fields[number]?.set(text));
  }

  /** Selects where a finding points to. */
  jump(finding) {
    const number = Math.max(this.row.target.findIndex((form) => form.label === finding.form), 0);
    const field = this.fields[number];
    if (!field) return;
    this.last = field;
    this.edit();
    const [span] = finding.spans;
    if (span) field.select(Math.min(span[0], field.length), Math.min(span[1], field.length));
  }

  leave() {
    this.ed.drafts.flush(this.row.id);
    this.node.classList.remove("active", "writing");
    this.node.tabIndex = -1;
    this.node.removeAttribute("aria-selected");
  }
}
