// The part of a page that belongs to one draft: keeps what is typed in its questions and says whether it is saved.
import { draft } from "motcua";

export default {
  template: `
    <div class="mc-draft">
      <slot></slot>
      <p role="status" :class="['mc-save', {'is-offline': state.offline, 'is-failed': state.failed}]">{{ text }}</p>
    </div>`,
  props: { draftKey: String, texts: Object, at: String },
  emits: ["orphan"],
  data() {
    const store = Vue.markRaw(draft(this.draftKey));
    if (this.at && !store.state.at) store.state.at = this.at;
    return { store, state: store.state };
  },
  provide() {
    return { mcDraft: this.store };
  },
  computed: {
    text() {
      if (this.state.offline) return this.texts.offline;
      if (this.state.failed) return this.texts.failed;
      return this.state.at ? this.texts.saved.replace("{time}", this.state.at) : "";
    },
  },
  mounted() {
    // answers of questions that this page does not show (a reload may land on another step)
    this.timer = setTimeout(() => {
      for (const [name, entry] of this.store.orphans()) this.$emit("orphan", name, entry.v, entry.n);
    }, 1500);
  },
  unmounted() {
    clearTimeout(this.timer);
  },
};
