// The form of one job of field work: made from the page's templates, filled in with what was entered
// before, and kept with every key.

export const part = (within, name) => within.querySelector(`[data-${name}]`);
export const touched = (work) => Boolean(work.finished || work.begun);
const named = (name) => `[name="${CSS.escape(name)}"]`;

// `page` is what static/js/field.js does for it; `job` is as the server told it, `work` what was
// entered of it. `element` is what stands on the page.
export class JobForm {
  constructor(page, job, work) {
    Object.assign(this, { page, job, work, at: page.main.dataset, words: page.words });
    this.element = copy(page.main, "job");
    this.form = this.element.querySelector("form");
    this.tell();
    this.ask();
    this.restore();
    this.demand();
    this.mark();
    this.listen();
  }

  tell() {
    const { element, job } = this;
    const time = job.begins_at ? `${clock(job.begins_at)}–${clock(job.ends_at)} · ` : "";
    element.dataset.id = this.work.id;
    part(element, "title").textContent = `${time}${job.what} · ${job.place}`;
    for (const name of ["number", "kind", "place", "applicant", "remark"]) {
      part(element, name).textContent = job[name] ?? "";
    }
    part(element, "remark-row").hidden = !job.remark;
    part(element, "ready-row").hidden = !job.ready.length;
    part(element, "ready").textContent = job.ready.join(" · ");
  }

  // Only what this job asks for stays of the form.
  ask() {
    const { form, job } = this;
    const wanted = job.items.length || job.case_act?.startsWith("inspect") ? "items" : job.case_act;
    for (const each of form.querySelectorAll("[data-outcome]")) {
      if (!job.appointment_acts.length) each.remove();
    }
    for (const each of form.querySelectorAll("[data-for]")) {
      if (each.dataset.for !== wanted) each.remove();
    }
    part(form, "items").append(...job.items.map((item) => this.asked(item)));
    bind(form, this.work.id);
  }

  asked(item) {
    const made = copy(this.page.main, "item");
    part(made, "name").textContent = item.name;
    part(made, "before").textContent = item.finding ?? "";
    part(made, "before").hidden = !item.finding;
    for (const each of made.querySelectorAll("[data-said]")) each.name = `said_${item.item}`;
    part(made, "found").name = `found_${item.item}`;
    return made;
  }

  restore() {
    for (const [name, value] of Object.entries(this.work.values)) {
      for (const control of this.form.querySelectorAll(named(name))) {
        if (control.type === "radio") control.checked = control.value === value;
        else control.value = value;
      }
    }
    for (const each of this.work.taken ?? []) {
      this.form.querySelector(`[data-part=${each}]`).disabled = true;
    }
    this.showFiles("photos");
    this.showFiles("contract");
  }

  value(name) {
    return this.form.elements[name]?.value.trim() ?? "";
  }

  // What has to be filled in follows from what was said, as on the server.
  demand() {
    const { form, job, at } = this;
    const missed = this.value("outcome") === "record_not_held";
    const said = form.elements.words;
    if (said) {
      said.required = missed;
      // An appointment that ended with a contract has said what came of it.
      said.closest("[data-outcome]").hidden = !missed && this.work.contract.length > 0;
    }
    form.querySelector("[data-part=case_act]").hidden = missed;
    const wrong = job.items.filter(({ item }) => this.value(`said_${item}`) === at.notMet);
    const early = missed || wrong.length > 0 || this.value("findings") !== "";
    for (const { item } of job.items) {
      const found = form.elements[`found_${item}`];
      found.required = !missed && this.value(`said_${item}`) === at.notMet;
      for (const radio of form.querySelectorAll(named(`said_${item}`))) {
        radio.required = !early || (!missed && found.value.trim() !== "");
      }
    }
  }

  mark() {
    const { element, work, words } = this;
    const shown = part(element, "tag");
    let [text, tone] = work.begun ? [words.begun, "primary"] : ["", ""];
    if (work.finished) [text, tone] = [words.finished, "warning"];
    if (work.refused) [text, tone] = [words.refused, "danger"];
    shown.textContent = text;
    shown.className = `td-tag td-tag--${tone}`;
    shown.hidden = !text;
    part(element, "discard").hidden = !touched(work);
    const reasons = (work.refused ?? []).flatMap((each) => this.reasons(each));
    const lines = reasons.length ? [...reasons, words.kept] : [];
    part(element, "refusals").replaceChildren(...notice(lines, "error"));
  }

  reasons({ part: which, problem }) {
    const said = (problem.errors ?? []).map((error) => error.reason);
    const why = said.length ? said : [problem.detail || problem.title];
    return [fill(this.words.not_taken, { what: this.words[which] }), ...why];
  }

