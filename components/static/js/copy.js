// A text with a button that copies it; everything happens in the browser.
import { announce } from "motcua";

export default {
  template: `
    <div class="mc-copy">
      <p class="mc-copy-text"><span class="mc-sr">{{ label }}: </span><span ref="text">{{ shown }}</span></p>
      <button type="button" class="mc-btn mc-btn-secondary" @click="copy"><span class="mc-btn-icon" v-html="icon"></span>{{
        done ? texts.copied : texts.copy }}<span class="mc-sr"> – {{ label }}</span></button>
    </div>`,
  props: { text: String, shown: String, label: String, icon: String, texts: Object },
  data: () => ({ done: false }),
  unmounted() {
    clearTimeout(this.timer);
  },
  methods: {
    async copy() {
      try {
        await navigator.clipboard.writeText(this.text);
        this.done = true;
        announce(this.texts.copied);
        this.timer = setTimeout(() => (this.done = false), 4000);
      } catch {
        // no secure connection, or not allowed: the person copies the selected text by hand
        getSelection().selectAllChildren(this.$refs.text);
        announce(this.texts.selected);
      }
    },
  },
};
