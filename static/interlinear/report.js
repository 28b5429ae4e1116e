// Prints the report, by day also where the page is dark: paper is white.
const root = document.documentElement;
let theme = root.dataset.theme;

document.getElementById("print")?.addEventListener("click", () => window.print());
window.addEventListener("beforeprint", () => {
  theme = root.dataset.theme;
  root.dataset.theme = "paper";
});
window.addEventListener("afterprint", () => {
  root.dataset.theme = theme;
});
