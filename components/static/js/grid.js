// A table whose rows come page by page from the server; sorting, choosing and paging are buttons.
export default {
  template: `
    <div>
      <div class="mc-table-wrap" tabindex="0" role="region" :aria-labelledby="$attrs.id + '-caption'">
        <table class="mc-table">
          <caption :id="$attrs.id + '-caption'" :class="{'mc-sr': hideCaption}">{{ caption }}</caption>
          <thead><tr>
            <th v-if="choosing" scope="col" class="mc-tick"><label><input type="checkbox" :checked="all" :indeterminate="some && !all"
              @change="chooseAll($event.target.checked)"><span class="mc-sr">{{ texts.all }}</span></label></th>
            <th v-for="column in columns" :key="column.key" scope="col" :class="{'is-number': column.number}" :aria-sort="sorted(column)">
              <button v-if="column.sortable" type="button" class="mc-sort" @click="$emit('sort', column.key)">{{ column.label
                }}<span aria-hidden="true">{{ mark(column) }}</span></button><template v-else>{{ column.label }}</template></th>
          </tr></thead>
          <tbody>
            <tr v-for="row in rows" :key="row.id">
              <td v-if="choosing" class="mc-tick"><label><input type="checkbox" :checked="chosen.includes(row.id)"
                @change="choose(row.id, $event.target.checked)"><span class="mc-sr">{{ texts.choose }} {{ row.name }}</span></label></td>
              <component :is="i ? 'td' : 'th'" v-for="(cell, i) in row.cells" :key="i" :scope="i ? null : 'row'"
                :class="{'is-number': columns[i].number}"><a v-if="cell.href" :href="cell.href" class="mc-link">{{ cell.text }}</a>
                <span v-else-if="cell.tone" :class="['mc-tag', 'is-' + cell.tone]">{{ cell.text }}</span><template v-else>{{ cell.text
                }}</template></component>
            </tr>
            <tr v-if="!rows.length"><td :colspan="columns.length + (choosing ? 1 : 0)" class="mc-muted">{{ texts.none }}</td></tr>
          </tbody>
        </table>
      </div>
      <nav v-if="pages > 1" class="mc-pages mc-pager" :aria-label="texts.pages + ': ' + caption">
        <button type="button" class="mc-btn mc-btn-secondary" :aria-disabled="page <= 1 ? 'true' : null"
          @click="page > 1 && $emit('page', page - 1)">{{ texts.previous }}</button>
        <p role="status">{{ where }}</p>
        <button type="button" class="mc-btn mc-btn-secondary" :aria-disabled="page >= pages ? 'true' : null"
          @click="page < pages && $emit('page', page + 1)">{{ texts.next }}</button>
      </nav>
    </div>`,
  props: {
    caption: String,
    hideCaption: Boolean,
    columns: { type: Array, default: () => [] },
    rows: { type: Array, default: () => [] },
    choosing: Boolean,
    sort: String,
    down: Boolean,
    page: { type: Number, default: 1 },
    pages: { type: Number, default: 1 },
    where: String,
    texts: Object,
  },
  emits: ["sort", "page", "choose"],
  data: () => ({ chosen: [] }),
  computed: {
    some() {
      return this.chosen.length > 0;
    },
    all() {
      return this.rows.length > 0 && this.chosen.length === this.rows.length;
    },
  },
  watch: {
    rows(rows) {
      const ids = rows.map((row) => row.id);
      const still = this.chosen.filter((id) => ids.includes(id));
      if (still.length !== this.chosen.length) this.tell(still);
    },
  },
  methods: {
    sorted(column) {
      if (!column.sortable) return null;
      if (column.key !== this.sort) return "none";
      return this.down ? "descending" : "ascending";
    },
    mark(column) {
      if (column.key !== this.sort) return " ↕";
      return this.down ? " ↓" : " ↑";
    },
    choose(id, on) {
      this.tell(on ? [...this.chosen, id] : this.chosen.filter((other) => other !== id));
    },
    chooseAll(on) {
      this.tell(on ? this.rows.map((row) => row.id) : []);
    },
    tell(ids) {
      this.chosen = ids;
      this.$emit("choose", ids);
    },
  },
};
