// The window on a long list: only rows in sight are in the page. Rows lie in the normal flow
// between spacers; what is measured corrects the estimate, and the scroll position with it, in the
// same frame, so that nothing that is read moves.
import { Heights } from "./heights.js";

const OVERSCAN = 600;
const ESTIMATE = 64;

export class Grid {
  /** `make(position)` gives a row's element, `kept()` the position that stays whatever is in sight. */
  constructor(scroller, body, { make, kept, onWindow }) {
    Object.assign(this, { scroller, body, make, kept, onWindow });
    this.nodes = new Map();
    this.measured = new Map();
    this.heights = new Heights(0, ESTIMATE);
    this.narrow = false;
    this.pinned = -1;
    scroller.addEventListener("scroll", () => this.schedule(), { passive: true });
    // Whoever scrolls wants to look elsewhere: the row that was gone to is held in sight no longer.
    for (const name of ["wheel", "touchmove", "pointerdown"]) scroller.addEventListener(name, () => (this.pinned = -1), { passive: true });
    this.observer = new ResizeObserver((entries) => this.resized(entries));
    this.observer.observe(scroller);
  }

  /** Shows a list of so many rows; `keyOf(position)` names a row whatever list it stands in. */
  show(count, keyOf) {
    this.keyOf = keyOf;
    this.clear();
    this.heights.resize(count);
    for (let position = 0; position < count; position++) {
      const height = this.measured.get(keyOf(position));
      if (height) this.heights.put(position, height);
    }
    this.draw();
  }

  clear() {
    for (const node of this.nodes.values()) this.observer.unobserve(node);
    this.nodes.clear();
    this.body.replaceChildren();
  }

  /** Focus mode: the kept row between its neighbours, and the page itself scrolls. */
  setNarrow(narrow) {
    if (this.narrow === narrow) return;
    this.narrow = narrow;
    this.measured.clear();
    this.clear();
    this.heights.resize(this.heights.count);
    this.draw();
    if (!narrow) this.reveal(this.kept());
  }

  schedule() {
    this.asked ??= requestAnimationFrame(() => {
      this.asked = null;
      this.draw();
    });
  }

  /** Puts the rows in sight into the page and corrects what the estimate got wrong. */
  draw() {
    if (!this.heights.count) {
      this.body.replaceChildren();
      return;
    }
    this.place(this.wanted());
    if (this.narrow) return;
    const anchor = this.anchor();
    const total = this.heights.total;
    const held = this.pinned >= 0 && this.pinned === this.kept() && this.inSight(this.pinned);
    let moved = 0;
    for (const [position, node] of this.nodes) moved += this.measure(position, node, anchor);
    this.space();
    if (moved) this.scroller.scrollTop += moved;
    if (held && total !== this.heights.total) this.hold();
  }

  inSight(position) {
    const top = this.heights.before(position);
    const from = this.scroller.scrollTop;
    return top < from + this.seen && top + this.heights.values[position] > from;
  }

  /** Rows around the one that was gone to have become higher or lower: it stays in sight. */
  hold() {
    const to = this.placeFor(this.pinned, false);
    if (Math.abs(to - this.scroller.scrollTop) < 1) return;
    this.scroller.scrollTop = to;
    this.schedule();
  }

  /** Where to scroll for a row to be seen, moving as little as possible. */
  placeFor(position, middle) {
    const top = this.heights.before(position);
    const height = this.heights.values[position];
    const { seen } = this;
    const from = this.scroller.scrollTop;
    if (middle) return top - Math.max((seen - height) / 2, 0);
    if (top < from + 8) return Math.max(top - Math.min(64, seen / 8), 0);
    if (top + height > from + seen - 8) return Math.min(top - 8, top + height - seen + Math.min(64, seen / 8));
    return from;
  }

  wanted() {
    const count = this.heights.count;
    const kept = this.kept();
    if (this.narrow) {
      this.onWindow(Math.max(kept - 1, 0), Math.min(kept + 1, count - 1));
      return [kept - 1, kept, kept + 1].filter((one) => one >= 0 && one < count);
    }
    const top = this.scroller.scrollTop;
    const first = this.heights.at(Math.max(top - OVERSCAN, 0));
    const last = this.heights.at(top + this.scroller.clientHeight + OVERSCAN);
    const list = [];
    if (kept >= 0 && kept < first) list.push(kept);
    for (let position = first; position <= last; position++) list.push(position);
    if (kept > last && kept < count) list.push(kept);
    this.onWindow(first, last);
    return list;
  }

  place(list) {
    const wanted = new Set(list);
    for (const [position, node] of this.nodes) {
      if (wanted.has(position)) continue;
      this.observer.unobserve(node);
      node.remove();
      this.nodes.delete(position);
    }
    let after = null;
    for (const position of list) {
      let node = this.nodes.get(position);
      if (!node) {
        node = this.make(position);
        this.nodes.set(position, node);
        if (after) after.after(node);
        else this.body.prepend(node);
        this.observer.observe(node);
      }
      after = node;
    }
    this.list = list;
    this.space();
  }

  /** Spacers stand for what is not in the page: margins, so that there is nothing to read. */
  space() {
    let next = 0;
    for (const position of this.list) {
      const gap = this.narrow ? 0 : this.heights.before(position) - this.heights.before(next);
      const node = this.nodes.get(position);
      const margin = gap > 0 ? `${gap}px` : "";
      if (node.style.marginBlockStart !== margin) node.style.marginBlockStart = margin;
      next = position + 1;
    }
    const rest = this.narrow ? 0 : this.heights.total - this.heights.before(next);
    this.body.style.paddingBlockEnd = `${rest}px`;
  }

  /** What of the scroller is not covered by the titles, which stay at its top. */
  get seen() {
    return this.scroller.clientHeight - this.body.offsetTop;
  }

  anchor() {
    return this.heights.at(this.scroller.scrollTop);
  }

  /** Answers by how much rows above the anchor have grown. */
  measure(position, node, anchor) {
    const height = node.getBoundingClientRect().height;
    if (!height) return 0;
    this.measured.set(this.keyOf(position), height);
    const grown = this.heights.put(position, height);
    return position < anchor ? grown : 0;
  }

  resized(entries) {
    if (this.narrow) return;
    if (entries.some((one) => one.target === this.scroller)) {
      const width = this.scroller.clientWidth;
      if (this.width && this.width !== width) this.measured.clear();
      this.width = width;
    }
    this.schedule();
  }

  /** Scrolls as little as needed for the whole row to be seen. */
  reveal(position, { middle = false } = {}) {
    if (position < 0 || this.narrow) {
      this.draw();
      return;
    }
    this.pinned = position;
    for (let round = 0; round < 3; round++) {
      const to = this.placeFor(position, middle);
      if (Math.abs(to - this.scroller.scrollTop) < 1) break;
      this.scroller.scrollTop = to;
      this.draw();
    }
    this.draw();
  }
}
