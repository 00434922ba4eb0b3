/** What the page knows of the world, and the questions that phones ask about it. */

const SERVICE = {
  new_chat_members: (m) => `${m.new_chat_members.map(fullName).join(", ")} joined`,
  left_chat_member: (m) => `${fullName(m.left_chat_member)} left`,
  migrate_to_chat_id: () => "This group became a supergroup. It has a new number.",
  migrate_from_chat_id: () => "This supergroup was a group before.",
  group_chat_created: () => "The group was made",
  supergroup_chat_created: () => "The group was made",
  new_chat_title: (m) => `The group is now called “${m.new_chat_title}”`,
  new_chat_photo: () => "The group's picture changed",
  delete_chat_photo: () => "The group's picture was taken away",
  pinned_message: (m) => `${fullName(m.from ?? {})} pinned “${gist(m.pinned_message)}”`,
  forum_topic_created: (m) => `Topic “${m.forum_topic_created.name}” was opened`,
  forum_topic_edited: () => "The topic was changed",
  forum_topic_closed: () => "The topic was closed",
  forum_topic_reopened: () => "The topic was opened again",
  message_auto_delete_timer_changed: () => "The timer that deletes messages was changed",
};

/** A person's or the bot's name in full. */
export const fullName = (who) => [who?.first_name, who?.last_name].filter(Boolean).join(" ") || "Somebody";

/** The small grey line of a service message, or null for an ordinary one. */
export function serviceWords(message) {
  const kind = Object.keys(SERVICE).find((name) => message[name] !== undefined);
  return kind ? SERVICE[kind](message) : null;
}

/** One short line that stands for a message, for quotes and labels. */
export function gist(message) {
  const words = message.text ?? message.caption;
  if (words) return words.length > 80 ? `${words.slice(0, 79)}…` : words;
  const kinds = {
    photo: "Photo", video: "Video", animation: "Animation", video_note: "Round video", audio: "Sound", voice: "Voice message",
    sticker: "Sticker", location: "Location", contact: "Contact", dice: "Dice",
  };
  if (message.document && !message.animation) return message.document.file_name ?? "Document";
  if (message.poll) return message.poll.question;
  return Object.entries(kinds).find(([kind]) => message[kind])?.[1] ?? "Message";
}

/** The world as last heard, kept up to date by the stream. */
export class World {
  constructor() {
    this.bot = { id: 0, username: "", first_name: "", awake: false, commands: [] };
    this.people = new Map();
    this.chats = new Map();
    this.messages = new Map();
    this.faults = [];
  }

  load(raw) {
    this.bot = raw.bot;
    this.faults = raw.faults ?? [];
    this.people = new Map(raw.people.map((person) => [person.id, person]));
    this.chats = new Map(raw.chats.map((chat) => [chat.id, chat]));
    this.messages = new Map(Object.entries(raw.messages).map(([chat, list]) => [Number(chat), list]));
  }

  /** Everything that deserves a phone: each person's talk with the bot, then the groups that still live. */
  talks() {
    const people = [...this.people.keys()];
    const groups = [...this.chats.values()].filter((chat) => chat.type !== "private" && !chat.migrated_to);
    return [...people, ...groups.map((chat) => chat.id)];
  }

  in(chat) {
    return this.messages.get(chat) ?? [];
  }

  /** Puts a new or changed message in its place, in order. */
  put(chat, message) {
    const list = this.in(chat).filter((other) => other.message_id !== message.message_id);
    const at = list.findIndex((other) => other.message_id > message.message_id);
    list.splice(at < 0 ? list.length : at, 0, message);
    this.messages.set(chat, list);
  }

  react(chat, messageId, reactions) {
    const message = this.in(chat).find((one) => one.message_id === messageId);
    if (message) this.put(chat, { ...message, reactions });
  }

  drop(chat, messageId) {
    this.messages.set(chat, this.in(chat).filter((message) => message.message_id !== messageId));
    this.setAsking(chat, (one) => one.message_id !== messageId);
  }

  /** The message that asks this person to answer by a reply, or undefined. */
  asking(chat, user) {
    const id = this.chats.get(chat)?.asking?.find((one) => one.user === user)?.message_id;
    return id && this.in(chat).find((message) => message.message_id === id);
  }

  /** A keyboard came, for all or for some; it may ask for a reply. */
  offer(chat, { markup, users, message_id: id }) {
    const known = this.chats.get(chat);
    if (!known) return;
    known.keyboard = markup.keyboard ? markup : null;
    const fresh = markup.force_reply ? users.map((user) => ({ user, message_id: id })) : [];
    this.setAsking(chat, ({ user }) => !users.includes(user), fresh);
  }

  /** Who has written something is no longer asked. */
  wrote(chat, user) {
    this.setAsking(chat, (one) => one.user !== user);
  }

  setAsking(chat, keep, fresh = []) {
    const known = this.chats.get(chat);
    if (known) known.asking = [...(known.asking ?? []).filter(keep), ...fresh];
  }

  /** What this person's app suggests after a slash, here. */
  commands(chat, user) {
    return this.chats.get(chat)?.commands?.[user] ?? [];
  }

  person(id) {
    return this.people.get(id);
  }

  isGroup(chat) {
    return (this.chats.get(chat)?.type ?? "private") !== "private";
  }

  members(chat) {
    return (this.chats.get(chat)?.members ?? []).map((id) => this.people.get(id)).filter(Boolean);
  }

  /** The living groups that somebody is in. */
  groupsOf(user) {
    return [...this.chats.values()].filter((chat) => chat.type !== "private" && !chat.migrated_to && chat.members.includes(user));
  }

  title(chat) {
    return this.isGroup(chat) ? this.chats.get(chat).title : fullName(this.person(chat));
  }

  part(chat) {
    if (!this.isGroup(chat)) return this.person(chat)?.part || "";
    const count = this.members(chat).length;
    return `private group, ${count} ${count === 1 ? "person" : "people"}`;
  }
}
