// The host of the explorer in a browser's own page: its model asks the server.
import explorer from "./explorer.js";

async function answered(path, options) {
  const answer = await fetch(path, options).catch(() => {
    throw new Error("kgen explore does not answer: it was ended, or is out of reach. Start it again.");
  });
  if (!answer.ok) throw new Error(await answer.text());
  return answer;
}

async function numbers(path, Kind) {
  return new Kind(await (await answered(path)).arrayBuffer());
}

async function decode(z, label, explained) {
  const body = JSON.stringify({ z: Array.from(z), label, explained });
  const answer = await answered("decode", { method: "POST", body });
  const [width, height] = answer.headers.get("X-Size").split("x").map(Number);
  return { width, height, pixels: new Uint8Array(await answer.arrayBuffer()) };
}

const element = document.getElementById("explorer");

try {
  const state = await (await answered("state")).json();
  const [latents, labels] = await Promise.all([
    numbers("latents", Float32Array),
    numbers("labels", Int32Array),
  ]);
  const points = (name) => numbers(`points/${name}`, Float32Array);
  document.title = `${state.title}: latent space`;
  await explorer.render({ model: { state, latents, labels, points, decode, sprite: "sprite.png" }, el: element });
} catch (error) {
  element.textContent = `The page cannot be shown: ${error.message}`;
}
