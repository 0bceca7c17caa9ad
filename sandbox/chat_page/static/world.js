// What exists in the sandbox, kept fresh by server-sent events; and what a person can do there.

export const world = { bot: null, people: new Map(), chats: new Map(), unread: new Map() };

const unreadKey = (person, chat) => `${person}:${chat}`;
export const unread = (person, chat) => world.unread.get(unreadKey(person, chat)) ?? 0;
export const markRead = (person, chat) => world.unread.delete(unreadKey(person, chat));

/** The chats that a person sees: the private one first, then their groups. */
export function chatsOf(person) {
  return [...world.chats.values()].filter(
    (chat) => chat.id === person || (chat.kind !== "private" && !chat.moved && chat.members.includes(person)),
  );
}

export const unreadOf = (person) => chatsOf(person).reduce((sum, chat) => sum + unread(person, chat.id), 0);

async function ask(path, body) {
  const form = body instanceof FormData;
  const response = await fetch(`/_sandbox/${path}`, body && {
    method: "POST",
    body: form ? body : JSON.stringify(body),
    headers: form ? {} : { "Content-Type": "application/json" },
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

export const say = (person, chat, text, reply_to) => ask("say", { person, chat, text, reply_to });
export const press = (person, chat, message, data) => ask("press", { person, chat, message, data });
export const act = (person, chat, what) => ask("act", { person, chat, act: what });
export const fileUrl = (id) => `/_sandbox/files/${encodeURIComponent(id)}`;

/** Send pictures as photos and everything else as files. */
export async function upload(person, chat, file, caption) {
  const form = new FormData();
  const photo = /^image\/(png|jpeg|webp|gif)$/.test(file.type);
  Object.entries({ person, chat, caption, kind: photo ? "photo" : "file" }).forEach(([k, v]) => form.set(k, v));
  form.set("file", file, file.name || "photo.png");
  return ask("upload", form);
}

/** Read everything anew; resolves to the number of the newest event in it. */
export async function load() {
  const state = await ask("state");
  world.bot = state.bot;
  world.people = new Map(state.people.map((person) => [person.id, person]));
  world.chats = new Map(
    state.chats.map((chat) => [
      chat.id,
      { ...chat, messages: new Map(chat.messages.map((m) => [m.message_id, m])) },
    ]),
  );
  return state.last;
}

const moves = (m) => m.new_chat_members || m.left_chat_member || m.migrate_to_chat_id;

/** Put one event into the world. Returns false if only reading everything anew can tell. */
function apply({ kind, chat: id, data }) {
  const chat = world.chats.get(id);
  if (!chat || moves(data)) return false;
  if (kind === "deleted") chat.messages.delete(data.message_id);
  else if (data.message_id && !data.pressed) {
    chat.messages.set(data.message_id, data);
    if ("menu" in data) chat.menu = data.menu;
  }
  return true;
}

/** Follow what happens: `told(event)` after each, `lost(true or false)` when the line changes. */
export async function follow(told, lost) {
  const events = new EventSource(`/_sandbox/events?since=${await load()}`);
  let broken = false;
  events.onerror = () => lost((broken = true));
  events.onopen = async () => {
    if (broken) {
      await load();
      told({ kind: "reload" });
    }
    lost((broken = false));
  };
  events.onmessage = async (message) => {
    const event = JSON.parse(message.data);
    const known = apply(event);
    if (!known) await load();
    count(event);
    told(known ? event : { kind: "reload" });
  };
}

/** Whom is a new message news to? Everyone in the chat but its writer. */
function count({ kind, chat: id, data }) {
  if ((kind !== "shown" && kind !== "said") || data.pressed) return;
  const chat = world.chats.get(id);
  for (const person of chat.kind === "private" ? [id] : chat.members) {
    if (person !== data.from.id) {
      const key = unreadKey(person, id);
      world.unread.set(key, (world.unread.get(key) ?? 0) + 1);
    }
  }
}
