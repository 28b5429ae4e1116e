// Live progress: one event stream a tab; where it cannot be had, a question every three seconds.
(() => {
  "use strict";
  const POLL_MS = 3000;
  const shown = () => [...document.querySelectorAll("[data-run]")];
  if (!shown().length) return;

  const isOpen = (element) => element.dataset.state === "open";

  function update(counters) {
    for (const element of shown()) {
      if (element.dataset.run !== counters.run) continue;
      const bar = element.querySelector("progress");
      const count = element.querySelector("[data-count]");
      if (bar) bar.value = counters.done;
      if (count) count.textContent = `${counters.done} of ${counters.segments} segments`;
      if (isOpen(element) && counters.state !== "open") finished();
    }
  }

  // Text, buttons and totals come from the server: fetch the page again, once for many endings.
  let reloading = 0;
  function finished() {
    clearTimeout(reloading);
    reloading = setTimeout(() => location.reload(), 400);
  }

  let polling = 0;
  function poll() {
    if (polling) return;
    polling = setInterval(async () => {
      const open = shown().filter(isOpen);
      if (!open.length) return;
      const query = open.map((element) => `run=${element.dataset.run}`).join("&");
      try {
        const answer = await fetch(`/progress?${query}`, { headers: { Accept: "application/json" } });
        if (answer.ok) (await answer.json()).runs.forEach(update);
      } catch {
        // The next question may get through.
      }
    }, POLL_MS);
  }

  if (!shown().some(isOpen)) return;
  if (!window.EventSource) {
    poll();
    return;
  }
  const stream = new EventSource("/events");
  stream.addEventListener("progress", (event) => update(JSON.parse(event.data)));
  stream.addEventListener("reload", () => location.reload());
  stream.addEventListener("open", () => {
    clearInterval(polling);
    polling = 0;
  });
  stream.addEventListener("error", poll);
  // What ended between the page's reading and the stream's first event would never be told.
  fetch(`/progress?${shown().filter(isOpen).map((element) => `run=${element.dataset.run}`).join("&")}`)
    .then((answer) => (answer.ok ? answer.json() : { runs: [] }))
    .then((answer) => answer.runs.forEach(update))
    .catch(poll);
})();
