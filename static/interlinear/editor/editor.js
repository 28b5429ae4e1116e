// The editor: one row of a long list is worked on, and everything else follows it.
import { announce, debounce, el, getJSON, icon, toast } from "../lib.js";
import { ACTIONS, applyFix, dismiss } from "./actions.js";
import { Active } from "./active.js";
import { Drafts } from "./drafts.js";
import { Filters } from "./filters.js";
import { Find } from "./find.js";
import { Follow } from "./follow.js";
import { Grid } from "./grid.js";
import { Header } from "./header.js";
import { Keys, keysDialog } from "./keys.js";
import { Panel } from "./panel.js";
import { replaceDialog } from "./replace.js";
import { fillRow, forgetRow, rowElement } from "./row.js";
import { Store } from "./store.js";

const RETRY_MS = 3000;
const NARROW = matchMedia("(max-width: 1023px)");

class Editor {
  constructor(root, page) {
    Object.assign(this, { root, page, may: page.may, source: page.source, target: page.target });
    this.search = null;
    this.shown = false;
    this.ordinal = -1;
    this.active = null;
    this.store = new Store(page);
    this.drafts = new Drafts({ user: page.user, job: page.job });
    this.keys = new Keys({ shortcuts: page.shortcuts, single: page.single_keys, run: (action, number) => this.run(action, number) });
    this.gridElement = root.querySelector("[role=grid]");
    this.grid = new Grid(root.querySelector(".ed-scroller"), root.querySelector(".ed-rows"), {
      make: (position) => this.make(position),
      kept: () => this.position,
      onWindow: debounce((first, last) => this.store.ensure(first, last), 30),
    });
    this.header = new Header(this, root.querySelector("#head"));
    this.filters = new Filters(this, root.querySelector("#ed-views"), root.querySelector("#ed-filter"));
    this.panel = new Panel(this, root.querySelector("#ed-panel"));
    this.find = new Find(this, root.querySelector("#ed-find"));
    this.listen();
    this.start();
  }

