// @ts-check
import { createChart } from './draw-chart.js';
import { keepLive, onLive } from './live.js';
import { playTrajectory } from './play-trajectory.js';
import { showMolecule } from './show-molecule.js';

/** @param {string} name */
function placeOf(name) {
  const place = document.querySelector(`[data-chart="${name}"]`);
  if (!(place instanceof HTMLElement)) throw new Error(`no place for the chart ${name}`);
  return place;
}

const drawScf = createChart(placeOf('scf'), {
  xLabel: 'iteration',
  lines: [{ label: '|ΔE|, Eh', colour: '--busy' }],
  scales: { y: { isLog: true } },
});
/** Goes to a frame of the trajectory; set when there is one. @type {((index: number) => void) | undefined} */
let goTo;
const drawOptimization = createChart(placeOf('optimization'), {
  xLabel: 'cycle',
  lines: [
    { label: 'energy, Eh', colour: '--busy', scale: 'energy' },
    { label: 'max. gradient, Eh/bohr', colour: '--late', scale: 'gradient' },
    { label: 'its target', colour: '--late', scale: 'gradient', isDashed: true },
  ],
  scales: { energy: {}, gradient: { isLog: true, isRight: true } },
  onPick: (index) => goTo?.(index),
});

/** A box with nothing in it is not shown. @param {string} name @param {boolean} isShown */
function showBox(name, isShown) {
  const box = placeOf(name).closest('section');
  if (box) box.hidden = !isShown;
}

onLive('curves', ({ scf, optimization }) => {
  const changes = scf.filter(
    (/** @type {any} */ { changeHartree }) => changeHartree !== null && changeHartree !== 0,
  );
  showBox('scf', changes.length > 0);
  drawScf([
    changes.map((/** @type {any} */ point) => point.iteration),
    changes.map((/** @type {any} */ point) => Math.abs(point.changeHartree)),
  ]);
  const cycles = optimization.filter((/** @type {any} */ { energyHartree }) => energyHartree !== null);
  const pick = (/** @type {string} */ name) => cycles.map((/** @type {any} */ point) => point[name]);
  showBox('optimization', cycles.length > 0);
  drawOptimization(['cycle', 'energyHartree', 'maxGradient', 'maxGradientTarget'].map(pick));
});

const tail = document.getElementById('tail');
const longestTail = 200_000;

onLive('tail', ({ text, isNew }) => {
  if (!tail) return;
  // Who has scrolled up to read stays there.
  const isAtEnd = tail.scrollHeight - tail.scrollTop - tail.clientHeight < 40;
  const whole = isNew ? text : (tail.textContent ?? '') + text;
  tail.textContent = whole.slice(-longestTail);
  if (isAtEnd || isNew) tail.scrollTop = tail.scrollHeight;
});

const molecule = document.getElementById('molecule');
async function showGeometry() {
  if (!molecule) return;
  const shown = await showMolecule(molecule, document.getElementById('molecule-origin'));
  if (shown) goTo = await playTrajectory(molecule, shown, drawOptimization.mark);
}
void showGeometry();

keepLive();
