// How fast work goes, and how long that will take, in words.

const WINDOW_MS = 60_000;
const LEAST_MS = 2_000;

/** A stretch of time such as "3 min 20 s". */
export function span(seconds) {
  const whole = Math.max(Math.ceil(seconds), 1);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 10) return whole % 60 ? `${minutes} min ${whole % 60} s` : `${minutes} min`;
  if (minutes < 90) return `${minutes} min`;
  return `${Math.round(minutes / 60)} h`;
}

/** Segments a second over the last minute, by run. */
export class Speed {
  events = [];
  begun = performance.now();

  add(run, count) {
    if (count > 0) this.events.push({ run, count, at: performance.now() });
  }

  /** 0 where nothing was seen yet. */
  of(runs) {
    const now = performance.now();
    this.events = this.events.filter((one) => now - one.at < WINDOW_MS);
    const mine = this.events.filter((one) => runs.includes(one.run));
    const seen = Math.min(now - this.begun, WINDOW_MS);
    if (!mine.length || seen < LEAST_MS) return 0;
    return (1000 * mine.reduce((sum, one) => sum + one.count, 0)) / seen;
  }
}
