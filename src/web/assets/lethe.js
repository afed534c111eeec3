// Enhancement only: every page reads and works without this file.
import { install, uninstall } from "./hotkey.js";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (type, selector, act) => document.addEventListener(type, (event) => {
  const found = event.target.closest?.(selector);
  if (found) act(found, event);
});
const make = (tag, text, className = "") => Object.assign(document.createElement(tag), { textContent: text, className });
const say = (text) => { const live = $("[data-live]"); if (live) live.textContent = text; };

// Shortcuts stand in the markup, so the list on "?" cannot differ from what the keys do.
const hotkeysOn = !document.cookie.includes("hotkeys=0");
const single = (key) => !/Mod|Control|Alt/.test(key);
// Again after each swap: a key must not stay with an element that left the page.
const installed = new Set();
function installHotkeys() {
  for (const el of installed) if (!el.isConnected) { uninstall(el); installed.delete(el); }
  for (const el of $$("[data-hotkey]")) {
    if (installed.has(el) || !(hotkeysOn || !single(el.dataset.hotkey))) continue;
    install(el);
    installed.add(el);
  }
}
// What it is called on the page: never the key that stands beside the words.
const wordsOf = (el) => [...el.childNodes].filter((node) => !/^(KBD|SELECT)$/.test(node.nodeName) && !node.classList?.contains("count")).map((node) => node.textContent.trim()).join(" ").trim();
const whatOf = (el) => el.dataset.what || el.getAttribute("aria-label") || el.placeholder || wordsOf(el) || wordsOf(el.labels?.[0] ?? el);
const keysOf = (el) => el.dataset.hotkey ?? el.dataset.keys;
function listShortcuts() {
  const list = $("[data-shortcuts]");
  list.replaceChildren(...$$("[data-hotkey], [data-keys]").filter((el) => hotkeysOn || !single(keysOf(el))).map((el) => {
    const row = make("div", "", "row between");
    const keys = make("dd", "", "row");
    for (const key of keysOf(el).split(/[ +]/)) keys.append(make("kbd", key === "Control" || key === "Mod" ? "Ctrl" : key.length > 1 ? key : key.toUpperCase()));
    row.append(make("dt", whatOf(el), "t2"), keys);
    return row;
  }));
}

// Theme: kept by the server in one cookie; here it only changes at once.
on("submit", "[data-theme-form]", (form, event) => {
  event.preventDefault();
  const root = document.documentElement;
  const dark = (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  form.theme.value = dark ? "light" : "dark";
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
  root.dataset.theme = form.theme.value;
  $("button", form).setAttribute("aria-pressed", String(!dark));
});

// Dialogs, printing, forms that go off when something is chosen, forms that ask once only.
on("click", "[data-open]", (el, event) => {
  const dialog = $(el.dataset.open);
  if (!dialog) return;
  event.preventDefault();
  if (dialog.id === "shortcuts") listShortcuts();
  if (!dialog.open) dialog.showModal();
});
on("click", "dialog [data-close]", (el) => el.closest("dialog").close());
on("click", "[data-print]", () => print());
on("change", "[data-autosubmit]", async (el) => { await keepDraft(); el.form.requestSubmit(); });
on("submit", "form[method=post]", (form) => {
  setTimeout(() => $$("button", form).forEach((b) => { b.disabled = true; }));
});
addEventListener("pageshow", (event) => event.persisted && location.reload());

// The palette holds the places of the navigation.
const goto = $("[data-goto]");
if (goto) goto.replaceChildren(...$$(".nav li > a").map((a) => { const copy = a.cloneNode(true); copy.removeAttribute("data-hotkey"); return copy; }));

// Selection: count, all on the page, all that match.
function updateBulk() {
  const bar = $("[data-bulk]");
  if (!bar) return;
  const boxes = $$("input[name=ticket]");
  const n = boxes.filter((box) => box.checked).length;
  const all = $("[data-select-all]");
  bar.hidden = n === 0;
  const count = $("[data-bulk-count]", bar);
  count.textContent = n === 1 ? count.dataset.one : count.dataset.many.replace("{}", n);
  all.checked = n === boxes.length && n > 0;
  all.indeterminate = n > 0 && n < boxes.length;
  $("[data-all-matching]", bar).hidden = !all.checked;
}
let last = null;
on("click", "input[name=ticket]", (box, event) => {
  const boxes = $$("input[name=ticket]");
  if (event.shiftKey && last) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    boxes.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
  }
  last = box;
  updateBulk();
});
// A key for the chosen tickets takes the one under the cursor when none is chosen, and with neither does nothing.
document.addEventListener("hotkey-fire", (event) => {
  if (!event.target.closest("[data-bulk]") || $("input[name=ticket]:checked")) return;
  const box = $(".cursor input[name=ticket]");
  if (!box) return event.preventDefault();
  box.checked = true;
  updateBulk();
}, true);
on("change", "[data-select-all]", (all) => { $$("input[name=ticket]").forEach((box) => { box.checked = all.checked; }); updateBulk(); });
document.addEventListener("reset", () => setTimeout(updateBulk));

