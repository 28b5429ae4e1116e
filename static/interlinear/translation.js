// A translation as it comes in: its text, its findings, what it came to. Numbers come over the one
// event stream; text is fetched, from the first segment on that is not there yet, so that a dropped
// connection costs nothing but time.
import { announce, busy, confirmDialog, el, formatNumber, getJSON, icon, sendJSON, toast } from "./lib.js";
import { onProgress } from "./live.js";

const at = (id) => document.getElementById(id);
const title = document.title;
const REFETCH_MS = 250;
const RETRY_MS = 2000;
const WAITING = {
  overloaded: "Claude is overloaded.",
  rate_limited: "Claude asks us to go slower.",
  spend_cap: "The spending limit at Claude is reached.",
};

export class Translation {
  constructor({ onAddress }) {
    this.onAddress = onAddress;
    this.clear();
    at("copy").addEventListener("click", () => this.copy());
    at("stop").addEventListener("click", () => this.act("stop", at("stop")));
    at("retry").addEventListener("click", () => this.act("retry", at("retry")));
    at("delete").addEventListener("click", () => this.forget());
    onProgress((change) => this.onChange(change), { runs: () => (this.state?.open ? [this.state.run] : []) });
    addEventListener("online", () => this.state?.open && this.fetch());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.state?.open && this.fetch());
  }

  // --- Coming and going -----------------------------------------------------------------------------
  clear() {
    clearTimeout(this.timer);
    Object.assign(this, { job: null, state: null, rows: new Map(), leads: [], places: [], spans: [], isOutdated: false, pointed: -1, due: Infinity, asked: 0, shown: 0, hasRun: false });
    at("below").hidden = true;
    for (const id of ["copy", "stop", "retry", "pane-progress"]) at(id).hidden = true;
    at("verdict").replaceChildren();
    at("result").classList.remove("outdated");
    at("result-hint").textContent = "You pay only for what is delivered.";
    at("result").replaceChildren(el("p", { class: "hint" }, "The translation comes here sentence by sentence, each as soon as it has passed its checks."));
    document.title = title;
  }
  follow(job) {
    this.clear();
    this.job = job;
    at("result").replaceChildren(el("p", { class: "skeleton wide" }), el("p", { class: "skeleton" }));
    announce("Translating.");
    this.fetch();
  }
  /** The same wish again: it is here, or on its way. */
  again(job) {
    if (this.job !== job) return this.follow(job);
    const isOpen = !this.state || this.state.open;
    announce(isOpen ? "It is being translated." : "This is its translation already.");
    if (!isOpen) at("result").focus();
  }
  onChange(change) {
    if (!this.state?.open || change.run !== this.state.run) return;
    const moved = change.done !== this.state.done || change.state !== "open";
    if (moved) this.soon(REFETCH_MS);
  }
  soon(ms) {
    const due = Date.now() + ms;
    if (due >= this.due) return;
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => {
      this.due = Infinity;
      this.fetch();
    }, ms);
  }
  /** The first segment of which there is nothing yet. */
  low() {
    let first = 0;
    while (this.rows.has(first)) first += 1;
    return this.places.length ? first : 0;
  }
  async fetch() {
    const job = this.job;
    if (!job) return;
    const turn = (this.asked += 1);
    try {
      const state = await getJSON(`/translate/${job}/state?from=${this.low()}`);
      // Answers may overtake one another: what is older than what is shown tells nothing.
      if (job !== this.job || turn < this.shown) return;
      this.shown = turn;
      this.show(state);
    } catch (fault) {
      if (job !== this.job) return;
      if (fault.status === 404) return this.gone();
      at("result-hint").textContent = fault.status === 0 ? "No connection. The translation goes on; this page tries again." : fault.message;
      if (fault.status !== 401) this.soon(RETRY_MS);
    }
  }
  gone() {
    this.clear();
    at("result").replaceChildren(el("p", { class: "hint" }, "This translation was deleted."));
  }

  // --- The text --------------------------------------------------------------------------------------
  show(state) {
    const before = this.state;
    this.job = state.job;
    this.state = state;
    if (state.places) {
      this.places = state.places;
      this.leads = state.leads;
      this.build();
    } else state.leads.forEach((lead, place) => this.lead(this.places.length - state.leads.length + place, lead));
    for (const row of state.rows) this.put(row);
    this.tail.textContent = state.tail;
    this.tell(before);
    // Between two events something may still move: without news it is asked for again.
    if (state.open) this.soon(RETRY_MS * 2);
  }
  build() {
    const { target } = this.state;
    const pane = el("div", { class: "box-text", id: "translated", lang: target.code, dir: target.dir });
    this.spans = this.places.map(([start, end], ordinal) => {
      const gap = document.createTextNode(this.leads[ordinal]);
      const span = el("span", { class: "seg waiting", dataset: { ordinal } }, el("span", { class: "bones", "aria-hidden": "true" }));
      span.firstChild.style.inlineSize = `${Math.max(3, Math.min(60, (end - start) * 0.55))}ch`;
      span.gap = gap;
      pane.append(gap, span);
      return span;
    });
    this.tail = document.createTextNode("");
    pane.append(this.tail);
    pane.classList.toggle("tall", /^(zh|ja|ko|th)/.test(target.code));
    at("result").replaceChildren(pane);
  }
  lead(ordinal, text) {
    const span = this.spans[ordinal];
    if (span && span.gap.data !== text) span.gap.data = text;
  }
  put(row) {
    const span = this.spans[row.ordinal];
    if (!span) return;
    this.rows.set(row.ordinal, row);
    const isThere = row.delivered && row.target.length;
    span.className = `seg ${isThere ? "there" : "held"} ${worst(row) ?? ""}`;
    if (isThere) span.replaceChildren(...drawn(row.target, marksOf(row)));
    else {
      // What may not be delivered keeps its source, in its own language and direction.
      span.replaceChildren(...drawn(row.source, []));
      span.lang = this.state.source.code;
      span.dir = this.state.source.dir;
    }
  }
  text() {
    if (!this.state || this.state.open) return "";
    return this.spans.map((span) => span.gap.data + span.textContent).join("") + this.tail.data;
  }
  outdate(isOutdated) {
    this.isOutdated = isOutdated && Boolean(this.state);
    at("result").classList.toggle("outdated", this.isOutdated);
  }

  // --- What is told about it ----------------------------------------------------------------------------
  tell(before) {
    const { state } = this;
    const share = Math.floor((100 * state.done) / Math.max(1, state.segments));
    this.hasRun ||= state.open;
    document.title = state.open ? `${share}% · ${title}` : this.hasRun ? `Done · ${title}` : title;
    at("stop").hidden = !state.open;
    at("copy").hidden = state.open;
    at("retry").hidden = state.open || !(state.failed + this.heldBack().length) || state.state === "cancelled";
    at("pane-progress").hidden = !state.open;
    if (state.open) this.progress();
    at("result-hint").textContent = this.hint();
    this.findings();
    this.facts();
    if (before?.open && !state.open) announce(state.failed ? `Translation has ended. ${state.failed} failed.` : "Translation has ended.");
  }
  progress() {
    const { state } = this;
    const words = WAITING[state.waiting_for] ?? (state.waiting_for ? "Claude could not be reached." : "");
    at("pane-progress").replaceChildren(
      el("progress", { class: "line", max: Math.max(1, state.segments), value: state.done, "aria-label": "Translated" }),
      el("span", {}, words ? `${words} It goes on by itself.` : `${formatNumber(state.done)} of ${formatNumber(state.segments)} sentences`),
    );
  }
  hint() {
    const { state } = this;
    if (state.open) return "Each sentence is checked before it stands here.";
    const parts = [`${formatNumber(state.billed)} characters billed`];
    if (state.state === "cancelled") parts.push("stopped; what is missing was not billed");
    else if (state.failed) parts.push(`${formatNumber(state.failed)} failed and keep their source, not billed`);
    return parts.join(" · ");
  }
  heldBack() {
    return [...this.rows.values()].filter((row) => !row.delivered && row.target.length);
  }
  findings() {
    const found = [...this.rows.values()].sort((a, b) => a.ordinal - b.ordinal).flatMap((row) => row.findings.filter((one) => !one.dismissed).map((finding) => ({ row, finding })));
    const failed = [...this.rows.values()].filter((row) => row.sub_state === "failed" || row.sub_state === "refused").filter((row) => !row.findings.length);
    this.found = [...found, ...failed.map((row) => ({ row, finding: null }))];
    at("below").hidden = !this.rows.size;
    const all = Number(at("box").dataset.checks);
    const failing = new Set(found.map(({ finding }) => finding.code)).size;
    const verdict = this.state.open ? null : this.found.length ? badge("major", `${all - failing} of ${all} checks pass`) : badge("ok", `All ${all} checks pass`);
    at("verdict").replaceChildren(...(verdict ? [verdict] : []));
    at("findings-title").textContent = this.found.length === 1 ? "1 finding" : this.found.length ? `${formatNumber(this.found.length)} findings` : "No findings";
    at("findings-note").textContent = this.state.open ? "so far" : "";
    const none = el("p", { class: "hint" }, icon("shield-check"), this.state.open ? "The checks have found nothing so far." : `Every sentence passed all ${all} checks: numbers, placeholders, markup, script, length and more.`);
    at("findings").replaceChildren(...(this.found.length ? this.found.slice(0, 50).map((one, place) => this.card(one, place)) : [none]));
  }
  card({ row, finding }, place) {
    const severity = finding?.severity ?? "critical";
    const held = !row.delivered && row.target.length;
    const sentence = finding?.sentence ?? (row.sub_state === "refused" ? "Claude declined to translate this sentence. It keeps its source and was not billed." : "This sentence could not be translated. It keeps its source and was not billed.");
    const fix = finding?.fix;
    return el("article", { class: "finding-card", tabindex: "-1", id: `finding-${place}`, "aria-label": sentence },
      el("div", { class: "title" }, badge(severity, severity[0].toUpperCase() + severity.slice(1)), el("span", {}, finding?.title ?? "Not translated"), el("span", { class: "quiet end" }, `Sentence ${row.ordinal + 1}`)),
      el("p", {}, sentence),
      el("blockquote", { lang: this.state.source.code, dir: this.state.source.dir }, ...drawn(row.source, finding?.source_spans ?? [])),
      row.target.length ? el("blockquote", { lang: this.state.target.code, dir: this.state.target.dir }, ...drawn(row.target, marksOf(row, finding))) : null,
      held ? el("p", { class: "hint" }, "Held back and not billed: the text keeps the source here.") : null,
      el("p", { class: "error", role: "alert" }),
      el("div", { class: "row" },
        fix ? el("button", { type: "button", class: "btn btn-primary btn-sm", onclick: (event) => this.mend(event.target, row, fix) }, fix.label) : null,
        el("button", { type: "button", class: "btn btn-sm", onclick: () => this.point(place) }, "Show in the text"),
        el("a", { class: "btn btn-sm", href: `/jobs/${this.job}#s${row.ordinal}` }, "Edit"),
        finding && !finding.blocking ? el("button", { type: "button", class: "btn btn-ghost btn-sm", onclick: (event) => this.dismiss(event.target, finding, true) }, "Not an error") : null));
  }
  /** Writes the fix into the sentence, as a person would; what somebody else wrote meanwhile stays. */
  async mend(button, row, fix) {
    await this.change(button, `/targets/${row.id}`, { version: row.version, action: "save", forms: fix.forms }, "Fixed.");
  }
  async dismiss(button, finding, dismissed) {
    const url = `/findings/${finding.id}/dismiss`;
    const done = await this.change(button, url, { dismissed }, "Finding taken out.");
    if (done) toast("Not an error: the finding is taken out.", { action: { label: "Undo", run: () => this.change(null, url, { dismissed: false }, "Finding is back.") } });
  }
  async change(button, url, body, words) {
    const job = this.job;
    const place = button?.closest(".finding-card")?.id;
    try {
      await (button ? busy(button, sendJSON(url, body)) : sendJSON(url, body));
    } catch (fault) {
      if (fault.status === 409) await this.reread();
      const told = fault.code === "target_changed" ? "Somebody has changed this sentence meanwhile. It is shown as it is now." : fault.message;
      const beside = at(place ?? "")?.querySelector(".error");
      if (beside) beside.replaceChildren(icon("circle-alert"), el("span", {}, told));
      else at("result-hint").textContent = told;
      return false;
    }
    if (job !== this.job) return true;
    await this.reread();
    announce(words);
    (at(place ?? "") ?? at("findings").querySelector(".finding-card") ?? at("result")).focus();
    return true;
  }
  /** Takes everything anew: a text that was written may change what stands between others. */
  async reread() {
    Object.assign(this, { rows: new Map(), places: [] });
    await this.fetch();
  }
  facts() {
    const { state } = this;
    const entry = (name, number) => el("div", {}, el("dt", {}, name), el("dd", {}, formatNumber(number)));
    at("facts").replaceChildren(
      entry("Sentences", state.segments),
      entry("Repaired", state.repaired),
      entry("Repeats, free", state.repeats),
      entry("Copied, free", state.prefilled),
      entry("Needs review", state.needs_review),
      entry("Characters billed", state.billed));
    at("open-editor").href = `/jobs/${this.job}`;
  }

  // --- Acts ------------------------------------------------------------------------------------------------
  next(step) {
    if (!this.found?.length) return announce("No findings.");
    this.point((this.pointed + step + this.found.length) % this.found.length);
    at(`finding-${this.pointed}`)?.focus({ preventScroll: false });
  }
  /** Shows the sentence of a finding in both panes. */
  point(place) {
    this.pointed = place;
    const { row } = this.found[place];
    for (const span of this.spans) span.classList.toggle("pointed", Number(span.dataset.ordinal) === row.ordinal);
    this.spans[row.ordinal]?.scrollIntoView({ block: "nearest" });
    const field = at("text");
    const [start, end] = this.places[row.ordinal];
    if (!this.isOutdated) field.setSelectionRange(start, end);
  }
  async copy() {
    const text = this.text();
    const words = at("copy").lastElementChild;
    try {
      await navigator.clipboard.writeText(text);
      words.textContent = "Copied";
      announce("Copied.");
    } catch {
      // Not given to pages without https: select it, so that one key copies it.
      getSelection().selectAllChildren(at("translated"));
      words.textContent = "Selected: press Ctrl C";
    }
    setTimeout(() => (words.textContent = "Copy"), 3000);
  }
  async act(name, button) {
    const job = this.job;
    try {
      await busy(button, sendJSON(`/translate/${job}/${name}`));
      if (name === "retry" && job === this.job) return this.reread();
    } catch (fault) {
      at("result-hint").textContent = fault.message;
      if (fault.status !== 409) return;
    }
    if (job === this.job) this.fetch();
  }
  async forget() {
    const job = this.job;
    const wanted = await confirmDialog({ title: "Delete this text?", text: "The text and its translation are removed for everybody. This cannot be undone; what was billed stays billed." });
    if (!wanted) return;
    try {
      await busy(at("delete"), sendJSON(`/translate/${job}/delete`));
    } catch (fault) {
      at("result-hint").textContent = fault.message;
      return;
    }
    if (job === this.job) this.clear();
    this.onAddress("/translate");
    toast("Text deleted.");
  }
}

