/** One phone: a person's talk with the bot, or the group as one of its members sees it. */

import { dayWords, wall } from "./clock.js";
import { ChatList } from "./chatlist.js";
import { Composer } from "./composer.js";
import { button, el, freshId, icon } from "./dom.js";
import { GroupBar } from "./groupbar.js";
import { openInvitation, openMessageMenu, openPhoneMenu } from "./menus.js";
import { drawMessage } from "./message.js";
import { post, Refused } from "./net.js";
import { safeLink, startPayload } from "./text.js";

const SAMPLES = ["do i av 2 pay council tax", "skint til fri no leccy", "what is the 3k thing", "can i get driving lessons"];
const AT_ONCE = 200;
const TYPING_MS = 5000;
const TOAST_MS = 6000;
const TOAST_MS_PER_LETTER = 60;
const FOCUSABLE = "button, a[href], [tabindex='0']";

export class Phone {
  /** `app` answers startFrom(user, payload), showAs(user, chat), looked() and `seen`. */
  constructor(world, chat, app) {
    Object.assign(this, { world, chat, app });
    this.group = world.isGroup(chat);
    this.bar = this.group ? new GroupBar(world, chat, () => this.lookAnew()) : null;
    this.chats = this.group ? null : new ChatList(world, chat, app.seen, (id) => app.showAs(chat, id));
    this.unread = 0;
    this.shownFrom = AT_ONCE;
    this.nodes = new Map();
    this.build();
  }

  /** Who holds the phone: its owner, or whoever writes in the group now. */
  get me() {
    return this.bar ? this.bar.me : this.chat;
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
    for (const node of [this.list, this.log]) grown.observe(node);
    const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    this.typing = el("div", { class: "typing", hidden: true }, dots, el("span", {}));
    this.newer = button("New messages", () => this.toBottom(), { class: "newer", hidden: true });
    this.toasts = el("div", { class: "toasts", role: "status" });
    const below = (this.bar ?? this.chats).node;
    this.inside = el("div", { class: "inside" }, header, below, this.log, this.typing, this.newer, this.foot());
    const attributes = { class: "phone", "aria-labelledby": titleId, "data-chat": this.chat, id: freshId("screen") };
    this.node = el("section", attributes, this.inside, this.toasts);
  }

  foot() {
    this.composer = new Composer({
      label: this.group ? "Message to the group" : "Message to the bot",
      placeholder: "Message",
      commands: () => this.world.commands(this.chat, this.me),
      suffix: () => (this.group ? `@${this.world.bot.username}` : ""),
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
    this.invited = button("Open an invitation link", () => openInvitation(this), { class: "small invited" });
    return el("div", { class: "foot" }, this.samples, this.keyboard, this.composer.node, this.start, this.invited, this.unblock);
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
    (this.bar ?? this.chats).draw();
    this.drawFoot();
    this.drawAsked();
    this.drawMessages();
    requestAnimationFrame(() => this.log.setAttribute("aria-live", "polite"));
  }

  /** Old messages that are only drawn anew are not read aloud. */
  hush() {
    this.log.setAttribute("aria-live", "off");
  }

  drawFoot() {
    const person = this.world.person(this.chat);
    const blocked = !this.group && Boolean(person?.blocked);
    const open = this.group || (Boolean(person?.started) && !blocked);
    this.node.classList.toggle("is-blocked", blocked);
    this.composer.node.hidden = !open;
    this.samples.hidden = !open || this.group || !/^young person/i.test(person?.part ?? "");
    this.samples.classList.toggle("roomy", this.world.in(this.chat).length < 4);
    this.start.hidden = this.invited.hidden = this.group || blocked || Boolean(person?.started);
    this.unblock.hidden = !blocked;
    this.composer.draw();
    this.drawKeyboard(open);
  }

  /** The bot offers a reply keyboard or takes it away; some only ask that the person answers. */
  offerKeyboard(event) {
    this.keyboardUsed = false;
    this.world.offer(this.chat, event);
    this.update();
  }

  /** A question of the bot's opens the reply once; who cancels it is not asked again. */
  drawAsked() {
    const question = this.world.asking(this.chat, this.me);
    if (question?.message_id === this.asked) return;
    this.asked = question?.message_id;
    if (question) this.composer.ask(question, question.offered?.input_field_placeholder);
    else this.composer.release();
  }

  /** Another writer or another topic: the conversation is drawn afresh, without being read aloud. */
  lookAnew() {
    this.hush();
    this.stuck = true;
    this.app.looked();
    this.update();
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
      const parts = key.request_contact ? { contact: true } : key.request_location ? { location: true } : { text };
      return button(text, () => this.say(parts), { class: "key" });
    }))));
  }

  drawMessages() {
    const all = this.world.in(this.chat).filter((message) => !this.bar || this.bar.shows(message));
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
    const arrived = last && last.message_id > (this.newest ?? 0) && this.thread === this.bar?.thread;
    this.thread = this.bar?.thread;
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
      items.push({ key: message.message_id, sign: `${this.me} ${this.bar?.allTopics} ${JSON.stringify(message)}`, make: () => this.drawn(message) });
    }
    return items;
  }

  emptyWords() {
    const { description, first_name: name } = this.world.bot;
    return this.group ? "Nobody has written here yet." : description || `${name} has not said what it can do yet.`;
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
    const { world, chat, me, group } = this;
    return drawMessage(message, { world, chat, me, group, topic: (one) => this.topicName(one) }, {
      command: (text) => this.say({ text }),
      link: (url, event, isButton) => this.follow(url, event, isButton),
      tap: (one, data) => this.ask("/control/tap", { user: this.me, chat, message_id: one.message_id, data }),
      vote: (one, options) => this.ask("/control/vote", { user: this.me, chat, message_id: one.message_id, options }),
      react: (one, emoji) => this.react(one, emoji),
      copy: (words) => this.copy(words),
      jump: (id) => this.jump(id),
      menu: (one, mine, opener) => openMessageMenu(this, one, mine, opener),
      say: (words) => this.toast(words),
    });
  }

  topicName(message) {
    if (!message.is_topic_message || !this.bar.allTopics) return null;
    const topic = this.world.chats.get(this.chat)?.topics.find((one) => one.id === message.message_thread_id);
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
    const topic = this.bar?.thread ? { thread: this.bar.thread } : {};
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

  /** A link that somebody typed or read off a code. */
  openLink(url) {
    const payload = startPayload(url, this.world.bot.username);
    if (payload === null) this.toast("This is not a link to this bot.");
    else this.app.startFrom(this.me, payload);
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
    if (!node) return this.toast("That message is not on show here.");
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

const initials = (name) => name.split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
