// What the head of the page tells: how far the job is, whether the run goes on, whether all is saved.
import { announce, el, formatNumber, icon } from "../lib.js";

const PARTS = ["reviewed", "translated", "review", "failed"];

export class Header {
  constructor(ed, root) {
    Object.assign(this, { ed, root });
    this.words = root.querySelector("#ed-words");
    this.saved = root.querySelector("#ed-saved");
    this.title = document.title;
    this.rects = PARTS.map((name) => root.querySelector(`.meter rect.${name}`));
    this.svg = root.querySelector(".meter svg");
    this.count();
    this.save();
  }

  count() {
    const { counts } = this.ed.store;
    const all = Math.max(counts.all, 1);
    const reviewed = (counts.reviewed ?? 0) + (counts.final ?? 0);
    const translated = counts.translated ?? 0;
    const widths = [reviewed, translated, counts.needs_review ?? 0, (counts.failed ?? 0) + (counts.refused ?? 0)];
    const done = reviewed + translated + widths[2];
    let at = 0;
    this.svg.setAttribute("viewBox", `0 0 ${all} 1`);
    this.rects.forEach((rect, number) => {
      rect.setAttribute("x", at);
      rect.setAttribute("width", widths[number]);
      at += widths[number];
    });
    const percent = (part) => `${Math.floor((100 * part) / all)}%`;
    const left = counts.unconfirmed ?? 0;
    this.words.textContent = `${percent(Math.min(done, all))} translated · ${percent(reviewed)} reviewed · ${left ? `${formatNumber(left)} left` : "all confirmed"}`;
  }

  /** Progress of the run that goes on; null once it has ended. */
  run(run) {
    if (!run || run.state !== "open") {
      document.title = this.title;
      return;
    }
    const share = Math.floor((100 * run.done) / Math.max(run.segments, 1));
    document.title = `${share}% · ${this.title}`;
  }

  save() {
    const { drafts } = this.ed;
    const [name, words, kind] = this.state();
    if (this.shown === words) return;
    const go = kind === "warn" && el("button", { type: "button", class: "btn btn-sm btn-ghost", onclick: () => drafts.undecided && this.ed.goTo(drafts.undecided.ordinal) }, "Show");
    this.saved.replaceChildren(icon(name), words, ...(go ? [go] : []));
    this.saved.className = `ed-saved ${kind}`;
    if (kind === "bad" || (this.wasBad && !drafts.size)) announce(words);
    this.wasBad = kind === "bad";
    this.shown = words;
  }

  state() {
    const { drafts } = this.ed;
    const texts = drafts.size === 1 ? "1 text" : `${formatNumber(drafts.size)} texts`;
    if (drafts.unkept) return ["circle-alert", "This browser keeps nothing: stay on the page", "bad"];
    if (drafts.blocked === "signed_out" && drafts.size) return ["log-out", `Signed out: ${texts} kept on this device`, "bad"];
    if (drafts.blocked && drafts.size) return ["wifi-off", `No connection: ${texts} kept on this device`, "bad"];
    if (drafts.undecided) return ["git-compare", `${texts} to decide on`, "warn"];
    if (drafts.size) return ["save", "Saving", ""];
    return ["check", "Saved", "ok"];
  }
}

export const pill = (count, run) =>
  el("button", { type: "button", class: "btn btn-sm ed-pill", onclick: run }, icon("arrow-down"), `${formatNumber(count)} new`);
