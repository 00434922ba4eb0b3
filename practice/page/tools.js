/** The panels above the phones: the clock, faults, the bot's calls, people. One is open at a time. */

import { fieldValue, fromField, mondayAtNine, secondWords, tomorrowAtNine } from "./clock.js";
import { button, el, field, freshId, icon, select } from "./dom.js";
import { get, post, Refused, remove } from "./net.js";
import { fullName } from "./world.js";

const CALLS_SHOWN = 300;
const HELD = 2000;

/** Runs a change and puts a refusal into the panel's own status line. */
function attempt(status, work) {
  return async (event) => {
    event?.preventDefault();
    status.textContent = "";
    try {
      status.textContent = (await work(event)) ?? "";
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      status.textContent = error.message;
    }
  };
}

const statusLine = () => el("p", { class: "status", role: "status" });

/** Forward only, as time is. */
export class ClockPanel {
  constructor(clock) {
    const status = statusLine();
    const move = (body) => async () => {
      clock.set(await post("/control/clock", typeof body === "function" ? body() : body));
      return "";
    };
    const act = (body) => attempt(status, move(body));
    const to = (moment) => ({ to: moment.toISOString() });
    this.input = el("input", { type: "datetime-local", step: "60" });
    this.clock = clock;
    const go = attempt(status, () => {
      const moment = fromField(this.input.value);
      if (!moment) return "Choose a day and a time first.";
      if (moment <= clock.now()) return "The practice clock only goes forward.";
      return move(to(moment))();
    });
    this.node = el("div", { class: "panel-body" },
      el("p", { class: "lead" }, "Move the practice clock forward. Reminders and messages that are due then go out."),
      el("div", { class: "row" },
        button("+10 min", act({ advance_seconds: 600 })),
        button("+1 h", act({ advance_seconds: 3600 })),
        button("to 9:00 tomorrow", act(() => to(tomorrowAtNine(clock.now())))),
        button("to Monday 9:00", act(() => to(mondayAtNine(clock.now()))))),
      el("form", { class: "row", on: { submit: go } }, field("Day and time, London", this.input),
        el("button", { type: "submit" }, "Go there")),
      status);
  }

  opened() {
    this.input.min = fieldValue(this.clock.now());
    this.input.value = fieldValue(new Date(this.clock.now().getTime() + 3600_000));
  }
}

/** What can go wrong at Telegram, in plain words; `make` turns the form into a fault of the contract. */
const FAULTS = [
  { name: "slow", words: "Telegram answers slowly", make: ({ seconds }) => ({ kind: "hang", seconds, executed: true }) },
  { name: "down", words: "Telegram is down (502)", make: () => ({ kind: "error", code: 502, description: "Bad Gateway" }) },
  { name: "many", words: "Telegram says: too many requests",
    make: ({ seconds }) => ({ kind: "error", code: 429, description: `Too Many Requests: retry after ${seconds}`,
    retry_after: seconds }) },
  { name: "lost", words: "Carried out, but the answer gets lost", make: () => ({ kind: "lost" }) },
  { name: "blocked", words: "A person has blocked the bot",
    make: () => ({ kind: "error", code: 403, description: "Forbidden: bot was blocked by the user" }) },
  { name: "database", words: "The bot's database is off", make: () => ({ kind: "drop", method: "database", times: null }) },
];

export class FaultsPanel {
  constructor(world) {
    this.world = world;
    const status = statusLine();
    this.status = status;
    this.kind = select(FAULTS.map(({ name, words }) => [name, words]));
    this.method = select([["sendMessage", "only sending messages"], ["*", "all calls"]]);
    this.who = el("select", {});
    this.times = el("input", { type: "number", min: "1", max: "1000", value: "3", inputmode: "numeric" });
    this.seconds = el("input", { type: "number", min: "1", max: "120", value: "5", inputmode: "numeric" });
    this.secondsField = field("Seconds", this.seconds);
    this.kind.addEventListener("change", () => this.fit());
    this.list = el("ul", { class: "faults" });
    const form = el("form", { class: "row", on: { submit: attempt(status, () => this.switchOn()) } },
      field("What goes wrong", this.kind), field("Which calls", this.method), field("To whom", this.who), this.secondsField,
      field("How often (empty: until switched off)", this.times), el("button", { type: "submit", class: "primary" }, "Switch on"));
    this.node = el("div", { class: "panel-body" }, el("p", { class: "lead" },
      "See how the bot copes when Telegram, or its own database, has a bad day."), form, status, this.list);
    this.fit();
  }

  opened() {
    this.draw();
  }

