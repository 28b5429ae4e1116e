// The translate box: Ctrl+Enter sends, the count is live, the result can be copied.
(() => {
  "use strict";
  const form = document.getElementById("box");
  const text = document.getElementById("text");
  const counter = document.getElementById("text-count");
  const problem = document.getElementById("text-problem");
  const send = document.getElementById("send");
  const maxBytes = Number(form.dataset.maxBytes);

  function count() {
    const bytes = new TextEncoder().encode(text.value).length;
    const characters = [...text.value].length;
    counter.textContent = text.value ? `${characters.toLocaleString("en")} characters. ` : "";
    const over = bytes > maxBytes;
    problem.textContent = over ? "This is longer than 128 KiB. Shorten it, or upload it as a file." : "";
    text.toggleAttribute("aria-invalid", over);
    return !over;
  }
  text.addEventListener("input", count);
  form.addEventListener("submit", (event) => {
    if (!count()) {
      event.preventDefault();
      text.focus();
      return;
    }
    send.setAttribute("aria-busy", "true");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit(send);
  });
  // A page from the back button must not look as if it were still sending.
  window.addEventListener("pageshow", () => send.removeAttribute("aria-busy"));

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copies]");
    if (!button) return;
    const from = document.getElementById(button.dataset.copies);
    try {
      await navigator.clipboard.writeText(from.textContent);
      button.textContent = "Copied";
      document.getElementById("spoken").textContent = "Copied.";
    } catch {
      // Not given to pages without https: select it, so that one key copies it.
      getSelection().selectAllChildren(from);
      button.textContent = "Selected: press Ctrl C";
    }
  });
  if (navigator.platform.startsWith("Mac")) form.querySelector("kbd").textContent = "⌘";
  count();
})();
