// Queues with their counts: one is chosen.
export default {
  template: `
    <div class="mc-chips" role="group" :aria-label="label">
      <button v-for="chip in chips" :key="chip.key" type="button" class="mc-chip" :aria-pressed="chip.key === open ? 'true' : 'false'"
        @click="pick(chip.key)">{{ chip.label }} <b v-if="chip.count !== null" :class="{'is-hot': chip.hot}">{{ chip.count }}</b></button>
    </div>`,
  props: { chips: { type: Array, default: () => [] }, label: String, selected: String },
  emits: ["pick"],
  data() {
    return { open: this.selected };
  },
  watch: {
    selected(key) {
      this.open = key;
    },
  },
  methods: {
    pick(key) {
      this.open = key;
      this.$emit("pick", key);
    },
  },
};
