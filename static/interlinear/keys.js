// Which key does what: the house's own, and what a person has given to them instead.
import { el, icon, isMac, isTyping, keyName, listKeys, sendJSON } from "./lib.js";

/** action: [keys, what it does]; further keys stand behind a blank. Names as POST /preferences/shortcuts takes them. */
export const ACTIONS = {
  confirm: ["Mod+Enter", "Confirm, next unconfirmed"],
  approve: ["Mod+Alt+Enter", "Approve and lock"],
  save_draft: ["Alt+Enter", "Save as draft"],
  unconfirm: ["Mod+Shift+Enter", "Take back a confirmation"],
  needs_work: ["Alt+Y", "Mark as needing work"],
  next: ["Alt+ArrowDown Alt+PageDown", "Next segment"],
  previous: ["Alt+ArrowUp Alt+PageUp", "Previous segment"],
  first: ["Alt+Home", "First segment"],
  last: ["Alt+End", "Last segment"],
  next_wanted: ["Mod+G", "Next segment with a finding"],
  fix: ["Alt+F Mod+.", "Fix the findings"],
  dismiss: ["Alt+I", "Not an error: then the finding's number"],
  insert_next: ["F8", "Insert the next missing placeholder"],
  copy_source: ["Mod+Shift+C Mod+Insert", "Copy the source"],
  clear: ["Mod+Shift+Backspace", "Clear the translation"],
  propagate: ["Alt+R", "Copy to the repeats"],
  find: ["Mod+Shift+F", "Find"],
  replace: ["Mod+H", "Find and replace"],
  show_invisible: ["Alt+V", "Show invisible characters"],
  panel: ["Alt+P", "Show or hide the side panel"],
};
const SINGLE = { J: "next", K: "previous", E: "edit" };
const HELD = new Set(["Control", "Shift", "Alt", "Meta", "AltGraph"]);

export class Keys {
  constructor({ shortcuts, single, run }) {
    Object.assign(this, { single, run });
    this.own = { ...shortcuts };
    this.chord = null;
    this.index();
    document.addEventListener("keydown", (event) => this.press(event), true);
    listKeys("Editor", [
      ...Object.entries(ACTIONS).map(([action, [, what]]) => [this.keysOf(action)[0], what]),
      ["Mod+Alt+1", "Insert the source's placeholder 1, 2, …"],
      ["Enter", "Edit the segment"],
      ["Esc", "Leave the field"],
    ]);
  }

  keysOf(action) {
    return this.own[action] ? [this.own[action]] : ACTIONS[action][0].split(" ");
  }

  index() {
    this.byKey = new Map();
    for (const action of Object.keys(ACTIONS)) {
      for (const keys of this.keysOf(action)) {
        const wanted = canonical(keys);
        // A key somebody has chosen goes before one the house gave to another action.
        if (!this.byKey.has(wanted) || this.own[action]) this.byKey.set(wanted, action);
      }
    }
  }

  caps(action) {
    return el("span", { class: "kbd-hints", "aria-hidden": "true" }, keyName(this.keysOf(action)[0]).map((one) => el("kbd", {}, capOf(one))));
  }

  spoken(action) {
    return ACTIONS[action] ? keyName(this.keysOf(action)[0]).join("+") : "";
  }

  press(event) {
    if (event.isComposing || event.defaultPrevented || HELD.has(event.key) || event.getModifierState("AltGraph")) return;
    if (document.querySelector("dialog[open]")) return;
    const outside = event.target.closest("input, select, textarea") !== null;
    const pressed = keysOf(event);
    if (this.chord && /^(Alt\+)?[1-9]$/.test(pressed)) return this.take(event, "dismiss", Number(pressed.at(-1)));
    this.chord = null;
    const chip = /^Mod\+Alt\+([1-9])$/.exec(pressed);
    if (chip && !outside) return this.take(event, "insert_chip", Number(chip[1]));
    const action = this.byKey.get(pressed);
    if (action === "dismiss") {
      this.chord = true;
      event.preventDefault();
      return;
    }
    if (action && (!outside || ["find", "replace", "next", "previous"].includes(action))) return this.take(event, action);
    if (this.single && !isTyping(event.target) && SINGLE[pressed]) this.take(event, SINGLE[pressed]);
  }

  take(event, action, number) {
    this.chord = null;
    event.preventDefault();
    event.stopPropagation();
    this.run(action, number);
  }

