// The side panel: what was found in the active segment, its history, and where it stands.
import { debounce, el, formatNumber, getJSON, icon } from "../lib.js";
import { diffNodes } from "./merge.js";
import { SEVERITIES, canBeWrong, formName, openFindings, plainTarget, sourceCell } from "./row.js";
import { shownPieces } from "./pieces.js";
import { fullTime, shortTime } from "./times.js";

const TABS = [["findings", "Findings"], ["history", "History"], ["context", "Context"]];

export class Panel {
  constructor(ed, root) {
    Object.assign(this, { ed, root, tab: "findings" });
    this.tabs = TABS.map(([name, label]) =>
      el("button", { type: "button", role: "tab", id: `ed-tab-${name}`, "aria-controls": "ed-panel-body", dataset: { name }, onclick: () => this.choose(name) }, label));
    const list = el("div", { class: "ed-tabs", role: "tablist", "aria-label": "About this segment", onkeydown: (event) => this.arrow(event) }, this.tabs);
    this.body = el("div", { class: "ed-panel-body", role: "tabpanel", id: "ed-panel-body", tabindex: "0" });
    root.replaceChildren(list, this.body);
    this.later = debounce(() => this.fetch(), 120);
    this.choose("findings");
  }

  arrow(event) {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const at = TABS.findIndex(([name]) => name === this.tab);
    this.choose(TABS[(at + way + TABS.length) % TABS.length][0]);
    this.tabs.find((one) => one.dataset.name === this.tab).focus();
  }

  choose(name) {
    this.tab = name;
    for (const one of this.tabs) {
      const chosen = one.dataset.name === name;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      if (chosen) this.body.setAttribute("aria-labelledby", one.id);
    }
    this.show(this.row);
  }

  get visible() {
    return this.root.offsetParent !== null;
  }

  show(row) {
    const other = row?.id !== this.row?.id;
    this.row = row;
    this.countFindings();
    if (!row) {
      this.body.replaceChildren();
      return;
    }
    if (this.tab === "findings") this.body.replaceChildren(...this.findings(row));
    else {
      if (other) this.body.replaceChildren();
      this.later();
    }
  }

  countFindings() {
    const count = this.row ? openFindings(this.row).length : 0;
    this.tabs[0].replaceChildren("Findings", count ? el("span", { class: "count" }, ` ${formatNumber(count)}`) : "");
  }

  async fetch() {
    const row = this.row;
    if (!row || !this.visible) return;
    if (this.tab === "history") await this.history(row);
    else if (this.tab === "context") await this.context(row);
  }

  // --- Findings ---------------------------------------------------------------------------------
  findings(row) {
    const open = openFindings(row);
    const dismissed = row.findings.filter((one) => one.dismissed);
    if (!row.findings.length) {
      const words = row.target.length ? "Nothing was found in this segment." : "There is no text to check yet.";
      return [el("p", { class: "ed-clear" }, icon(row.target.length ? "shield-check" : "circle-dashed"), words)];
    }
    return [
      ...open.map((one, number) => this.card(row, one, number + 1)),
      ...dismissed.map((one) => this.folded(one)),
    ];
  }

  card(row, finding, number) {
    const { ed } = this;
    const buttons = [
      finding.fix && ed.may.edit && el("button", { type: "button", class: "btn btn-sm", onclick: () => ed.applyFix(finding) }, finding.fix.label),
      el("button", { type: "button", class: "btn btn-sm btn-ghost", onclick: () => ed.active.jump(finding) }, "Show"),
      ed.may.edit && canBeWrong(finding) && el("button", { type: "button", class: "btn btn-sm btn-ghost", onclick: () => ed.dismiss(finding, true) }, "Not an error"),
    ];
    return el("section", { class: "finding-card", "aria-label": `Finding ${number}` },
      el("div", { class: "title" }, el("span", { class: `badge ${finding.severity}` }, SEVERITIES[finding.severity]), finding.blocking && el("span", { class: "badge critical plain" }, "Holds the text back"), el("span", { class: "ed-ordinal", "aria-hidden": "true" }, number)),
      el("p", {}, finding.form && `In the form “${formName(finding.form, 0, 1)}”: `, el("bdi", {}, finding.sentence)),
      finding.concepts.length > 0 && el("p", {}, finding.concepts.map((one) => el("a", { href: one.url }, "“", el("bdi", {}, one.term), "” in the glossary"))),
      el("div", { class: "row" }, buttons.filter(Boolean)));
  }

