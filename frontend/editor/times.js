// Moments in the person's own time zone and way of writing dates.

const LOCALES = { day_month: "en-GB", month_day: "en-US", iso: "sv-SE" };
const DAY_MS = 86_400_000;

function written(iso, page, options) {
  return new Intl.DateTimeFormat(LOCALES[page.date_format] ?? "en-GB", { ...options, timeZone: page.time_zone }).format(new Date(iso));
}

/** The time within a day, then the day. */
export function shortTime(iso, page) {
  const fresh = Date.now() - new Date(iso) < DAY_MS;
  const day = page.date_format === "iso" ? { dateStyle: "short" } : { day: "numeric", month: "short" };
  return written(iso, page, fresh ? { hour: "2-digit", minute: "2-digit" } : day);
}

export const fullTime = (iso, page) => written(iso, page, { dateStyle: "medium", timeStyle: "short" });
