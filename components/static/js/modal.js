// A dialog of the browser itself: the rest of the page is inert, Escape closes it, the focus goes back where it was.
export default {
  template: `
    <dialog class="mc-dialog" :aria-labelledby="$attrs.id + '-title'" @cancel.prevent="leave">
      <div class="mc-dialog-in">
        <h2 :id="$attrs.id + '-title'" tabindex="-1" ref="title">{{ heading }}</h2>
        <slot></slot>
      </div>
    </dialog>`,
  props: { heading: String },
  emits: ["dismiss"],
  mounted() {
    this.before = document.activeElement;
    this.$el.showModal();
    const first = this.$el.querySelector("input, select, textarea");
    (first ?? this.$refs.title).focus();
    window.addEventListener("popstate", this.leave);
  },
  methods: {
    leave() {
      document.activeElement?.matches(".mc-input") && document.activeElement.dispatchEvent(new Event("change"));
      this.$emit("dismiss");
    },
  },
  beforeUnmount() {
    window.removeEventListener("popstate", this.leave);
    this.$el.close();
    if (this.before?.isConnected) this.before.focus();
  },
};
