// List and detail: side by side where there is room, else one at a time, and the browser's own "back" leads to the list.
export default {
  template: `<div :class="['mc-split', {'is-open': open}]"><slot></slot></div>`,
  props: { open: Boolean, address: String },
  emits: ["left"],
  data: () => ({ listAt: 0 }),
  watch: {
    address(to) {
      if (!to || location.pathname + location.search === to) return;
      const state = { page: to, opened: this.open && (history.state?.opened || !this.wasOpen) };
      if (!this.open && history.state?.opened) history.back();
      else if (this.open && !this.wasOpen) history.pushState(state, "", to);
      else history.replaceState(state, "", to);
      this.wasOpen = this.open;
    },
    open(open) {
      if (matchMedia("(min-width: 62.5em)").matches) return;
      if (open) this.listAt = scrollY;
      // What was opened begins at the upper edge: the head of the site is above, for who wants it.
      this.$nextTick(() => scrollTo(0, open ? this.$el.getBoundingClientRect().top + scrollY : this.listAt));
    },
  },
  created() {
    this.wasOpen = this.open;
    this.left = () => this.open && location.pathname + location.search !== this.address && this.$emit("left");
  },
  mounted() {
    window.addEventListener("popstate", this.left);
  },
  unmounted() {
    window.removeEventListener("popstate", this.left);
  },
};
