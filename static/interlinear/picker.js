// <language-picker>: a select of languages with search, recents first, and own names beside.
// The select inside stays the form's field: pages read it, set it and listen to its "change".
// After setting it from a script, call `refresh()` of the picker. Without scripts the select serves.
import { announce, el, icon } from "./lib.js";

let made = 0;

const SHOWN = 3;
const several = (names) => names.slice(0, SHOWN).join(", ") + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "");

class LanguagePicker extends HTMLElement {
  connectedCallback() {
    this.select = this.querySelector("select");
    if (!this.select || this.button) return;
    this.id ||= `picker-${++made}`;
    this.many = this.select.multiple;
    this.build();
    this.refresh();
  }

  // --- What is chosen -----------------------------------------------------------------------------
  get value() {
    return this.select.value;
  }
  get values() {
    return [...this.select.selectedOptions].map((one) => one.value);
  }
  /** Chooses a language as a person would: "change" is told. */
  choose(code) {
    const option = [...this.select.options].find((one) => one.value === code);
    if (!option) return;
    if (this.many) option.selected = !option.selected;
    else this.select.value = code;
    this.refresh();
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
    if (this.many) announce(`${option.text} ${option.selected ? "chosen" : "removed"}`);
  }
  /** Shows what the select holds; `note` is set small beside it, such as "detected". */
  refresh(note = "") {
    const chosen = [...this.select.selectedOptions];
    const named = this.many ? several(chosen.map((one) => one.text)) || this.dataset.placeholder || "Choose languages" : (chosen[0]?.text ?? "");
    this.button.firstElementChild.textContent = named;
    this.note.textContent = note;
    this.button.setAttribute("aria-label", `${this.dataset.label}: ${this.many ? chosen.map((one) => one.text).join(", ") || "none" : named}${note ? ` ${note}` : ""}`);
    if (this.isOpen) this.mark();
  }

