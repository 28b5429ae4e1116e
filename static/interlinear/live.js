// Progress as it happens. Of all tabs of one organization one holds the event stream and tells the
// others: browsers open few connections to one host. Where no stream can be had, runs are asked for.
import { notice } from "./lib.js";

const POLL_MS = 3000;
const organization = document.documentElement.dataset.organization ?? "";
const name = `interlinear-events-${organization}`;
const listeners = new Map();
const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;

/** Calls `callback` with {run, job, state, segments, done, needs_review, failed} at each change.
 *  `runs` names the run ids to ask for after a gap; ends with the function that is given back. */
export function onProgress(callback, { runs = () => [] } = {}) {
  listeners.set(callback, runs);
  if (listeners.size === 1) begin();
  else ask();
  return () => listeners.delete(callback);
}

function tell(change) {
  for (const callback of [...listeners.keys()]) callback(change);
}

let begun = false;
function begin() {
  if (begun) return ask();
  begun = true;
  channel?.addEventListener("message", ({ data }) => {
    if (data.change) tell(data.change);
    else ask();
  });
  if (!window.EventSource) poll();
  else if (navigator.locks && channel) navigator.locks.request(name, () => new Promise(stream));
  else stream();
  ask();
}

function stream() {
  const source = new EventSource("/events");
  source.addEventListener("progress", (event) => {
    const change = JSON.parse(event.data);
    channel?.postMessage({ change });
    tell(change);
  });
  // From here on we are told. What ended before never would be: everybody asks once.
  source.addEventListener("ready", () => {
    endPolling();
    channel?.postMessage({ ready: true });
    ask();
  });
  source.addEventListener("error", () => {
    poll();
    if (source.readyState === EventSource.CLOSED) setTimeout(stream, POLL_MS * 2);
  });
}

async function ask() {
  const wanted = [...new Set([...listeners.values()].flatMap((runs) => runs()))].slice(0, 100);
  if (!wanted.length) return;
  try {
    const answer = await fetch(`/progress?${wanted.map((one) => `run=${one}`).join("&")}`);
    notice(answer);
    if (answer.ok) (await answer.json()).runs.forEach(tell);
  } catch {
    // The next question may get through.
  }
}

let polling = 0;
function poll() {
  if (!polling) polling = setInterval(ask, POLL_MS);
}
function endPolling() {
  clearInterval(polling);
  polling = 0;
}
