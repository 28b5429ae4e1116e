// Which segments are listed: the four views with their counts, and the finer filter.
import { el, formatNumber } from "../lib.js";

const VIEWS = [["", "All", "all"], ["unconfirmed", "Unconfirmed", "unconfirmed"], ["needs_review", "Needs review", "needs_review"], ["findings", "With findings", "findings"]];
const STATES = [["", "Any state"], ["initial", "Not started"], ["queued", "Queued"], ["translated", "Translated"], ["needs_review", "Needs review"], ["reviewed", "Reviewed"], ["final", "Final"], ["failed", "Failed"], ["refused", "Refused"], ["unconfirmed", "Unconfirmed"], ["findings", "With findings"]];
const SEVERITIES = [["", "Any severity"], ["critical", "Critical"], ["major", "Major"], ["minor", "Minor"], ["neutral", "Neutral"]];
const ORIGINS = [["", "Any origin"], ["model", "Claude"], ["repeat", "Repeat"], ["copy", "Copied"], ["file", "From the file"], ["person", "Person"], ["carried", "Carried over"]];

export class Filters {
  constructor(ed, views, menu) {
    Object.assign(this, { ed, chosen: {}, text: {} });
    this.buttons = VIEWS.map(([state, label, count]) => {
      const made = el("button", { type: "button", "aria-pressed": String(!state), onclick: () => this.choose({ state }) }, label, " ", el("span", { class: "count", dataset: { count } }));
      views.append(made);
      return [state, made];
    });
    this.fields = { state: this.field("State", STATES), severity: this.field("Severity of findings", SEVERITIES), origin: this.field("Origin", ORIGINS) };
    this.summary = menu.querySelector("summary");
    menu.querySelector(".menu-list").append(...Object.values(this.fields).map(([label]) => label),
      el("button", { type: "button", class: "btn btn-sm", onclick: () => this.choose({}) }, "Show all"));
    this.count();
  }

  field(label, options) {
    const select = el("select", { class: "select", onchange: () => this.choose(this.read()) }, options.map(([value, name]) => el("option", { value }, name)));
    return [el("label", { class: "field" }, label, select), select];
  }

  read() {
    return Object.fromEntries(Object.entries(this.fields).map(([name, [, select]]) => [name, select.value]));
  }

  choose(chosen) {
    this.chosen = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value));
    for (const [name, [, select]] of Object.entries(this.fields)) select.value = this.chosen[name] ?? "";
    const finer = Boolean(this.chosen.severity || this.chosen.origin);
    for (const [state, button] of this.buttons) button.setAttribute("aria-pressed", String(!finer && state === (this.chosen.state ?? "")));
    this.summary.classList.toggle("on", Object.keys(this.chosen).length > 0);
    this.apply();
  }

  setText(text) {
    this.text = text;
    this.apply();
  }

  apply() {
    return this.ed.filter({ ...this.chosen, ...this.text });
  }

  count() {
    const { counts } = this.ed.store;
    for (const [, button] of this.buttons) {
      const place = button.querySelector(".count");
      place.textContent = formatNumber(counts[place.dataset.count] ?? 0);
    }
    for (const option of this.fields.state[1].options) {
      const [, name] = STATES.find(([value]) => value === option.value);
      option.textContent = option.value ? `${name} (${formatNumber(counts[option.value] ?? 0)})` : name;
    }
  }
}
