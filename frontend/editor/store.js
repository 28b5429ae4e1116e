// The job's rows as far as this tab has seen them, which of them are listed, and how they change.
import { getJSON } from "../lib.js";

const BLOCK = 50;
const MOST = 200;
const CONFIRMED = new Set(["reviewed", "final"]);

export class Store extends EventTarget {
  constructor(page) {
    super();
    this.base = page.address;
    this.rows = new Map();
    this.byId = new Map();
    this.pending = new Set();
    this.total = page.total;
    this.counts = page.counts;
    this.version = page.version;
    this.list = null;
    this.filter = {};
    this.open = null;
    this.put(page.rows, { quiet: true });
  }

  // --- Which rows are listed --------------------------------------------------------------------
  get length() {
    return this.list ? this.list.length : this.total;
  }

  ordinalAt(position) {
    return this.list ? this.list[position] : position;
  }

  /** Where an ordinal is listed, or -1. */
  positionOf(ordinal) {
    if (!this.list) return ordinal < this.total ? ordinal : -1;
    const position = this.firstFrom(ordinal);
    return this.list[position] === ordinal ? position : -1;
  }

  /** The first position whose ordinal is at least this one. */
  firstFrom(ordinal) {
    if (!this.list) return ordinal;
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.list[middle] < ordinal) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Asks which ordinals fit a filter; leaves the list as it is. */
  async find(filter, signal) {
    const asked = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
    return getJSON(`${this.base}/index?${asked}`, { signal });
  }

  async setFilter(filter) {
    this.filter = filter;
    const isAll = !Object.values(filter).some(Boolean);
    const answer = isAll ? null : await this.find(filter);
    if (this.filter !== filter) return;
    this.list = answer?.ordinals ?? null;
    if (answer) this.count(answer.counts);
    this.tell("list");
  }

  // --- Rows -------------------------------------------------------------------------------------
  get(ordinal) {
    return this.rows.get(ordinal);
  }

  /** Takes rows as the server tells them; an older version never replaces a newer one. */
  put(rows, { quiet = false } = {}) {
    const changed = [];
    for (const row of rows) {
      const held = this.rows.get(row.ordinal);
      if (held && held.version > row.version) continue;
      this.rows.set(row.ordinal, row);
      this.byId.set(row.id, row);
      this.pending.delete(row.ordinal);
      if (this.open) this.note(row);
      changed.push(row.ordinal);
    }
    if (changed.length && !quiet) this.tell("rows", { ordinals: changed });
  }

  note(row) {
    if (CONFIRMED.has(row.state)) this.open.delete(row.ordinal);
    else this.open.add(row.ordinal);
  }

  count(counts) {
    if (!counts) return;
    this.counts = counts;
    this.tell("counts");
  }

  /** Fetches what is not here yet of the positions first to last, in blocks. */
  ensure(first, last) {
    const from = Math.max(first - (first % BLOCK), 0);
    const to = Math.min(last - (last % BLOCK) + BLOCK, this.length);
    const lacking = [];
    for (let position = from; position < to; position++) {
      const ordinal = this.ordinalAt(position);
      if (!this.rows.has(ordinal) && !this.pending.has(ordinal)) lacking.push(ordinal);
    }
    const asked = [];
    for (let start = 0; start < lacking.length; start += MOST) asked.push(this.fetch(lacking.slice(start, start + MOST)));
    return Promise.all(asked);
  }

  async fetch(ordinals) {
    for (const ordinal of ordinals) this.pending.add(ordinal);
    const isRun = ordinals.at(-1) - ordinals[0] === ordinals.length - 1;
    const asked = isRun ? `from=${ordinals[0]}&limit=${ordinals.length}` : `ordinals=${ordinals}`;
    try {
      this.put((await getJSON(`${this.base}/rows?${asked}`)).rows);
    } catch (problem) {
      this.tell("problem", { problem });
    } finally {
      for (const ordinal of ordinals) this.pending.delete(ordinal);
    }
  }

  /** One row, fetched where it is not here. */
  async row(ordinal) {
    if (!this.rows.has(ordinal)) await this.fetch([ordinal]);
    return this.rows.get(ordinal);
  }

  // --- What is still to be confirmed ------------------------------------------------------------
  async loadOpen() {
    const { ordinals } = await this.find({ state: "unconfirmed" });
    this.open = new Set(ordinals);
    for (const row of this.rows.values()) this.note(row);
  }

  /** The next position after this one, around the end, whose row nobody has confirmed; or -1. */
  nextOpen(position) {
    for (let step = 1; step <= this.length; step++) {
      const next = (position + step) % this.length;
      const ordinal = this.ordinalAt(next);
      const isOpen = this.open ? this.open.has(ordinal) : !CONFIRMED.has(this.rows.get(ordinal)?.state);
      if (isOpen && next !== position) return next;
    }
    return -1;
  }

  // --- What others change -----------------------------------------------------------------------
  /** Fetches what has changed since the last time, all of it. */
  async follow() {
    if (this.following) {
      this.again = true;
      return;
    }
    this.following = true;
    try {
      let answer;
      do {
        this.again = false;
        answer = await getJSON(`${this.base}/changes?since=${encodeURIComponent(this.version)}`);
        this.version = answer.version;
        this.put(answer.rows);
        this.count(answer.counts);
        if (answer.run) this.tell("run", { run: answer.run });
      } while (answer.rows.length >= MOST || this.again);
    } catch {
      // The next event asks again, from the same place.
    } finally {
      this.following = false;
    }
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}
