/** Wires the page: the world comes in, phones and panels show it. */

import { aheadWords, dateWords, PracticeClock, timeWords } from "./clock.js";
import { Seen } from "./chatlist.js";
import { button, closeMenu, el, icon } from "./dom.js";
import { Connection } from "./net.js";
import { Phone } from "./phone.js";
import { CallsPanel, ClockPanel, FaultsPanel, PeoplePanel } from "./tools.js";
import { World } from "./world.js";

const $ = (id) => document.getElementById(id);
const narrow = window.matchMedia("(max-width: 759px)");
const TONES = 8;

class App {
  constructor() {
    this.world = new World();
    this.clock = new PracticeClock();
    this.seen = new Seen(this.world);
    this.phones = new Map();
    this.hidden = new Set();
    this.active = null;
    this.first = true;
    this.connection = new Connection({
      onWorld: (raw) => this.takeWorld(raw),
      onEvent: (event) => this.takeEvent(event),
      onLost: () => this.lost(),
    });
    this.calls = new CallsPanel(this.world);
    this.panels = [
      { name: "Clock", mark: "clock", panel: new ClockPanel(this.clock) },
      { name: "Faults", mark: "fault", panel: new FaultsPanel(this.world) },
      { name: "Calls", mark: "calls", panel: this.calls },
      { name: "People", mark: "people", panel: new PeoplePanel(this.world, this) },
    ];
    this.buildTools();
    this.watchStrip();
    narrow.addEventListener("change", () => this.settle());
    setInterval(() => this.drawClock(), 1000);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.open && !event.defaultPrevented && this.isIn(event.target)) this.toggle(this.open);
    });
  }

  buildTools() {
    for (const entry of this.panels) {
      entry.count = el("span", { class: "count", hidden: true });
      entry.opener = button("", () => this.toggle(entry), { class: "tool", "aria-expanded": "false", "aria-controls": "panel" },
        icon(entry.mark), el("span", {}, entry.name), entry.count);
      $("tools").append(entry.opener);
    }
  }

  /** Opens a panel, or closes it when it is the open one. */
  toggle(entry) {
    const open = this.open === entry ? null : entry;
    if (this.open && $("panel").contains(document.activeElement)) this.open.opener.focus();
    this.open = open;
    for (const one of this.panels) one.opener.setAttribute("aria-expanded", String(one === open));
    $("panel").hidden = !open;
    $("panel").replaceChildren(...(open ? [open.panel.node] : []));
    if (!open) return;
    $("panel").setAttribute("aria-label", open.name);
    open.panel.opened();
  }

  isIn(node) {
    return $("panel").contains(node) || this.open.opener.contains(node);
  }

  takeWorld(raw) {
    this.world.load(raw);
    this.clock.set(raw);
    $("lost").hidden = true;
    if (this.wasLost || this.first) this.calls.load();
    this.wasLost = false;
    this.first = false;
    this.drawAll();
  }

  takeEvent(event) {
    switch (event.kind) {
      case "message":
      case "edited":
        return this.takeMessage(event);
      case "deleted":
        this.world.drop(event.chat, event.message_id);
        this.drawChatLists();
        return this.phones.get(event.chat)?.update();
      case "reaction":
        this.world.react(event.chat, event.message_id, event.reactions);
        return this.phones.get(event.chat)?.update();
      case "keyboard":
        return this.phones.get(event.chat)?.offerKeyboard(event);
      case "typing":
        return event.on === false ? this.phones.get(event.chat)?.stopTyping() : this.phones.get(event.chat)?.showTyping();
      case "alert":
        return this.takeAlert(event);
      case "call":
        return this.calls.add(event);
      case "fault":
        this.world.faults = event.faults;
        return this.drawTop();
      case "awake":
        this.world.bot.awake = event.awake;
        return this.drawTop();
      case "clock":
        this.clock.set(event);
        return this.drawClock();
      case "closing":
        return undefined;
      case "reset":
        return this.connection.open();
      default:
        return this.refreshSoon();
    }
  }

  takeMessage({ kind, chat, message }) {
    const phone = this.phones.get(chat);
    if (!phone || !message) return this.refreshSoon();
    this.world.put(chat, message);
    if (kind === "message" && !message.from?.is_bot) this.world.wrote(chat, message.from?.id);
    phone.update();
    if (phone.group) this.looked();
    if (kind === "message" && message.from?.id !== phone.me) this.notice(phone);
    return undefined;
  }

  takeAlert({ user, chat, text, show_alert: cover }) {
    const phone = this.phones.get(chat) ?? this.phones.get(user);
    if (!phone || !text) return;
    if (cover) phone.alert(text);
    else phone.toast(text);
    this.notice(phone);
  }

  /** Rare events change more than one thing: the world is read again, once for a burst of them. */
  refreshSoon() {
    clearTimeout(this.refreshing);
    this.refreshing = setTimeout(() => this.connection.refresh(), 60);
  }

  lost() {
    this.wasLost = true;
    $("lost").textContent = "The connection to practice is lost. Nothing you type will arrive. Trying again.";
    $("lost").hidden = false;
    $("bot-state").textContent = "not connected";
    $("bot-state").className = "state";
  }

  drawAll() {
    this.drawTop();
    this.drawPhones();
  }

  /** Everything above the phones. */
  drawTop() {
    const { bot } = this.world;
    $("bot-name").textContent = bot.first_name;
    document.title = `${bot.first_name}: practice phones`;
    $("bot-state").textContent = bot.awake ? "awake" : "asleep";
    $("bot-state").title = bot.awake ? "The bot is running" : "The bot is not running, so nobody answers";
    $("bot-state").className = bot.awake ? "state awake" : "state asleep";
    this.drawClock();
    if (this.open && this.open.panel !== this.calls) this.open.panel.draw?.();
    const count = this.panels[1].count;
    count.textContent = String(this.world.faults.length);
    count.hidden = !this.world.faults.length;
  }

  drawClock() {
    const now = this.clock.now();
    $("clock-time").textContent = timeWords(now);
    $("clock-time").dateTime = now.toISOString();
    $("clock-date").textContent = dateWords(now);
    $("clock-offset").textContent = aheadWords(this.clock.offset);
  }

  drawPhones() {
    const talks = this.world.talks();
    for (const [chat, phone] of this.phones) {
      if (talks.includes(chat)) continue;
      phone.node.remove();
      this.phones.delete(chat);
    }
    talks.forEach((chat, at) => {
      const phone = this.phones.get(chat) ?? new Phone(this.world, chat, this);
      if (!this.phones.has(chat)) {
        this.phones.set(chat, phone);
        phone.node.classList.add(`tone-${at % TONES}`);
        this.strip?.observe(phone.node);
      }
      if ($("phones").children[at] !== phone.node) $("phones").insertBefore(phone.node, $("phones").children[at] ?? null);
      phone.update();
    });
    if (!talks.includes(this.active)) this.active = talks[0] ?? null;
    this.settle();
  }

  ordered() {
    return this.world.talks().map((chat) => this.phones.get(chat)).filter(Boolean);
  }

  /** Which phones are on show: by the chips on a wide screen, by the tab on a narrow one. */
  settle() {
    for (const [chat, phone] of this.phones) {
      phone.node.hidden = !narrow.matches && this.hidden.has(chat);
      phone.node.inert = narrow.matches && chat !== this.active;
      if (this.onShow(phone)) phone.unread = 0;
    }
    this.looked();
    this.drawChips();
    this.drawTabs();
  }

  /** Groups on show are seen by whoever writes there; for their other members what came is new. */
  looked() {
    for (const phone of this.phones.values()) if (phone.group && this.onShow(phone)) this.seen.look(phone.me, phone.chat);
    this.drawChatLists();
  }

  drawChatLists() {
    for (const phone of this.phones.values()) phone.chats?.draw();
  }

  /** A group as one of its members sees it. */
  showAs(user, chat) {
    const phone = this.phones.get(chat);
    if (!phone) return;
    phone.bar.writeAs(user);
    this.reveal(phone);
    phone.lookAnew();
    phone.composer.focus();
  }

  onShow(phone) {
    return narrow.matches ? phone.chat === this.active : !this.hidden.has(phone.chat);
  }

  notice(phone) {
    if (this.onShow(phone)) return;
    phone.unread += 1;
    this.drawChips();
    this.drawTabs();
  }

  drawChips() {
    redraw($("shown"), this.ordered().map((phone) => {
      const on = !this.hidden.has(phone.chat);
      const act = () => {
        if (on) this.hidden.add(phone.chat);
        else this.hidden.delete(phone.chat);
        this.settle();
      };
      const name = shortName(this.world, phone);
      const words = on ? `Hide ${name}` : `Show ${name}`;
      const node = button("", act, { class: `chip ${tone(phone)}`, "aria-pressed": String(on), title: words },
        el("span", { class: "dot", "aria-hidden": "true" }), el("span", {}, name));
      if (phone.unread) node.append(badge(phone.unread));
      return node;
    }));
  }

  drawTabs() {
    redraw($("tabs"), this.ordered().map((phone) => {
      const chosen = phone.chat === this.active;
      const tab = button("", () => this.reveal(phone), {
        class: `tab ${tone(phone)}`, role: "tab", "aria-selected": String(chosen), tabindex: chosen ? "0" : "-1",
        "aria-controls": phone.node.id,
      }, el("span", { class: "dot", "aria-hidden": "true" }), el("span", {}, shortName(this.world, phone)));
      if (phone.unread) tab.append(badge(phone.unread));
      return tab;
    }));
  }

  /** Brings a phone into sight: shown again if it was hidden, scrolled to, its tab chosen. */
  reveal(phone, smooth = true) {
    this.hidden.delete(phone.chat);
    this.active = phone.chat;
    this.settle();
    const calm = !smooth || window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    phone.node.scrollIntoView({ behavior: calm ? "instant" : "smooth", inline: "center", block: "nearest" });
    $("tabs").querySelector("[aria-selected=true]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }

  /** On a narrow screen there is one phone at a time anyway. */
  canHide() {
    return !narrow.matches;
  }

  hide(phone) {
    this.hidden.add(phone.chat);
    this.settle();
    $("shown").querySelector("[aria-pressed=false]")?.focus();
  }

  /** A link into the bot's own chat: in practice it opens on the same person's phone. */
  startFrom(user, payload) {
    const phone = this.phones.get(user);
    if (!phone) return;
    this.reveal(phone);
    if (payload) phone.say({ text: `/start ${payload}` });
    else if (phone.start.hidden) phone.composer.focus();
    else phone.start.focus();
  }

  /** A swipe on a narrow screen chooses the tab of the phone that it ends on. */
  watchStrip() {
    this.strip = new IntersectionObserver((entries) => {
      if (!narrow.matches) return;
      const seen = entries.find((entry) => entry.isIntersecting);
      if (!seen) return;
      this.active = Number(seen.target.dataset.chat);
      this.settle();
    }, { root: $("phones"), threshold: 0.6 });
    $("tabs").addEventListener("keydown", (event) => {
      const all = this.ordered();
      const here = all.findIndex(({ chat }) => chat === this.active);
      const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.reveal(all[(to + all.length) % all.length], false);
      $("tabs").querySelector("[aria-selected=true]").focus();
    });
  }

  /** Draws everything afresh from the server; typed words and hidden phones are forgotten, the world is not. */
  restart() {
    closeMenu();
    for (const phone of this.phones.values()) phone.node.remove();
    this.phones.clear();
    this.hidden.clear();
    this.first = true;
    return this.connection.open();
  }
}

/** Fresh chips for old ones; the focus stays where it was. */
function redraw(holder, nodes) {
  const at = [...holder.children].indexOf(document.activeElement);
  holder.replaceChildren(...nodes);
  if (at >= 0) (holder.children[at] ?? holder.lastElementChild)?.focus();
}

const badge = (count) => el("span", { class: "badge" }, String(count), el("span", { class: "sr-only" }, " new"));
const tone = (phone) => [...phone.node.classList].find((name) => name.startsWith("tone-")) ?? "";
const shortName = (world, phone) => (phone.group ? world.title(phone.chat) : world.person(phone.chat)?.first_name ?? "");

new App().connection.open();