// Lists: J, K and Enter move and open, X selects.
let under = "";
function step(by) {
  const rows = $$("[data-row]").map((a) => a.closest("li, tr"));
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("cursor"));
  rows[at]?.classList.remove("cursor");
  const row = rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
  row.classList.add("cursor");
  under = row.dataset.ticket ?? "";
  $("[data-row]", row).focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}
// The list that came anew has no cursor: it goes back to its ticket, and the focus with it.
function keepCursor() {
  const row = under && !$(".cursor") && $(`li[data-ticket="${CSS.escape(under)}"]`);
  if (!row) return;
  row.classList.add("cursor");
  if (document.activeElement === document.body) $("[data-row]", row).focus({ preventScroll: true });
}
const typing = (el) => /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !/checkbox|radio/.test(el.type);
addEventListener("keydown", (event) => {
  const { key, target } = event;
  // Out of the field, so that the next letter is a shortcut and no word of a reply.
  if (key === "Escape" && typing(target) && !event.isComposing && !target.closest("dialog, [popover]")) target.blur();
  if ((event.ctrlKey || event.metaKey) && key === "Enter" && target.dataset.submit) {
    event.preventDefault();
    const send = $(`button[name=do][value=${event.shiftKey ? "send_close" : "send"}]`, target.form) || $("button[name=do].primary", target.form);
    target.form.requestSubmit(send);
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !hotkeysOn || typing(target) || !$("[data-row]")) return;
  if (key === "j" || key === "ArrowDown") { event.preventDefault(); step(1); }
  if (key === "k" || key === "ArrowUp") { event.preventDefault(); step(-1); }
  if (key.toLowerCase() === "x") $(".cursor input[name=ticket]")?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: event.shiftKey }));
});

// Composer: the keys for reply and note lead into the text; chosen files are named; a saved reply is put in.
on("click", "[data-focus]", (el) => $(el.dataset.focus).focus());
on("change", "input[type=file]", (input) => {
  const names = $("[data-file-names]", input.parentNode);
  if (names) names.textContent = [...input.files].map((file) => file.name).join(", ") || names.textContent;
});
// Files that are pasted, or dropped anywhere on the page, join the chosen ones.
function addFiles(form, files) {
  const input = form && $("input[type=file]", form);
  if (!input || !files.length) return false;
  const all = new DataTransfer();
  for (const file of [...input.files, ...files]) all.items.add(file);
  input.files = all.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  form.scrollIntoView({ block: "nearest" });
  return true;
}
// A text processor puts a picture of the words beside the words: those are text. A picture alone is attached, and stands
// in the mail where it was pasted.
on("paste", "form:has(input[type=file]) #text", ({ form }, event) => {
  const { files, types } = event.clipboardData;
  if (types.includes("text/plain") || !files.length) return;
  event.preventDefault();
  for (const file of files) {
    const name = file.type.startsWith("image/") ? `picture-${$("input[type=file]", form).files.length + 1}.${file.type.slice(6).replace(/\W.*/, "")}` : file.name;
    if (addFiles(form, [new File([file], name, { type: file.type })]) && name !== file.name) putIn(`![${name}](${name})`);
  }
});
for (const type of ["dragover", "drop"]) document.addEventListener(type, (event) => {
  const form = $("form:has(input[type=file])");
  if (!form || !event.dataTransfer?.types.includes("Files")) return;
  event.preventDefault();
  if (type === "drop") addFiles(form, event.dataTransfer.files);
});
// What was typed since the last draft is kept when another form is sent or the page is left.
let unkept = false;
on("input", "#text[hx-post]", () => { unkept = true; });
on("submit", "form", (form) => { if (form.closest("#composer, .collision")) unkept = false; else keepDraft(); });
addEventListener("pagehide", keepDraft);
async function keepDraft() {
  const text = $("#text[hx-post]");
  if (!unkept || !text) return;
  unkept = false;
  const draft = new FormData(text.form);
  draft.delete("files");
  draft.set("others", "join");  // nobody is there to be asked about another window's draft
  await fetch(text.getAttribute("hx-post"), { method: "POST", body: new URLSearchParams(draft), keepalive: true }).catch(() => {});
}
// A text that was never entered has no cursor worth keeping: what is put in goes below it.
on("focusin", "#text", (text) => { text.dataset.entered = ""; });
function putIn(words) {
  const text = $("#text");
  if ("entered" in text.dataset) text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
  else text.value += (text.value.trim() ? "\n\n" : "") + words;
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
}
on("change", "select[name=saved]", async (select) => {
  const { value, form } = select;
  select.value = "";
  if (!value) return;
  const answer = await fetch(new URL(`saved/${value}`, form.action)).catch(() => null);
  // Whoever was signed out meanwhile is led to the sign-in page, which is no reply.
  if (answer?.ok && !answer.redirected) putIn(await answer.text());
  else $("#draft-state").textContent = select.dataset.failed;
});
// "#" where a line begins leads to the saved replies; once more, and it is the character.
addEventListener("keydown", (event) => {
  const { key, target } = event;
  const [text, saved] = [$("#text"), $("select[name=saved]")];
  if (key !== "#" || !hotkeysOn || !saved || (typing(target) && target !== text && target !== saved)) return;
  if (target === text && !/(^|\n)$/.test(text.value.slice(0, text.selectionStart))) return;
  event.preventDefault();
  if (target === saved) return putIn("#");
  saved.focus();
  try { saved.showPicker(); } catch { /* it has the focus */ }
});