  // --- Beginning --------------------------------------------------------------------------------
  start() {
    this.grid.narrow = NARROW.matches;
    const place = Number(/^#s(\d+)$/.exec(location.hash)?.[1] ?? 0);
    this.ordinal = Math.min(place, this.store.total - 1);
    this.show();
    if (this.ordinal > 0) this.grid.reveal(this.position, { middle: true });
    this.store.ensure(this.position - 1, this.position + 1);
    this.drafts.adopt();
    setInterval(() => this.drafts.adopt(), 15_000);
    setTimeout(() => this.store.loadOpen().catch(() => {}), 100);
    this.follow = new Follow(this);
    this.hints();
    const state = new URLSearchParams(location.search).get("state");
    if (state) this.filters.choose({ state });
  }

  /** The keys that pay off, along the lower edge. */
  hints() {
    const shown = [["confirm", "confirm, next"], ["next", "next"], ["previous", "previous"], ["insert_next", "next placeholder"], ["fix", "fix"], ["copy_source", "copy source"], ["find", "find"]];
    const hint = (keys, words) => el("span", {}, keys, words);
    this.root.querySelector(".ed-foot").append(...shown.map(([action, words]) => hint(this.keys.caps(action), words)), hint(el("kbd", {}, "?"), "all keys"));
  }

  /** A page that is loaded again, or come back to, opens where one was. */
  remember() {
    clearTimeout(this.remembering);
    this.remembering = setTimeout(() => history.replaceState(history.state, "", `#s${this.ordinal}`), 300);
  }

  listen() {
    this.store.addEventListener("rows", ({ detail }) => detail.ordinals.forEach((one) => this.redraw(one)));
    this.store.addEventListener("list", () => this.show());
    this.store.addEventListener("counts", () => (this.header.count(), this.filters.count()));
    this.store.addEventListener("problem", ({ detail }) => {
      this.say(detail.problem);
      // What could not be fetched is asked for again with the next drawing.
      setTimeout(() => this.grid.schedule(), RETRY_MS);
    });
    this.drafts.addEventListener("change", ({ detail }) => this.onDraft(detail));
    this.drafts.addEventListener("saved", ({ detail }) => this.onSaved(detail));
    this.drafts.addEventListener("unconfirmed", ({ detail }) => this.onUnconfirmed(detail));
    this.drafts.addEventListener("theirs", ({ detail }) => detail.row.id !== this.active?.row.id && this.store.put([detail.row]));
    document.addEventListener("interlinear:signed-in", () => this.drafts.flushAll());
    this.gridElement.addEventListener("mousedown", (event) => this.pressed(event));
    this.gridElement.addEventListener("keydown", (event) => this.inGrid(event));
    this.gridElement.addEventListener("focusin", (event) => this.focused(event));
    this.gridElement.addEventListener("focusout", (event) => this.blurred(event));
    for (const button of this.root.querySelectorAll("[data-run-action]")) button.addEventListener("click", () => this.run(button.dataset.runAction));
    this.root.querySelector("#ed-keys")?.addEventListener("click", () => keysDialog(this.keys));
    NARROW.addEventListener("change", () => this.grid.setNarrow(NARROW.matches));
    // Where this browser keeps nothing, only the person can.
    addEventListener("beforeunload", (event) => this.drafts.unkept && this.drafts.size && event.preventDefault());
    addEventListener("hashchange", () => {
      const asked = /^#s(\d+)$/.exec(location.hash);
      if (asked) this.goTo(Number(asked[1]));
    });
  }

  // --- Rows -------------------------------------------------------------------------------------
  get position() {
    return this.ordinal < 0 ? -1 : this.store.positionOf(this.ordinal);
  }

  show() {
    if (this.position < 0 && this.store.length) {
      this.leaveActive();
      this.ordinal = this.store.ordinalAt(Math.min(this.store.firstFrom(this.ordinal), this.store.length - 1));
    }
    this.gridElement.setAttribute("aria-rowcount", String(this.store.length + 1));
    this.root.querySelector("#ed-empty").hidden = this.store.length > 0;
    this.active = null;
    this.grid.show(this.store.length, (position) => this.store.ordinalAt(position));
    if (this.store.length) this.grid.reveal(this.position);
    this.panel.show(this.active?.row);
  }

  make(position) {
    const ordinal = this.store.ordinalAt(position);
    const node = rowElement(this, ordinal);
    node.setAttribute("aria-rowindex", String(position + 2));
    this.fill(node, ordinal);
    return node;
  }

  fill(node, ordinal) {
    const row = this.store.get(ordinal);
    if (ordinal === this.ordinal && row) {
      this.active = new Active(this, node, row);
      this.panel.show(row);
      if (this.toEdit) this.active.edit();
      this.toEdit = false;
    } else fillRow(this, node, row);
  }

  nodeOf(ordinal) {
    return this.grid.nodes.get(this.store.positionOf(ordinal));
  }

  /** A row has changed: show it, without touching what is being written. */
  redraw(ordinal) {
    const node = this.nodeOf(ordinal);
    if (!node) return forgetRow(ordinal);
    if (this.active?.row.ordinal === ordinal && this.active.node === node) {
      const held = this.store.get(ordinal);
      this.active.update(held);
      this.panel.show(held);
    } else this.fill(node, ordinal);
    this.grid.schedule();
  }

  redrawAll() {
    for (const position of this.grid.nodes.keys()) {
      const ordinal = this.store.ordinalAt(position);
      if (ordinal === this.ordinal) this.active?.rebuild();
      else this.redraw(ordinal);
    }
  }

  leaveActive() {
    const { active } = this;
    if (!active) return;
    active.leave();
    this.active = null;
    if (active.node.isConnected) fillRow(this, active.node, this.store.get(active.row.ordinal) ?? active.row);
  }

  // --- Going ------------------------------------------------------------------------------------
  move(step) {
    this.goToPosition(this.position + step);
  }

  async goTo(ordinal, options) {
    if (this.store.positionOf(ordinal) < 0) this.filters.choose({});
    await this.store.row(ordinal);
    this.goToPosition(this.store.positionOf(ordinal), { middle: true, ...options });
  }

  /** Makes the row at a position the one that is worked on; the focus goes with it. */
  goToPosition(position, { focus = true, middle = false } = {}) {
    if (position < 0 || position >= this.store.length) return;
    const wasEditing = this.active?.fields.some((field) => field.element === document.activeElement) || this.active?.strip.contains(document.activeElement);
    const ordinal = this.store.ordinalAt(position);
    if (ordinal !== this.ordinal) {
      this.leaveActive();
      this.ordinal = ordinal;
      this.remember();
      const node = this.grid.nodes.get(position);
      if (node) this.fill(node, ordinal);
    }
    this.grid.reveal(position, { middle });
    if (!focus) return;
    this.toEdit = wasEditing && !this.active;
    if (wasEditing && this.active) this.active.edit();
    else this.focusRow();
    if (this.grid.narrow) this.nodeOf(ordinal)?.scrollIntoView({ block: "nearest" });
    this.sayRow();
  }

  focusRow() {
    const node = this.nodeOf(this.ordinal);
    if (!node) return;
    node.tabIndex = 0;
    node.focus({ preventScroll: true });
  }

  sayRow() {
    const row = this.active?.row;
    if (!row) return;
    const draft = this.drafts.get(row.id);
    const found = row.findings.filter((one) => !one.dismissed).length;
    announce(`Segment ${row.ordinal + 1}${found ? `, ${found} ${found === 1 ? "finding" : "findings"}` : ""}${draft ? ", not saved yet" : ""}`);
  }

  pressed(event) {
    const node = event.target.closest(".ed-row");
    if (!node || Number(node.dataset.ordinal) === this.ordinal) return;
    const inTarget = Boolean(event.target.closest(".ed-target"));
    const ordinal = Number(node.dataset.ordinal);
    if (!this.store.get(ordinal)) return;
    if (inTarget) event.preventDefault();
    this.goToPosition(this.store.positionOf(ordinal), { focus: inTarget });
    if (!inTarget || this.grid.narrow) return;
    this.active?.edit();
    const place = document.caretPositionFromPoint?.(event.clientX, event.clientY);
    if (place && this.active?.field.element.contains(place.offsetNode)) document.getSelection().collapse(place.offsetNode, place.offset);
  }

  inGrid(event) {
    if (event.defaultPrevented || event.isComposing) return;
    const onRow = event.target.classList.contains("ed-row");
    if (event.key === "Escape" && !onRow) {
      event.preventDefault();
      if (this.active) this.drafts.flush(this.active.row.id);
      this.focusRow();
    } else if (onRow && !event.altKey && !event.ctrlKey && !event.metaKey) this.onRowKey(event);
  }

  onRowKey(event) {
    const page = Math.max(Math.floor(this.grid.scroller.clientHeight / 80), 1);
    const run = {
      Enter: () => this.active?.edit(),
      F2: () => this.active?.edit(),
      ArrowDown: () => this.move(1),
      ArrowUp: () => this.move(-1),
      PageDown: () => this.goToPosition(Math.min(this.position + page, this.store.length - 1)),
      PageUp: () => this.goToPosition(Math.max(this.position - page, 0)),
      Home: () => this.goToPosition(0),
      End: () => this.goToPosition(this.store.length - 1),
    }[event.key];
    if (!run) return;
    event.preventDefault();
    run();
  }

  focused(event) {
    const node = event.target.closest(".ed-row");
    const inside = Boolean(node) && event.target !== node;
    node?.classList.toggle("writing", inside);
    if (inside) for (const one of this.inner(node)) one.tabIndex = 0;
  }

  blurred(event) {
    const node = event.target.closest(".ed-row");
    if (!node || node.contains(event.relatedTarget)) return;
    node.classList.remove("writing");
    for (const one of this.inner(node)) one.tabIndex = -1;
    if (this.active) this.drafts.flush(this.active.row.id);
  }

  inner(node) {
    return node.querySelectorAll("[role=textbox], .ed-strip button, .ed-merge button");
  }

  run(action, number) {
    if (this.active) ACTIONS[action]?.(this, number);
    else if (["find", "replace", "panel", "show_invisible", "next", "first", "last"].includes(action)) ACTIONS[action](this);
  }

  // --- What is written ----------------------------------------------------------------------------
  onDraft(draft) {
    this.header.save();
    if (!draft) return;
    if (this.active?.row.id === draft.target) {
      if (document.activeElement && this.active.forms.join("\0") !== draft.forms.join("\0") && this.drafts.get(draft.target)) this.active.rebuild();
      else this.active.refresh();
    } else if (this.store.get(draft.ordinal)) this.redraw(draft.ordinal);
  }

  onSaved({ row, counts }) {
    this.store.put([row]);
    this.store.count(counts);
    this.header.save();
    for (const wait of this.waits?.get(row.id) ?? []) wait(row);
    this.waits?.delete(row.id);
  }

  /** The row once it has been saved in a newer version than this one; null after ten seconds. */
  savedRow(id) {
    this.waits ??= new Map();
    return new Promise((done) => {
      this.waits.set(id, [...(this.waits.get(id) ?? []), done]);
      setTimeout(() => done(null), 10_000);
    });
  }

  onUnconfirmed({ row, message }) {
    toast(`Segment ${row.ordinal + 1} is saved, not confirmed. ${message}`, { icon: "octagon-alert", action: { label: "Go there", run: () => this.goTo(row.ordinal) } });
  }

  restore(forms) {
    if (!this.active?.editable) return;
    this.active.setForms(forms);
    this.drafts.flush(this.active.row.id);
    this.active.edit();
    announce("The earlier text is back.");
  }

  async bringBack(ordinal, forms) {
    await this.goTo(ordinal);
    this.restore(forms);
  }

  /** A draft that was refused is tried again; where the segment is locked, it is unlocked first. */
  async retryDraft(draft, locked) {
    if (locked) {
      const [row] = (await getJSON(`${this.store.base}/rows?ordinals=${draft.ordinal}`)).rows;
      if (row.state === "final") {
        toast("The segment is still locked. Unlock it, then try again.", { icon: "lock" });
        return;
      }
      this.store.put([row]);
      this.drafts.rebase(draft.target, row.version);
    } else this.drafts.rebase(draft.target, draft.version);
  }

  applyFix(finding) {
    return applyFix(this, finding);
  }

  dismiss(finding, dismissed) {
    return dismiss(this, finding, dismissed);
  }

  // --- What is seen -------------------------------------------------------------------------------
  async filter(filter) {
    if (this.active) this.drafts.flush(this.active.row.id);
    try {
      await this.store.setFilter(filter);
      this.follow.clear();
      announce(`${this.store.length} segments listed.`);
    } catch (problem) {
      this.say(problem);
    }
  }

  setSearch(search) {
    this.search = search;
    this.remark();
  }

  remark() {
    for (const position of this.grid.nodes.keys()) {
      const ordinal = this.store.ordinalAt(position);
      if (ordinal === this.ordinal) this.active?.marks();
      else this.redraw(ordinal);
    }
  }

  showInvisible() {
    this.shown = !this.shown;
    this.root.querySelector('[data-run-action="show_invisible"]')?.setAttribute("aria-pressed", String(this.shown));
    this.redrawAll();
  }

  togglePanel() {
    const hidden = this.root.classList.toggle("no-panel");
    this.root.querySelector('[data-run-action="panel"]')?.setAttribute("aria-pressed", String(!hidden));
    this.panel.show(this.active?.row);
  }

  openReplace() {
    replaceDialog(this);
  }

  say(problem) {
    const place = this.root.querySelector("#ed-problem");
    const words = problem.message ?? String(problem);
    if (place.hidden || place.textContent !== words) place.replaceChildren(icon("circle-alert"), words);
    place.hidden = false;
    clearTimeout(this.saying);
    this.saying = setTimeout(() => (place.hidden = true), 15_000);
  }
}

const root = document.getElementById("editor");
if (root) new Editor(root, JSON.parse(document.getElementById("editor-page").textContent));
