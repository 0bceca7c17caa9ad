// The list of messages of the open chat: built once, then changed item by item.
import { isService, item } from "./message.js";
import { el } from "./rich.js";
import { day } from "./texts.js";

const list = document.getElementById("log");
const scroller = document.getElementById("scroll");
const newer = document.getElementById("newer");
const RUN = 300;

const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 90;

let pinned = true; // the reader is at the end and wants to stay there

export function toEnd() {
  pinned = true;
  scroller.scrollTop = scroller.scrollHeight;
  newer.hidden = true;
}

scroller.addEventListener("scroll", () => {
  pinned = atEnd();
  if (pinned) newer.hidden = true;
});
newer.addEventListener("click", toEnd);
const grown = new ResizeObserver(() => pinned && toEnd()); // fonts and pictures come late
grown.observe(scroller);
grown.observe(list);

export class Log {
  /** `view` is {me, group}, `on` the callbacks of the items. */
  constructor(chat, view, on) {
    Object.assign(this, { chat, view, on, previous: null, shown: new Map() });
    list.replaceChildren();
    for (const message of [...chat.messages.values()].sort((a, b) => a.message_id - b.message_id)) this.add(message);
    toEnd();
  }

  add(message, fresh = false) {
    const before = this.previous;
    const newDay = !before || day(before.date) !== day(message.date);
    if (newDay) list.append(el("li", { class: "day" }, day(message.date)));
    const first = newDay || isService(before) || before.from.id !== message.from.id || message.date - before.date > RUN;
    const stay = pinned || message.from.id === this.view.me;
    const node = item(message, { ...this.view, first }, this.on);
    if (fresh) node.classList.add("fresh");
    list.append(node);
    this.shown.set(message.message_id, { node, first });
    this.previous = message;
    if (stay) toEnd();
    else newer.hidden = false;
  }

  /** Show a message that is new or was changed. */
  put(message) {
    const known = this.shown.get(message.message_id);
    if (!known) return this.add(message, true);
    const stay = pinned;
    const node = item(message, { ...this.view, first: known.first }, this.on);
    known.node.replaceWith(node);
    known.node = node;
    if (stay) toEnd();
  }

  remove(id) {
    this.shown.get(id)?.node.remove();
    this.shown.delete(id);
  }

  get empty() {
    return this.shown.size === 0;
  }
}
