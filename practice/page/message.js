/** Draws one message: what is in it, who wrote it, its buttons and its marks. */

import { timeWords } from "./clock.js";
import { button, el, icon } from "./dom.js";
import { MEDIA } from "./media.js";
import { formatted } from "./text.js";
import { fullName, gist, serviceWords } from "./world.js";

/**
 * `view` says who is looking: {world, chat, me, group}; `acts` is what can be done from a message:
 * command, link, tap, copy, vote, jump, menu, say.
 */
export function drawMessage(message, view, acts) {
  const service = serviceWords(message);
  if (service) return el("li", { class: "service", "data-id": message.message_id }, el("span", {}, service));
  const mine = message.from?.id === view.me;
  const bubble = el("div", { class: "bubble" }, head(message, view, mine), quoted(message, acts), body(message, acts), meta(message, view));
  const item = el("li", { class: `message ${mine ? "mine" : "theirs"}`, "data-id": message.message_id });
  item.append(bubble, moreButton(message, mine, acts));
  item.append(...[inlineButtons(message, acts), reactions(message, view, acts)].filter(Boolean));
  if (message.from?.is_bot) item.classList.add("of-bot");
  if (message.sticker) item.classList.add("bare");
  return item;
}

function head(message, view, mine) {
  const parts = [];
  const who = mine ? "You" : fullName(message.from);
  if (view.group && !mine) parts.push(el("span", { class: "who" }, who,
    message.from?.is_bot ? el("span", { class: "bot-mark" }, "bot") : null));
  else parts.push(el("span", { class: "sr-only" }, `${who}: `));
  if (message.forward_origin) parts.push(el("span", { class: "forwarded" }, `Passed on from ${originName(message.forward_origin)}`));
  return parts;
}

const originName = (origin) =>
  origin.sender_user_name ?? origin.sender_chat?.title ?? origin.chat?.title ?? fullName(origin.sender_user);

function quoted(message, acts) {
  const to = message.reply_to_message;
  if (!to || to.forum_topic_created) return null;
  return button("", () => acts.jump(to.message_id), { class: "quote", "aria-label": `In reply to: ${gist(to)}` },
    el("span", { class: "quote-who" }, fullName(to.from)), el("span", { class: "quote-words" }, message.quote?.text ?? gist(to)));
}

function body(message, acts) {
  const parts = [];
  for (const [kind, draw] of Object.entries(MEDIA)) if (message[kind]) parts.push(draw(message[kind], message, acts));
  const words = message.text ?? message.caption;
  if (words) parts.push(el("div", { class: "words", dir: "auto" }, formatted(words, message.entities ?? message.caption_entities, acts)));
  if (!parts.length) parts.push(el("div", { class: "words plain-note" }, "A kind of message that practice cannot show"));
  return parts;
}

function meta(message, view) {
  const parts = [];
  const topic = view.topic?.(message);
  if (topic) parts.push(el("span", {}, topic));
  if (message.bot_sees === false) {
    parts.push(el("span", { class: "unseen", title: "Privacy mode: in a group the bot gets only commands and replies to it." }, icon("unseen"), "bot can't see this"));
  }
  if (message.offered?.force_reply) parts.push(el("span", { class: "asks" }, "asks for a reply"));
  if (message.edit_date) parts.push(el("span", { class: "edited" }, "edited"));
  const moment = new Date(message.date * 1000);
  parts.push(el("time", { datetime: moment.toISOString() }, timeWords(moment)));
  return el("div", { class: "meta" }, parts);
}

function moreButton(message, mine, acts) {
  return button("", (event) => acts.menu(message, mine, event.currentTarget), {
    class: "more", tabindex: "-1", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": `More for: ${gist(message)}`,
  }, icon("more"));
}

function inlineButtons(message, acts) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return el("div", { class: "inline", role: "group", "aria-label": "Buttons" },
    rows.map((row) => el("div", { class: "inline-row" }, row.map((key) => inlineButton(key, message, acts)))));
}

function inlineButton(key, message, acts) {
  const attributes = { class: "key" };
  if (key.url) return button("", (event) => acts.link(key.url, event, true), attributes, el("span", {}, key.text), icon("link"));
  if (key.copy_text) return button("", () => acts.copy(key.copy_text.text), attributes, el("span", {}, key.text), icon("copy"));
  if (key.callback_data !== undefined) return button("", () => acts.tap(message, key.callback_data), attributes, el("span", {}, key.text));
  return button("", () => acts.say("This kind of button is not part of practice."), attributes, el("span", {}, key.text));
}

function reactions(message, view, acts) {
  if (!message.reactions?.length) return null;
  const byEmoji = new Map();
  for (const { user, emoji } of message.reactions) byEmoji.set(emoji, [...(byEmoji.get(emoji) ?? []), user]);
  const chips = [...byEmoji].map(([emoji, users]) => {
    const names = users.map((id) => (id === view.world.bot.id ? view.world.bot.first_name : fullName(view.world.person(id)))).join(", ");
    const on = users.includes(view.me);
    return button("", () => acts.react(message, on ? "" : emoji), { class: "reaction", "aria-pressed": String(on),
      "aria-label": `${emoji} ${names}`, title: names },
      `${emoji} ${users.length}`);
  });
  return el("div", { class: "reactions" }, chips);
}
