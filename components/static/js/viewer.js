// Papers as pictures, in place: page by page, larger, turned; by touch, mouse and keyboard.
const LARGEST = 4;

export default {
  template: `
    <section class="mc-viewer" :aria-label="title">
      <div class="mc-viewer-bar">
        <button v-for="tool in shown" :key="tool.key" type="button" class="mc-tool" :aria-disabled="tool.off ? 'true' : null"
          :aria-label="tool.label" :title="tool.label" @click="tool.off || tool.act()"><span v-html="icons[tool.key]"></span></button>
        <p class="mc-viewer-where" aria-live="polite">{{ where }}</p>
      </div>
      <div class="mc-viewer-stage" ref="stage" tabindex="0" role="group" :aria-label="texts.stage" @keydown="key" @dblclick="toggle">
        <p v-if="broken" class="mc-error">{{ texts.broken }}
          <button type="button" class="mc-btn mc-btn-quiet" @click="again">{{ texts.retry }}</button></p>
        <div v-else class="mc-viewer-sheet" :style="sheet"><img v-if="page" :src="address" :alt="alt" :style="picture"
          decoding="async" @load="loaded" @error="broken = true"></div>
      </div>
    </section>`,
  props: { title: String, pages: { type: Array, default: () => [] }, texts: Object, icons: Object },
  data: () => ({ at: 0, zoom: 1, turn: 0, natural: [3, 4], room: [300, 400], broken: false, tries: 0 }),
  computed: {
    page() {
      return this.pages[this.at];
    },
    address() {
      return this.tries ? `${this.page.url}${this.page.url.includes("?") ? "&" : "?"}again=${this.tries}` : this.page.url;
    },
    where() {
      const words = this.texts.where.replace("{number}", this.at + 1).replace("{total}", this.pages.length);
      return this.page?.label ? `${this.page.label} · ${words}` : words;
    },
    alt() {
      return `${this.title}. ${this.where}`;
    },
    tools() {
      return [
        { key: "back", label: this.texts.previous, off: this.at === 0, act: () => this.go(this.at - 1) },
        { key: "arrow", label: this.texts.next, off: this.at >= this.pages.length - 1, act: () => this.go(this.at + 1) },
        { key: "minus", label: this.texts.smaller, off: this.zoom <= 1, act: () => this.scale(this.zoom / 1.5) },
        { key: "plus", label: this.texts.larger, off: this.zoom >= LARGEST, act: () => this.scale(this.zoom * 1.5) },
        { key: "turn", label: this.texts.turn, act: () => (this.turn = (this.turn + 90) % 360) },
      ];
    },
    // Who has one page leafs nowhere.
    shown() {
      return this.pages.length > 1 ? this.tools : this.tools.slice(2);
    },
    lying() {
      return this.turn % 180 !== 0;
    },
    scaled() {
      const [width, height] = this.lying ? [this.natural[1], this.natural[0]] : this.natural;
      const fit = Math.min(this.room[0] / width, this.room[1] / height);
      return [width * fit * this.zoom, height * fit * this.zoom];
    },
    sheet() {
      return { width: `${this.scaled[0]}px`, height: `${this.scaled[1]}px` };
    },
    picture() {
      const [width, height] = this.lying ? [this.scaled[1], this.scaled[0]] : this.scaled;
      return { width: `${width}px`, height: `${height}px`, transform: `translate(-50%, -50%) rotate(${this.turn}deg)` };
    },
  },
  watch: {
    pages() {
      this.go(0);
    },
  },
  mounted() {
    this.sizes = new ResizeObserver(([entry]) => (this.room = [entry.contentRect.width, entry.contentRect.height]));
    this.sizes.observe(this.$refs.stage);
  },
  unmounted() {
    this.sizes.disconnect();
  },
  methods: {
    go(number) {
      Object.assign(this, { at: Math.max(0, Math.min(number, this.pages.length - 1)), zoom: 1, turn: 0, broken: false, tries: 0 });
    },
    scale(zoom) {
      this.zoom = Math.max(1, Math.min(LARGEST, zoom));
    },
    toggle() {
      this.scale(this.zoom > 1 ? 1 : 2);
    },
    again() {
      this.tries += 1;
      this.broken = false;
    },
    loaded(event) {
      this.natural = [event.target.naturalWidth || 3, event.target.naturalHeight || 4];
    },
    key(event) {
      const still = this.zoom === 1; // a larger picture is moved by the arrows instead
      const acts = {
        ArrowLeft: still && this.tools[0],
        ArrowRight: still && this.tools[1],
        "-": this.tools[2],
        "+": this.tools[3],
        "=": this.tools[3],
        r: this.tools[4],
      };
      const tool = acts[event.key];
      if (!tool || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      if (!tool.off) tool.act();
    },
  },
};
