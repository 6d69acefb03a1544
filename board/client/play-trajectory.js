// @ts-check
// The frames of an optimization, one by one, tied to the curve of its energies.
import { parseFrames } from './molecule-geometry.js';

/** A larger one is not loaded for a picture, bytes. */
const longest = 30_000_000;
const frameMs = 150;

/**
 * Offers to play a trajectory, where there is one.
 * @param {HTMLElement} place the molecule's
 * @param {{ show: (frame: import('./molecule-geometry.js').Frame) => void }} molecule
 * @param {(index: number) => void} onFrame the frame that is shown, from 0
 * @returns {Promise<((index: number) => void) | undefined>} goes to a frame
 */
export async function playTrajectory(place, molecule, onFrame) {
  const [bar, button, slider, name] = ['player', 'play', 'frame', 'frame-name'].map((id) =>
    document.getElementById(id),
  );
  const address = place.dataset['trajectory'];
  if (!address || !bar || !button || !name || !(slider instanceof HTMLInputElement)) return undefined;
  const answer = await fetch(address);
  if (!answer.ok || Number(answer.headers.get('Content-Length')) > longest) return undefined;
  const frames = parseFrames(await answer.text());
  if (frames.length < 2) return undefined;
  slider.max = String(frames.length - 1);
  slider.value = slider.max;
  bar.hidden = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const show = (/** @type {number} */ index) => {
    const frame = frames[index];
    if (!frame) return;
    slider.value = String(index);
    name.textContent = `${index + 1} of ${frames.length}`;
    molecule.show(frame);
    onFrame(index);
  };
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    button.textContent = 'Play';
  };
  name.textContent = `${frames.length} of ${frames.length}`;
  slider.addEventListener('input', () => {
    stop();
    show(Number(slider.value));
  });
  button.addEventListener('click', () => {
    if (timer !== undefined) return stop();
    let index = Number(slider.value) >= frames.length - 1 ? 0 : Number(slider.value);
    button.textContent = 'Stop';
    show(index);
    timer = setInterval(() => {
      index += 1;
      if (index >= frames.length) return stop();
      show(index);
    }, frameMs);
  });
  return (index) => {
    stop();
    show(Math.min(frames.length - 1, Math.max(0, index)));
  };
}
