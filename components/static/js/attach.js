// Papers of one component of the dossier: each file is sent at once by plain HTTP, with progress, retry and removal.
import leaves from "leaves";
import { announce } from "motcua";

const WAITING = "waiting", SENDING = "sending", FAILED = "failed", DONE = "done";

function size(bytes) {
  const mega = bytes / 1048576;
  return mega >= 1 ? `${mega.toFixed(1).replace(".", ",")} MB` : `${Math.max(1, Math.round(bytes / 1024))} KB`;
}

export default {
  components: { leaves },
  template: `
    <div :class="['mc-field', {'is-bad': error}]" role="group" :aria-labelledby="cid + '-label'">
      <p :id="cid + '-label'" class="mc-label">{{ label }} <span v-if="optional" class="mc-optional">{{ optional }}</span></p>
      <p v-if="hint" :id="cid + '-hint'" class="mc-hint">{{ hint }}</p>
      <p v-if="error" :id="cid + '-error'" class="mc-error"><span class="mc-sr">{{ texts.error + ' ' }}</span>{{ error }}</p>
      <ul v-if="files.length || sending.length" class="mc-files">
        <li v-for="file in files" :key="file.id">
          <span v-if="icons.file" v-html="icons.file"></span>
          <span class="mc-grow"><a v-if="file.url" :href="file.url" target="_blank" class="mc-link">{{ file.name }}</a>
            <b v-else>{{ file.name }}</b><small>{{ file.note || size(file.size) }}</small></span>
          <button type="button" class="mc-btn mc-btn-quiet" @click="$emit('remove', file.id)">{{ texts.remove
            }}<span class="mc-sr">{{ ' ' + file.name }}</span></button>
        </li>
        <li v-for="item in sending" :key="item.key" :class="{'is-failed': item.state === 'failed'}">
          <span class="mc-grow"><b>{{ item.file.name }}</b><small>{{ size(item.file.size) }} · {{ said(item) }}</small>
            <progress v-if="item.state === 'sending'" class="mc-progress" max="100" :value="item.percent"
              :aria-label="texts.sending + ' ' + item.file.name"></progress></span>
          <button v-if="item.state === 'failed' && item.again" type="button" class="mc-btn mc-btn-quiet" @click="retry(item)">{{
            texts.retry }}<span class="mc-sr">{{ ' ' + item.file.name }}</span></button>
          <button type="button" class="mc-btn mc-btn-quiet" @click="drop(item)">{{ texts.cancel
            }}<span class="mc-sr">{{ ' ' + item.file.name }}</span></button>
        </li>
      </ul>
      <leaves v-if="arranging" :files="bindable" :texts="texts" :problem="unbound" :busy="binding" @bind="bind" @close="close"></leaves>
      <div v-else-if="count > 1 && !sending.length" class="mc-upload">
        <button ref="arrange" type="button" class="mc-btn mc-btn-quiet" @click="arranging = true">{{ texts.arrange }} ({{
          texts.leaves.replace('{n}', count) }})<span class="mc-sr">{{ ' – ' + label }}</span></button>
      </div>
      <div v-if="room && !arranging" class="mc-upload">
        <button type="button" :id="cid" class="mc-btn mc-btn-secondary" :aria-describedby="described"
          @click="$refs.pick.click()"><span class="mc-btn-icon" v-html="icons.camera"></span>{{ files.length ? texts.more : texts.choose
          }}<span class="mc-sr">{{ ' – ' + label }}</span></button>
        <button v-if="touch && accept.includes('image')" type="button" class="mc-btn mc-btn-quiet" @click="$refs.camera.click()">{{ texts.camera
          }}<span class="mc-sr">{{ ' – ' + label }}</span></button>
        <input ref="pick" type="file" hidden :accept="accept" :multiple="most !== 1" @change="chosen">
        <input ref="camera" type="file" hidden accept="image/*" capture="environment" @change="chosen">
      </div>
    </div>`,
  props: {
    cid: String,
    label: String,
    hint: String,
    error: String,
    optional: String,
    url: String,
    csrf: String,
    data: { type: Object, default: () => ({}) },
    accept: String,
    largest: Number,
    most: Number,
    binds: Boolean,
    files: { type: Array, default: () => [] },
    texts: Object,
    icons: Object,
  },
  emits: ["done", "remove", "bind"],
  data: () => ({ sending: [], arranging: false, binding: false, unbound: "", touch: matchMedia("(pointer: coarse)").matches }),
  computed: {
    bindable() {
      return this.binds ? this.files.filter((file) => file.bindable) : [];
    },
    count() {
      return this.bindable.reduce((sum, file) => sum + file.pages, 0);
    },
    room() {
      return !this.most || this.files.length + this.sending.length < this.most;
    },
    described() {
      return [this.hint && "hint", this.error && "error"].filter(Boolean).map((id) => `${this.cid}-${id}`).join(" ") || null;
    },
  },
  watch: {
    files(files) {
      const known = new Set(files.map((file) => file.id));
      this.sending = this.sending.filter((item) => !known.has(item.id));
    },
  },
  mounted() {
    this.online = () => this.sending.filter((item) => item.state === FAILED && item.again).forEach(this.retry);
    window.addEventListener("online", this.online);
  },
  unmounted() {
    window.removeEventListener("online", this.online);
    for (const item of this.sending) item.request?.abort();
  },
  methods: {
    size,
    bind(book) {
      Object.assign(this, { binding: true, unbound: "" });
      this.$emit("bind", book);
    },
    bound(problem) {
      Object.assign(this, { binding: false, unbound: problem });
      if (problem) return;
      this.arranging = false;
      announce(this.texts.joined);
      this.$nextTick(this.focus);
    },
    close() {
      Object.assign(this, { arranging: false, binding: false, unbound: "" });
      this.$nextTick(() => this.$refs.arrange?.focus());
    },
    said(item) {
      if (item.state === SENDING) return `${this.texts.sending} ${item.percent} %`;
      if (item.state === FAILED) return item.message;
      return item.state === DONE ? this.texts.checking : this.texts.waiting;
    },
    chosen(event) {
      for (const file of event.target.files) {
        if (!this.room) break;
        this.sending.push({ key: `${Date.now()}-${Math.random()}`, file, state: WAITING, percent: 0, again: true });
        const item = this.sending.at(-1);
        if (!file.size) this.fail(item, this.texts.empty, false);
        else if (this.largest && file.size > this.largest) this.fail(item, this.texts.large, false);
      }
      event.target.value = "";
      this.next();
    },
    next() {
      if (this.sending.some((item) => item.state === SENDING)) return;
      const item = this.sending.find((candidate) => candidate.state === WAITING);
      if (item) this.send(item);
    },
    send(item) {
      const form = new FormData();
      for (const [name, value] of Object.entries(this.data)) form.append(name, value);
      form.append("csrf", this.csrf ?? "");
      form.append("file", item.file, item.file.name);
      const request = new XMLHttpRequest();
      Object.assign(item, { state: SENDING, percent: 0, request: Vue.markRaw(request) });
      request.upload.onprogress = (event) => (item.percent = Math.round((100 * event.loaded) / event.total));
      request.onload = () => this.answered(item, request);
      request.onerror = request.ontimeout = () => this.fail(item, this.texts.offline, true);
      request.open("POST", this.url);
      request.timeout = 600000;
      request.setRequestHeader("X-CSRF-Token", this.csrf ?? "");
      request.setRequestHeader("Accept", "application/json");
      request.send(form);
    },
    answered(item, request) {
      let answer = {};
      try {
        answer = JSON.parse(request.responseText) ?? {};
      } catch {
        // a proxy in between may answer with a page of its own
      }
      if (request.status >= 300 || !answer.id) {
        const why = request.status === 413 ? this.texts.large : this.texts.refused;
        return this.fail(item, answer.message || why, request.status >= 500 || request.status === 429);
      }
      Object.assign(item, { state: DONE, id: answer.id });
      announce(`${this.texts.sent} ${item.file.name}`);
      this.$emit("done", answer.id);
      this.next();
    },
    fail(item, message, again) {
      Object.assign(item, { state: FAILED, message, again });
      announce(`${item.file.name}: ${message}`);
      this.next();
    },
    retry(item) {
      item.state = WAITING;
      this.next();
    },
    drop(item) {
      item.request?.abort();
      this.sending = this.sending.filter((other) => other !== item);
      if (item.id) this.$emit("remove", item.id);
      this.next();
    },
    unusable(id, message) {
      const item = this.sending.find((candidate) => candidate.id === id);
      if (item) this.fail(item, message, false);
    },
    focus() {
      document.getElementById(this.cid)?.focus();
    },
  },
};