  folded(finding) {
    return el("p", { class: "ed-folded" }, icon("check"), el("span", { class: "grow" }, el("bdi", {}, finding.sentence), " Not an error."),
      this.ed.may.edit && el("button", { type: "button", class: "btn btn-sm btn-ghost", onclick: () => this.ed.dismiss(finding, false) }, "Undo"));
  }

  // --- History ----------------------------------------------------------------------------------
  async history(row) {
    let answer;
    try {
      answer = await getJSON(`/targets/${row.id}/history`);
    } catch (problem) {
      this.body.replaceChildren(el("p", { class: "error" }, icon("circle-alert"), problem.message));
      return;
    }
    if (row.id !== this.row?.id || this.tab !== "history") return;
    const cards = answer.versions.map((one, number) => this.version(one, number));
    this.body.replaceChildren(...(cards.length ? cards : [el("p", { class: "hint" }, "Nobody has written this segment yet.")]));
  }

  version(one, number) {
    const { ed } = this;
    const { code: lang, direction: dir } = ed.target;
    const whose = one.by ?? { model: "Claude", repeat: "Repeat", file: "From the file", copy: "Copied", carried: "Carried over" }[one.origin] ?? "Not started";
    return el("section", { class: "ed-version" },
      el("p", { class: "row spread" }, el("strong", {}, whose), el("span", { class: "hint" }, number === 0 ? "now" : "", one.at ? el("time", { datetime: one.at, title: fullTime(one.at, ed.page) }, shortTime(one.at, ed.page)) : "")),
      one.forms.length ? one.diff.map((parts) => diffNodes(parts, { lang, dir })) : el("p", { class: "hint" }, "No text."),
      number > 0 && one.forms.length > 0 && ed.may.edit && el("button", { type: "button", class: "btn btn-sm", onclick: () => ed.restore(one.forms) }, icon("rotate-ccw"), "Restore"));
  }

  // --- Context ----------------------------------------------------------------------------------
  async context(row) {
    const { ed } = this;
    const around = [-2, -1, 1, 2].map((step) => row.ordinal + step).filter((one) => one >= 0 && one < ed.store.total);
    await Promise.all(around.map((one) => ed.store.row(one)));
    if (row.id !== this.row?.id || this.tab !== "context") return;
    const facts = [["Key", row.key], ["Context", row.context], ["Note", row.note], ["Characters", formatNumber(row.chars)], ["Longest allowed", row.max_length && formatNumber(row.max_length)], ["Repeats", row.repeats && formatNumber(row.repeats)], ["Written by", row.updated_by], ["Written", row.updated_at && shortTime(row.updated_at, ed.page)]];
    this.body.replaceChildren(
      el("dl", { class: "ed-facts" }, facts.filter(([, value]) => value).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, el("bdi", {}, String(value)))))),
      row.repeats > 0 && ed.may.edit ? el("button", { type: "button", class: "btn btn-sm", onclick: () => ed.run("propagate") }, icon("repeat-2"), `Copy to ${formatNumber(row.repeats)} ${row.repeats === 1 ? "repeat" : "repeats"}`) : "",
      row.leader ? el("p", { class: "hint" }, icon("repeat-2"), " This segment repeats an earlier one.") : "",
      el("h3", { class: "ed-small-title" }, "Around it"),
      ...around.map((one) => this.neighbour(ed.store.get(one))).filter(Boolean));
  }

  neighbour(row) {
    if (!row) return null;
    const { ed } = this;
    return el("div", { class: "ed-neighbour" },
      el("button", { type: "button", class: "btn btn-sm btn-ghost", "aria-label": `Go to segment ${row.ordinal + 1}`, onclick: () => ed.goTo(row.ordinal) }, formatNumber(row.ordinal + 1)),
      el("div", {}, sourceCell(ed, row), plainTarget(row).some(Boolean) && row.target.map((form) => el("div", { class: "text", lang: ed.target.code, dir: ed.target.direction }, shownPieces(form.pieces, false)))));
  }
}
