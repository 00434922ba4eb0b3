/** Where a person writes: message entry, attachments, command suggestions, reply and edit. */

import { button, el, freshId, icon, openMenu } from "./dom.js";
import { gist } from "./world.js";

const BIGGEST = 10 * 1024 * 1024;
/** A well-known public place, so that no practice message holds anybody's real whereabouts. */
const SAMPLE_PLACE = { latitude: 51.5007, longitude: -0.1246 };

/** `acts`: send(parts), edit(message, text), say(words). `commands` gives the commands for who writes, `suffix` what a group adds to them. */
export class Composer {
  constructor({ label, placeholder, commands, suffix, acts }) {
    Object.assign(this, { commands, suffix, acts, placeholder });
    this.replyTo = null;
    this.forced = false;
    this.editing = null;
    this.chosen = 0;
    this.listId = freshId("commands");
    this.suggestions = el("div", { class: "suggestions", role: "listbox", id: this.listId, "aria-label": "Commands", hidden: true });
    this.box = el("textarea", { rows: "1", "aria-label": label, placeholder, "aria-autocomplete": "list",
      "aria-controls": this.listId, autocomplete: "off", enterkeyhint: "send" });
    this.box.addEventListener("input", () => this.changed());
    this.box.addEventListener("keydown", (event) => this.pressed(event));
    this.context = el("div", { class: "context", hidden: true });
    this.picker = el("input", { type: "file", hidden: true, tabindex: "-1", "aria-hidden": "true" });
    this.attach = button("", () => this.openAttach(), { class: "round", "aria-label": "Attach", "aria-haspopup": "menu",
      "aria-expanded": "false" }, icon("clip"));
    this.slash = button("", () => this.openCommands(), { class: "round", "aria-label": "Commands", title: "Commands", hidden: true },
      icon("slash"));
    this.sender = button("", () => this.submit(), { class: "round send", "aria-label": "Send" }, icon("send"));
    this.node = el("div", { class: "composer" }, this.suggestions, this.context, this.picker,
      el("div", { class: "entry" }, this.attach, this.box, this.slash, this.sender));
  }

  focus() {
    this.box.focus();
  }

  /** The button for commands is there when there are any. */
  draw() {
    const commands = this.commands();
    this.slash.hidden = !commands.length;
    if (!this.suggestions.hidden && JSON.stringify(commands) !== this.offered) this.suggest();
  }

  openCommands() {
    if (!this.box.value) this.box.value = "/";
    this.focus();
    this.changed();
  }

  /** The bot asks for an answer: the reply is open already, but the focus stays where somebody is. */
  ask(message, placeholder) {
    if (this.editing) return;
    this.replyTo = message;
    this.forced = true;
    this.box.placeholder = placeholder || this.placeholder;
    this.showContext("reply", "Your answer to", gist(message));
    if (this.node.closest(".phone")?.contains(document.activeElement)) this.focus();
  }

  /** The question was answered or is gone. */
  release() {
    if (this.forced) this.leaveContext();
  }

  reply(message) {
    this.leaveContext();
    this.replyTo = message;
    this.showContext("reply", "Reply to", gist(message));
    this.focus();
  }

  edit(message) {
    this.leaveContext();
    this.editing = message;
    this.box.value = message.text ?? message.caption ?? "";
    this.showContext("copy", "Change message", gist(message));
    this.changed();
    this.focus();
  }

  clear() {
    this.box.value = "";
    this.leaveContext();
    this.changed();
  }

  showContext(name, title, words) {
    this.context.replaceChildren(icon(name), el("div", {}, el("strong", {}, title), el("span", {}, words)),
      button("", () => this.cancel(), { class: "round small", "aria-label": "Cancel" }, icon("close")));
    this.context.hidden = false;
  }

  cancel() {
    if (this.editing) this.box.value = "";
    this.leaveContext();
    this.changed();
    this.focus();
  }

  leaveContext() {
    this.replyTo = null;
    this.forced = false;
    this.editing = null;
    this.context.hidden = true;
    this.box.placeholder = this.placeholder;
  }

  changed() {
    this.box.style.setProperty("height", "auto");
    this.box.style.setProperty("height", `${Math.min(this.box.scrollHeight, 132)}px`);
    this.suggest();
  }