  // --- Parts --------------------------------------------------------------------------------------
  build() {
    const listId = `${this.id}-list`;
    this.note = el("span", { class: "quiet" });
    this.button = el("button", { type: "button", class: "picker-button", "aria-haspopup": "listbox", "aria-expanded": "false" },
      el("span", { class: "picker-name" }), this.note, icon("chevron-down"));
    this.search = el("input", { type: "text", class: "picker-search", role: "combobox", "aria-label": `Search: ${this.dataset.label}`, "aria-controls": listId, "aria-expanded": "true", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", placeholder: "Search" });
    this.list = el("div", { role: "listbox", id: listId, class: "picker-list", "aria-label": this.dataset.label, "aria-multiselectable": this.many ? "true" : null, tabindex: "-1" });
    this.panel = el("div", { class: "picker-panel popover", popover: "manual" }, el("div", { class: "picker-find" }, icon("search"), this.search), this.list);
    this.select.hidden = true;
    const label = this.querySelector("label");
    if (label) label.hidden = true;
    const described = this.select.getAttribute("aria-describedby");
    if (described) this.button.setAttribute("aria-describedby", described);
    this.append(this.button, this.panel);
    this.button.addEventListener("click", () => (this.isOpen ? this.close() : this.open()));
    this.button.addEventListener("keydown", (event) => this.onButtonKey(event));
    this.search.addEventListener("input", () => this.fill());
    this.search.addEventListener("keydown", (event) => this.onSearchKey(event));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
    this.addEventListener("focusout", (event) => {
      if (this.isOpen && !this.contains(event.relatedTarget)) this.close(false);
    });
  }

  // --- Open and closed ----------------------------------------------------------------------------
  open(typed = "") {
    this.isOpen = true;
    this.button.setAttribute("aria-expanded", "true");
    this.search.value = typed;
    this.panel.showPopover();
    this.place();
    this.fill();
    this.search.focus({ preventScroll: true });
    this.placing = () => this.place();
    addEventListener("scroll", this.placing, { passive: true, capture: true });
    addEventListener("resize", this.placing);
  }
  close(focus = true) {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.button.setAttribute("aria-expanded", "false");
    this.panel.hidePopover();
    removeEventListener("scroll", this.placing, { capture: true });
    removeEventListener("resize", this.placing);
    if (focus) this.button.focus();
  }
  /** Under the button, or above it where there is more room; always inside the window. */
  place() {
    const box = this.button.getBoundingClientRect();
    const { style, offsetWidth: width } = this.panel;
    const below = innerHeight - box.bottom;
    const start = getComputedStyle(this).direction === "rtl" ? box.right - width : box.left;
    style.left = `${Math.max(8, Math.min(start, innerWidth - width - 8))}px`;
    const room = Math.max(below, box.top) - 16;
    style.maxHeight = `${Math.min(400, room)}px`;
    if (below >= box.top || below > 320) Object.assign(style, { top: `${box.bottom + 4}px`, bottom: "auto" });
    else Object.assign(style, { top: "auto", bottom: `${innerHeight - box.top + 4}px` });
  }

  // --- The list -----------------------------------------------------------------------------------
  fill() {
    const wanted = this.search.value.trim().toLowerCase();
    const all = [...this.select.options];
    const byCode = new Map(all.map((one) => [one.value, one]));
    const recents = (this.dataset.recents ?? "").split(" ").map((code) => byCode.get(code)).filter(Boolean);
    const hits = wanted ? rank(all, wanted) : all.filter((one) => !recents.includes(one));
    const rows = [];
    if (!wanted && recents.length) rows.push(...this.group("Recent", recents), ...this.group("All languages", hits));
    else rows.push(...hits.map((one) => this.row(one)));
    if (!rows.length) rows.push(el("div", { role: "option", "aria-disabled": "true", "aria-selected": "false", class: "picker-none" }, "No such language. Try its English name or code."));
    this.list.replaceChildren(...rows);
    const options = this.options();
    const chosen = options.findIndex((one) => byCode.get(one.dataset.code)?.selected);
    this.point(wanted || this.many ? 0 : Math.max(chosen, 0));
  }
  group(title, options) {
    const id = `${this.list.id}-${title.split(" ")[0].toLowerCase()}`;
    return [el("div", { role: "group", "aria-labelledby": id }, el("div", { class: "picker-title", id, role: "presentation" }, title), options.map((one) => this.row(one)))];
  }
  row(option) {
    const { own, dir } = option.dataset;
    const differs = own && own !== option.text;
    return el("div", { role: "option", id: `${this.list.id}-o-${option.index}`, "aria-selected": String(option.selected), dataset: { code: option.value } },
      icon("check"), el("span", { class: "picker-word" }, option.text),
      differs ? el("span", { class: "quiet", lang: option.value, dir }, own) : null);
  }
  options() {
    return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")];
  }
  mark() {
    for (const row of this.options()) {
      const option = [...this.select.options].find((one) => one.value === row.dataset.code);
      row.setAttribute("aria-selected", String(Boolean(option?.selected)));
    }
  }
  point(at) {
    const options = this.options();
    this.at = options.length ? Math.max(0, Math.min(at, options.length - 1)) : -1;
    for (const row of options) row.classList.toggle("pointed", row === options[this.at]);
    const row = options[this.at];
    if (!row) return this.search.removeAttribute("aria-activedescendant");
    this.search.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }
  take(row) {
    if (!row?.dataset || row.getAttribute("aria-disabled")) return;
    this.choose(row.dataset.code);
    if (!this.many) this.close();
    else this.point(this.options().indexOf(row));
  }

  // --- Keys ---------------------------------------------------------------------------------------
  onButtonKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.open();
    else if (event.key.length === 1 && /\p{L}/u.test(event.key)) this.open(event.key);
    else return;
    event.preventDefault();
  }
  onSearchKey(event) {
    const last = this.options().length - 1;
    if (event.key === "ArrowDown") this.point(this.at >= last ? 0 : this.at + 1);
    else if (event.key === "ArrowUp") this.point(this.at <= 0 ? last : this.at - 1);
    else if (event.key === "PageDown") this.point(this.at + 8);
    else if (event.key === "PageUp") this.point(this.at - 8);
    else if (event.key === "Enter" && !event.isComposing) this.take(this.options()[this.at]);
    else if (event.key === "Escape") this.close();
    else {
      if (event.key === "Tab") this.close();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Names that begin with what was typed come first, then words that do, then the rest. */
function rank(options, wanted) {
  const weight = (one) => {
    const words = one.dataset.words ?? one.text.toLowerCase();
    if (one.value.toLowerCase() === wanted || one.text.toLowerCase().startsWith(wanted)) return 0;
    if (` ${words}`.includes(` ${wanted}`)) return 1;
    return words.includes(wanted) ? 2 : 3;
  };
  return options.map((one) => [weight(one), one]).filter(([heavy]) => heavy < 3).sort((a, b) => a[0] - b[0] || a[1].index - b[1].index).map(([, one]) => one);
}

customElements.define("language-picker", LanguagePicker);
