// What people have written and the server does not hold yet. It is put on this device with every
// keystroke, before anything is sent, and goes away only once the server has answered that it has
// it: reload, crash, lost connection, stopped server and expired session lose nothing.
// Each tab owns its drafts under its own name; those of a tab that is gone are taken over.
import { sendJSON, csrf } from "../lib.js";

const PAUSE_MS = 1500;
const BACK_OFF_MS = [1000, 2000, 4000, 8000, 15_000];
const BEAT_MS = 5000;
// A server that says nothing for so long is asked again; the draft's id keeps it from being saved twice.
const ANSWER_MS = 20_000;

const random = () => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
// The shape of a UUID, also where there is no secure context.
export const newId = () => random().replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");

export class Drafts extends EventTarget {
  constructor({ user, job }) {
    super();
    this.tab = random().slice(0, 12);
    this.prefix = `interlinear.draft.${user}.${job}.`;
    this.alive = `interlinear.tab.`;
    this.mine = new Map();
    this.failures = 0;
    this.rest = 0;
    this.blocked = "";
    this.unkept = false;
    this.liveOn();
  }

  // --- Keeping ----------------------------------------------------------------------------------
  get(id) {
    return this.mine.get(id);
  }

  /** The first draft that waits for a person's decision. */
  get undecided() {
    return [...this.mine.values()].find((one) => one.state !== "waiting");
  }

  get size() {
    return this.mine.size;
  }

  /** Keeps a text; `action` other than save, and leaving a row, send it at once. */
  put(row, forms, action = "save", { now = action !== "save" } = {}) {
    const held = this.mine.get(row.id);
    const draft = {
      target: row.id,
      ordinal: row.ordinal,
      version: held?.version ?? row.version,
      base: held?.base ?? row.target.map((form) => form.text),
      forms,
      action,
      id: newId(),
      at: Date.now(),
      state: held?.state === "conflict" ? "conflict" : "waiting",
      theirs: held?.theirs,
      due: now ? 0 : Date.now() + PAUSE_MS,
    };
    this.mine.set(row.id, draft);
    this.keep(draft);
    this.wake();
    this.tell(draft);
  }

  keep(draft) {
    try {
      localStorage.setItem(this.prefix + draft.target + "." + this.tab, JSON.stringify(draft));
      this.unkept = false;
    } catch {
      this.unkept = true;
    }
  }