  async save(own) {
    await sendJSON("/preferences/shortcuts", { shortcuts: own });
    this.own = own;
    this.index();
  }
}

const CAPS = { ArrowDown: "↓", ArrowUp: "↑", ArrowLeft: "←", ArrowRight: "→", Backspace: "⌫" };
const capOf = (key) => CAPS[key] ?? key;

/** The keys of an event as they are written here: "Mod+Shift+C". */
export function keysOf(event) {
  const mod = isMac ? event.metaKey : event.ctrlKey;
  const parts = [mod && "Mod", event.altKey && "Alt", event.shiftKey && "Shift"].filter(Boolean);
  return [...parts, nameOf(event)].join("+");
}

function nameOf(event) {
  // With Alt some systems write another character; the place of the key says which one is meant.
  if (/^[a-z]$/i.test(event.key)) return event.key.toUpperCase();
  if (/^Key[A-Z]$/.test(event.code)) return event.code.slice(3);
  if (/^Digit[0-9]$/.test(event.code)) return event.code.slice(5);
  return event.key === " " ? "Space" : event.key;
}

function canonical(keys) {
  const parts = keys.split("+");
  const key = parts.pop() || "+";
  const names = new Set(parts.map((one) => (one === "Ctrl" || one === "Cmd" ? "Mod" : one)));
  const named = { Up: "ArrowUp", Down: "ArrowDown", Left: "ArrowLeft", Right: "ArrowRight" }[key] ?? key;
  return [...["Mod", "Alt", "Shift"].filter((one) => names.has(one)), named.length === 1 ? named.toUpperCase() : named].join("+");
}

/** The dialog in which keys are given to actions. */
export function keysDialog(keys) {
  const own = { ...keys.own };
  const problem = el("p", { class: "error", role: "alert" });
  const rows = el("div", { class: "ed-keys" });
  const dialog = el("dialog", { class: "ask wide", "aria-labelledby": "ed-keys-title" },
    el("form", { method: "dialog" }, el("h2", { id: "ed-keys-title" }, "Keys of the editor"),
      el("p", {}, "Press a button, then the keys you want. They are kept for you on every device."),
      problem, rows,
      el("div", { class: "row end" },
        el("button", { type: "button", class: "btn btn-ghost", onclick: () => { for (const name of Object.keys(own)) delete own[name]; draw(); } }, "Set all back"),
        el("button", { class: "btn", value: "no" }, "Cancel"),
        el("button", { type: "button", class: "btn btn-primary", onclick: save }, "Save keys"))));

  function keysNow(action) {
    return own[action] ? [own[action]] : ACTIONS[action][0].split(" ");
  }
  function ownerOf(pressed, but) {
    return Object.keys(ACTIONS).find((action) => action !== but && keysNow(action).map(canonical).includes(pressed));
  }
  function draw() {
    rows.replaceChildren(...Object.entries(ACTIONS).map(([action, [, what]]) =>
      el("div", {}, el("span", {}, what),
        el("button", { type: "button", class: "btn btn-sm", "aria-label": `Keys for: ${what}. Now ${keyName(keysNow(action)[0]).join(" ")}`, dataset: { action }, onclick: (event) => listen(event.currentTarget, action) },
          keyName(keysNow(action)[0]).map((one) => el("kbd", {}, capOf(one)))))));
  }
  function listen(button, action) {
    button.replaceChildren("Press keys");
    const heard = (event) => {
      if (HELD.has(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      button.removeEventListener("keydown", heard);
      if (event.key !== "Escape") give(action, keysOf(event));
      draw();
      rows.querySelector(`[data-action="${action}"]`).focus();
    };
    button.addEventListener("keydown", heard);
  }
  function give(action, pressed) {
    const owner = ownerOf(pressed, action);
    const bare = !/^(Mod|Alt)\+/.test(pressed) && !/^F([1-9]|1[0-2])$/.test(pressed);
    problem.textContent = owner
      ? `${keyName(pressed).join(" ")} is already used for: ${ACTIONS[owner][1]}. Give that another key first.`
      : bare ? "Use Ctrl, Cmd or Alt with it, or a function key: a letter alone is for writing." : "";
    if (!owner && !bare) own[action] = pressed;
  }
  async function save() {
    try {
      await keys.save(own);
      dialog.close();
    } catch (fault) {
      problem.replaceChildren(icon("circle-alert"), fault.message);
    }
  }
  draw();
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
