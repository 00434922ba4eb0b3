/** The head of a group's phone: who writes, which topic is on show, what the bot gets to see. */

import { openDialog, openLine } from "./dialog.js";
import { el, freshId, select } from "./dom.js";
import { fullName } from "./world.js";

export const ALL = "all";
const GENERAL = "general";

export class GroupBar {
  /** `changed` is told when another writer or topic is chosen. */
  constructor(world, chat, changed) {
    Object.assign(this, { world, chat });
    this.me = world.members(chat)[0]?.id;
    this.writer = el("select", { id: freshId("writer") });
    this.writer.addEventListener("change", () => {
      this.me = Number(this.writer.value);
      changed();
    });
    this.topic = el("select", { id: freshId("topic") });
    this.topic.addEventListener("change", changed);
    this.topicRow = el("div", { class: "writer", hidden: true }, el("label", { for: this.topic.id }, "Topic"), this.topic);
    this.hint = el("p", { class: "hint" });
    this.node = el("div", { class: "group-bar" }, el("div", { class: "writer" },
      el("label", { for: this.writer.id }, "Write as"), this.writer), this.topicRow, this.hint);
  }

  draw() {
    const chat = this.world.chats.get(this.chat);
    const members = this.world.members(this.chat);
    if (!members.some(({ id }) => id === this.me)) this.me = members[0]?.id;
    fill(this.writer, members.map((person) => [person.id, fullName(person)]), String(this.me));
    this.topicRow.hidden = !chat.forum;
    const named = chat.topics.map((topic) => [topic.id, topic.closed ? `${topic.name} (closed)` : topic.name]);
    fill(this.topic, [[ALL, "All topics"], [GENERAL, "General"], ...named], this.topic.value || ALL);
    this.hint.textContent = hintWords(chat, this.world.bot);
  }

  writeAs(user) {
    if (this.world.members(this.chat).some(({ id }) => id === user)) this.me = user;
  }

  /** The topic that is chosen, or null where all or the general one are on show. */
  get thread() {
    const chosen = this.topic.value;
    return this.topicRow.hidden || chosen === ALL || chosen === GENERAL ? null : Number(chosen);
  }

  /** Whether a message is on show: each topic is a conversation of its own. */
  shows(message) {
    if (this.topicRow.hidden || this.topic.value === ALL || !this.topic.value) return true;
    const thread = message.is_topic_message ? message.message_thread_id : null;
    return thread === this.thread;
  }

  get allTopics() {
    return this.topic.value === ALL || !this.topic.value;
  }
}

/** Fresh choices for old ones; what was chosen stays chosen while it is there. */
function fill(list, pairs, chosen) {
  const drawn = JSON.stringify(pairs);
  if (list.dataset.drawn !== drawn) {
    list.dataset.drawn = drawn;
    list.replaceChildren(...select(pairs).children);
  }
  list.value = pairs.some(([value]) => String(value) === chosen) ? chosen : String(pairs[0]?.[0] ?? "");
}

/** What a person can do with the topics of a forum, as items of the phone's menu. */
export function topicItems(phone) {
  const chat = phone.world.chats.get(phone.chat);
  if (!chat.forum) return [];
  const ask = (body) => phone.ask("/control/topic", { chat: phone.chat, user: phone.me, ...body });
  const items = [{ label: "Open a new topic", icon: "calls",
    act: () => openLine({ title: "Open a new topic", label: "Name of the topic", done: "Open", act: (name) => ask({ name }) }) }];
  const topic = chat.topics.find(({ id }) => id === phone.bar.thread);
  if (!topic) return items;
  const verb = topic.closed ? "Open" : "Close";
  const again = topic.closed ? " again" : "";
  items.push({ label: `${verb} “${topic.name}”${again}`, icon: "clock", act: () => ask({ thread: topic.id, closed: !topic.closed }) });
  const sure = () => openDialog(`Delete “${topic.name}”?`, [el("p", {}, "All messages in this topic go too.")],
    { done: "Delete", act: () => ask({ thread: topic.id, delete: true }) });
  items.push({ label: `Delete “${topic.name}”`, icon: "close", act: sure });
  return items;
}

function hintWords(chat, bot) {
  if (chat.bot === "left" || chat.bot === "kicked") return `${bot.first_name} is not in this group.`;
  if (chat.bot === "administrator") return `${bot.first_name} is an administrator here: it sees every message.`;
  if (bot.privacy === false) return `Privacy mode is off: ${bot.first_name} sees every message.`;
  return `Privacy mode: ${bot.first_name} sees only commands and replies to it.`;
}