  fit() {
    this.secondsField.hidden = !["slow", "many"].includes(this.kind.value);
  }

  async switchOn() {
    const chosen = FAULTS.find(({ name }) => name === this.kind.value);
    const times = this.times.value === "" ? null : Number(this.times.value);
    const match = this.who.value ? { match: { chat_id: Number(this.who.value) } } : {};
    await post("/control/fault", { method: this.method.value, times, ...match, ...chosen.make({ seconds: Number(this.seconds.value) }) });
    return `Switched on: ${chosen.words}.`;
  }

  draw() {
    this.drawWho();
    const focused = this.list.contains(document.activeElement);
    const { faults } = this.world;
    const off = (path, words) => attempt(this.status, async () => {
      await remove(path);
      return words;
    });
    const rows = faults.map((fault) => el("li", {}, el("span", {}, this.words(fault)),
      button("Switch off", off(`/control/fault?id=${encodeURIComponent(fault.id)}`, "Switched off."),
        { class: "small", "aria-label": `Switch off: ${this.words(fault)}` })));
    if (faults.length > 1) rows.push(el("li", {}, button("Switch all off",
      off("/control/fault", "All faults are switched off."), { class: "small" })));
    this.list.replaceChildren(...(rows.length ? rows : [el("li", { class: "quiet" }, "No fault is switched on.")]));
    if (focused) (this.list.querySelector("button") ?? this.kind).focus();
  }

  /** A fault that strikes redraws the panel; a list that somebody is choosing from is left alone. */
  drawWho() {
    const talks = this.world.talks().map((chat) => [chat, this.world.title(chat)]);
    if (JSON.stringify(talks) === this.whoDrawn) return;
    this.whoDrawn = JSON.stringify(talks);
    const kept = this.who.value;
    this.who.replaceChildren(...select([["", "anybody"], ...talks]).children);
    this.who.value = talks.some(([chat]) => String(chat) === kept) ? kept : "";
  }

  words(fault) {
    const known = FAULTS.find(({ make }) => {
      const { kind, code } = make({ seconds: 0 });
      return kind === fault.kind && (code === undefined || code === fault.code);
    });
    if (fault.method === "database") return `${known.words}, until switched off`;
    const what = known?.words ?? `Fault “${fault.kind}” ${fault.code ?? ""}`.trim();
    const where = fault.method === "*" ? "all calls" : fault.method === "sendMessage" ? "only sending messages" : fault.method;
    const chat = fault.match?.chat_id === undefined ? "" : `, to ${this.title(fault.match.chat_id)}`;
    const times = fault.left === null || fault.left === undefined ? "until switched off" : `${fault.left} more`;
    return `${what}: ${where}${chat}, ${times}`;
  }

  title(chat) {
    const id = Number(chat);
    return this.world.people.has(id) || this.world.chats.has(id) ? this.world.title(id) : chat;
  }
}

/** The bot's calls as the stand-in saw them, newest first. */
export class CallsPanel {
  constructor(world) {
    this.world = world;
    this.rows = [];
    this.seen = 0;
    this.quiet = el("input", { type: "checkbox", checked: true, id: freshId("quiet") });
    this.quiet.addEventListener("change", () => this.draw());
    this.body = el("tbody", {});
    const head = el("tr", {}, ["Real time", "Call", "To", "Answer", "Carried out",
      "What"].map((words) => el("th", { scope: "col" }, words)));
    this.empty = el("p", { class: "quiet" }, "The bot has not called yet.");
    this.node = el("div", { class: "panel-body" },
      el("div", { class: "row" }, el("p", { class: "lead" }, "What the bot asked of Telegram, newest first."),
        el("span", { class: "tick" }, this.quiet, el("label", { for: this.quiet.id }, "Leave out waiting for messages"))),
      el("div", { class: "table", tabindex: "0", role: "region", "aria-label": "Calls of the bot" },
        el("table", {}, el("thead", {}, head), this.body), this.empty));
  }

