// One form of a target, editable: text with chips that caret, deletion and clipboard treat as one
// character. The browser types; whatever touches a chip, and undo, is done here.
import { isMac } from "../lib.js";
import { chipElement, cut, textNodes, textOf } from "./pieces.js";

// A caret needs a character beside a chip. One that the texts do not hold stands there unseen.
const GUARDS = ["\ufeff", "\u2060", "\u200b", "\ue000"];
const TYPING_MS = 900;

export class Field {
  constructor({ label, pieces, known, lang, dir, shown, editable, onInput }) {
    Object.assign(this, { known, shown, onInput });
    const all = textOf(pieces) + [...known.keys()].join("");
    this.guard = GUARDS.find((one) => !all.includes(one));
    this.past = [];
    this.future = [];
    this.composing = false;
    this.element = document.createElement("div");
    this.element.className = "ed-field text";
    this.element.lang = lang;
    this.element.dir = dir;
    this.element.setAttribute("role", "textbox");
    this.element.setAttribute("aria-multiline", "true");
    this.element.setAttribute("aria-label", label);
    this.element.spellcheck = true;
    if (editable) this.listen();
    else this.element.setAttribute("aria-readonly", "true");
    this.draw(pieces);
    this.now = { pieces: this.pieces, start: this.length, end: this.length, at: 0 };
  }

  listen() {
    const on = (name, run) => this.element.addEventListener(name, (event) => run.call(this, event));
    this.element.contentEditable = "true";
    on("beforeinput", this.before);
    on("input", () => this.typed("type"));
    on("compositionstart", () => (this.composing = true));
    on("compositionend", () => {
      this.composing = false;
      this.typed("compose");
    });
    on("copy", this.copy);
    on("cut", this.copy);
    on("keydown", this.key);
  }

  // --- What it holds ----------------------------------------------------------------------------
  get pieces() {
    const pieces = [];
    const add = (text) => {
      if (!text) return;
      if (typeof pieces.at(-1) === "string") pieces.push(pieces.pop() + text);
      else pieces.push(text);
    };
    const read = (node) => {
      if (node.nodeType === Node.TEXT_NODE) add(this.bare(node.data));
      else if (node.dataset?.chip !== undefined) pieces.push({ chip: node.dataset.chip, kind: node.dataset.kind });
      else if (node.nodeName === "BR") add(node === this.element.lastChild ? "" : "\n");
      else node.childNodes.forEach(read);
    };
    this.element.childNodes.forEach(read);
    return pieces;
  }

  get text() {
    return textOf(this.pieces);
  }

  get length() {
    return this.text.length;
  }

  bare(text) {
    return text.includes(this.guard) ? text.replaceAll(this.guard, "") : text;
  }

  draw(pieces) {
    const nodes = [];
    pieces.forEach((piece, number) => {
      if (typeof piece === "string") {
        nodes.push(...textNodes(piece, this.shown));
        return;
      }
      if (typeof pieces[number - 1] !== "string") nodes.push(document.createTextNode(this.guard));
      nodes.push(chipElement(piece));
      if (number === pieces.length - 1) nodes.push(document.createTextNode(this.guard));
    });
    // The last line break needs something after it to be seen.
    if (textOf(pieces).endsWith("\n")) nodes.push(document.createElement("br"));
    this.element.replaceChildren(...nodes);
  }

  // --- Where the caret is -----------------------------------------------------------------------
  size(node) {
    if (node.nodeType === Node.TEXT_NODE) return this.bare(node.data).length;
    if (node.dataset?.chip !== undefined) return node.dataset.chip.length;
    if (node.nodeName === "BR") return node === this.element.lastChild ? 0 : 1;
    return [...node.childNodes].reduce((sum, one) => sum + this.size(one), 0);
  }

