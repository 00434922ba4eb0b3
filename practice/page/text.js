/** Turns a text and its Bot API entities into nodes. Offsets are UTF-16 units, as in JavaScript's own strings. */

import { el } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const WEB = /^(https?|mailto|tel):/i;

/** A link that is safe to follow, or null: anything but web, mail and telephone stays plain text. */
export function safeLink(url) {
  const full = /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `https://${url}`;
  return WEB.test(full) ? full : null;
}

/** The START payload of a link to this bot: "" for a bare link, null for any other address. */
export function startPayload(url, botUsername) {
  const app = /^tg:\/\/resolve\?(.*)$/i.exec(url);
  if (app) {
    const asked = new URLSearchParams(app[1]);
    return startPayload(`t.me/${asked.get("domain")}?start=${asked.get("start") ?? ""}`, botUsername);
  }
  const found = /^(?:https?:\/\/)?(?:t|telegram)\.me\/([A-Za-z0-9_]+)\/?(?:\?(.*))?$/i.exec(url);
  if (!found || !botUsername || found[1].toLowerCase() !== botUsername.toLowerCase()) return null;
  return new URLSearchParams(found[2] ?? "").get("start") ?? "";
}

/** Builds the nodes. `acts` has command(text) and link(url, event), which may take a link for itself. */
export function formatted(text, entities, acts) {
  const sorted = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return build(text, 0, text.length, sorted, acts);
}

function build(text, start, end, entities, acts) {
  const fragment = document.createDocumentFragment();
  let cursor = start;
  let rest = entities;
  while (rest.length) {
    const [entity, ...others] = rest;
    const from = Math.max(entity.offset, cursor);
    const to = Math.min(entity.offset + entity.length, end);
    const inner = others.filter((other) => other.offset < to);
    rest = to > from ? others.slice(inner.length) : others;
    if (to <= from) continue;
    const block = BLOCKS.has(entity.type);
    fragment.append(between(text, cursor, from, block));
    const node = wrap(entity, text.slice(from, to), acts);
    node.append(build(text, from, to, inner, acts));
    fragment.append(node);
    cursor = block && text[to] === "\n" ? to + 1 : to;
  }
  fragment.append(text.slice(cursor, end));
  return fragment;
}

/** A block stands on lines of its own already: the line break before it is not drawn a second time. */
function between(text, from, to, beforeBlock) {
  const words = text.slice(from, to);
  return beforeBlock && words.endsWith("\n") ? words.slice(0, -1) : words;
}

function wrap(entity, words, acts) {
  switch (entity.type) {
    case "spoiler":
      return spoiler();
    case "text_link":
      return link(entity.url ?? "", acts);
    case "url":
      return link(words, acts);
    case "email":
      return link(`mailto:${words}`, acts);
    case "phone_number":
      return link(`tel:${words.replace(/[^+\d]/g, "")}`, acts);
    case "bot_command":
      return el("button", { type: "button", class: "command", on: { click: () => acts.command(words) } });
    default:
      return el(TAGS[entity.type] ?? "span", { class: `entity ${entity.type}` });
  }
}

function link(url, acts) {
  const href = safeLink(url);
  if (!href) return el("span", { class: "entity" });
  const act = (event) => acts.link(href, event);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", title: href, on: { click: act } });
}

/** Hidden until tapped, also for those who listen: the label stands in for the words. */
function spoiler() {
  const node = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden words. Press to show" });
  const show = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    if (!node.hasAttribute("role")) return;
    event.preventDefault();
    node.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", show);
  node.addEventListener("keydown", show);
  return node;
}
