/** Draws one message: what is in it, who wrote it, its buttons and its marks. */

import { timeWords } from "./clock.js";
import { button, el, icon } from "./dom.js";
import { fileUrl } from "./net.js";
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

const MEDIA = { photo, document: documentCard, voice, location, sticker, poll };

function photo(sizes, message) {
  const best = sizes[sizes.length - 1];
  const frame = el("div", { class: "photo" });
  const image = el("img", { alt: message.caption ? "" : "Photo", src: fileUrl(best.file_id), width: best.width, height: best.height });
  image.addEventListener("error", () => frame.replaceChildren(icon("image"), el("span", {}, "Photo")));
  const big = el("a", { href: fileUrl(best.file_id), target: "_blank", rel: "noopener", "aria-label": "Open the photo" }, image);
  frame.append(message.has_media_spoiler ? cover(frame, big) : big);
  return frame;
}

function cover(frame, hidden) {
  return button("Hidden photo. Press to show", () => frame.replaceChildren(hidden), { class: "cover" });
}

function documentCard(file) {
  const name = file.file_name ?? "Document";
  return el("a", { class: "file", href: fileUrl(file.file_id), download: name, "aria-label": `Download ${name}` },
    el("span", { class: "file-mark" }, icon("file")),
    el("span", { class: "file-words" }, el("span", { class: "file-name" }, name), el("small", {}, sizeWords(file.file_size))));
}

const sizeWords = (bytes) => {
  if (!bytes) return "Download";
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
};

function voice(file) {
  const length = `0:${String(file.duration ?? 0).padStart(2, "0")}`;
  const card = el("div", { class: "file" }, el("span", { class: "file-mark" }, icon("voice")),
    el("span", { class: "file-words" }, el("span", { class: "file-name" }, "Voice message"), el("small", {}, length)));
  const audio = el("audio", { src: fileUrl(file.file_id), preload: "none" });
  const play = button("Play", () => audio.play().catch(() => play.replaceChildren("No sound")), { class: "small" });
  card.append(audio, play);
  return card;
}

function location(place) {
  const where = `${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`;
  return el("div", { class: "place" }, el("span", { class: "map", "aria-hidden": "true" }, icon("pin")),
    el("span", {}, `Location ${where}`));
}

function sticker(file) {
  return el("div", { class: "sticker" }, icon("sticker"), el("span", {}, `Sticker ${file.emoji ?? ""}`));
}

function poll(question, message, acts) {
  const options = question.options.map((option, at) => button("", () => acts.vote(message, [at]),
    { class: "option", disabled: question.is_closed },
    el("span", {}, option.text), el("span", { class: "votes" }, String(option.voter_count))));
  const small = el("small", {}, question.is_closed ? "This poll is closed" : `${question.total_voter_count} voted`);
  return el("div", { class: "poll" }, el("strong", {}, question.question), options, small);
}

function meta(message, view) {
  const parts = [];
  const topic = view.topic?.(message);
  if (topic) parts.push(el("span", {}, topic));
  if (message.bot_sees === false) {
    parts.push(el("span", { class: "unseen", title: "Privacy mode: in a group the bot gets only commands and replies to it." }, icon("unseen"), "bot can't see this"));
  }
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
