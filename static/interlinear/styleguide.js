// Shows what only appears when asked for.
import { confirmDialog, toast } from "./lib.js";

const shows = {
  toast: () => toast("Copied."),
  undo: () => toast("2 documents deleted", { icon: "trash-2", action: { label: "Undo", run: () => toast("2 documents are back.") } }),
  dialog: () => confirmDialog({ title: "Delete “Device manual”?", text: "1,284 segments and 2 translations go. You can undo it for 10 minutes.", confirm: "Delete document" }),
};
document.addEventListener("click", (event) => shows[event.target.closest("[data-show]")?.dataset.show]?.());
