// A button that cannot be pressed twice: it waits until the server has answered or 20 seconds are over.
import { announce, connected } from "motcua";

const PATIENCE = 20000;

export default {
  template: `
    <button type="button" :class="['mc-btn', 'mc-btn-' + kind, {'is-waiting': waiting}]" :aria-disabled="waiting || off ? 'true' : null"
      :aria-busy="waiting ? 'true' : null" @click="press"><span v-if="icon" class="mc-btn-icon" v-html="icon"></span><span>{{
      waiting && busyLabel ? busyLabel : label }}</span><span v-if="about" class="mc-sr">{{ ' ' + about }}</span></button>`,
  inject: { store: { from: "mcDraft", default: null } },
  props: {
    label: String,
    about: String,
    kind: String,
    icon: String,
    busyLabel: String,
    offlineText: String,
    off: Boolean,
    done: { type: Number, default: 0 },
  },
  emits: ["press"],
  data: () => ({ waiting: false }),
  watch: {
    done() {
      this.release();
    },
  },
  unmounted() {
    clearTimeout(this.timer);
  },
  methods: {
    press() {
      if (this.waiting || this.off) return;
      // some telephones press a button without leaving the field first
      document.activeElement?.matches(".mc-input") && document.activeElement.dispatchEvent(new Event("change"));
      this.store?.flush();
      if (window.did_handshake && !connected()) return announce(this.offlineText);
      this.waiting = true;
      this.timer = setTimeout(() => this.release(), PATIENCE);
      this.$emit("press");
    },
    release() {
      clearTimeout(this.timer);
      this.waiting = false;
    },
    focus() {
      this.$el.focus();
    },
  },
};
