// Buttons that copy what stands in a field: data-copy names the field.
import { announce, icon } from "./lib.js";

const TOLD_MS = 2000;

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  field.addEventListener("focus", () => field.select());
  button.addEventListener("click", async () => {
    if (!(await copied(field))) return;
    const kept = [...button.childNodes];
    button.style.minInlineSize = `${button.offsetWidth}px`;
    button.replaceChildren(icon("check"), "Copied");
    announce("Copied.");
    setTimeout(() => button.replaceChildren(...kept), TOLD_MS);
  });
}

async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    // Without https, or not allowed: it is chosen, for the person to copy.
    field.select();
    return document.execCommand("copy");
  }
}