// A typed confirmation unlocks its button.
function checkConfirm(input) {
  const button = $("button.danger", input.form);
  if (button) button.setAttribute("aria-disabled", String(input.value.trim() !== input.dataset.mustEqual));
}
on("input", "[data-must-equal]", checkConfirm);
on("click", "button[aria-disabled=true]", (el, event) => event.preventDefault());

// Undo: counts down as plain text, goes when it no longer applies.
for (const toast of $$("[data-undo]")) {
  let left = Number(toast.dataset.undo);
  const tick = () => {
    if (left < 1) return toast.remove();
    $("[data-undo-left]", toast).textContent = `· ${left--} s`;
    setTimeout(tick, 1000);
  };
  tick();
}

// Signed out meanwhile: to the sign-in page and back here, but never away from what is being typed:
// whoever sends that is told, and keeps it.
function signIn(status, url) {
  if (status !== 401) return false;
  if ($$("textarea").every((field) => field.value === field.defaultValue)) location.assign(url ?? `/sign-in?${new URLSearchParams({ back: location.pathname + location.search })}`);
  return true;
}
document.addEventListener("htmx:before:response", (event) => {
  const { status, headers } = event.detail.ctx.response;
  if (signIn(status, headers.get("HX-Redirect"))) event.preventDefault();
});
document.addEventListener("htmx:sse:error", (event) => signIn(event.detail.status));

// Presence: {"ticket":"7","agent":"3","name":"Jonas"}; without a name, or after half a minute
// without a sign of life, nobody is there any more.
const leaving = new Map();
function showPresence(ticket, name) {
  const place = $(`[data-ticket="${CSS.escape(ticket)}"] [data-presence]`);
  if (!place) return;
  place.hidden = !name;
  $("[data-presence-text]", place).textContent = name ? $("[data-presence-words]").dataset.presenceWords.replace("{}", name) : "";
}
addEventListener("presence", (event) => {
  const { ticket, agent, name } = JSON.parse(event.detail.data);
  if (agent === document.body.dataset.me) return;
  showPresence(ticket, name);
  clearTimeout(leaving.get(ticket));
  if (name) leaving.set(ticket, setTimeout(() => showPresence(ticket, ""), 30000));
});

// What changed elsewhere is asked for again, once for several changes; never under a selection.
let refreshing = 0;
addEventListener("changed", () => {
  clearTimeout(refreshing);
  refreshing = setTimeout(() => {
    if (!$("input[name=ticket]:checked")) $("[data-refresh]")?.dispatchEvent(new CustomEvent("refresh"));
  }, 200);
});

function start(root) {
  installHotkeys();
  updateBulk();
  $$("[data-must-equal]", root).forEach(checkConfirm);
}
document.addEventListener("htmx:after:swap", (event) => { if (event.target.id === "text") unkept = Boolean($("#draft-state .clash")); installHotkeys(); keepCursor(); updateBulk(); const n = $(".list-foot .num"); if (n) say(n.textContent); });
start(document);
