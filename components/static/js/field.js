// One question: label, hint, problem and native controls. It holds what is typed; the server learns it on blur or change.
const GROUPS = ["radio", "checkboxes", "address"];

/** Put the fixed signs of a mask like ##/##/#### between digits, unless the person writes them otherwise; #.### is thousands. */
function masked(mask, text) {
  if (mask === "#.###") return /^\d[\d.]*$/.test(text) ? text.replace(/\./g, "").replace(/\B(?=(\d{3})+$)/g, ".") : text;
  if (!mask || !/^[\d\W]*$/.test(text)) return text;
  const sign = mask.replace(/#/g, "")[0];
  const groups = text.split(sign);
  const sizes = mask.split(sign).map((part) => part.length);
  if (groups.slice(0, -1).some((group, i) => group.length !== sizes[i])) return text;
  let digits = text.replace(/\D/g, "");
  const parts = [];
  for (const size of sizes) {
    if (digits) parts.push(digits.slice(0, size));
    digits = digits.slice(size);
  }
  return parts.join(sign) + digits;
}

export default {
  template: `
    <component :is="group ? 'fieldset' : 'div'" :class="rootClass" :role="kind === 'radio' ? 'radiogroup' : null"
      :aria-labelledby="group ? cid + '-label' : null" :aria-describedby="group ? described : null"
      :aria-invalid="kind === 'radio' && error ? 'true' : null" :aria-required="kind === 'radio' && required ? 'true' : null">
      <component v-if="kind !== 'checkbox'" :is="group ? 'legend' : 'label'" :id="cid + '-label'" :for="group ? null : cid"
        :class="labelClass">{{ label }} <span v-if="optional" class="mc-optional">{{ optional }}</span></component>
      <p v-if="hint" :id="cid + '-hint'" class="mc-hint">{{ hint }}</p>
      <p v-if="error" :id="cid + '-error'" class="mc-error"><span class="mc-sr">{{ texts.error + ' ' }}</span>{{ error }}</p>
      <div v-if="kind === 'radio' || kind === 'checkboxes'" :class="['mc-choices', {'is-row': row, 'is-seen': looks}]">
        <template v-for="([key, text], i) in options" :key="key">
          <label class="mc-choice">
            <input :type="kind === 'radio' ? 'radio' : 'checkbox'" :id="i ? cid + '-' + i : cid" :name="cid"
              :value="key" :checked="holds(key)" @change="choose(key, $event.target.checked)">
            <span class="mc-choice-text">{{ text }}</span>
          </label>
          <a v-if="looks" class="mc-link" :href="looks[i]" target="_blank">{{ texts.look }}<span class="mc-sr">{{ ' ' + text }}</span></a>
        </template>
      </div>
      <label v-else-if="kind === 'checkbox'" class="mc-choice">
        <input type="checkbox" :id="cid" v-bind="aria" :checked="local === true" @change="set($event.target.checked, true)">
        <span class="mc-choice-text">{{ label }}</span>
      </label>
      <div v-else-if="kind === 'address'" class="mc-parts">
        <div v-for="part in boxes" :key="part.key" class="mc-part">
          <label :for="part.id" class="mc-label">{{ part.label }}</label>
          <span v-if="part.options" class="mc-select"><select :id="part.id" :autocomplete="part.auto" v-bind="aria"
            :value="part.value" @change="setPart(part.key, $event.target.value, true)">
            <option value="">{{ texts.choose }}</option>
            <option v-for="[key, text] in part.options" :key="key" :value="key">{{ text }}</option>
          </select></span>
          <input v-else type="text" class="mc-input" :id="part.id" :autocomplete="part.auto" v-bind="aria"
            :value="part.value" @input="setPart(part.key, $event.target.value)" @change="send" @blur="send">
        </div>
      </div>
      <span v-else-if="kind === 'select'" class="mc-select"><select :id="cid" v-bind="aria" :autocomplete="autocomplete"
        :value="local ?? ''" @change="set($event.target.value, true)">
        <option value="">{{ texts.choose }}</option>
        <option v-for="[key, text] in options" :key="key" :value="key">{{ text }}</option>
      </select></span>
      <textarea v-else-if="kind === 'textarea'" class="mc-input" rows="4" :id="cid" v-bind="aria" :autocomplete="autocomplete"
        :value="local ?? ''" @input="set($event.target.value)" @change="send" @blur="send"></textarea>
      <div v-else :class="suffix ? 'mc-affix' : null">
        <input class="mc-input" :type="type" :id="cid" v-bind="aria" :inputmode="inputmode" :autocomplete="autocomplete"
          :spellcheck="inputmode ? 'false' : null" :value="local ?? ''" @input="typed" @change="send" @blur="send" @keydown.enter="send">
        <span v-if="suffix" :id="cid + '-suffix'" class="mc-suffix">{{ suffix }}</span>
      </div>
    </component>`,
  inject: { store: { from: "mcDraft", default: null } },
  props: {
    kind: String,
    name: String,
    cid: String,
    label: String,
    hint: String,
    error: String,
    optional: String,
    required: Boolean,
    value: null,
    options: { type: Array, default: () => [] },
    looks: Array, // of each choice: where it can be looked at before
    parts: { type: Array, default: () => [] }, // of an address: [key, label]
    countries: Array,
    communes: Array,
    inputmode: String,
    autocomplete: String,
    mask: String,
    suffix: String,
    short: Boolean,
    hideLabel: Boolean,
    texts: { type: Object, default: () => ({}) },
  },
  emits: ["change"],
  data() {
    return { local: this.value, dirty: false };
  },
  computed: {
    group() {
      return GROUPS.includes(this.kind);
    },
    rootClass() {
      return [this.group ? "mc-fieldset" : "mc-field", { "is-bad": this.error, "is-short": this.short }];
    },
    labelClass() {
      return this.hideLabel ? "mc-sr" : this.group ? "mc-legend" : "mc-label";
    },
    described() {
      const ids = [this.hint && "hint", this.error && "error", this.suffix && "suffix"].filter(Boolean);
      return ids.map((id) => `${this.cid}-${id}`).join(" ") || null;
    },
    aria() {
      return {
        "aria-describedby": this.described,
        "aria-invalid": this.error ? "true" : null,
        "aria-required": this.required ? "true" : null,
      };
    },
    row() {
      return this.options.length <= 3 && this.options.every(([, text]) => text.length <= 12);
    },
    type() {
      return this.autocomplete?.endsWith("-password") ? "password" : ({ tel: "tel", email: "email" }[this.inputmode] ?? "text");
    },
    boxes() {
      const auto = { country: "country", province: "address-level1", commune: "address-level2", detail: "street-address" };
      const options = { country: this.countries, province: this.options, commune: this.communes };
      const abroad = !["", "VN"].includes(this.local?.country ?? "");
      const asked = this.parts.filter(([key]) => !abroad || key === "country" || key === "detail");
      return asked.map(([key, label]) => ({
        key,
        label,
        id: key === this.parts[0][0] ? this.cid : `${this.cid}-${key}`,
        auto: this.autocomplete ? auto[key] : null,
        options: options[key]?.length || (key === "commune" && this.communes) ? options[key] : null,
        value: this.local?.[key] ?? "",
      }));
    },
  },
  watch: {
    value(value) {
      if (!this.dirty && !this.store?.pending(this.name)) this.local = value;
    },
  },
  created() {
    if (!this.store) return;
    this.store.fields.set(this.name, this);
    const kept = this.store.pending(this.name);
    if (!kept) return;
    this.local = kept.v;
    this.dirty = true;
  },
  mounted() {
    if (this.store?.pending(this.name)) this.store.send(this.name);
  },
  unmounted() {
    if (this.store?.fields.get(this.name) === this) this.store.fields.delete(this.name);
  },
  methods: {
    set(value, now = false) {
      this.local = value;
      this.dirty = true;
      this.store?.put(this.name, value);
      if (now) this.send();
    },
    typed(event) {
      const input = event.target;
      const adding = event.inputType?.startsWith("insert") ?? true;
      if (adding && input.selectionStart === input.value.length) input.value = masked(this.mask, input.value);
      this.set(input.value);
    },
    holds(key) {
      return this.kind === "radio" ? this.local === key : Array.isArray(this.local) && this.local.includes(key);
    },
    choose(key, on) {
      if (this.kind === "radio") return this.set(key, true);
      const others = (Array.isArray(this.local) ? this.local : []).filter((held) => held !== key);
      this.set(on ? [...others, key] : others, true);
    },
    setPart(part, value, now = false) {
      const commune = part === "province" ? { commune: "" } : {};
      this.set({ ...this.local, ...commune, [part]: value }, now);
    },
    send() {
      if (!this.dirty) return;
      if (this.store) this.store.send(this.name);
      else this.deliver(this.local, 0);
    },
    deliver(value, number) {
      this.dirty = false;
      this.$emit("change", value, number);
    },
    focus() {
      document.getElementById(this.cid)?.focus();
    },
  },
};
