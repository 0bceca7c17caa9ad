// A text with its entities as nodes: offsets are UTF-16 units, like JavaScript's own.

const PLAIN = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

/** Make an element; `parts` are nodes or texts. */
export function el(tag, attributes = {}, ...parts) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...parts.filter((part) => part !== null && part !== undefined));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

function wrap(entity, text, parts, on) {
  switch (entity.type) {
    case "url":
    case "text_link":
      return link(entity.url ?? text, parts, on);
    case "email":
      return el("a", { href: `mailto:${text}` }, ...parts);
    case "bot_command":
      return el("button", { type: "button", class: "tap", onclick: () => on.command(text) }, ...parts);
    case "spoiler":
      return el("span", { class: "spoiler", onclick: (e) => e.currentTarget.classList.add("open") }, ...parts);
    default:
      return el(PLAIN[entity.type] ?? "span", {}, ...parts);
  }
}

/** A link; links to the bot itself are followed inside the page. */
function link(url, parts, on) {
  const open = (event) => {
    if (on.link(url)) event.preventDefault();
  };
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", onclick: open }, ...parts);
}

/** Return the nodes of `text`; `on.link(url)` and `on.command(text)` are called for taps. */
export function rich(text, entities = [], on, from = 0, to = text.length) {
  const nodes = [];
  let at = from;
  let i = 0;
  while (i < entities.length) {
    const entity = entities[i];
    const end = Math.min(entity.offset + entity.length, to);
    if (entity.offset < at || end <= entity.offset) {
      i += 1;
      continue;
    }
    let next = i + 1;
    while (next < entities.length && entities[next].offset < end) next += 1;
    nodes.push(text.slice(at, entity.offset));
    const inner = rich(text, entities.slice(i + 1, next), on, entity.offset, end);
    nodes.push(wrap(entity, text.slice(entity.offset, end), inner, on));
    at = end;
    i = next;
  }
  nodes.push(text.slice(at, to));
  return nodes.filter((node) => node !== "");
}
