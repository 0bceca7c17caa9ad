// The page as a whole: who looks, which chat is open, and what every tap does.
import { label, onWrite, quoteMessage, showKeyboard } from "./composer.js";
import { Log } from "./log.js";
import { face, nameOf } from "./message.js";
import { el, icon } from "./rich.js";
import { language, role, switchLanguage, t, translate } from "./texts.js";
import { act, chatsOf, follow, markRead, press, say, unread, unreadOf, upload, world } from "./world.js";

const by = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);
const view = { me: 0, chat: 0, log: null, start: asked.get("start") ?? "", typing: 0 };
const waiting = new Map(); // presses that no answer came to yet: callback id → button

const me = () => world.people.get(view.me);
const chat = () => world.chats.get(view.chat);
const badge = (n) => (n ? el("span", { class: "badge" }, n > 99 ? "99+" : String(n)) : null);

function toast(words) {
  const node = el("p", {}, words);
  by("toasts").append(node);
  setTimeout(() => node.remove(), 3200);
}

const attempt = async (promise) => promise.catch((error) => toast(error.message));

// ---- what taps do -----------------------------------------------------------------------------

/** Follow a link to the bot itself; false for any other. */
function link(url) {
  const found = /^(?:https?:\/\/)?(?:t\.me|telegram\.me)\/(\w+)\?(start|startgroup)=([\w-]+)$/.exec(url);
  if (!found || found[1].toLowerCase() !== world.bot.username.toLowerCase()) return false;
  if (found[2] === "start") {
    view.start = found[3];
    openChat(view.me);
  } else {
    const groups = chatsOf(view.me).filter((c) => c.kind !== "private");
    const group = groups.find((c) => !c.bot) ?? groups[0];
    if (group) inviteBot(group.id, found[3]);
  }
  return true;
}

async function inviteBot(id, code = "") {
  openChat(id);
  if (!chat().bot) await attempt(act(view.me, id, "add_bot"));
  if (code) await attempt(say(view.me, id, `/start@${world.bot.username} ${code}`));
}

async function key(message, button, node) {
  const url = button.url ?? button.web_app?.url;
  if (url) return link(url) || window.open(url, "_blank", "noopener");
  if (button.copy_text) {
    await navigator.clipboard.writeText(button.copy_text.text);
    return toast(t("copied"));
  }
  if (node.classList.contains("busy")) return;
  node.classList.add("busy");
  const sent = await attempt(press(view.me, view.chat, message.message_id, button.callback_data));
  if (!sent) return node.classList.remove("busy");
  const late = setTimeout(() => settle(sent.callback_query_id) && toast(t("noAnswer")), 15000);
  if (answered.delete(sent.callback_query_id)) node.classList.remove("busy");
  else waiting.set(sent.callback_query_id, { node, late });
}

const answered = new Set(); // answers that overtook their press
function settle(id) {
  const press = waiting.get(id);
  if (!press) return answered.add(id);
  clearTimeout(press.late);
  press.node.classList.remove("busy");
  return waiting.delete(id);
}

function answer(data) {
  settle(data.callback_query_id);
  if (data.user !== view.me) return;
  if (data.url) link(data.url) || window.open(data.url, "_blank", "noopener");
  if (data.text && data.alert) {
    by("alert").querySelector("p").textContent = data.text;
    by("alert").showModal();
  } else if (data.text) toast(data.text);
}

function enlarge(src) {
  by("picture").src = src;
  by("viewer").showModal();
}

const taps = { link, key, enlarge, reply: quoteMessage, command: (text) => write(text) };
const write = (text, replyTo) => attempt(say(view.me, view.chat, text, replyTo));

async function files(list, caption) {
  for (const file of list) await attempt(upload(view.me, view.chat, file, caption));
}

// ---- what is shown ----------------------------------------------------------------------------

function personRow(person) {
  return el("button", { type: "button", class: "row", role: "radio", "aria-checked": String(person.id === view.me), onclick: () => become(person.id) },
    face(person.id), el("span", {}, el("b", {}, person.name), el("small", {}, role(person.role))), badge(unreadOf(person.id)));
}

function roomRow(room) {
  const sign = room.kind === "private" ? world.bot.id : room.id;
  return el("button", { type: "button", class: "row", "aria-current": String(room.id === view.chat), onclick: () => openChat(room.id) },
    face(sign), el("span", {}, el("b", {}, titleOf(room)), el("small", {}, noteOf(room))), badge(unread(view.me, room.id)));
}

const titleOf = (room) => (room.kind === "private" ? world.bot.name : room.title);
const noteOf = (room) => (room.kind === "private" ? t("bot") : room.bot ? t("members")(room.members.length + 1) : t("noBot"));

