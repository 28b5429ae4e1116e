// Texts as pieces: strings, and chips that stand for code. Joined, they are the text again.

export const textOf = (pieces) => pieces.map((one) => (typeof one === "string" ? one : one.chip)).join("");
export const chipsOf = (pieces) => pieces.filter((one) => typeof one !== "string");

/** The chips a text may hold, by their text; the kinds of equal ones in order of appearance. */
export function knownChips(...lists) {
  const known = new Map();
  for (const chip of lists.flat(2).filter((one) => typeof one !== "string")) {
    if (!known.has(chip.chip)) known.set(chip.chip, []);
    known.get(chip.chip).push(chip.kind);
  }
  return known;
}

/** A plain text cut at the chips it is known to hold, longest first. */
export function cut(text, known) {
  if (!known.size || !text) return text ? [text] : [];
  const seen = new Map();
  const pieces = [];
  let from = 0;
  for (const match of text.matchAll(matcher(known))) {
    if (match.index > from) pieces.push(text.slice(from, match.index));
    const count = seen.get(match[0]) ?? 0;
    const kinds = known.get(match[0]);
    seen.set(match[0], count + 1);
    pieces.push({ chip: match[0], kind: kinds[count % kinds.length] });
    from = match.index + match[0].length;
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

function matcher(known) {
  const longest = [...known.keys()].filter(Boolean).sort((a, b) => b.length - a.length);
  return new RegExp(longest.map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "gu");
}

/** The chips of `wanted` that `held` lacks, in the order of `wanted`. */
export function missing(wanted, held) {
  const left = new Map();
  for (const chip of held) left.set(chip.chip, (left.get(chip.chip) ?? 0) + 1);
  return wanted.filter((chip) => {
    const count = left.get(chip.chip) ?? 0;
    if (count) left.set(chip.chip, count - 1);
    return !count;
  });
}

const SPOKEN = { open: "opening tag", close: "closing tag", tag: "tag", code: "code", placeholder: "placeholder" };

export function chipElement(chip) {
  const made = document.createElement("span");
  made.className = `ph ${chip.kind}`;
  made.dataset.chip = chip.chip;
  made.dataset.kind = chip.kind;
  made.contentEditable = "false";
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", `${SPOKEN[chip.kind] ?? "code"} ${chip.chip}`);
  made.textContent = chip.chip;
  return made;
}

const INVISIBLE = /[ \u00a0\u202f\t\n]|[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;
const NAMES = { " ": "space", "\u00a0": "nbsp", "\u202f": "nbsp", "\t": "tab", "\n": "line" };

/** Nodes of a text; where `shown`, its invisible characters are marked, without changing it. */
export function textNodes(text, shown) {
  if (!shown) return [document.createTextNode(text)];
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(INVISIBLE)) {
    if (match.index > from) nodes.push(document.createTextNode(text.slice(from, match.index)));
    const mark = document.createElement("span");
    mark.className = `iv ${NAMES[match[0]] ?? "zero"}`;
    mark.textContent = match[0];
    nodes.push(mark);
    from = match.index + match[0].length;
  }
  if (from < text.length) nodes.push(document.createTextNode(text.slice(from)));
  return nodes;
}

/** Nodes of pieces, to be read. */
export function shownPieces(pieces, shown) {
  return pieces.flatMap((one) => (typeof one === "string" ? textNodes(one, shown) : [chipElement(one)]));
}

/** Words in which two texts differ: [["same" | "del" | "ins", text], ...]. */
export function wordDiff(before, after) {
  const a = words(before);
  const b = words(after);
  if (a.length * b.length > 250_000) return [["del", before], ["ins", after]];
  const table = lengths(a, b);
  const parts = [];
  const add = (kind, text) => {
    const last = parts.at(-1);
    if (last && last[0] === kind) last[1] += text;
    else parts.push([kind, text]);
  };
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) add("same", a[i++] && b[j++]);
    else if (i < a.length && (j === b.length || table[i + 1][j] >= table[i][j + 1])) add("del", a[i++]);
    else add("ins", b[j++]);
  }
  return parts;
}

const words = (text) => text.match(/\s+|[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu) ?? [];

function lengths(a, b) {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i][j] = a[i] === b[j] ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
    }
  }
  return table;
}