  /** Reads the log from the server; a row that the stream brought already is not shown twice. */
  async load() {
    this.rows = [];
    this.seen = 0;
    try {
      const { calls } = await get("/control/log?since=0");
      const last = calls.at(-1)?.n ?? 0;
      this.rows = [...calls, ...this.rows.filter(({ n }) => n > last)].slice(-HELD);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
    this.seen = this.rows.at(-1)?.n ?? 0;
    this.draw();
  }

  add(row) {
    if (row.n <= this.seen) return;
    this.seen = row.n;
    this.rows.push(row);
    if (this.rows.length > HELD) this.rows.shift();
    if (!this.node.isConnected || !this.shows(row)) return;
    this.body.prepend(this.row(row));
    if (this.body.children.length > CALLS_SHOWN) this.body.lastChild.remove();
    this.empty.hidden = true;
  }

  opened() {
    this.draw();
  }

  shows(row) {
    return !this.quiet.checked || row.method.toLowerCase() !== "getupdates";
  }

  draw() {
    const shown = this.rows.filter((row) => this.shows(row)).slice(-CALLS_SHOWN).reverse();
    this.body.replaceChildren(...shown.map((row) => this.row(row)));
    this.empty.hidden = shown.length > 0;
  }

  row(call) {
    const chat = call.params?.chat_id;
    const known = chat !== undefined && (this.world.people.has(Number(chat)) || this.world.chats.has(Number(chat)));
    const to = known ? this.world.title(Number(chat)) : chat ?? "";
    const fine = call.code === 200;
    const moment = typeof call.at === "number" ? new Date(call.at * 1000) : new Date(call.at);
    const what = call.params?.text ?? call.params?.caption ?? call.error ?? "";
    const cells = [secondWords(moment), call.method, String(to), String(call.code ?? "none"),
      call.executed ? "yes" : "no", call.error && call.error !== what ? `${what} (${call.error})` : what];
    return el("tr", { class: fine ? "" : "bad" }, cells.map((words) => el("td", {}, String(words))));
  }
}

/** People and groups come and go; the view can be drawn afresh. */
export class PeoplePanel {
  constructor(world, app) {
    Object.assign(this, { world });
    const status = statusLine();
    const input = (attributes) => el("input", { type: "text", autocomplete: "off", maxlength: "64", ...attributes });
    const first = input({ required: true });
    const last = input({});
    const username = input({ pattern: "[A-Za-z0-9_]{3,32}" });
    const part = input({ value: "young person, 19" });
    const add = attempt(status, async () => {
      const body = { first_name: first.value.trim(), last_name: last.value.trim(), username: username.value.trim(),
        part: part.value.trim() };
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value));
      await post("/control/person", given);
      first.value = last.value = username.value = "";
      return `${given.first_name} has a phone now. The person has not started the bot yet.`;
    });
    this.title = input({ required: true });
    this.kind = select([["group", "private group"], ["forum", "group with topics"]]);
    this.members = el("div", { class: "row members", role: "group", "aria-label": "Who is in the group" });
    const open = attempt(status, () => this.openGroup());
    this.groups = el("div", { class: "row" });
    this.status = status;
    this.node = el("div", { class: "panel-body" },
      el("p", { class: "lead" }, "Add an invented person. Never use a real name."),
      el("form", { class: "row", on: { submit: add } }, field("First name", first), field("Last name", last),
        field("Username", username), field("Part", part), el("button", { type: "submit", class: "primary" }, "Add person")),
      el("form", { class: "row", on: { submit: open } }, field("Name of a new group", this.title), field("Kind", this.kind),
        this.members, el("button", { type: "submit", class: "primary" }, "Open the group")),
      this.groups,
      el("div", { class: "row" }, button("", () => app.restart(), {}, icon("refresh"), el("span", {}, "Restart this view"))),
      status);
  }

  opened() {
    this.draw();
  }

  /** The first who is ticked owns the group; the bot is in it from the start. */
  async openGroup() {
    const members = [...this.members.querySelectorAll("input:checked")].map(({ value }) => Number(value));
    const forum = this.kind.value === "forum";
    await post("/control/group", { title: this.title.value.trim(), members, type: forum ? "supergroup" : "group", forum, bot: true });
    const words = `“${this.title.value.trim()}” is open.`;
    this.title.value = "";
    return words;
  }

  /** Ticks are kept while the same people are there. */
  drawMembers() {
    const people = [...this.world.people.values()];
    const drawn = people.map(({ id }) => id).join();
    if (drawn === this.membersDrawn) return;
    this.membersDrawn = drawn;
    this.members.replaceChildren(...people.map((person) => {
      const box = el("input", { type: "checkbox", value: person.id, id: freshId("member") });
      return el("span", { class: "tick" }, box, el("label", { for: box.id }, fullName(person)));
    }));
  }

  draw() {
    this.drawMembers();
    const groups = [...this.world.chats.values()].filter((chat) => chat.type === "group" && !chat.migrated_to);
    this.groups.replaceChildren(...groups.map((chat) => button(`Move “${chat.title}” to a supergroup`, attempt(this.status, async () => {
      await post("/control/migrate", { chat: chat.id });
      return `“${chat.title}” is a supergroup now.`;
    }))));
  }
}

