// The upload form: chosen files and languages as lists, limits before sending, files kept on error.
(() => {
  "use strict";
  const form = document.getElementById("upload");
  if (!form) return;
  const input = document.getElementById("file");
  const files = document.getElementById("chosen-files");
  const fileProblem = document.getElementById("file-problem");
  const picker = document.getElementById("picker");
  const chips = document.getElementById("chosen-languages");
  const languageProblem = document.getElementById("language-problem");
  const send = document.getElementById("send");
  const boxes = [...form.querySelectorAll('[name="target_languages"]')];
  const maxFiles = Number(form.dataset.maxFiles);
  const maxBytes = Number(form.dataset.maxBytes);

  const size = (bytes) =>
    bytes < 1e3 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
  const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;
  function problem(place, sentence) {
    place.replaceChildren();
    if (!sentence) return;
    const icon = document.createElement("span");
    icon.className = "icon alert";
    icon.setAttribute("aria-hidden", "true");
    const words = document.createElement("span");
    words.textContent = sentence;
    place.append(icon, words);
  }
  function removeButton(label) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "bare";
    button.setAttribute("aria-label", label);
    const icon = document.createElement("span");
    icon.className = "icon remove";
    icon.setAttribute("aria-hidden", "true");
    button.append(icon);
    return button;
  }

  // --- Files ------------------------------------------------------------------------------------
  let chosen = [];
  function keep(list) {
    const holder = new DataTransfer();
    for (const file of list) holder.items.add(file);
    input.files = holder.files;
    chosen = list;
    show();
  }
  function add(list) {
    const same = (one) => (other) => one.name === other.name && one.size === other.size;
    keep([...chosen, ...list.filter((file) => !chosen.some(same(file)))]);
  }
  input.addEventListener("change", () => add([...input.files]));
  const drop = form.querySelector(".drop");
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, () => drop.classList.add("over"));
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  function overLimit() {
    if (chosen.length > maxFiles) return `Choose at most ${maxFiles} files at once.`;
    const big = chosen.find((file) => file.size > maxBytes);
    return big ? `“${big.name}” has ${size(big.size)}; the limit is ${size(maxBytes)}. Split it.` : "";
  }
  function showFiles() {
    files.replaceChildren(
      ...chosen.map((file, place) => {
        const row = document.createElement("li");
        const name = document.createElement("bdi");
        name.className = "name";
        name.textContent = file.name;
        const bytes = document.createElement("span");
        bytes.className = "hint";
        bytes.textContent = size(file.size);
        const remove = removeButton(`Remove ${file.name}`);
        remove.addEventListener("click", () => {
          keep(chosen.filter((_, other) => other !== place));
          (files.querySelectorAll("button")[place] || input).focus();
        });
        row.append(name, bytes, remove);
        return row;
      }),
    );
    files.hidden = !chosen.length;
  }

  // --- Languages --------------------------------------------------------------------------------
  const ticked = () => boxes.filter((box) => box.checked);
  function showLanguages() {
    chips.replaceChildren(
      ...ticked().map((box) => {
        const chip = document.createElement("li");
        const name = box.closest("label").querySelector(".option-name").textContent;
        const remove = removeButton(`Remove ${name}`);
        remove.addEventListener("click", () => {
          box.checked = false;
          show();
          picker.querySelector("summary").focus();
        });
        chip.append(name, remove);
        return chip;
      }),
    );
  }
  const filter = document.getElementById("language-filter");
  filter.addEventListener("input", () => {
    const asked = filter.value.trim().toLowerCase();
    let found = 0;
    for (const box of boxes) {
      const option = box.closest("label");
      option.hidden = !option.dataset.words.includes(asked);
      found += option.hidden ? 0 : 1;
    }
    picker.querySelector(".none").hidden = found > 0;
  });
  filter.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    // Enter takes the only language left, and never sends the form.
    event.preventDefault();
    const left = boxes.filter((box) => !box.closest("label").hidden);
    if (left.length === 1) {
      left[0].checked = !left[0].checked;
      show();
    }
  });
  picker.addEventListener("toggle", () => {
    if (picker.open) filter.focus();
  });
  picker.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !picker.open) return;
    picker.open = false;
    picker.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!picker.contains(event.target)) picker.open = false;
  });
  picker.addEventListener("change", () => show());

  // --- Sending ----------------------------------------------------------------------------------
  function show() {
    showFiles();
    showLanguages();
    problem(fileProblem, overLimit());
    if (ticked().length) problem(languageProblem, "");
    const into = ticked().length;
    send.textContent =
      chosen.length && into
        ? `Translate ${count(chosen.length, "file", "files")} into ${count(into, "language", "languages")}`
        : "Translate";
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.getAttribute("aria-busy")) return;
    if (!ticked().length) {
      problem(languageProblem, "Choose at least one language.");
      picker.querySelector("summary").focus();
      return;
    }
    if (overLimit()) {
      input.focus();
      return;
    }
    send.setAttribute("aria-busy", "true");
    send.textContent = "Uploading";
    await upload();
    send.removeAttribute("aria-busy");
    show();
  });
  async function upload() {
    let answer;
    try {
      const body = new FormData(form);
      // Not followed: what the next page has to say belongs to the window.
      answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    } catch {
      refused("The upload was cut off. Nothing was stored; send it again.");
      return;
    }
    if (answer.type === "opaqueredirect") {
      location.assign(form.action);
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const sentence = page.querySelector("#refusal p") || page.querySelector("main p");
    refused(sentence?.textContent || "The upload was refused. Nothing was stored.");
  }
  function refused(sentence) {
    // Set once the lists are drawn again, for that clears what stood here.
    setTimeout(() => {
      problem(fileProblem, sentence);
      input.focus();
    });
  }

  add([...input.files]);
})();