function drawAround() {
  const people = [...world.people.values()];
  by("people").replaceChildren(...people.map(personRow));
  by("sheet-people").replaceChildren(...people.map(personRow));
  by("rooms").replaceChildren(...chatsOf(view.me).map(roomRow));
  const others = people.some((p) => p.id !== view.me && unreadOf(p.id));
  by("me").replaceChildren(face(view.me), icon("down"), ...(others ? [el("span", { class: "dot" })] : []));
  by("me").setAttribute("aria-label", t("chooser")(me().name));
  by("tabs").replaceChildren(...chatsOf(view.me).map((room) =>
    el("button", { type: "button", "aria-current": String(room.id === view.chat), onclick: () => openChat(room.id) },
      titleOf(room), ...[badge(unread(view.me, room.id))].filter(Boolean))));
  by("title").textContent = titleOf(chat());
  by("subtitle").textContent = view.typing ? t("typing") : noteOf(chat());
}

function emptyState() {
  const room = chat();
  if (room.kind === "private") return [face(world.bot.id), el("h2", {}, world.bot.name), el("p", {}, world.bot.description || t("emptyBot"))];
  if (room.bot) return [face(room.id), el("h2", {}, t("emptyGroup")), el("p", {}, t("emptyGroupNote"))];
  return [face(world.bot.id), el("h2", {}, t("inviteTitle")), el("p", {}, t("inviteNote")),
    el("button", { type: "button", class: "solid", onclick: () => inviteBot(room.id) }, t("invite"))];
}

/** Show what stands below the messages: the Start button, or field and keyboard. */
function drawFoot() {
  const room = chat();
  const blank = room.messages.size === 0;
  const begin = room.kind === "private" && (blank || Boolean(view.start));
  by("empty").hidden = !blank && !(room.kind !== "private" && !room.bot && view.log.empty);
  by("empty").replaceChildren(...emptyState());
  by("begin").hidden = !begin;
  by("begin").textContent = t("begin");
  by("composer").hidden = begin;
  showKeyboard(begin ? null : room.menu);
}

function drawAll() {
  if (!world.people.size) return nobody();
  view.log = new Log(chat(), { me: view.me, group: chat().kind !== "private" }, taps);
  label(chat().kind !== "private");
  drawFoot();
  drawAround();
}

function nobody() {
  by("empty").hidden = false;
  by("empty").replaceChildren(el("h2", {}, t("nobody")), el("p", {}, t("nobodyNote")));
}

function openChat(id) {
  view.chat = id;
  markRead(view.me, id);
  quoteMessage(null);
  drawAll();
}

function become(id) {
  view.me = id;
  sessionStorage.setItem("me", String(id));
  by("sheet").close();
  openChat(chatsOf(id).some((room) => room.id === view.chat && room.kind !== "private") ? view.chat : id);
}

function told(event) {
  if (event.kind === "reload") {
    if (!world.chats.has(view.chat) || chat().moved) view.chat = chat()?.moved ?? view.me;
    markRead(view.me, view.chat);
    return drawAll();
  }
  if (event.kind === "toast") return answer(event.data);
  if (event.chat === view.chat) {
    markRead(view.me, view.chat);
    clearTimeout(view.typing);
    view.typing = event.kind === "action" ? setTimeout(() => { view.typing = 0; drawAround(); }, 5000) : 0;
    if (event.kind === "deleted") view.log.remove(event.data.message_id);
    else if (event.data.message_id && !event.data.pressed) view.log.put(event.data);
    drawFoot();
  }
  drawAround();
}

// ---- beginning --------------------------------------------------------------------------------

by("begin").addEventListener("click", () => {
  const code = view.start;
  view.start = "";
  write(`/start ${code}`.trim());
});
by("me").addEventListener("click", () => by("sheet").showModal());
for (const id of ["sheet", "alert", "viewer"])
  by(id).addEventListener("click", (e) => { if (e.target === by(id) || e.target.closest("button")) by(id).close(); });
by("picture").addEventListener("click", () => by("viewer").close());
for (const button of document.querySelectorAll("[data-lang]"))
  button.addEventListener("click", () => { switchLanguage(); drawAll(); });
onWrite({ text: write, files });
translate();
await follow(told, (lost) => { by("lost").hidden = !lost; });
const wanted = [...world.people.values()].find((p) => p.name === asked.get("person") || String(p.id) === sessionStorage.getItem("me"));
view.me = (wanted ?? world.people.values().next().value)?.id ?? 0;
view.chat = view.me;
by("app").hidden = false;
drawAll();
