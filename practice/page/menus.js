/** What can be done with a message, and with a whole phone. */

import { openLine } from "./dialog.js";
import { openMenu } from "./dom.js";
import { topicItems } from "./groupbar.js";
import { fullName, gist } from "./world.js";

const EMOJI = [["👍", "thumbs up"], ["❤", "heart"], ["🙏", "thank you"], ["😢", "sad"], ["🤔", "thinking"], ["👀", "looking"]];

/** What a group usually lets a bot do that looks after it. */
const RIGHTS = { can_manage_topics: true, can_delete_messages: true, can_pin_messages: true, can_invite_users: true };

export function openMessageMenu(phone, message, mine, opener) {
  const own = message.reactions?.find(({ user }) => user === phone.me)?.emoji;
  const row = EMOJI.map(([emoji, name]) => ({
    label: emoji, spoken: `React with ${name}`, act: () => phone.react(message, emoji === own ? "" : emoji),
  }));
  const items = [{ label: "React", row }, { label: "Reply", icon: "reply", act: () => phone.composer.reply(message) }];
  const words = message.text ?? message.caption;
  if (words) items.push({ label: "Copy the words", icon: "copy", act: () => phone.copy(words) });
  if (mine && words) items.push({ label: "Change", icon: "calls", act: () => phone.composer.edit(message) });
  if (mine) {
    const body = { chat: phone.chat, message_id: message.message_id };
    items.push({ label: "Delete", icon: "close", act: () => phone.ask("/control/delete", body) });
  }
  openMenu(opener, items, `Message: ${gist(message)}`);
}

export function openPhoneMenu(phone) {
  const items = phone.group ? groupItems(phone) : privateItems(phone);
  if (phone.app.canHide()) items.push({ label: "Hide this phone", icon: "close", act: () => phone.app.hide(phone) });
  openMenu(phone.menu, items, `Menu of ${phone.world.title(phone.chat)}`);
}

function privateItems(phone) {
  const user = { user: phone.chat };
  const link = { label: "Open an invitation link", icon: "link", act: () => openInvitation(phone) };
  if (phone.world.person(phone.chat).blocked) {
    return [{ label: "Unblock the bot", icon: "refresh", act: () => phone.ask("/control/unblock", user) }];
  }
  return [
    { label: "Send /start", icon: "send", act: () => phone.say({ text: "/start" }) },
    link,
    { label: "Block the bot", icon: "blocked", act: () => phone.ask("/control/block", user) },
  ];
}

/** Stands in for a camera that reads a code, and for a link out of an e-mail or a letter. */
export function openInvitation(phone) {
  const title = `Open an invitation link on the phone of ${phone.world.title(phone.chat)}`;
  openLine({ title, label: "Link, as it was sent or printed", done: "Open", act: (url) => phone.openLink(url) });
}

function groupItems(phone) {
  const { world, chat: id, me } = phone;
  const chat = world.chats.get(id);
  const item = (label, path, body) => ({ label, icon: "people", act: () => phone.ask(path, { chat: id, ...body }) });
  const standing = (label, status, rights = {}) => item(label, "/control/bot", { by: me, status, rights });
  const outside = [...world.people.values()].filter((person) => !chat.members.includes(person.id));
  const items = [...topicItems(phone)];
  items.push(...outside.map((person) => item(`${fullName(person)} joins`, "/control/join", { user: person.id })));
  if (me !== undefined) items.push(item(`${fullName(world.person(me))} leaves`, "/control/leave", { user: me }));
  if (chat.bot !== "member") items.push(standing("The bot becomes a member", "member"));
  if (chat.bot !== "administrator") items.push(standing("The bot becomes an administrator", "administrator", RIGHTS));
  if (chat.bot === "member" || chat.bot === "administrator") items.push(standing("Take the bot out", "kicked"));
  if (chat.type === "group") items.push({ label: "Move to a supergroup", icon: "refresh", act: () => phone.ask("/control/migrate", { chat: id }) });
  return items;
}