  forget(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // Where nothing can be kept there is nothing to remove.
    }
  }

  drop(draft) {
    this.mine.delete(draft.target);
    this.forget(this.prefix + draft.target + "." + this.tab);
    this.tell(draft);
  }

  /** Gives up a draft; answers what it held, so that it can be brought back. */
  discard(id) {
    const draft = this.mine.get(id);
    if (draft) this.drop(draft);
    return draft;
  }

  /** After a conflict: this draft on top of the row as it is now. */
  rebase(id, version, { forms, action } = {}) {
    const draft = this.mine.get(id);
    if (!draft) return;
    Object.assign(draft, { version, state: "waiting", id: newId(), due: 0, base: draft.theirs?.target.map((form) => form.text) ?? draft.base });
    if (forms) draft.forms = forms;
    if (action) draft.action = action;
    delete draft.theirs;
    delete draft.problem;
    this.keep(draft);
    this.wake();
    this.tell(draft);
  }

  /** Sends without waiting for the pause: the row is left. */
  flush(id) {
    const draft = this.mine.get(id);
    if (!draft || draft.state !== "waiting") return;
    draft.due = 0;
    this.wake();
  }

  flushAll() {
    this.rest = 0;
    for (const draft of this.mine.values()) if (draft.state === "waiting") draft.due = 0;
    this.wake();
  }

  // --- Sending ----------------------------------------------------------------------------------
  /** Sets the one timer to the draft that is due first, not before a failed try may be repeated. */
  wake() {
    clearTimeout(this.timer);
    const dues = [...this.mine.values()].filter((one) => one.state === "waiting").map((one) => one.due);
    if (!dues.length || this.draining) return;
    const delay = Math.max(Math.min(...dues), this.rest) - Date.now();
    this.timer = setTimeout(() => this.drain(), Math.max(delay, 0));
  }

  async drain() {
    if (this.draining) return;
    this.draining = true;
    try {
      let next;
      while ((next = this.due())) if (!(await this.send(next))) break;
    } finally {
      this.draining = false;
      this.wake();
    }
  }

  due() {
    const now = Date.now();
    const ready = [...this.mine.values()].filter((one) => one.state === "waiting" && one.due <= now);
    return ready.sort((a, b) => a.at - b.at)[0];
  }

  /** Sends one; answers whether it makes sense to go on with others. */
  async send(draft) {
    const sent = { ...draft };
    draft.sending = true;
    this.tell(draft);
    try {
      const body = { version: sent.version, forms: sent.forms, action: sent.action, draft_id: sent.id };
      const signal = AbortSignal.timeout(ANSWER_MS);
      this.settled(sent, await sendJSON(`/targets/${sent.target}`, body, { signal }));
      return true;
    } catch (problem) {
      return this.refused(sent, problem);
    } finally {
      const now = this.mine.get(sent.target);
      if (now) now.sending = false;
      this.tell(now ?? draft);
    }
  }

  answered() {
    this.failures = 0;
    this.blocked = "";
  }

  /** The server has it. What was typed meanwhile stays, on top of what was saved. */
  settled(sent, answer) {
    this.answered();
    const now = this.mine.get(sent.target);
    if (now?.id === sent.id) this.drop(now);
    else if (now) this.follow(now, answer.row, sent.forms);
    this.dispatchEvent(new CustomEvent("saved", { detail: { ...answer, action: sent.action, ordinal: sent.ordinal } }));
  }

  follow(now, row, forms) {
    now.version = row.version;
    now.base = forms;
    this.keep(now);
  }

  refused(sent, problem) {
    const draft = this.mine.get(sent.target);
    const row = problem.body?.row;
    if (problem.code === "blocking_finding" && row) {
      this.settled(sent, { row, counts: problem.body.counts });
      this.dispatchEvent(new CustomEvent("unconfirmed", { detail: { row, message: problem.message } }));
      return true;
    }
    if (problem.code === "target_changed" && row && draft) return this.changed(draft, row);
    // Without a code of ours something between us has answered: it says nothing about the text.
    const passes = !problem.code || problem.status >= 500 || [401, 408, 429].includes(problem.status) || problem.code === "form_expired";
    if (passes) {
      this.rest = Date.now() + BACK_OFF_MS[Math.min(this.failures++, BACK_OFF_MS.length - 1)];
      this.blocked = problem.status === 401 ? "signed_out" : "offline";
      return false;
    }
    this.answered();
    if (draft) {
      Object.assign(draft, { state: problem.code === "target_locked" ? "locked" : "refused", problem: problem.message });
      this.keep(draft);
    }
    return true;
  }

  /** Somebody else has written this row. Where only its state has changed, nothing of theirs is lost. */
  changed(draft, row) {
    this.answered();
    const theirs = row.target.map((form) => form.text);
    const same = (a, b) => a.length === b.length && a.every((one, number) => one === b[number]);
    this.dispatchEvent(new CustomEvent("theirs", { detail: { row } }));
    if (same(theirs, draft.forms) && draft.action === "save") this.drop(draft);
    else if (same(theirs, draft.forms) || same(theirs, draft.base)) {
      Object.assign(draft, { version: row.version, base: theirs, id: newId() });
      this.keep(draft);
    } else {
      Object.assign(draft, { state: "conflict", theirs: row });
      this.keep(draft);
    }
    return true;
  }

  // --- Tabs -------------------------------------------------------------------------------------
  /** Takes over what reloaded, closed or crashed tabs have left; own drafts of a row go first. */
  async adopt() {
    const gone = await this.goneTabs();
    for (const key of this.kept()) {
      const [target, tab] = key.slice(this.prefix.length).split(".");
      if (tab === this.tab || !gone(tab) || this.mine.has(target)) continue;
      this.take(key, target);
    }
    this.wake();
  }

  kept() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(this.prefix));
    } catch {
      return [];
    }
  }

  take(key, target) {
    let draft;
    try {
      draft = JSON.parse(localStorage.getItem(key));
    } catch {
      draft = null;
    }
    if (draft) {
      Object.assign(draft, { sending: false, due: 0, state: draft.state === "conflict" ? "conflict" : "waiting" });
      this.mine.set(target, draft);
      this.keep(draft);
      this.tell(draft);
    }
    this.forget(key);
  }

  async goneTabs() {
    if (navigator.locks) {
      const { held } = await navigator.locks.query();
      const names = new Set(held.map((one) => one.name));
      return (tab) => !names.has(this.alive + tab);
    }
    return (tab) => Date.now() - Number(localStorage.getItem(this.alive + tab) ?? 0) > 3 * BEAT_MS;
  }

  /** Says for as long as this tab lives that its drafts have an owner. */
  liveOn() {
    if (navigator.locks) {
      navigator.locks.request(this.alive + this.tab, () => new Promise(() => {}));
    } else {
      const beat = () => {
        try {
          localStorage.setItem(this.alive + this.tab, String(Date.now()));
        } catch {
          this.unkept = true;
        }
      };
      beat();
      setInterval(beat, BEAT_MS);
    }
    addEventListener("pagehide", () => this.farewell());
    addEventListener("online", () => this.flushAll());
    addEventListener("focus", () => this.blocked && this.flushAll());
  }

  /** A last try as the page goes; the draft stays on the device until a later page has its answer. */
  farewell() {
    for (const draft of this.mine.values()) {
      if (draft.state !== "waiting" || draft.sending) continue;
      fetch(`/targets/${draft.target}`, {
        method: "POST",
        keepalive: true,
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), "X-Requested-With": "XMLHttpRequest" },
        body: JSON.stringify({ version: draft.version, forms: draft.forms, action: draft.action, draft_id: draft.id }),
      }).catch(() => {});
    }
  }

  tell(draft) {
    this.dispatchEvent(new CustomEvent("change", { detail: draft }));
  }
}
