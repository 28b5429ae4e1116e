// Underlines and grounds over text that is not touched: findings, and what a search has found.

const NAMES = ["critical", "major", "minor", "neutral", "found", "current"];
const registry = globalThis.CSS?.highlights;
const sets = new Map();
if (registry) {
  NAMES.forEach((name, priority) => {
    const made = new Highlight();
    made.priority = name === "current" ? 20 : name === "found" ? 10 : 5 - priority;
    registry.set(`il-${name}`, made);
    sets.set(name, made);
  });
}
const held = new Map();

/** Marks these ranges, given as [name, range], in the place of what `key` had marked. */
export function mark(key, ranges) {
  unmark(key);
  if (!registry) return;
  for (const [name, range] of ranges) sets.get(name)?.add(range);
  if (ranges.length) held.set(key, ranges);
}

export function unmark(key) {
  for (const [name, range] of held.get(key) ?? []) sets.get(name)?.delete(range);
  held.delete(key);
}

/** The range between two offsets of an element's text. */
export function rangeIn(element, start, end) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let at = 0;
  let begun = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const next = at + node.data.length;
    if (!begun && start < next) {
      range.setStart(node, start - at);
      begun = true;
    }
    if (begun && end <= next) {
      range.setEnd(node, Math.max(end - at, 0));
      return range;
    }
    at = next;
  }
  return null;
}

/** Where a text holds what is searched for: [[start, end], ...]. */
export function matches(text, { wanted, exact }) {
  if (!wanted) return [];
  const escaped = wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return [...text.matchAll(new RegExp(escaped, exact ? "gu" : "giu"))].map((one) => [one.index, one.index + one[0].length]);
}
