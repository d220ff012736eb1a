// The heading of a page (h1) or of what was opened in it (h2). After a change of page within the application the focus goes to it, as a new document would do.
import { person } from "motcua";

export default {
  template: `
    <div :class="{'mc-head': !hidden}">
      <div v-if="before" v-html="before"></div>
      <component :is="'h' + level" ref="title" tabindex="-1" :class="{'mc-sr': hidden, 'mc-long': text.length > 80}">{{ text }}</component>
      <div v-if="after" v-html="after"></div>
    </div>`,
  props: { text: String, before: String, after: String, level: { type: Number, default: 1 }, hidden: Boolean },
  mounted() {
    if (person.hasActed) this.focus();
  },
  methods: {
    focus() {
      if (this.level === 1) window.scrollTo(0, 0);
      this.$refs.title.focus({ preventScroll: true });
    },
  },
};
