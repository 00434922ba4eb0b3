/** One phone: a person's talk with the bot, or the group as one of its members sees it. */

import { dayWords, wall } from "./clock.js";
import { Composer } from "./composer.js";
import { button, el, freshId, icon, select } from "./dom.js";
import { openMessageMenu, openPhoneMenu } from "./menus.js";
import { drawMessage } from "./message.js";
import { post, Refused } from "./net.js";
import { safeLink, startPayload } from "./text.js";
import { fullName } from "./world.js";

const SAMPLES = ["do i av 2 pay council tax", "skint til fri no leccy", "what is the 3k thing", "can i get driving lessons"];
const AT_ONCE = 200;
const TYPING_MS = 5000;
const TOAST_MS = 6000;
const TOAST_MS_PER_LETTER = 60;
const FOCUSABLE = "button, a[href], [tabindex='0']";

export class Phone {
  /** `app` answers startFrom(user, payload) and changed(). */
  constructor(world, chat, app) {
    Object.assign(this, { world, chat, app });
    this.group = world.isGroup(chat);
    this.me = this.group ? world.members(chat)[0]?.id : chat;
    this.unread = 0;
    this.shownFrom = AT_ONCE;
    this.nodes = new Map();
    this.build();
  }

  build() {
    const titleId = freshId("phone");
    this.avatar = el("span", { class: "avatar", "aria-hidden": "true" });
    this.title = el("h2", { id: titleId });
    this.part = el("p", { class: "part" });
    this.menu = button("", () => openPhoneMenu(this), { class: "round", "aria-label": "Phone menu",
      "aria-haspopup": "menu", "aria-expanded": "false" }, icon("more"));
    const header = el("header", { class: "phone-head" }, this.avatar, el("div", { class: "names" }, this.title, this.part), this.menu);
    this.list = el("ol", { class: "list" });
    this.list.addEventListener("keydown", (event) => this.moveAmongMessages(event));
    this.log = el("div", { class: "log", role: "log", "aria-live": "off", "aria-label": "Conversation", tabindex: "0" }, this.list);
    this.log.addEventListener("scroll", () => this.scrolled(), { passive: true });
    const grown = new ResizeObserver(() => this.stuck !== false && this.toBottom());
    grown.observe(this.list);
    grown.observe(this.log);
    this.typing = el("div", { class: "typing", hidden: true }, el("span", { class: "dots", "aria-hidden": "true" },
      el("i"), el("i"), el("i")), el("span", {}));
    this.newer = button("New messages", () => this.toBottom(), { class: "newer", hidden: true });
    this.toasts = el("div", { class: "toasts", role: "status" });
    this.inside = el("div", { class: "inside" }, header, this.group ? this.groupBar() : null, this.log, this.typing,
      this.newer, this.foot());
    this.node = el("section", { class: "phone", "aria-labelledby": titleId, "data-chat": this.chat,
      id: freshId("screen") }, this.inside, this.toasts);
  }

  foot() {
    this.composer = new Composer({
      label: this.group ? "Message to the group" : "Message to the bot",
      placeholder: "Message",
      commands: () => this.world.bot.commands ?? [],
      acts: {
        send: (parts) => this.say(parts),
        edit: (message, text) => this.ask("/control/edit", { chat: this.chat, user: this.me, message_id: message.message_id, text }),
        say: (words) => this.toast(words),
      },
    });
    this.samples = el("div", { class: "samples", role: "group", "aria-label": "Try these" }, el("span", { class: "samples-label" }, "Try:"),
      SAMPLES.map((words) => button(words, () => this.say({ text: words }), { class: "sample" })));
    this.keyboard = el("div", { class: "keyboard", role: "group", "aria-label": "Answers to choose", hidden: true });
    this.start = button("Start", () => this.say({ text: "/start" }), { class: "wide start" });
    this.unblock = el("div", { class: "blocked" }, el("p", {}, "This person has blocked the bot."),
      button("Unblock", () => this.ask("/control/unblock", { user: this.chat }), { class: "wide" }));
    return el("div", { class: "foot" }, this.samples, this.keyboard, this.composer.node, this.start, this.unblock);
  }

