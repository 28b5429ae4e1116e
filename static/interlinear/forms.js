// Forms the browser sends: those that destroy ask first, each is sent once, and none is sent where it
// would be lost, without a connection or after the session has ended. What was typed then stays.
import { confirmDialog, csrf, notice, toast } from "./lib.js";

const root = document.documentElement;

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.dataset.confirm && !form.dataset.confirmed) {
    event.preventDefault();
    const wanted = { title: form.dataset.confirm, text: form.dataset.confirmText, confirm: form.dataset.confirmVerb };
    if (await confirmDialog(wanted)) {
      form.dataset.confirmed = "yes";
      form.requestSubmit(event.submitter ?? undefined);
    }
    return;
  }
  if (form.method === "dialog" || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  const isOfTheDoor = (form.getAttribute("action") ?? "").startsWith("/accounts/");
  if (form.method !== "post" || !root.dataset.organization || isOfTheDoor || form.dataset.certain) {
    form.dataset.sent = "yes";
    return;
  }
  event.preventDefault();
  form.dataset.sent = "yes";
  const isHeard = await heard();
  delete form.dataset.sent;
  if (!isHeard) return;
  // A sign-in in another tab has renewed it.
  const token = form.querySelector("[name=csrfmiddlewaretoken]");
  if (token) token.value = csrf();
  form.dataset.certain = "yes";
  form.requestSubmit(event.submitter ?? undefined);
});

/** Whether the server answers, and still knows who we are; says so where not. */
async function heard() {
  try {
    const answer = await fetch("/progress", { credentials: "same-origin" });
    notice(answer);
    return answer.status !== 401;
  } catch {
    toast("There is no connection. Nothing was sent; try again.", { icon: "wifi-off" });
    return false;
  }
}

// Back from the next page, or refused: the form can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form")) {
    for (const mark of ["sent", "confirmed", "certain"]) delete form.dataset[mark];
  }
});
