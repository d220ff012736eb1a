// The pages of one paper: put in order, left out, joined into one file. With buttons, so that nobody has to drag.
import { announce } from "motcua";

export default {
  template: `
    <div class="mc-leaves" role="group" :aria-label="texts.arrange">
      <p ref="head" class="mc-label" tabindex="-1">{{ texts.arrange }} <span class="mc-optional">{{ count }}</span></p>
      <p v-if="problem" class="mc-error" role="alert"><span class="mc-sr">{{ texts.error + ' ' }}</span>{{ problem }}</p>
      <ol class="mc-files">
        <li v-for="(leaf, place) in leaves" :key="leaf.key">
          <img v-if="leaf.url" :src="leaf.url" alt="" loading="lazy" @error="leaf.url = null">
          <span class="mc-grow"><b>{{ numbered(texts.leaf, place + 1) }}</b><small>{{ leaf.name }}</small></span>
          <span class="mc-leaf-acts">
            <button v-for="step in [-1, 1]" :key="step" type="button" class="mc-btn mc-btn-quiet" :data-step="leaf.key + step"
              :aria-disabled="!leaves[place + step]" @click="move(place, step)">{{ step < 0 ? texts.up : texts.down
              }}<span class="mc-sr">{{ ' – ' + numbered(texts.leaf, place + 1) }}</span></button>
            <button type="button" class="mc-btn mc-btn-quiet" :aria-disabled="leaves.length < 2" @click="leave(place)">{{ texts.cancel
              }}<span class="mc-sr">{{ ' – ' + numbered(texts.leaf, place + 1) }}</span></button>
          </span>
        </li>
      </ol>
      <div class="mc-upload">
        <button type="button" class="mc-btn mc-btn-secondary" :aria-disabled="busy" @click="bind">{{ busy ? texts.checking : numbered(texts.join, leaves.length)
          }}</button>
        <button type="button" class="mc-btn mc-btn-quiet" @click="$emit('close')">{{ texts.close }}</button>
      </div>
    </div>`,
  props: { files: Array, texts: Object, problem: String, busy: Boolean },
  emits: ["bind", "close"],
  data() {
    const leaves = this.files.flatMap((file) =>
      Array.from({ length: file.pages }, (_, page) => ({
        key: `${file.id} ${page + 1}`,
        of: [file.id, page + 1],
        name: file.name,
        url: file.leaf?.replace("{n}", page + 1),
      })),
    );
    return { leaves, ids: this.files.map((file) => file.id) };
  },
  computed: {
    count() {
      return this.numbered(this.texts.leaves, this.leaves.length);
    },
  },
  mounted() {
    this.$refs.head.focus();
  },
  methods: {
    numbered: (text, number) => text.replace("{n}", number),
    move(place, step) {
      const to = place + step;
      if (!this.leaves[to]) return;
      const [leaf] = this.leaves.splice(place, 1);
      this.leaves.splice(to, 0, leaf);
      announce(this.numbered(this.texts.moved, to + 1));
      this.$nextTick(() => this.$el.querySelector(`[data-step="${leaf.key + step}"]`).focus());
    },
    leave(place) {
      if (this.leaves.length < 2) return;
      this.leaves.splice(place, 1);
      announce(this.count);
      this.$refs.head.focus();
    },
    bind() {
      if (!this.busy) this.$emit("bind", { files: this.ids, pages: this.leaves.map((leaf) => leaf.of) });
    },
  },
};
