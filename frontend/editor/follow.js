// The run that goes on: what it delivers appears in place, and nothing that is read moves.
import { announce } from "../lib.js";
import { onProgress } from "../live.js";
import { pill } from "./header.js";

const FOLLOW_MS = 1000;
const goesOn = (run) => run.state === "open" || run.state === "paused";

export class Follow {
  constructor(ed) {
    this.ed = ed;
    this.run = ed.page.run;
    const runs = () => (goesOn(this.run) ? [this.run.id] : []);
    onProgress((change) => change.job === ed.page.job && this.soon(), { runs });
    addEventListener("focus", () => this.soon());
    ed.store.addEventListener("run", ({ detail }) => this.told(detail.run));
    ed.header.run(this.run);
  }

  soon() {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.ed.store.follow();
    }, FOLLOW_MS);
  }

  told(run) {
    const moved = run.state !== this.run.state || run.paused !== this.run.paused;
    if (goesOn(this.run) && !goesOn(run)) announce("Translation has ended.");
    this.run = { ...this.run, ...run };
    this.ed.header.run(this.run);
    if (this.ed.store.list) this.countNew();
    if (moved) this.renewHead();
  }

  /** In a filtered list new rows wait behind a pill. */
  async countNew() {
    const { store, filters, root } = this.ed;
    const { filter } = store;
    const { ordinals } = await store.find(filter).catch(() => ({ ordinals: [] }));
    if (filter !== store.filter || !store.list) return;
    const listed = new Set(store.list);
    const fresh = ordinals.filter((one) => !listed.has(one)).length;
    this.clear();
    if (fresh) root.querySelector(".ed-main").append((this.pill = pill(fresh, () => filters.apply())));
  }

  clear() {
    this.pill?.remove();
  }

  /** The buttons of the head as the server now has them. */
  async renewHead() {
    const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("ed-acts");
    if (fresh) document.getElementById("ed-acts")?.replaceWith(fresh);
  }
}