const badge = (kind, words) => el("span", { class: `badge ${kind}` }, words);
const ORDER = ["critical", "major", "minor", "neutral"];
const worst = (row) => ORDER.find((one) => row.findings.some((finding) => !finding.dismissed && finding.severity === one));
function marksOf(row, only = null) {
  return row.findings.filter((one) => !one.dismissed && (!only || one === only)).flatMap((one) => one.spans.map(([start, end]) => [start, end, one.severity]));
}
/** Pieces as text and chips; ranges of the joined text are marked. */
function drawn(pieces, ranges) {
  const out = [];
  let place = 0;
  for (const piece of pieces) {
    const text = typeof piece === "string" ? piece : piece.chip;
    const inside = ranges.map(([start, end, severity]) => [Math.max(start - place, 0), Math.min(end - place, text.length), severity]).filter(([start, end]) => start < end).sort((a, b) => a[0] - b[0]);
    if (typeof piece !== "string") out.push(el("span", { class: `ph ${piece.kind}${inside.length ? " wrong" : ""}` }, text));
    else {
      let done = 0;
      for (const [start, end, severity] of inside) {
        if (start < done) continue;
        if (start > done) out.push(text.slice(done, start));
        out.push(el("span", { class: severity === "critical" ? "wrong" : "doubtful" }, text.slice(start, end)));
        done = end;
      }
      if (done < text.length) out.push(text.slice(done));
    }
    place += text.length;
  }
  return out;
}
