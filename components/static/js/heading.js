// The one h1 of a page. After a change of page within the application the focus goes to it, as a new document would do.
import { visits } from "motcua";

export default {
  template: `
    <div class="mc-head">
      <div v-if="before" v-html="before"></div>
      <h1 ref="title" tabindex="-1">{{ text }}</h1>
      <div v-if="after" v-html="after"></div>
    </div>`,
  props: { text: String, before: String, after: String },
  mounted() {
    if (visits.count++) this.focus();
  },
  methods: {
    focus() {
      window.scrollTo(0, 0);
      this.$refs.title.focus({ preventScroll: true });
    },
  },
};