  pressed(event) {
    const open = !this.suggestions.hidden;
    if (event.isComposing) return;
    if (open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      this.mark(this.chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (open && (event.key === "Tab" || (event.key === "Enter" && !event.shiftKey)) && !event.ctrlKey) {
      event.preventDefault();
      this.take(this.suggestions.children[this.chosen].dataset.command, event.key === "Enter");
    } else if (event.key === "Escape" && (open || this.replyTo || this.editing)) {
      event.preventDefault();
      if (open) this.closeSuggestions();
      else this.cancel();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
  }

  suggest() {
    const typed = /^\/([a-z0-9_]*)$/i.exec(this.box.value);
    this.offered = JSON.stringify(this.commands());
    const fitting = typed ? this.commands().filter(({ command }) => command.startsWith(typed[1].toLowerCase())) : [];
    if (!fitting.length) return this.closeSuggestions();
    this.suggestions.replaceChildren(...fitting.map(({ command, description }, at) => {
      const act = { pointerdown: (event) => event.preventDefault(), click: () => this.take(command, true) };
      return el("div", { class: "suggestion", role: "option", id: `${this.listId}-${at}`, "data-command": command, on: act },
        el("strong", {}, `/${command}`), el("span", {}, description));
    }));
    this.suggestions.hidden = false;
    return this.mark(0);
  }

  mark(at) {
    const options = [...this.suggestions.children];
    this.chosen = (at + options.length) % options.length;
    options.forEach((option, number) => option.setAttribute("aria-selected", String(number === this.chosen)));
    options[this.chosen].scrollIntoView({ block: "nearest" });
    this.box.setAttribute("aria-activedescendant", options[this.chosen].id);
  }

  closeSuggestions() {
    this.suggestions.hidden = true;
    this.box.removeAttribute("aria-activedescendant");
  }

  take(command, send) {
    this.box.value = `/${command}${this.suffix()}`;
    if (send) {
      this.submit();
      return;
    }
    this.changed();
    this.closeSuggestions();
  }

  /** What is passed on answers nothing: in Telegram it is a message of its own. */
  async submit(passedOn = false) {
    const text = this.box.value.trim();
    if (!text) return;
    const parts = passedOn ? { text, forward: true } : { text, ...this.answering() };
    const done = this.editing ? await this.acts.edit(this.editing, text) : await this.acts.send(parts);
    if (done && this.box.value.trim() === text) this.clear();
  }

  answering() {
    return this.replyTo ? { reply_to: this.replyTo.message_id } : {};
  }

  openAttach() {
    openMenu(this.attach, [
      { label: "Sample photo", icon: "image", act: () => this.sendMedia({ photo: true }) },
      { label: "Photo from this computer", icon: "image", act: () => this.pick("photo", "image/*") },
      { label: "Sample document", icon: "file", act: () => this.sendMedia({ document: true }) },
      { label: "Document from this computer", icon: "file", act: () => this.pick("document", "") },
      { label: "Voice message", icon: "voice", act: () => this.sendMedia({ voice: true }) },
      { label: "Video", icon: "film", act: () => this.sendMedia({ video: true }) },
      { label: "Contact card", icon: "people", act: () => this.sendMedia({ contact: true }, false) },
      { label: "Location", icon: "pin", act: () => this.sendMedia({ location: SAMPLE_PLACE }, false) },
      { label: "Sticker", icon: "sticker", act: () => this.sendMedia({ sticker: true }, false) },
      { label: "Pass on what is typed", icon: "reply", act: () => this.submit(true) },
    ], "Attach");
  }

  /** What is typed goes along as the caption, where Telegram allows one. */
  async sendMedia(media, captioned = true) {
    const words = this.box.value.trim();
    const caption = captioned && words && !this.editing ? { caption: words } : {};
    const done = await this.acts.send({ ...media, ...caption, ...this.answering() });
    if (done && (caption.caption || this.replyTo)) this.clear();
  }

  pick(kind, accept) {
    this.picker.accept = accept;
    this.picker.value = "";
    this.picker.onchange = async () => {
      const file = this.picker.files[0];
      if (!file) return;
      if (file.size > BIGGEST) this.acts.say("That file is too big for practice. 10 MB is the most.");
      else await this.sendMedia({ [kind]: { name: file.name, data: await base64(file) } });
    };
    this.picker.click();
  }
}

function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