  /** The offset in the text of a place in the page; inside a chip, its near or far edge. */
  offsetOf(node, offset, far = false) {
    let sum = 0;
    const chip = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node).closest?.(".ph");
    if (chip && this.element.contains(chip)) {
      return this.offsetOf(chip.parentNode, [...chip.parentNode.childNodes].indexOf(chip) + (far ? 1 : 0));
    }
    if (node.nodeType === Node.TEXT_NODE) sum = this.bare(node.data.slice(0, offset)).length;
    else for (const one of [...node.childNodes].slice(0, offset)) sum += this.size(one);
    for (let up = node; up !== this.element; up = up.parentNode) {
      for (let left = up.previousSibling; left; left = left.previousSibling) sum += this.size(left);
    }
    return sum;
  }

  get selection() {
    const selection = document.getSelection();
    if (!selection.rangeCount || !this.element.contains(selection.anchorNode)) return null;
    const range = selection.getRangeAt(0);
    const start = this.offsetOf(range.startContainer, range.startOffset);
    return { start, end: range.collapsed ? start : this.offsetOf(range.endContainer, range.endOffset, true) };
  }

  /** The place in the page of an offset in the text, as [node, offset]. */
  placeOf(offset) {
    let rest = offset;
    let last = [this.element, 0];
    const seek = (node) => {
      if (node.nodeType === Node.TEXT_NODE) {
        const size = this.bare(node.data).length;
        if (rest <= size) {
          last = [node, this.raw(node.data, rest)];
          // A chip that begins here is behind this place: stay before it.
          return true;
        }
        rest -= size;
        last = [node, node.data.length];
        return false;
      }
      if (node.dataset?.chip !== undefined || node.nodeName === "BR") {
        rest = Math.max(rest - this.size(node), 0);
        return false;
      }
      return [...node.childNodes].some(seek);
    };
    [...this.element.childNodes].some(seek);
    return last;
  }

  raw(data, offset) {
    let at = 0;
    for (let left = offset; at < data.length && (left > 0 || data[at] === this.guard); at++) {
      if (data[at] !== this.guard) left--;
    }
    return at;
  }

  select(start, end = start) {
    document.getSelection().setBaseAndExtent(...this.placeOf(start), ...this.placeOf(end));
  }

  rangeOf(start, end) {
    const range = document.createRange();
    range.setStart(...this.placeOf(start));
    range.setEnd(...this.placeOf(end));
    return range;
  }

  focus({ all = false, end = true } = {}) {
    this.element.focus({ preventScroll: true });
    const length = this.length;
    this.select(all ? 0 : end ? length : 0, end || all ? length : 0);
  }

  // --- Changes ----------------------------------------------------------------------------------
  /** Puts pieces in the place of a stretch of the text. */
  splice(start, end, pieces, kind = "edit") {
    const before = slice(this.pieces, 0, start);
    const after = slice(this.pieces, end, Infinity);
    const caret = start + textOf(pieces).length;
    this.draw(joined([...before, ...pieces, ...after]));
    this.select(caret);
    this.typed(kind, true);
  }

  insert(pieces) {
    const { start, end } = this.selection ?? { start: this.length, end: this.length };
    this.splice(start, end, pieces);
  }

  /** Another text altogether; undo brings the old one back. */
  set(text) {
    this.draw(cut(text, this.known));
    if (document.activeElement === this.element) this.select(this.length);
    this.typed("set", true);
  }

  typed(kind) {
    const pieces = this.pieces;
    if (textOf(pieces) === textOf(this.now.pieces) && kind !== "set") return;
    const at = performance.now();
    const goesOn = kind === "type" && this.now.kind === "type" && at - this.now.at < TYPING_MS;
    if (!goesOn) this.past.push(this.now);
    if (this.past.length > 200) this.past.shift();
    this.future = [];
    this.now = { pieces, kind, at, ...(this.selection ?? { start: this.length, end: this.length }) };
    this.onInput();
  }

  undo() {
    this.travel(this.past, this.future);
  }

  redo() {
    this.travel(this.future, this.past);
  }

  travel(from, to) {
    if (!from.length) return;
    to.push(this.now);
    this.now = { ...from.pop(), kind: "travel" };
    this.draw(this.now.pieces);
    if (document.activeElement === this.element) this.select(this.now.start, this.now.end);
    this.onInput();
  }

  // --- What the browser is about to do ----------------------------------------------------------
  before(event) {
    if (event.isComposing || this.composing) return;
    const kind = event.inputType;
    const target = event.getTargetRanges()[0] ?? document.getSelection().getRangeAt(0);
    const start = this.offsetOf(target.startContainer, target.startOffset);
    const end = target.collapsed ? start : this.offsetOf(target.endContainer, target.endOffset, true);
    if (kind === "insertText" && start === end) return;
    if (!event.cancelable) return;
    event.preventDefault();
    if (kind === "historyUndo") this.undo();
    else if (kind === "historyRedo") this.redo();
    else if (kind === "insertParagraph" || kind === "insertLineBreak") this.splice(start, end, ["\n"]);
    else if (kind.startsWith("insert")) this.put(event, start, end);
    else if (kind.startsWith("delete")) this.remove(kind, start, end);
  }

  put(event, start, end) {
    const text = event.data ?? event.dataTransfer?.getData("text/plain") ?? "";
    this.splice(start, end, cut(this.bare(text.replace(/\r\n?/g, "\n")), this.known));
  }

  remove(kind, start, end) {
    const forward = kind.endsWith("Forward");
    if (start === end) [start, end] = this.neighbour(start, forward);
    this.splice(start, end, [], "delete");
  }

  /** The chip or character beside an offset. */
  neighbour(offset, forward) {
    let at = 0;
    for (const piece of this.pieces) {
      const text = typeof piece === "string" ? piece : piece.chip;
      const next = at + text.length;
      if (forward ? offset >= at && offset < next : offset > at && offset <= next) {
        if (typeof piece !== "string") return [at, next];
        const parts = [...new Intl.Segmenter().segment(text)];
        const inner = offset - at;
        const part = parts.findLast((one) => (forward ? one.index <= inner : one.index < inner));
        return [at + part.index, at + part.index + part.segment.length];
      }
      at = next;
    }
    return [offset, offset];
  }

  key(event) {
    const mod = isMac ? event.metaKey : event.ctrlKey;
    const key = event.key.toLowerCase();
    if (mod && !event.altKey && (key === "z" || key === "y")) {
      // Browsers tell of an undo only where they have something of their own to undo.
      event.preventDefault();
      if (key === "y" || event.shiftKey) this.redo();
      else this.undo();
    } else this.arrow(event);
  }

  /** One press passes a chip or a character, never only a guard. */
  arrow(event) {
    const way = { ArrowLeft: "left", ArrowRight: "right" }[event.key];
    if (!way || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    const selection = document.getSelection();
    const place = () => this.offsetOf(selection.focusNode, selection.focusOffset, true);
    const from = place();
    for (let step = 0; step < 3 && place() === from; step++) {
      selection.modify(event.shiftKey ? "extend" : "move", way, "character");
      if (!this.element.contains(selection.focusNode)) {
        this.select(from);
        return;
      }
    }
  }

  copy(event) {
    const chosen = this.selection;
    if (!chosen || chosen.start === chosen.end) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", this.text.slice(chosen.start, chosen.end));
    if (event.type === "cut") this.splice(chosen.start, chosen.end, [], "delete");
  }
}

/** Pieces from one offset to another; a chip that is only touched stays whole outside. */
function slice(pieces, start, end) {
  const out = [];
  let at = 0;
  for (const piece of pieces) {
    const text = typeof piece === "string" ? piece : piece.chip;
    if (typeof piece === "string") {
      const part = text.slice(Math.max(start - at, 0), Math.max(Math.min(end - at, text.length), 0));
      if (part) out.push(part);
    } else if (at >= start && at + text.length <= end) out.push(piece);
    at += text.length;
  }
  return out;
}

function joined(pieces) {
  const out = [];
  for (const piece of pieces) {
    if (typeof piece === "string" && typeof out.at(-1) === "string") out.push(out.pop() + piece);
    else out.push(piece);
  }
  return out;
}
