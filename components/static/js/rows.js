// A list to choose from, such as an inbox: each row is a link that a new tab can take, too.
export default {
  template: `
    <ul class="mc-rows" :aria-label="label">
      <li v-for="row in rows" :key="row.id"><a :href="row.href" :aria-current="row.id === current ? 'true' : null" @click="open($event, row.id)">
        <span class="mc-row-title"><i v-if="row.fresh" class="mc-dot"></i><b>{{ row.title }}</b><span v-if="row.fresh" class="mc-sr">{{ ' (' + texts.fresh + ')' }}</span></span>
        <span v-if="row.tag" :class="['mc-tag', 'is-' + row.tone]">{{ row.tag }}</span>
        <span class="mc-row-note"><span>{{ row.note }}</span> <span v-if="row.code" class="mc-row-code">{{ row.code }}</span></span></a></li>
    </ul>`,
  props: { rows: { type: Array, default: () => [] }, current: String, label: String, texts: Object, listens: Boolean },
  emits: ["open"],
  methods: {
    open(event, id) {
      if (!this.listens || event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.$emit("open", id);
    },
  },
};
