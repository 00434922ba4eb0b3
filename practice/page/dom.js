/** Small pieces that every part of the page is built from. Data only ever becomes text nodes here. */

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  send: "M4 12 20 4l-4.5 16-4-6.5zM11.5 13.5 20 4",
  clip: "M19 11.5 11.7 18.8a4.5 4.5 0 0 1-6.4-6.4l7.8-7.8a3 3 0 0 1 4.2 4.3l-7.7 7.7a1.5 1.5 0 0 1-2.1-2.1l6.8-6.9",
  more: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  reply: "M9 7 4 12l5 5M4 12h9a7 7 0 0 1 7 6",
  close: "M6 6l12 12M18 6 6 18",
  unseen: "M4 4l16 16M9.9 5.3A9.6 9.6 0 0 1 12 5c5 0 8.5 4.2 9.5 7a12 12 0 0 1-2.6 3.8M6.4 7.3A13 13 0 0 0 2.5 12c1 2.8 4.5 7 9.5 7a9.4 9.4 0 0 0 4-.9",
  file: "M7 3h7l5 5v13H7zM14 3v5h5",
  film: "M4 6h11v12H4zM15 10.5l5-3v9l-5-3z",
  slash: "M5 4h14v16H5zM14 8l-4 8",
  pin: "M12 21s7-6.2 7-11a7 7 0 1 0-14 0c0 4.8 7 11 7 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  voice: "M12 4v16M8 8v8M16 8v8M4.5 11v2M19.5 11v2",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5v.01",
  sticker: "M5 5h14v9l-5 5H5zM19 14h-5v5M9 10v.01M15 10v.01M9 13.5c1.5 1.5 3.5 1.5 5 .5",
  link: "M8 16 16 8M10 8h6v6",
  copy: "M9 9h10v10H9zM5 15V5h10",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
  fault: "M13 3 5 14h6l-1 7 8-11h-6z",
  calls: "M5 7h14M5 12h14M5 17h9",
  people: "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .8 3.2 2.7 3.5 5.5",
  refresh: "M20 11a8 8 0 1 0-1.5 6M20 5v6h-6",
  blocked: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM6 6l12 12",
};

/** An outline icon: decoration only, the words beside it or its button's label carry the meaning. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Makes an element: `on` holds listeners, `class` and plain attributes are set, strings become text nodes. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A real button, never a submit button by accident. */
export function button(label, act, attributes = {}, ...children) {
  return el("button", { type: "button", on: { click: act }, ...attributes }, ...(children.length ? children : [label]));
}

let serial = 0;
/** An id for label/for and aria references; unique on the page. */
export const freshId = (word) => `${word}-${(serial += 1)}`;

/** A labelled form field. */
export function field(label, control) {
  control.id ||= freshId("field");
  return el("div", { class: "field" }, el("label", { for: control.id }, label), control);
}

/** A choice list out of [value, words] pairs. */
export function select(pairs, attributes = {}) {
  return el("select", attributes, pairs.map(([value, words]) => el("option", { value }, words)));
}

/**
 * Opens a menu beside its button: arrows move, Enter and Space choose, Escape and a click elsewhere close it.
 * `items` are {label, act, icon?} or {row: [{label, act}]} for a short row such as reactions.
 */
export function openMenu(opener, items, label) {
  closeMenu();
  const list = el("div", { class: "menu", role: "menu", "aria-label": label });
  for (const item of items) {
    if (item.row) list.append(el("div", { class: "menu-row", role: "group", "aria-label": item.label }, item.row.map(menuItem)));
    else list.append(menuItem(item));
  }
  list.addEventListener("keydown", (event) => moveInMenu(event, list));
  document.body.append(list);
  place(list, opener);
  opener.setAttribute("aria-expanded", "true");
  openedMenu = { list, opener };
  list.querySelector("[role=menuitem]")?.focus();
}

let openedMenu = null;

function menuItem(item) {
  const act = () => {
    closeMenu();
    item.act();
  };
  const attributes = { class: "menu-item", role: "menuitem", tabindex: "-1", "aria-label": item.spoken };
  return button(item.label, act, attributes, item.icon ? icon(item.icon) : null, el("span", {}, item.label));
}

function place(list, opener) {
  const box = opener.getBoundingClientRect();
  const size = list.getBoundingClientRect();
  const left = Math.min(Math.max(8, box.right - size.width), window.innerWidth - size.width - 8);
  const below = box.bottom + 4 + size.height <= window.innerHeight - 8;
  list.style.setProperty("left", `${Math.max(8, left)}px`);
  list.style.setProperty("top", `${Math.max(8, below ? box.bottom + 4 : box.top - size.height - 4)}px`);
}

function moveInMenu(event, list) {
  const items = [...list.querySelectorAll("[role=menuitem]")];
  const here = items.indexOf(document.activeElement);
  const to = { ArrowDown: here + 1, ArrowRight: here + 1, ArrowUp: here - 1, ArrowLeft: here - 1, Home: 0,
    End: items.length - 1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items[(to + items.length) % items.length].focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    closeMenu();
  }
}

/** Closes the open menu and gives the focus back to the button that opened it. */
export function closeMenu() {
  if (!openedMenu) return;
  const { list, opener } = openedMenu;
  openedMenu = null;
  const hadFocus = list.contains(document.activeElement);
  list.remove();
  opener.setAttribute("aria-expanded", "false");
  if (hadFocus && opener.isConnected) opener.focus();
}

document.addEventListener("pointerdown", (event) => {
  if (openedMenu && !openedMenu.list.contains(event.target) && !openedMenu.opener.contains(event.target)) closeMenu();
});
window.addEventListener("resize", closeMenu);
