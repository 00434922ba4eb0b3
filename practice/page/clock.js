/** The practice clock. People read it in London time, whatever the computer is set to. */

const LONDON = "Europe/London";
const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: LONDON, ...options });
const TIME = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = format({ weekday: "long", day: "numeric", month: "long" });
const DATE = format({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
const SECONDS = format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const PARTS = format({ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric",
  second: "numeric", hourCycle: "h23" });

export const timeWords = (moment) => TIME.format(moment);
export const dayWords = (moment) => DAY.format(moment);
export const dateWords = (moment) => DATE.format(moment);
export const secondWords = (moment) => SECONDS.format(moment);

/** What a clock on a wall in London shows, as plain numbers. */
export function wall(moment) {
  const found = {};
  for (const { type, value } of PARTS.formatToParts(moment)) found[type] = Number(value);
  return found;
}

/** The moment at which London's clocks show this. A time that the spring change leaves out becomes the hour after. */
export function fromWall(year, month, day, hour = 0, minute = 0) {
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  let guess = wanted;
  for (let round = 0; round < 2; round += 1) {
    const seen = wall(new Date(guess));
    guess += wanted - Date.UTC(seen.year, seen.month - 1, seen.day, seen.hour, seen.minute);
  }
  return new Date(guess);
}

/** Nine in the morning of the next day, London time. */
export function tomorrowAtNine(now) {
  const { year, month, day } = wall(now);
  return fromWall(year, month, day + 1, 9);
}

/** Nine in the morning of the next Monday that is still to come. */
export function mondayAtNine(now) {
  const { year, month, day } = wall(now);
  for (let ahead = 0; ; ahead += 1) {
    const moment = fromWall(year, month, day + ahead, 9);
    if (new Date(Date.UTC(year, month - 1, day + ahead)).getUTCDay() === 1 && moment > now) return moment;
  }
}

/** How far the practice clock is ahead of the real one, in words; nothing below a minute. */
export function aheadWords(seconds) {
  const minutes = Math.round(seconds / 60);
  if (minutes < 1) return "";
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const words = [days && `${days} d`, hours && `${hours} h`, minutes % 60 && `${minutes % 60} min`];
  return `${words.filter(Boolean).join(" ")} ahead`;
}

/** The value that a date-time field shows for a moment. */
export function fieldValue(moment) {
  const { year, month, day, hour, minute } = wall(moment);
  const two = (number) => String(number).padStart(2, "0");
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** The moment that a date-time field means, or null for an empty one. */
export function fromField(value) {
  const found = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(value);
  return found ? fromWall(...found.slice(1, 6).map(Number)) : null;
}

/** Runs on between two words from the server, by the computer's steady clock. */
export class PracticeClock {
  constructor() {
    this.set({ now: new Date().toISOString(), offset_seconds: 0 });
  }

  set({ now, offset_seconds: offset }) {
    this.base = Date.parse(now) - performance.now();
    this.offset = offset ?? 0;
  }

  now() {
    return new Date(this.base + performance.now());
  }
}
