/** Talks to the control side of the stand-in. */

/** A call that the stand-in refused, with its own plain sentence. */
export class Refused extends Error {}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(path, {
      method,
      cache: "no-store",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Refused("Practice is not answering. Is it still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(String(answer.error ?? `Practice answered ${response.status}.`));
  return answer;
}

export const get = (path) => call("GET", path);
export const post = (path, body) => call("POST", path, body);
export const remove = (path) => call("DELETE", path);

/** Where the bytes of a photo, voice message or document are. */
export const fileUrl = (fileId) => `/control/file/${encodeURIComponent(fileId)}`;

/**
 * Keeps the page in step. The stream continues after the world's version; when it breaks, the whole world is read
 * afresh, because a restarted server counts its versions from the start again.
 */
export class Connection {
  constructor({ onWorld, onEvent, onLost }) {
    Object.assign(this, { onWorld, onEvent, onLost });
    this.version = 0;
    this.pause = 500;
    this.source = null;
    this.timer = null;
  }

  async open() {
    clearTimeout(this.timer);
    this.source?.close();
    try {
      const world = await get("/control/world");
      this.version = world.version;
      this.onWorld(world);
    } catch {
      return this.retry();
    }
    return this.listen();
  }

  /**
   * Reads the world once more without touching the stream: for events that change more than one message.
   * A world that the stream has overtaken on the way would undo what came since, so it is asked for again.
   */
  async refresh() {
    try {
      let world = await get("/control/world");
      while (world.version < this.version) world = await get("/control/world");
      this.version = world.version;
      this.onWorld(world);
    } catch {
      this.retry();
    }
  }

  listen() {
    const source = new EventSource(`/control/stream?since=${this.version}`);
    this.source = source;
    source.onopen = () => {
      this.pause = 500;
    };
    source.onmessage = (message) => {
      const event = JSON.parse(message.data);
      if (event.version !== undefined) {
        if (event.version <= this.version) return;
        this.version = event.version;
      }
      this.onEvent(event);
    };
    source.onerror = () => this.retry();
  }

  retry() {
    this.source?.close();
    this.onLost();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), this.pause);
    this.pause = Math.min(this.pause * 1.6, 5000);
  }
}
