// Tabs: arrows move between them, Enter or a touch opens one; the server fills the panel.
export default {
  template: `
    <div class="mc-tabset">
      <div class="mc-tabs" role="tablist" :aria-label="label" @keydown="key">
        <button v-for="[name, text] in tabs" :key="name" type="button" role="tab" :id="$attrs.id + '-' + name" class="mc-tab"
          :aria-selected="name === open ? 'true' : 'false'" :aria-controls="$attrs.id + '-panel'" :tabindex="name === open ? 0 : -1"
          @click="pick(name)">{{ text }}</button>
      </div>
      <div role="tabpanel" class="mc-tabpanel" :id="$attrs.id + '-panel'" :aria-labelledby="$attrs.id + '-' + open" tabindex="0"><slot></slot></div>
    </div>`,
  props: { tabs: Array, label: String, selected: String },
  emits: ["pick"],
  data() {
    return { open: this.selected };
  },
  watch: {
    selected(name) {
      this.open = name;
    },
  },
  methods: {
    pick(name) {
      if (name === this.open) return;
      this.open = name;
      this.$emit("pick", name);
    },
    key(event) {
      const all = [...event.currentTarget.querySelectorAll("[role=tab]")];
      const here = all.indexOf(document.activeElement);
      const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: all.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      all[(to + all.length) % all.length].focus();
    },
  },
};
