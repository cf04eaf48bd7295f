// The explorer of a latent space, wherever it is shown: render({model, el}). In a notebook anywidget calls it with the
// widget as the model, and kernel() below makes of that what a page has:
//
// model.state     title, note, lacking, latent_dim, units, classes, conditional, explains, concepts, projections, sprite
// model.latents     Float32Array, count × latent_dim; model.labels Int32Array, count
// model.points    name of a projection → Promise of Float32Array, count × 2, within [-1, 1]
// model.decode    (z, label, explained) → Promise of {width, height, pixels}, three bytes per pixel
//                 Both promises fail with an Error that says what to do.
// model.sprite    address of the thumbnails of all values

// Okabe and Ito's colours, which the colour-blind tell apart, then lighter ones.
const COLOURS = [
  "#0072b2", "#e69f00", "#009e73", "#d55e00", "#cc79a7", "#56b4e9", "#8c8c00", "#000000", "#7f5aa8", "#a0522d",
];
const REACH = 3, STRENGTH = 2, NEAR = 12, STEPS = 100, MANY = 3000;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function slider(name, reach, changed) {
  const input = element("input", { type: "range", min: -reach, max: reach, step: 0.01, value: 0 });
  const output = element("output", { textContent: "0.00" });
  input.setAttribute("aria-label", name);
  const show = (value) => {
    input.value = value;
    output.textContent = Number(value).toFixed(2);
  };
  input.addEventListener("input", () => {
    output.textContent = Number(input.value).toFixed(2);
    changed(Number(input.value));
  });
  return { row: element("label", { className: "slider" }, name, input, output), show, input };
}

function normal() {
  const radius = Math.sqrt(-2 * Math.log(1 - Math.random()));
  return radius * Math.cos(2 * Math.PI * Math.random());
}

function download(name, address) {
  element("a", { href: address, download: name }).click();
}