  listen() {
    const { element, form, work } = this;
    form.addEventListener("input", () => this.changed());
    for (const input of form.querySelectorAll("[data-files]")) {
      input.addEventListener("change", () => this.add(input));
    }
    const barcode = part(form, "barcode");
    barcode?.addEventListener("change", () => this.readBarcode(barcode));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.finish();
    });
    part(element, "discard").addEventListener("click", () => {
      if (confirm(this.words.discard)) this.page.discard(work);
    });
  }

  // What is changed is to be finished anew, unless its report was taken as it was.
  async changed() {
    if (!this.work.taken) this.work.finished = "";
    await this.entered();
  }

  async entered() {
    for (const control of this.form.elements) {
      if (!control.name || (control.type === "radio" && !control.checked)) continue;
      this.work.values[control.name] = control.value;
    }
    this.work.begun ||= phoneTime();
    this.demand();
    await this.page.keep(this.work);
    this.mark();
  }

  async finish() {
    const { work } = this;
    // The report says when the work ended: the first time, if it was taken then.
    if (!work.taken?.includes("report")) work.finished = phoneTime();
    work.refused = null;
    await this.entered();
    this.element.open = false;
    await this.page.send();
  }

  // Photos

  async add(input) {
    const which = input.dataset.files;
    for (const file of input.files) {
      if (this.work[which].length >= Number(this.at.mostPhotos)) {
        this.page.say(fill(this.words.too_many, { count: this.at.mostPhotos }));
        break;
      }
      this.work[which].push(await this.smaller(file));
    }
    input.value = "";
    this.showFiles(which);
    await this.changed();
  }

  showFiles(which) {
    const shown = this.form.querySelector(`[data-kept=${which}]`);
    const files = this.work[which];
    shown?.replaceChildren(
      ...files.map((_file, index) => {
        const line = document.createElement("li");
        const words = fill(this.words.remove, { number: index + 1 });
        const button = secondary(words, async () => {
          files.splice(index, 1);
          this.showFiles(which);
          await this.changed();
        });
        line.append(button);
        return line;
      }),
    );
  }

  // As a JPEG of no more pixels than are of use: it has lost then where and by what it was taken.
  async smaller(file) {
    let picture;
    try {
      picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      return file; // a PDF, or a picture that this browser cannot read; the server draws it anew
    }
    const edge = Math.max(picture.width, picture.height);
    const scale = Math.min(1, Number(this.at.photoEdge) / edge);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return new File([blob], "photo.jpg", { type: "image/jpeg" });
  }

  async readBarcode(input) {
    if (!input.files.length) return;
    const said = part(this.form, "barcode-said");
    said.textContent = this.words.reading;
    const body = new FormData();
    body.set("photo", await this.smaller(input.files[0]));
    input.value = "";
    let answer, told;
    try {
      const headers = { "X-CSRFToken": this.page.token() };
      answer = await fetch(this.at.barcodes, { method: "POST", body, headers });
      told = await answer.json();
    } catch {
      said.textContent = this.words.unread;
      return;
    }
    const { numbers } = told;
    if (!answer.ok) said.textContent = told.errors?.[0]?.reason ?? told.detail;
    else if (numbers.length === 1) await this.choose(numbers[0]);
    else {
      const buttons = numbers.map((each) => secondary(each, () => this.choose(each)));
      said.replaceChildren(this.words.several, ...buttons);
    }
  }

  // It stands in the field then, where the person compares it and may change it.
  async choose(number) {
    this.form.elements.meter_number.value = number;
    part(this.form, "barcode-said").textContent = fill(this.words.read, { number });
    await this.changed();
  }
}

function copy(main, name) {
  const template = main.querySelector(`template[data-${name}]`);
  return template.content.cloneNode(true).firstElementChild;
}

// Labels and hints are bound to their controls by ids, which are made here.
function bind(form, id) {
  let number = 0;
  for (const label of form.querySelectorAll("label")) {
    const control = label.parentElement.querySelector("input, textarea");
    control.id = label.htmlFor = `${id}-${number++}`;
    const hint = label.parentElement.querySelector(".td-hint");
    if (!hint) continue;
    hint.id = `${control.id}-hint`;
    control.setAttribute("aria-describedby", hint.id);
  }
}

function secondary(words, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "td-button td-button--secondary";
  button.textContent = words;
  button.addEventListener("click", act);
  return button;
}

// Nothing where there are no lines.
export function notice(lines, tone) {
  if (!lines.length) return [];
  const made = document.createElement("div");
  made.className = `td-notice td-notice--${tone}`;
  made.append(
    ...lines.map((text) => {
      const line = document.createElement("p");
      line.textContent = text;
      return line;
    }),
  );
  return [made];
}

export function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (_all, name) => values[name]);
}

export function clock(when) {
  const shown = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Shanghai" };
  return new Intl.DateTimeFormat("zh-CN", shown).format(new Date(when));
}

function phoneTime() {
  return new Date().toISOString();
}
