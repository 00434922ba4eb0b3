/** Draws what a message holds besides words: pictures, files, voice notes, places, cards and dice. */

import { openDialog } from "./dialog.js";
import { button, el, icon } from "./dom.js";
import { fileUrl } from "./net.js";
import { fullName } from "./world.js";

/** Kind of content → its drawing. An animation is told as a document too, and is drawn once. */
export const MEDIA = {
  photo, video: film("Video"), animation: film("Animation"), video_note: film("Round video"), audio, document: plainDocument, voice,
  location, contact, dice, sticker, poll,
};

function photo(sizes, message) {
  const best = sizes[sizes.length - 1];
  const frame = el("div", { class: "photo" });
  const image = el("img", { alt: message.caption ? "" : "Photo", src: fileUrl(best.file_id), width: best.width, height: best.height });
  image.addEventListener("error", () => frame.replaceChildren(icon("image"), el("span", {}, "Photo")));
  const big = button("", () => enlarge(best, message.caption), { class: "enlarge", "aria-label": "Show the photo large" }, image);
  frame.append(message.has_media_spoiler ? cover(frame, big) : big);
  return frame;
}

/** As large as the window allows, so that a code in a picture can be read off the screen. */
function enlarge(size, caption) {
  const image = el("img", { src: fileUrl(size.file_id), alt: caption ?? "Photo", class: "large" });
  const link = el("a", { href: fileUrl(size.file_id), target: "_blank", rel: "noopener" }, "Open in a new tab");
  openDialog("Photo", [image, link], { wide: true });
}

function cover(frame, hidden) {
  return button("Hidden photo. Press to show", () => frame.replaceChildren(hidden), { class: "cover" });
}

function plainDocument(file, message) {
  return message.animation ? null : fileCard(file, "file", file.file_name ?? "Document", sizeWords(file.file_size));
}

function fileCard(file, mark, title, small) {
  return el("a", { class: "file", href: fileUrl(file.file_id), download: file.file_name ?? title, "aria-label": `Download ${title}` },
    markedWords(mark, title, small));
}

const markedWords = (mark, title, small) => [el("span", { class: "file-mark" }, icon(mark)),
  el("span", { class: "file-words" }, el("span", { class: "file-name" }, title), el("small", {}, small))];

const sizeWords = (bytes) => {
  if (!bytes) return "Download";
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
};

const lengthWords = (seconds = 0) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** Practice keeps what was sent but plays no films. */
function film(title) {
  return (file) => fileCard(file, "film", title, lengthWords(file.duration));
}

function audio(file) {
  return fileCard(file, "voice", [file.performer, file.title].filter(Boolean).join(", ") || file.file_name || "Sound",
    lengthWords(file.duration));
}

function voice(file) {
  const card = el("div", { class: "file" }, markedWords("voice", "Voice message", lengthWords(file.duration)));
  const sound = el("audio", { src: fileUrl(file.file_id), preload: "none" });
  const play = button("Play", () => sound.play().catch(() => play.replaceChildren("No sound")), { class: "small" });
  card.append(sound, play);
  return card;
}

function location(place) {
  const where = `${place.latitude.toFixed(4)}, ${place.longitude.toFixed(4)}`;
  return el("div", { class: "place" }, el("span", { class: "map", "aria-hidden": "true" }, icon("pin")),
    el("span", {}, `Location ${where}`));
}

function contact(card) {
  return el("div", { class: "file" }, markedWords("people", fullName(card), card.phone_number));
}

function dice({ emoji, value }) {
  return el("div", { class: "dice" }, el("span", { class: "dice-face", "aria-hidden": "true" }, emoji), el("span", {}, `Dice shows ${value}`));
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
