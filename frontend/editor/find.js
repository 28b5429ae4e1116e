// Search in source and target: a list with a window has no use for the browser's own.
import { announce, debounce, el, formatNumber, icon } from "../lib.js";

export class Find {
  constructor(ed, root) {
    Object.assign(this, { ed, root, found: [], at: -1, only: false });
    this.input = root.querySelector("input[type=search]");
    this.tools = root.querySelector(".ed-find-tools");
    this.later = debounce(() => this.ask(), 200);
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.where = el("select", { class: "select", "aria-label": "Search in", onchange: () => this.ask() },
      el("option", { value: "both" }, "Both"), el("option", { value: "source" }, "Source"), el("option", { value: "target" }, "Target"));
    this.exact = this.toggle("Aa", "Match case", () => this.ask());
    this.lists = this.toggle(icon("list-checks"), "Show only what was found", () => this.filter());
    this.count = el("span", { class: "ed-count", role: "status" });
    this.tools.append(this.where, this.exact, this.lists, this.count,
      this.step("chevron-up", "Previous", -1), this.step("chevron-down", "Next", 1));
  }

  toggle(content, label, run) {
    const made = el("button", { type: "button", class: "btn btn-sm btn-ghost btn-square", "aria-label": label, title: label, "aria-pressed": "false" }, content);
    made.addEventListener("click", () => {
      made.setAttribute("aria-pressed", String(made.getAttribute("aria-pressed") !== "true"));
      run();
    });
    return made;
  }

  step(name, label, way) {
    return el("button", { type: "button", class: "btn btn-sm btn-ghost btn-square", "aria-label": `${label} match`, title: label, onclick: () => this.move(way) }, icon(name));
  }

  get isOn() {
    return (one) => one.getAttribute("aria-pressed") === "true";
  }

  open() {
    const chosen = document.getSelection().toString().trim();
    if (chosen && chosen.length < 200 && !chosen.includes("\n")) this.input.value = chosen;
    this.input.focus();
    this.input.select();
    if (this.input.value) this.ask();
  }

  key(event) {
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      this.move(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.input.value = "";
      this.ask();
      this.ed.focusRow();
    }
  }

  async ask() {
    const wanted = this.input.value;
    const { ed } = this;
    this.asking?.abort();
    this.root.classList.toggle("on", Boolean(wanted));
    if (!wanted) {
      this.found = [];
      this.at = -1;
      ed.setSearch(null);
      if (this.isOn(this.lists)) this.filter();
      return;
    }
    this.asking = new AbortController();
    try {
      const answer = await ed.store.find({ ...ed.filters.chosen, ...this.asked }, this.asking.signal);
      this.found = answer.ordinals;
    } catch (problem) {
      if (problem.name !== "AbortError") this.count.textContent = problem.message;
      return;
    }
    this.at = this.found.findIndex((one) => one >= ed.ordinal);
    if (this.at < 0 && this.found.length) this.at = 0;
    this.mark();
    if (this.isOn(this.lists)) this.filter();
    announce(this.found.length ? `${this.found.length} segments found.` : "Nothing found.");
  }

  get asked() {
    return { text: this.input.value, case: this.isOn(this.exact) ? "1" : "", in: this.where.value };
  }

  mark() {
    const current = this.found[this.at] ?? null;
    this.ed.setSearch({ wanted: this.input.value, exact: this.isOn(this.exact), where: this.where.value, current });
    this.count.textContent = this.found.length ? `${formatNumber(this.at + 1)} of ${formatNumber(this.found.length)}` : "None";
  }

  move(way) {
    if (!this.found.length) return;
    const same = this.found[this.at] === this.ed.ordinal || this.ed.search?.shown === this.found[this.at];
    if (same) this.at = (this.at + way + this.found.length) % this.found.length;
    this.mark();
    this.ed.search.shown = this.found[this.at];
    this.ed.goTo(this.found[this.at], { focus: false });
  }

  filter() {
    this.ed.filters.setText(this.isOn(this.lists) && this.input.value ? this.asked : {});
  }
}
