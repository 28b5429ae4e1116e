// Builds what browsers get: the style sheet with its icons, and the files of others with their licences.
// The first line of the style sheet names what it was built from, so that a test can tell drift
// without Node: see tests/architecture/test_frontend.py, which counts the same way.
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const built = join(root, "static/interlinear/interlinear.css");
const vendor = join(root, "static/vendor");
const modules = join(here, "node_modules");
// The editor's many modules come as one file; what it shares with other pages stays apart.
const bundle = join(root, "static/interlinear/editor.js");

const VENDORED = [
  ["htmx.org", "dist/htmx.min.js", "htmx.min.js"],
  ["uplot", "dist/uPlot.iife.min.js", "uplot.js"],
  ["uplot", "dist/uPlot.min.css", "uplot.css"],
  ["@fontsource-variable/inter", "files/inter-latin-wght-normal.woff2"],
  ["@fontsource-variable/inter", "files/inter-latin-ext-wght-normal.woff2"],
  ["@fontsource/jetbrains-mono", "files/jetbrains-mono-latin-400-normal.woff2"],
  ["@fontsource-variable/noto-sans-arabic", "files/noto-sans-arabic-arabic-wght-normal.woff2"],
];

function files(folder, endings) {
  return readdirSync(folder)
    .sort()
    .filter((name) => name !== "node_modules")
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(path).isDirectory()) return files(path, endings);
      return endings.some((one) => name.endsWith(one)) && path !== built ? [path] : [];
    });
}

function sources() {
  return [
    ...files(here, [".css", ".js", ".txt", ".mjs", "package-lock.json"]),
    ...files(join(root, "static/interlinear"), [".js"]).filter((path) => path !== bundle),
    ...files(join(root, "templates"), [".html"]),
  ].sort((a, b) => (relative(root, a) < relative(root, b) ? -1 : 1));
}

function digest() {
  const hash = createHash("sha256");
  for (const path of sources()) hash.update(`${relative(root, path)}\0`).update(readFileSync(path)).update("\0");
  return hash.digest("hex");
}

function icon(name) {
  const svg = readFileSync(join(modules, "lucide-static/icons", `${name}.svg`), "utf8");
  const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\s+/g, " ").trim();
  const drawn = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='black' stroke-width='1.75' stroke-linecap='round' stroke-linejoin='round'>${inner.replaceAll('"', "'").replaceAll("> <", "><")}</svg>`;
  return encodeURI(drawn).replaceAll("#", "%23").replaceAll("%20", " ").replaceAll("%22", "'");
}

function icons() {
  const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").filter((line) => line && !line.startsWith("#"));
  const drawings = [...new Set(names)].sort().map((name) => `--i-${name}:url("data:image/svg+xml,${icon(name)}")`);
  const classes = [...new Set(names)].sort().map((name) => `.i-${name}{--icon:var(--i-${name})}`);
  return `:root{${drawings.join(";")}}${classes.join("")}\n`;
}

function copyVendored() {
  rmSync(vendor, { recursive: true, force: true });
  mkdirSync(vendor, { recursive: true });
  const lines = ["Files of others, as their packages hold them; copied by `make css`.", ""];
  for (const [name, path, as] of VENDORED) {
    const about = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
    const target = join(vendor, as ?? path.split("/").pop());
    copyFileSync(join(modules, name, path), target);
    if (/\.(js|css)$/.test(target)) {
      writeFileSync(target, readFileSync(target, "utf8").replace(/\n?\/[/*]# sourceMappingURL=.*$/m, ""));
    }
    if (target.endsWith("uplot.js")) writeFileSync(target, `${readFileSync(target, "utf8").trimEnd()}\nexport default uPlot;\n`);
    lines.push(`${relative(vendor, target)}: ${name} ${about.version}, ${about.license}`);
  }
  for (const [name, what] of [["lucide-static", "icons in interlinear.css"], ["tailwindcss", "base and utilities in interlinear.css"], ["daisyui", "components in interlinear.css"]]) {
    const about = JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8"));
    lines.push(`${what}: ${name} ${about.version}, ${about.license}`);
  }
  writeFileSync(join(vendor, "LICENCES.txt"), lines.join("\n") + "\n");
}

const shared = {
  name: "shared",
  setup: (builder) =>
    builder.onResolve({ filter: /^\.\.\/\w+\.js$/ }, ({ path }) => ({ path: `./${path.slice(3)}`, external: true })),
};

copyVendored();
await build({
  entryPoints: [join(here, "editor/editor.js")],
  outfile: bundle,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  plugins: [shared],
});
execFileSync(join(modules, ".bin/tailwindcss"), ["-i", join(here, "interlinear.css"), "-o", built, "--minify"], { cwd: here, stdio: ["ignore", "ignore", "inherit"] });
const css = readFileSync(built, "utf8").replace(/^\/\*! tailwindcss.*?\*\/\s*/s, "");
const joined = createHash("sha256").update(readFileSync(bundle)).digest("hex");
writeFileSync(built, `/* built from ${digest()} with editor.js ${joined} by make css */\n${icons()}${css}`);