  groupBar() {
    this.writer = el("select", {});
    this.writer.addEventListener("change", () => {
      this.me = Number(this.writer.value);
      this.hush();
      this.update();
    });
    this.writer.id = freshId("writer");
    this.topic = el("select", { "aria-label": "Topic", hidden: true });
    this.hint = el("p", { class: "hint" });
    return el("div", { class: "group-bar" }, el("div", { class: "writer" },
      el("label", { for: this.writer.id }, "Write as"), this.writer, this.topic), this.hint);
  }

  /** Draws what the world says now; several changes in one frame are drawn once. */
  update() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = null;
      this.draw();
    });
  }

  draw() {
    const name = this.world.title(this.chat);
    this.title.textContent = name;
    this.part.textContent = this.world.part(this.chat);
    this.avatar.textContent = initials(name);
    this.menu.setAttribute("aria-label", `Menu of ${name}`);
    this.log.setAttribute("aria-label", `Conversation on the phone of ${name}`);
    if (this.group) this.drawGroupBar();
    this.drawFoot();
    this.drawMessages();
    requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
  }

  /** Old messages that are only drawn anew are not read aloud. */
  hush() {
    this.log.setAttribute("aria-live", "off");
  }

  drawGroupBar() {
    const members = this.world.members(this.chat);
    if (!members.some(({ id }) => id === this.me)) this.me = members[0]?.id;
    this.writer.replaceChildren(...select(members.map((person) => [person.id, fullName(person)])).children);
    this.writer.value = String(this.me);
    const chat = this.world.chats.get(this.chat);
    const topics = chat.forum ? chat.topics.filter(({ closed }) => !closed) : [];
    const chosen = this.topic.value;
    this.topic.replaceChildren(...select([["", "General"], ...topics.map((topic) => [topic.id, topic.name])]).children);
    this.topic.value = topics.some((topic) => String(topic.id) === chosen) ? chosen : "";
    this.topic.hidden = !topics.length;
    this.hint.textContent = hintWords(chat, this.world.bot);
  }

  drawFoot() {
    const person = this.world.person(this.chat);
    const blocked = !this.group && Boolean(person?.blocked);
    const open = this.group || (Boolean(person?.started) && !blocked);
    this.node.classList.toggle("is-blocked", blocked);
    this.composer.node.hidden = !open;
    this.samples.hidden = !open || this.group || !/^young person/i.test(person?.part ?? "");
    this.samples.classList.toggle("roomy", this.world.in(this.chat).length < 4);
    this.start.hidden = this.group || blocked || Boolean(person?.started);
    this.unblock.hidden = !blocked;
    this.drawKeyboard(open);
  }

  /** The bot offers a reply keyboard or takes it away; some only ask that the person answers. */
  offerKeyboard(markup) {
    this.keyboardUsed = false;
    this.world.chats.get(this.chat).keyboard = markup.keyboard ? markup : null;
    this.drawFoot();
  }

  /** The keyboard holds until it is taken away; a one-time keyboard goes when the person has written. */
  drawKeyboard(open) {
    const markup = this.world.chats.get(this.chat)?.keyboard;
    const rows = open && markup && !(markup.one_time_keyboard && this.keyboardUsed) ? markup.keyboard : [];
    const drawn = JSON.stringify(rows);
    if (drawn === this.keyboardDrawn) return;
    this.keyboardDrawn = drawn;
    this.keyboard.hidden = !rows.length;
    this.keyboard.replaceChildren(...rows.map((row) => el("div", { class: "inline-row" }, row.map((key) => {
      const text = typeof key === "string" ? key : key.text;
      return button(text, () => this.say({ text }), { class: "key" });
    }))));
  }

  drawMessages() {
    const all = this.world.in(this.chat);
    const before = this.stuck !== false;
    const wanted = this.wanted(all);
    const kept = new Map();
    let previous = null;
    for (const { key, sign, make } of wanted) {
      const old = this.nodes.get(key);
      const node = old?.sign === sign ? old.node : make();
      if (old && old.node !== node) swap(old.node, node);
      const next = previous ? previous.nextSibling : this.list.firstChild;
      if (next !== node) this.list.insertBefore(node, next);
      kept.set(key, { sign, node });
      previous = node;
    }
    for (const [key, { node }] of this.nodes) if (!kept.has(key)) this.drop(node);
    this.nodes = kept;
    this.rove();
    this.stuck = before;
    const last = all.at(-1);
    const arrived = last && last.message_id > (this.newest ?? 0);
    this.newest = last?.message_id ?? 0;
    if (before || (arrived && last.from?.id === this.me)) this.toBottom();
    else if (arrived) this.newer.hidden = false;
  }

  /** What the list should hold: day lines and messages, or the bot's own description before the first word. */
  wanted(all) {
    if (!all.length) return [{ key: "empty", sign: this.emptyWords(), make: () => this.emptyCard() }];
    const shown = all.slice(-this.shownFrom);
    const items = all.length > shown.length ? [{ key: "earlier", sign: "", make: () => this.earlier() }] : [];
    let day = "";
    for (const message of shown) {
      const moment = new Date(message.date * 1000);
      const { year, month, day: number } = wall(moment);
      const today = `${year}-${month}-${number}`;
      if (today !== day) items.push({ key: `day ${today}`, sign: "", make: () => el("li", { class: "day" },
        el("span", {}, dayWords(moment))) });
      day = today;
      items.push({ key: message.message_id, sign: `${this.me} ${JSON.stringify(message)}`, make: () => this.drawn(message) });
    }
    return items;
  }

  emptyWords() {
    const { description, first_name: name } = this.world.bot;
    if (this.group) return "Nobody has written here yet.";
    return description || `${name} has not said what it can do yet.`;
  }

  emptyCard() {
    const title = this.group ? "An empty group" : "What can this bot do?";
    return el("li", { class: "empty" }, el("span", { class: "mark", "aria-hidden": "true" }), el("strong", {}, title),
      el("p", {}, this.emptyWords()));
  }

  earlier() {
    const act = () => {
      this.shownFrom += AT_ONCE;
      this.hush();
      this.update();
    };
    return el("li", { class: "day" }, button("Show earlier messages", act, { class: "small" }));
  }

  drawn(message) {
    const view = { world: this.world, chat: this.chat, me: this.me, group: this.group, topic: (one) => this.topicName(one) };
    return drawMessage(message, view, {
      command: (text) => this.say({ text }),
      link: (url, event, isButton) => this.follow(url, event, isButton),
      tap: (one, data) => this.ask("/control/tap", { user: this.me, chat: this.chat, message_id: one.message_id, data }),
      vote: (one, options) => this.ask("/control/vote", { user: this.me, chat: this.chat, message_id: one.message_id, options }),
      react: (one, emoji) => this.react(one, emoji),
      copy: (words) => this.copy(words),
      jump: (id) => this.jump(id),
      menu: (one, mine, opener) => openMessageMenu(this, one, mine, opener),
      say: (words) => this.toast(words),
    });
  }

  topicName(message) {
    if (!message.is_topic_message) return null;
    const topics = this.world.chats.get(this.chat)?.topics ?? [];
    const topic = topics.find((one) => one.id === message.message_thread_id);
    return topic ? `in ${topic.name}` : null;
  }

  /** A message that vanishes under the focus hands it to the conversation, not to nowhere. */
  drop(node) {
    const focused = node.contains(document.activeElement);
    node.remove();
    if (focused) this.log.focus();
  }

  /** One stop for Tab among all messages' menus: the newest, until arrows move it. */
  rove(to) {
    const all = [...this.list.querySelectorAll(".more")];
    const current = to ?? (all.includes(document.activeElement) ? document.activeElement : all.at(-1));
    for (const one of all) one.tabIndex = one === current ? 0 : -1;
    return all;
  }

  moveAmongMessages(event) {
    const all = this.rove(event.target.closest(".more") ?? undefined);
    const here = all.indexOf(event.target);
    const to = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: all.length - 1 }[event.key];
    if (here < 0 || to === undefined || !all[to]) return;
    event.preventDefault();
    this.rove(all[to]);
    all[to].focus();
  }

  say(parts) {
    const topic = this.group && this.topic.value ? { thread: Number(this.topic.value) } : {};
    this.stuck = true;
    this.keyboardUsed = true;
    return this.ask("/control/say", { chat: this.chat, user: this.me, ...topic, ...parts });
  }

  react(message, emoji) {
    return this.ask("/control/react", { user: this.me, chat: this.chat, message_id: message.message_id, emoji });
  }

  /** Does something in the world; a refusal is shown on this phone in the server's own words. */
  async ask(path, body) {
    try {
      await post(path, body);
      return true;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.toast(error.message);
      return false;
    }
  }

  follow(url, event, isButton) {
    const payload = startPayload(url, this.world.bot.username);
    if (payload !== null) {
      event.preventDefault();
      this.app.startFrom(this.me, payload);
    } else if (isButton) {
      const href = safeLink(url);
      if (href) window.open(href, "_blank", "noopener,noreferrer");
      else this.toast("This link cannot be opened here.");
    }
  }

  async copy(words) {
    try {
      await navigator.clipboard.writeText(words);
      this.toast("Copied");
    } catch {
      this.toast("The browser did not allow copying.");
    }
  }

  jump(id) {
    const node = this.nodes.get(id)?.node;
    if (!node) return this.toast("That message is not here any more.");
    node.scrollIntoView({ block: "center" });
    node.classList.add("flash");
    return setTimeout(() => node.classList.remove("flash"), 1200);
  }

  showTyping() {
    this.typing.lastChild.textContent = `${this.world.bot.first_name} is typing`;
    this.typing.hidden = false;
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.stopTyping(), TYPING_MS);
    if (this.stuck !== false) this.toBottom();
  }

  stopTyping() {
    clearTimeout(this.typingTimer);
    this.typing.hidden = true;
  }

  toast(words) {
    const node = el("div", { class: "toast" }, words);
    this.toasts.append(node);
    setTimeout(() => node.remove(), TOAST_MS + words.length * TOAST_MS_PER_LETTER);
  }

  /** Covers this phone only: the others go on. The focus comes along only if it was on this phone. */
  alert(words) {
    const focused = this.node.contains(document.activeElement) ? document.activeElement : null;
    const old = this.node.querySelector(".alert-cover");
    const back = old?.contains(focused) ? this.composer.box : focused;
    const wordsId = freshId("alert");
    const close = () => {
      cover.remove();
      this.inside.inert = false;
      if (back) (back.isConnected ? back : this.composer.box).focus();
    };
    const ok = button("OK", close, { class: "wide" });
    const box = el("div", { class: "alert", role: "alertdialog", "aria-label": "Message from the bot", "aria-describedby": wordsId }, el("p", { id: wordsId }, words), ok);
    const cover = el("div", { class: "alert-cover", on: { keydown: (event) => event.key === "Escape" && close() } }, box);
    old?.remove();
    this.inside.inert = true;
    this.node.append(cover);
    if (back) ok.focus();
  }

  /** Only a scroll upwards lets go of the end: a picture that makes the list longer does not. */
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.log;
    if (scrollHeight - scrollTop - clientHeight < 60) this.stuck = true;
    else if (scrollTop < this.lastTop) this.stuck = false;
    this.lastTop = scrollTop;
    if (this.stuck) this.newer.hidden = true;
  }

  toBottom() {
    this.stuck = true;
    this.newer.hidden = true;
    this.log.scrollTop = this.log.scrollHeight;
    this.lastTop = this.log.scrollTop;
  }
}

/** Puts a redrawn message in place of the old one; the focus stays on the same button. */
function swap(old, fresh) {
  const at = [...old.querySelectorAll(FOCUSABLE)].indexOf(document.activeElement);
  old.replaceWith(fresh);
  if (at < 0) return;
  const all = [...fresh.querySelectorAll(FOCUSABLE)];
  all[Math.min(at, all.length - 1)]?.focus();
}

function hintWords(chat, bot) {
  if (chat.bot === "left" || chat.bot === "kicked") return `${bot.first_name} is not in this group.`;
  if (chat.bot === "administrator") return `${bot.first_name} is an administrator here: it sees every message.`;
  if (bot.privacy === false) return `Privacy mode is off: ${bot.first_name} sees every message.`;
  return `Privacy mode: ${bot.first_name} sees only commands and replies to it.`;
}

const initials = (name) => name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
