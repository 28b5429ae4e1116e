// Preferences: the browser's own time zone is offered, keys of the editor are changed in its dialog.
import { keysDialog } from "./keys.js";
import { announce, sendJSON, toast } from "./lib.js";

const zones = document.getElementById("time_zone");
const offer = document.getElementById("here");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
function offered() {
  offer.hidden = zones.value === here || ![...zones.options].some((one) => one.value === here);
  offer.textContent = `Use ${here}`;
}
zones.addEventListener("change", offered);
offer.addEventListener("click", () => {
  zones.value = here;
  offered();
  zones.focus();
  announce(`Time zone: ${here}`);
});
offered();

const kept = { own: JSON.parse(document.getElementById("own-keys").textContent) };
document.getElementById("remap").addEventListener("click", () => {
  keysDialog({
    get own() {
      return kept.own;
    },
    async save(own) {
      kept.own = (await sendJSON("/preferences/shortcuts", { shortcuts: own })).shortcuts;
      toast("Your keys are saved.");
    },
  });
});
