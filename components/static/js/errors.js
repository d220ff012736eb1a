// The list of what must be mended: takes the focus, leads to each question, marks the document's title.
export default {
  template: `
    <div class="mc-errors" v-show="items.length" ref="box" tabindex="-1" role="alert" :aria-labelledby="$attrs.id + '-title'">
      <h2 :id="$attrs.id + '-title'">{{ heading }}</h2>
      <ul><li v-for="[target, text, href] in items" :key="target || text">
        <a v-if="href" :href="href">{{ text }}</a>
        <a v-else-if="target" :href="'#' + target" @click.prevent="lead(target)">{{ text }}</a><span v-else>{{ text }}</span>
      </li></ul>
    </div>`,
  props: { heading: String, prefix: String, items: { type: Array, default: () => [] }, shown: { type: Number, default: 0 } },
  watch: {
    shown() {
      this.show();
    },
    items() {
      this.mark();
    },
  },
  mounted() {
    if (this.items.length) this.show();
  },
  unmounted() {
    document.title = this.bare();
  },
  methods: {
    bare() {
      return document.title.startsWith(this.prefix) ? document.title.slice(this.prefix.length + 1) : document.title;
    },
    mark() {
      document.title = this.items.length ? `${this.prefix} ${this.bare()}` : this.bare();
    },
    show() {
      this.mark();
      if (!this.items.length) return;
      this.$nextTick(() => {
        this.$refs.box.scrollIntoView({ block: "start" });
        this.$refs.box.focus({ preventScroll: true });
      });
    },
    lead(target) {
      const control = document.getElementById(target);
      if (!control) return;
      (control.closest(".mc-field, .mc-fieldset") ?? control).scrollIntoView({ block: "start" });
      control.focus({ preventScroll: true });
    },
  },
};
