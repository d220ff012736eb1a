// One line to search with: Enter or the button sends it, an emptied line too.
export default {
  template: `
    <form class="mc-search" role="search" @submit.prevent="$emit('find', text)">
      <label :for="$attrs.id + '-line'" class="mc-sr">{{ label }}</label>
      <input type="search" class="mc-input" :id="$attrs.id + '-line'" v-model="text" :placeholder="placeholder" autocomplete="off">
      <button type="submit" class="mc-btn mc-btn-secondary"><span class="mc-btn-icon" v-html="icon"></span><span
        class="mc-search-word">{{ button }}</span></button>
    </form>`,
  props: { label: String, placeholder: String, button: String, icon: String, value: { type: String, default: "" } },
  emits: ["find"],
  data() {
    return { text: this.value };
  },
  watch: {
    value(text) {
      this.text = text;
    },
  },
  methods: {
    clear() {
      this.text = "";
    },
  },
};