function paint(canvas, { width, height, pixels }) {
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let from = 0, to = 0; from < pixels.length; from += 3, to += 4) {
    image.data[to] = pixels[from];
    image.data[to + 1] = pixels[from + 1];
    image.data[to + 2] = pixels[from + 2];
    image.data[to + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}

// What is shown: a latent vector, moved along concepts, decoded as a class.
class Place {
  constructor(model, canvas, moved, failed) {
    Object.assign(this, { model, canvas, moved, failed, label: 0, explained: false, busy: false, waiting: false });
    this.base = new Float32Array(model.state.latent_dim);
    this.strengths = model.state.concepts.map(() => 0);
  }

  get z() {
    const z = Float32Array.from(this.base);
    this.model.state.concepts.forEach(({ direction }, number) => {
      direction.forEach((part, unit) => { z[unit] += this.strengths[number] * part; });
    });
    return z;
  }

  set(z, label = this.label) {
    this.base = Float32Array.from(z);
    this.label = label;
    this.strengths.fill(0);
    this.changed();
  }

  changed() {
    this.moved(this);
    this.draw();
  }

  // While the server decodes, only the newest place waits: older ones are never drawn.
  async draw() {
    if (this.busy) {
      this.waiting = true;
      return;
    }
    this.busy = true;
    try {
      do {
        this.waiting = false;
        paint(this.canvas, await this.model.decode(this.z, this.label, this.explained));
        this.canvas.dataset.drawn = Number(this.canvas.dataset.drawn || 0) + 1;
        this.failed("");
      } while (this.waiting);
    } catch (error) {
      this.failed(error.message);
    } finally {
      this.busy = false;
    }
  }
}

// The map of all values: drag to move it, turn the wheel to come nearer, point to look, click to take.
class Scatter {
  constructor(model, sprite, looked, taken) {
    Object.assign(this, { model, sprite, looked, taken, scale: 1, left: 0, top: 0, points: new Float32Array(0) });
    this.canvas = element("canvas", { className: "map", width: 640, height: 640 });
    this.canvas.addEventListener("pointerdown", (event) => this.grip(event));
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerup", (event) => this.release(event));
    this.canvas.addEventListener("wheel", (event) => this.zoom(event), { passive: false });
  }

  async show(projection) {
    this.points = await this.model.points(projection);
    this.canvas.dataset.projection = projection;
    this.draw();
  }

  place(number) {
    const half = this.canvas.width / 2, size = 0.95 * half * this.scale;
    return [half + this.left + size * this.points[2 * number], half + this.top - size * this.points[2 * number + 1]];
  }

  draw() {
    if (this.asked) return;
    this.asked = requestAnimationFrame(() => {
      this.asked = null;
      this.paint();
    });
  }

  paint() {
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    const count = this.points.length / 2, size = Math.min(6, (count > MANY ? 2 : 4) + this.scale / 2);
    for (let number = 0; number < count; number += 1) {
      const [x, y] = this.place(number);
      context.fillStyle = COLOURS[this.model.labels[number] % COLOURS.length];
      context.fillRect(x - size / 2, y - size / 2, size, size);
    }
    this.canvas.dataset.frames = Number(this.canvas.dataset.frames || 0) + 1;
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect(), ratio = this.canvas.width / box.width;
    return [(event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio];
  }

  nearest([x, y]) {
    let best = null, least = NEAR ** 2;
    for (let number = 0; number < this.points.length / 2; number += 1) {
      const [left, top] = this.place(number), apart = (left - x) ** 2 + (top - y) ** 2;
      if (apart < least) [best, least] = [number, apart];
    }
    return best;
  }

  grip(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.gripped = { from: this.at(event), left: this.left, top: this.top, moved: false };
  }

  point(event) {
    const [x, y] = this.at(event);
    if (!this.gripped) {
      this.looked(this.nearest([x, y]));
      return;
    }
    const [fromX, fromY] = this.gripped.from;
    this.gripped.moved ||= Math.hypot(x - fromX, y - fromY) > 4;
    this.left = this.gripped.left + x - fromX;
    this.top = this.gripped.top + y - fromY;
    this.draw();
  }

  release(event) {
    const number = this.gripped && !this.gripped.moved ? this.nearest(this.at(event)) : null;
    this.gripped = null;
    if (number !== null) this.taken(number);
  }

  zoom(event) {
    event.preventDefault();
    const [x, y] = this.at(event), half = this.canvas.width / 2, factor = Math.exp(-event.deltaY / 400);
    const scale = Math.min(40, Math.max(0.5, this.scale * factor)), ratio = scale / this.scale;
    this.left = x - half - ratio * (x - half - this.left);
    this.top = y - half - ratio * (y - half - this.top);
    this.scale = scale;
    this.draw();
  }
}

function thumbnail(canvas, sprite, { columns, cell }, number) {
  canvas.width = canvas.height = cell;
  const left = (number % columns) * cell, top = Math.floor(number / columns) * cell;
  canvas.getContext("2d").drawImage(sprite, left, top, cell, cell, 0, 0, cell, cell);
}

function legend(classes) {
  const names = classes.map((name, number) => {
    const mark = element("i");
    mark.style.background = COLOURS[number % COLOURS.length];
    return element("span", {}, mark, name);
  });
  return element("p", { className: "legend" }, ...names);
}

// What the widget of kgen.explorer.widget holds, and questions to the kernel behind it.
function kernel(widget) {
  const waiting = new Map();
  const told = ({ number, fault, ...answer }, buffers) => {
    const asked = waiting.get(number);
    waiting.delete(number); // of another view of the same widget, if it is not there
    if (fault) asked?.failed(new Error(fault));
    else asked?.answered({ ...answer, buffers });
  };
  const ask = (question) => new Promise((answered, failed) => {
    const number = Math.random();
    waiting.set(number, { answered, failed });
    widget.send({ number, ...question });
  });
  const numbers = ({ buffer, byteOffset, byteLength }, Kind) => new Kind(buffer.slice(byteOffset, byteOffset + byteLength));
  widget.on("msg:custom", told);
  return {
    state: widget.get("state"),
    latents: numbers(widget.get("latents"), Float32Array),
    labels: numbers(widget.get("labels"), Int32Array),
    sprite: URL.createObjectURL(new Blob([widget.get("sprite")], { type: "image/png" })),
    points: async (projection) => numbers((await ask({ projection })).buffers[0], Float32Array),
    decode: async (z, label, explained) => {
      const { width, height, buffers } = await ask({ z: Array.from(z), label, explained });
      return { width, height, pixels: numbers(buffers[0], Uint8Array) };
    },
    end: () => widget.off("msg:custom", told),
  };
}

async function render({ model: given, el }) {
  const model = given.get ? kernel(given) : given;
  const { state } = model;
  const canvas = element("canvas", { className: "image", width: 28, height: 28 });
  const fault = element("p", { className: "fault" });
  fault.setAttribute("role", "alert");
  const units = state.units.map(({ unit, activity }) => slider(
    activity === null ? `unit ${unit}` : `unit ${unit} (${activity.toFixed(2)})`, REACH,
    (value) => { place.base[unit] = value; place.draw(); },
  ));
  const concepts = state.concepts.map(({ name, accuracy }, number) => slider(
    `${name} (${accuracy.toFixed(2)})`, STRENGTH,
    (value) => { place.strengths[number] = value; place.draw(); },
  ));
  const buttons = state.conditional ? state.classes.map((name, number) => element("button", {
    textContent: name, onclick: () => { place.label = number; place.changed(); },
  })) : [];
  const place = new Place(model, canvas, (now) => {
    units.forEach(({ show }, row) => show(now.base[state.units[row].unit]));
    concepts.forEach(({ show }, number) => show(now.strengths[number]));
    buttons.forEach((button, number) => button.setAttribute("aria-pressed", number === now.label));
  }, (reason) => { fault.textContent = reason; });

  const ends = { A: null, B: null };
  const scrubber = element("input", { type: "range", min: 0, max: STEPS, value: 0, disabled: true });
  scrubber.setAttribute("aria-label", "from A to B");
  scrubber.addEventListener("input", () => {
    const share = scrubber.value / STEPS;
    place.set(ends.A.map((start, unit) => start + share * (ends.B[unit] - start)));
  });
  const marks = ["A", "B"].map((end) => element("button", {
    textContent: `Keep as ${end}`,
    onclick: ({ target }) => {
      ends[end] = place.z;
      target.setAttribute("aria-pressed", true);
      scrubber.disabled = !(ends.A && ends.B);
      if (!scrubber.disabled) scrubber.value = end === "A" ? 0 : STEPS;
    },
  }));

  const sample = () => place.set(Float32Array.from({ length: state.latent_dim }, normal));
  const middle = () => place.set(new Float32Array(state.latent_dim));
  const keepPicture = () => download("kgen.png", canvas.toDataURL("image/png"));
  const keepLatents = () => {
    const told = { z: Array.from(place.z), label: state.conditional ? place.label : null };
    download("kgen_latents.json", `data:application/json,${encodeURIComponent(JSON.stringify(told))}`);
  };
  const tools = [["Sample", sample], ["Middle", middle], ["Save PNG", keepPicture], ["Save latents", keepLatents]]
    .map(([textContent, onclick]) => element("button", { textContent, onclick }));

  const explained = element("input", { type: "checkbox", onchange: ({ target }) => {
    place.explained = target.checked;
    place.draw();
  } });
  const asked = element("label", {}, explained, " what speaks for the class that the model reads (Grad-CAM)");

  const middleColumn = element("section", {},
    canvas, fault, element("p", {}, ...tools),
    ...(state.explains ? [element("p", {}, asked)] : []),
    ...(buttons.length ? [element("h2", { textContent: "Class, the style stays" }), element("p", {}, ...buttons)] : []),
    element("h2", { textContent: "Walk from A to B" }), element("p", {}, ...marks), scrubber,
    ...(concepts.length ? [element("h2", { textContent: "Concepts (how often a classifier tells them)" })] : []),
    ...concepts.map(({ row }) => row));
  const rightColumn = element("section", {},
    element("h2", { textContent: "Units, the most active first (nats)" }), ...units.map(({ row }) => row));

  const root = element("div", { className: "kgen" },
    element("h1", { textContent: state.title }),
    element("p", { className: "note", textContent: `${state.note}; ${state.count.toLocaleString("en")} test values` }),
    ...(state.lacking ? [element("p", { className: "note", textContent: `No map, no concepts: ${state.lacking}.` })] : []));
  const columns = element("div", { className: "columns" });
  if (state.count) columns.append(map(model, place));
  columns.append(middleColumn, rightColumn);
  root.append(columns);
  el.replaceChildren(root);
  if (state.count) place.set(model.latents.slice(0, state.latent_dim), model.labels[0]);
  else sample();
  return model.end;
}

export default { render };

function map(model, place) {
  const { state } = model, sprite = element("img", { src: model.sprite });
  const hover = element("canvas", { className: "hover", width: 28, height: 28 });
  const told = element("span", { className: "note", textContent: " Point at a value to see it, click to take its latents." });
  const scatter = new Scatter(model, sprite, (number) => {
    if (number === null || !sprite.complete) return;
    thumbnail(hover, sprite, state.sprite, number);
    told.textContent = ` test value ${number}${state.classes.length ? `, class ${state.classes[model.labels[number]]}` : ""}`;
  }, (number) => {
    const start = number * state.latent_dim;
    place.set(model.latents.slice(start, start + state.latent_dim), model.labels[number]);
  });
  const choice = element("select", { ariaLabel: "projection" }, ...state.projections.map(
    (name) => element("option", { value: name, textContent: { pca: "PCA", tsne: "t-SNE", umap: "UMAP" }[name] ?? name }),
  ));
  const note = element("span", { className: "note" });
  const show = async () => {
    note.textContent = ` finding the plane of ${state.count.toLocaleString("en")} latents …`;
    try {
      await scatter.show(choice.value);
      note.textContent = " drag to move, turn the wheel to come nearer";
    } catch (error) {
      note.textContent = ` ${error.message}`;
    }
  };
  choice.addEventListener("change", show);
  show();
  return element("section", {}, choice, note, scatter.canvas, legend(state.classes), element("p", {}, hover, told));
}
