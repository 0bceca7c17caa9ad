// One message as a list item: bubble, picture, file, quoted message, buttons.
import { el, icon, rich } from "./rich.js";
import { clock, t } from "./texts.js";
import { fileUrl, world } from "./world.js";

const MEDIA = ["document", "audio", "video", "voice", "animation"];

export const isService = (m) => m.new_chat_members || m.left_chat_member || m.migrate_to_chat_id || m.migrate_from_chat_id;

/** The round sign of a person, the bot or a group. */
export function face(id, small = false) {
  const classes = small ? "face small" : "face";
  if (id === world.bot.id) return el("img", { class: classes, src: "/page/bot.svg", alt: "" });
  const person = world.people.get(id);
  const name = person?.name ?? world.chats.get(id)?.title ?? "?";
  const role = person ? person.role || "stranger" : "group";
  return el("span", { class: classes, "data-role": role, "aria-hidden": "true" }, [...name][0]);
}

export const nameOf = (user) => (user.id === world.bot.id ? world.bot.name : user.first_name);

/** One line for what a message is about. */
export const summary = (m) => m.text ?? m.caption ?? (m.photo ? t("photo") : m.document ? t("file") : "");

function service(m) {
  if (m.new_chat_members) return t("joined")(nameOf(m.from), m.new_chat_members.map(nameOf).join(" "));
  if (m.left_chat_member) return t("left")(nameOf(m.left_chat_member));
  return t("upgraded");
}

function photo(m, on) {
  const largest = m.photo.at(-1);
  const image = el("img", {
    src: fileUrl(largest.file_id), width: largest.width, height: largest.height, alt: m.caption ?? t("photo"),
  });
  image.style.aspectRatio = `${largest.width} / ${Math.min(largest.height, largest.width * 1.5)}`;
  image.style.height = "auto";
  return el("button", { type: "button", class: "photo", "aria-label": t("enlarge"), onclick: () => on.enlarge(image.src) }, image);
}

function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function attached(file) {
  return el("a", { class: "attached", href: fileUrl(file.file_id), download: file.file_name ?? "" },
    el("i", {}, icon("file")),
    el("span", {}, el("b", {}, file.file_name ?? t("file")), el("small", {}, size(file.file_size))));
}

export function quoted(m) {
  return el("div", { class: "quoted" }, el("b", {}, nameOf(m.from)), el("span", {}, summary(m)));
}

function keys(m, on) {
  const rows = m.reply_markup.inline_keyboard.map((row) =>
    el("div", {}, ...row.map((button) => {
      const node = el("button", { type: "button", onclick: () => on.key(m, button, node) }, button.text);
      if (button.url || button.web_app) node.append(icon("link"));
      return node;
    })));
  return el("div", { class: "keys" }, ...rows);
}

function bubble(m, on) {
  const words = m.text ?? m.caption ?? "";
  const file = MEDIA.map((kind) => m[kind]).find(Boolean);
  const line = (m.edit_date ? `${t("edited")} ` : "") + clock(m.date);
  return el("div", { class: "bubble" },
    m.reply_to_message ? quoted(m.reply_to_message) : null,
    m.photo ? photo(m, on) : null,
    file ? attached(file) : null,
    el("div", { class: "words" }, ...rich(words, m.entities ?? m.caption_entities, on),
      el("span", { class: "gap", "aria-hidden": "true" }, line)),
    el("span", { class: "foot-line" }, line),
    el("button", { type: "button", class: "answer", "aria-label": t("reply"), onclick: () => on.reply(m) }, icon("reply")));
}

/** The list item of a message: `me` is who looks, `first` begins a run of one sender's messages. */
export function item(m, { me, group, first }, on) {
  if (isService(m)) return el("li", { class: "service", "data-id": m.message_id }, service(m));
  const mine = m.from.id === me;
  const buttons = m.reply_markup?.inline_keyboard?.length;
  const classes = ["said", mine && "mine", first && "first", buttons && "has-keys", m.photo && "has-photo",
    m.document && "has-file", !(m.text ?? m.caption) && "wordless"];
  return el("li", { class: classes.filter(Boolean).join(" "), "data-id": m.message_id },
    mine ? null : face(m.from.id, true),
    el("div", { class: "body" },
      group && !mine && first ? el("div", { class: "name" }, nameOf(m.from)) : null,
      bubble(m, on),
      buttons ? keys(m, on) : null));
}
