/** The conversations that one person has, with what they have not seen of each. */

import { button, el } from "./dom.js";

/** Remembers, for each person and group, the last message that was on show to them. */
export class Seen {
  constructor(world) {
    this.world = world;
    this.marks = new Map();
  }

  /** Somebody looks at a chat now. */
  look(user, chat) {
    this.marks.set(`${user} ${chat}`, this.newest(chat));
  }

  /** Messages of others since the person last looked; what was there before the page opened counts as seen. */
  unread(user, chat) {
    const key = `${user} ${chat}`;
    if (!this.marks.has(key)) this.marks.set(key, this.newest(chat));
    const mark = this.marks.get(key);
    return this.world.in(chat).filter((message) => message.message_id > mark && message.from?.id !== user).length;
  }

  newest(chat) {
    return this.world.in(chat).at(-1)?.message_id ?? 0;
  }
}

/** The strip under a person's name: their talk with the bot and their groups. Empty for who is in no group. */
export class ChatList {
  /** `open(chat)` shows a group as this person. */
  constructor(world, user, seen, open) {
    Object.assign(this, { world, user, seen, open });
    this.node = el("nav", { class: "chat-list", hidden: true });
  }

  draw() {
    const groups = this.world.groupsOf(this.user);
    const rows = groups.map(({ id, title }) => [id, title, this.seen.unread(this.user, id)]);
    const drawn = JSON.stringify([this.world.bot.first_name, rows]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.node.hidden = !rows.length;
    this.node.setAttribute("aria-label", `Conversations of ${this.world.title(this.user)}`);
    const focused = this.node.contains(document.activeElement);
    const here = el("span", { class: "chat-here", "aria-current": "true" }, this.world.bot.first_name);
    this.node.replaceChildren(here, ...rows.map(([id, title, unread]) => {
      const badge = unread ? el("span", { class: "badge" }, String(unread), el("span", { class: "sr-only" }, " new")) : null;
      return button("", () => this.open(id), { class: "chat-link" }, el("span", {}, title), badge);
    }));
    if (focused) this.node.querySelector("button")?.focus();
  }
}
