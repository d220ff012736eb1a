// What our components share: what is said aloud, and what was typed but is not yet known to be saved.
import { reactive } from "vue";

const RETRY_AFTER = 6000; // ms without an answer before a connection is taken for dead
const RECONNECT_EVERY = 10000;

const spoken = document.createElement("div");
spoken.className = "mc-sr";
spoken.setAttribute("aria-live", "polite");
document.body.append(spoken);

/** Say a text to a screen reader, also when it is the same text twice. */
export function announce(text) {
  spoken.textContent = "";
  setTimeout(() => (spoken.textContent = text), 100);
}

/** True while the server can be reached as far as this page knows. */
export function connected() {
  return navigator.onLine !== false && window.socket?.connected === true;
}

/** Whether the person has done anything yet: headings that come before that must not steal the focus, later ones take it. */
export const person = { hasActed: false };
for (const act of ["pointerdown", "keydown"]) document.addEventListener(act, () => (person.hasActed = true), { capture: true, once: true });

/** Typed answers of one draft, kept in the tab's storage until the server says that it saved them. */
class Draft {
  constructor(key) {
    this.slot = "mc.draft." + key;
    this.fields = new Map();
    this.state = reactive({ offline: false, failed: false, at: "" });
    this.last = 0;
    this.entries = this.load(); // name -> {v: value, n: number of the change, s: when sent, f: refused}
  }

  load() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.slot)) ?? {};
      return Object.fromEntries(Object.entries(kept).map(([name, [n, v]]) => [name, { n, v, s: 0, f: false }]));
    } catch {
      return {};
    }
  }

  keep() {
    const kept = Object.entries(this.entries).map(([name, entry]) => [name, [entry.n, entry.v]]);
    try {
      if (kept.length) sessionStorage.setItem(this.slot, JSON.stringify(Object.fromEntries(kept)));
      else sessionStorage.removeItem(this.slot);
    } catch {
      // a browser that forbids storage still has the entries in memory
    }
  }

  pending(name) {
    return this.entries[name];
  }

  put(name, value) {
    this.last = Math.max(this.last + 1, Date.now());
    this.entries[name] = { n: this.last, v: value, s: 0, f: false };
    this.keep();
  }

  send(name) {
    const entry = this.entries[name];
    const field = this.fields.get(name);
    if (!entry || !field || entry.s) return;
    entry.s = Date.now();
    field.deliver(entry.v, entry.n);
  }

  flush() {
    for (const name of Object.keys(this.entries)) this.send(name);
  }

  resend() {
    for (const entry of Object.values(this.entries)) Object.assign(entry, { s: 0, f: false });
    this.flush();
  }

  orphans() {
    return Object.entries(this.entries).filter(([name]) => !this.fields.has(name));
  }

  saved(name, number, at) {
    if (this.entries[name]?.n <= number) delete this.entries[name];
    Object.assign(this.state, { at, offline: !connected(), failed: Object.values(this.entries).some((e) => e.f) });
    this.keep();
  }

  refused(name, number) {
    if (this.entries[name]?.n > number) return;
    if (this.entries[name]) this.entries[name].f = true;
    this.state.failed = true;
  }

  forget() {
    this.entries = {};
    this.keep();
  }

  stuck() {
    const limit = Date.now() - RETRY_AFTER;
    return Object.values(this.entries).some((entry) => entry.s && !entry.f && entry.s < limit);
  }
}

const drafts = new Map();
const each = (act) => drafts.forEach(act);

/** Return the store of a draft, the same one for as long as the document lives. */
export function draft(key) {
  if (!drafts.has(key)) drafts.set(key, new Draft(key));
  return drafts.get(key);
}

/** Erase all drafts of this tab: the next person at this machine must not see them. */
function forgetAll() {
  each((d) => d.forget());
  for (const slot of Object.keys(sessionStorage)) if (slot.startsWith("mc.draft.")) sessionStorage.removeItem(slot);
}

/** The server's answers; called by name from components/buffer.py. */
window.mcDraft = {
  saved: (key, name, number, at) => draft(key).saved(name, number, at),
  refused: (key, name, number) => draft(key).refused(name, number),
  forget: (key) => draft(key).forget(),
};

function lost() {
  each((d) => (d.state.offline = true));
}

function back() {
  each((d) => {
    d.state.offline = false;
    d.resend();
  });
}

/** NiceGUI reloads a page whose connection cannot be made in time; without a network that would leave nothing to type in. */
function stayOnTimeout(socket) {
  let reached = socket.connected;
  const theirs = socket.listeners("connect_error");
  socket.on("connect", () => (reached = true));
  socket.off("connect_error");
  socket.on("connect_error", (error) => {
    if (!reached || error.message !== "timeout") theirs.forEach((listener) => listener(error));
  });
}

function watchSocket() {
  if (!window.socket) return setTimeout(watchSocket, 50);
  stayOnTimeout(window.socket);
  window.socket.on("disconnect", lost);
  window.socket.on("connect", () => setTimeout(back, 300));
  window.addEventListener("offline", lost);
  window.addEventListener("online", () => (window.socket.connected ? back() : window.socket.connect()));
  let closedAt = 0;
  setInterval(() => {
    // a connection may be dead long before the socket notices: an answer that stays out is the proof
    if (![...drafts.values()].some((d) => d.stuck())) return;
    lost();
    if (window.socket.connected && Date.now() - closedAt > RECONNECT_EVERY) {
      closedAt = Date.now();
      window.socket.io.engine.close();
    }
  }, 1000);
}
watchSocket();

// a telephone may end a page that is out of sight without another word
document.addEventListener("visibilitychange", () => document.hidden && each((d) => d.flush()));
window.addEventListener("pagehide", () => each((d) => d.flush()));

// the block that was seen while loading goes once there is something else to see
function unveil() {
  if (document.querySelector("#app > *")) document.getElementById("mc-loading")?.remove();
  else requestAnimationFrame(unveil);
}
unveil();

const live = (document.querySelector('meta[name="mc-live"]')?.content ?? "").split(" ").filter(Boolean);
const isLive = (path) => !live.length || live.some((own) => path === own || path.startsWith(own + "/"));

document.addEventListener(
  "click",
  (event) => {
    for (const menu of document.querySelectorAll(".mc-menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  },
  { capture: true },
);
// NiceGUI takes every link for a change of screen; those to plain pages are left to the browser
document.getElementById("app").addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (link?.matches(".mc-skip")) {
    event.preventDefault();
    document.getElementById(link.hash.slice(1))?.focus();
  } else if (link && !isLive(link.pathname)) event.stopPropagation();
});
document.addEventListener("submit", (event) => event.target.matches(".mc-menu form") && forgetAll());
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll(".mc-menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

const toasts = document.createElement("div");
toasts.className = "mc-toasts";
toasts.setAttribute("role", "status");
document.body.append(toasts);

/** Show a short message; a bad one stays until it is closed. Called by name from components/toast.py. */
window.mcToast = (text, tone, close) => {
  const box = document.createElement("div");
  box.className = `mc-toast is-${tone}`;
  const words = document.createElement("p");
  words.textContent = text;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "mc-tool", textContent: close });
  button.onclick = () => box.remove();
  box.append(words, button);
  toasts.append(box);
  if (tone !== "error") setTimeout(() => box.remove(), 8000 + 60 * text.length);
};
