// Charts of one question each. Colours come from the theme, room for labels is measured; the same
// figures stand in a table under each chart, which is what screen readers get.
import uPlot from "../vendor/uplot.js";

const FONT = "11px 'Inter Variable', system-ui, sans-serif";
const GAP = 8;
const charts = [];
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const pen = document.createElement("canvas").getContext("2d");

function widest(texts) {
  pen.font = FONT;
  return Math.max(0, ...texts.map((text) => pen.measureText(text).width));
}

export function short(number) {
  for (const [unit, name] of [[1e6, "M"], [1e3, "k"]]) {
    if (number >= unit * 0.9995) return `${Number((number / unit).toPrecision(3))} ${name}`;
  }
  return String(number);
}

/** A round step that parts `top` into at most `parts`. */
function step(top, parts) {
  const least = Math.max(top / parts, 1e-9);
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 2.5, 5, 10].map((one) => one * power).find((one) => one >= least - 1e-9);
}

function axes(labels, told, room, { all = false } = {}) {
  const shared = { stroke: colour("ink3"), font: FONT, ticks: { show: false } };
  // Names of things are all shown, a word a line; of days and weeks as many as fit.
  const fitting = all ? 1 : Math.max(1, Math.ceil((labels.length * (widest(labels) + 8)) / room));
  const shown = all ? labels.map((one) => one.replaceAll(" ", "\n")) : labels;
  const lines = Math.max(1, ...shown.map((one) => one.split("\n").length));
  return [
    { ...shared, grid: { show: false }, gap: 6, size: 10 + 14 * lines, splits: () => labels.map((_, at) => at).filter((at) => at % fitting === 0), values: (_, at) => at.map((one) => shown[one] ?? "") },
    { ...shared, grid: { stroke: colour("line"), width: 1 }, gap: GAP, size: (_, values) => Math.ceil(widest(values ?? []) + GAP + 4), values: (_, at) => at.map(told) },
  ];
}

const bars = (radius = 0.18) => uPlot.paths.bars({ size: [0.66, 40], radius: [radius, 0] });
const filled = (name) => ({ width: 0, points: { show: false }, paths: bars(), fill: colour(name), stroke: colour(name) });

function fromNought(values) {
  const top = Math.max(1, ...values.filter((one) => one !== null));
  const by = Math.max(step(top, 4), Number.isInteger(top) ? 1 : 0);
  const end = Math.ceil(top / by) * by;
  return { end, splits: () => Array.from({ length: Math.round(end / by) + 1 }, (_, at) => at * by) };
}

const KINDS = {
  days({ labels, values, projected }, room) {
    const ahead = labels.map((_, at) => projected[at - values.length] ?? null);
    const used = labels.map((_, at) => values[at] ?? null);
    const { end, splits } = fromNought([...values, ...projected]);
    return {
      data: [labels.map((_, at) => at), used, ahead],
      series: [{}, filled("accent"), filled("fquiet")],
      range: [0, end],
      axes: axes(labels, short, room).map((one, at) => (at ? { ...one, splits } : one)),
      note: projected.length ? { at: values.length, text: "projected", data: ahead } : null,
    };
  },
  gates({ labels, values }, room) {
    const { end, splits } = fromNought(values);
    return {
      data: [labels.map((_, at) => at), values],
      series: [{}, filled("finfo")],
      range: [0, end],
      axes: axes(labels, short, room, { all: true }).map((one, at) => (at ? { ...one, splits } : one)),
    };
  },
  rate({ labels, values }, room) {
    // A rate that is watched does not begin at nought: small changes are what matters.
    const low = Math.max(0, Math.floor((Math.min(...values) - 1) / 2) * 2);
    const high = Math.min(100, Math.ceil((Math.max(...values) + 1) / 2) * 2);
    const by = Math.max(2, step(high - low, 4));
    const first = Math.floor(low / by) * by;
    const splits = () => Array.from({ length: Math.ceil((high - first) / by) + 1 }, (_, at) => Math.min(100, first + at * by));
    return {
      data: [labels.map((_, at) => at), values],
      series: [{}, { stroke: colour("fok"), width: 2, fill: `color-mix(in oklab, ${colour("fok")} 12%, transparent)`, points: { show: values.length < 3, size: 6, fill: colour("fok") } }],
      range: [first, Math.max(...splits())],
      inset: labels.length > 1 ? 0.15 : 0.5,
      axes: axes(labels, (one) => `${one}%`, room).map((one, at) => (at ? { ...one, splits } : one)),
    };
  },
};

function noted(note) {
  return (plot) => {
    if (!note) return;
    const top = Math.min(...note.data.filter((one) => one !== null).map((one) => plot.valToPos(one, "y", true)));
    const ratio = devicePixelRatio;
    plot.ctx.save();
    plot.ctx.font = `500 ${11 * ratio}px 'Inter Variable', system-ui, sans-serif`;
    plot.ctx.fillStyle = colour("ink2");
    plot.ctx.textAlign = "left";
    const left = plot.valToPos(note.at - 0.4, "x", true);
    const room = plot.bbox.left + plot.bbox.width - plot.ctx.measureText(note.text).width;
    plot.ctx.fillText(note.text, Math.min(left, room), Math.max(top - 8 * ratio, plot.bbox.top + 10 * ratio));
    plot.ctx.restore();
  };
}

function draw(place) {
  const given = JSON.parse(document.getElementById(place.dataset.source).textContent);
  const { width, height } = place.getBoundingClientRect();
  if (!width || !given.values.length) return;
  const { data, series, range, axes: both, note, inset = 0.5 } = KINDS[place.dataset.chart](given, width - 60);
  const options = {
    width,
    height,
    series,
    axes: both,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, range: [-inset, given.labels.length - 1 + inset] }, y: { range } },
    hooks: { draw: [noted(note)] },
  };
  place.replaceChildren();
  return new uPlot(options, data, place);
}

function redraw() {
  for (const one of charts) {
    one.plot?.destroy();
    one.plot = draw(one.place);
  }
}

await document.fonts.ready;
for (const place of document.querySelectorAll("[data-chart]")) charts.push({ place, plot: draw(place) });
let timer = 0;
let width = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === width) return;
  width = innerWidth;
  clearTimeout(timer);
  timer = setTimeout(redraw, 100);
});
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
