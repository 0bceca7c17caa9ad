// Writing: the text field, files, the standing keyboard, the list of commands, quoting.
import { quoted } from "./message.js";
import { el, icon } from "./rich.js";
import { language, t } from "./texts.js";
import { load, world } from "./world.js";

const by = (id) => document.getElementById(id);
const form = by("composer"), text = by("text"), send = by("send"), toggle = by("toggle");
const keyboard = by("keyboard"), commands = by("commands"), quote = by("quote"), picker = by("file");

let put = null; // {text(words, replyTo), files(list, caption)}
let open = true;
let reply = null;

/** Tell where written texts and chosen files go. */
export function onWrite(handlers) {
  put = handlers;
}

export function quoteMessage(message) {
  reply = message;
  quote.hidden = !message;
  if (!message) return;
  const close = el("button", { type: "button", class: "icon", "aria-label": t("close"), onclick: () => quoteMessage(null) }, icon("close"));
  quote.replaceChildren(quoted(message), close);
  text.focus();
}

/** Show the standing keyboard of a chat, if it has one. */
export function showKeyboard(menu) {
  toggle.hidden = !menu;
  toggle.setAttribute("aria-pressed", String(Boolean(menu) && open));
  keyboard.hidden = !menu || !open;
  keyboard.replaceChildren(...(menu ?? []).map((row) =>
    el("div", {}, ...row.map((label) => el("button", { type: "button", onclick: () => put.text(label) }, label)))));
}

/** Say in this language what the field is for. */
export function label(group) {
  text.placeholder = t(group ? "writeGroup" : "write");
  for (const [id, key] of [["attach", "attach"], ["send", "send"], ["toggle", "keys"], ["newer", "newer"]])
    by(id).setAttribute("aria-label", t(key));
  text.setAttribute("aria-label", text.placeholder);
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight + 2, 150)}px`;
  send.disabled = !text.value.trim();
}

function submit() {
  const words = text.value.trim();
  if (!words) return;
  put.text(words, reply?.message_id);
  text.value = "";
  quoteMessage(null);
  commands.hidden = true;
  grow();
}

async function suggest() {
  const typed = /^\/(\w*)$/.exec(text.value);
  if (typed && !Object.keys(world.bot.commands).length) await load();
  const known = world.bot.commands[language()] ?? world.bot.commands[""] ?? [];
  const found = typed ? known.filter((c) => c.command.startsWith(typed[1])) : [];
  commands.hidden = !found.length;
  commands.replaceChildren(...found.map((c) =>
    el("button", { type: "button", role: "option", onclick: () => choose(c.command) },
      el("b", {}, `/${c.command}`), el("span", {}, c.description))));
}

function choose(command) {
  text.value = `/${command} `;
  commands.hidden = true;
  grow();
  text.focus();
}

form.addEventListener("submit", (event) => { event.preventDefault(); submit(); });
text.addEventListener("input", () => { grow(); suggest(); });
text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  } else if (event.key === "Escape") {
    commands.hidden = true;
    quoteMessage(null);
  }
});
text.addEventListener("paste", (event) => {
  if (event.clipboardData.files.length) {
    event.preventDefault();
    put.files([...event.clipboardData.files], "");
  }
});
toggle.addEventListener("click", () => {
  open = !open;
  toggle.setAttribute("aria-pressed", String(open));
  keyboard.hidden = !open;
});
by("attach").addEventListener("click", () => picker.click());
picker.addEventListener("change", () => {
  put.files([...picker.files], text.value.trim());
  picker.value = "";
  text.value = "";
  grow();
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) put.files([...event.dataTransfer.files], "");
});
grow();
