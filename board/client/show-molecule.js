// @ts-check
// The geometry in 3D by 3Dmol.js, which is loaded when its place comes into view: half a megabyte through a tunnel.
import { distanceOf, findBonds, findOrientation, parseFrames, renderXyz, turn } from './molecule-geometry.js';

/** @typedef {import('./molecule-geometry.js').Frame} Frame */

/**
 * @param {HTMLElement} place
 * @param {HTMLElement | null} origin where it says from where the geometry is
 * @returns {Promise<{ show: (frame: Frame) => void } | undefined>} shows another geometry of the same atoms; undefined: it is text
 */
export async function showMolecule(place, origin) {
  const address = place.dataset['geometry'];
  if (!address) return undefined;
  await untilSeen(place);
  const answer = await fetch(address);
  const text = await answer.text();
  if (!answer.ok) {
    place.textContent = answer.status === 422 ? text : 'There is no geometry.';
    return undefined;
  }
  if (origin) origin.textContent = text.split('\n')[1] ?? '';
  try {
    await loadLibrary();
    return drawMolecule(place, text);
  } catch {
    // Without WebGL there are still the numbers.
    const list = document.createElement('pre');
    list.tabIndex = 0;
    list.textContent = text;
    place.replaceChildren(list);
    place.classList.add('as-text');
    return undefined;
  }
}

/** @param {HTMLElement} place @returns {Promise<void>} */
function untilSeen(place) {
  return new Promise((resolve) => {
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      resolve();
    });
    observer.observe(place);
  });
}

/** @type {Promise<void> | undefined} */
let library;

/** @returns {Promise<void>} */
function loadLibrary() {
  library ??= new Promise((resolve, reject) => {
    // It would tell its authors that it was loaded.
    Object.assign(globalThis, { $3Dmol: { notrack: true } });
    const script = document.createElement('script');
    script.src = `${document.body.dataset['assets']}3dmol.lib.js`;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => reject(new Error('the viewer could not be loaded')));
    document.head.append(script);
  });
  return library;
}

/** @param {HTMLElement} place @param {string} xyz */
function drawMolecule(place, xyz) {
  if (!document.createElement('canvas').getContext('webgl2')) throw new Error('no WebGL');
  const background = getComputedStyle(document.documentElement).getPropertyValue('--card').trim();
  const viewer = $3Dmol.createViewer(place, { backgroundColor: background, disableFog: true });
  /** @type {Record<string, number>} */
  const radii = JSON.parse(place.dataset['radii'] ?? '{}');
  const [first] = parseFrames(xyz);
  if (!first) throw new Error('no geometry');
  const orientation = findOrientation(first.atoms);
  const say = document.getElementById('distance');
  /** @type {number[]} */
  let marked = [];

  const show = (/** @type {Frame} */ frame) => {
    const atoms = turn(frame.atoms, orientation);
    viewer.removeAllModels();
    viewer.removeAllShapes();
    viewer.removeAllLabels();
    const model = viewer.addModel(renderXyz(atoms), 'xyz');
    const drawn = model.selectedAtoms({});
    for (const [one, other] of findBonds(atoms, radii)) {
      bind(drawn[one], other);
      bind(drawn[other], one);
    }
    viewer.setStyle({}, { stick: { radius: 0.12 }, sphere: { scale: 0.28 } });
    viewer.setClickable({}, true, (/** @type {{ index: number }} */ atom) => {
      marked = marked.length === 2 ? [atom.index] : [...marked, atom.index];
      mark();
    });
    const mark = () => {
      viewer.removeAllShapes();
      viewer.removeAllLabels();
      const names = marked.map((index) => `${atoms[index]?.symbol ?? ''}${index + 1}`);
      const [one, other] = marked.map((index) => atoms[index]);
      for (const index of marked)
        viewer.addSphere({ center: atoms[index], radius: 0.5, color: 'gold', opacity: 0.5 });
      if (one && other) {
        const text = `${distanceOf(one, other).toFixed(3)} Å`;
        viewer.addCylinder({ start: one, end: other, radius: 0.05, color: 'gold', dashed: true });
        const middle = { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, z: (one.z + other.z) / 2 };
        viewer.addLabel(text, { position: middle, fontSize: 13, backgroundOpacity: 0.7 });
        if (say) say.textContent = `${names.join('–')}: ${text}`;
      } else if (say && one) say.textContent = `${names[0]}: click a second atom.`;
      viewer.render();
    };
    if (marked.length > 0) mark();
    viewer.render();
  };
  show(first);
  // Seen from a little aside, atoms on the axis of sight do not hide each other.
  viewer.rotate(25, 'y');
  viewer.rotate(20, 'x');
  viewer.zoomTo();
  viewer.render();
  const canvas = place.querySelector('canvas');
  canvas?.setAttribute('role', 'img');
  canvas?.setAttribute('aria-label', 'The molecule; drag to turn it');
  place.dataset['isDrawn'] = 'true';
  return { show };
}

/** @param {{ bonds: number[], bondOrder: number[] } | undefined} atom @param {number} other */
function bind(atom, other) {
  if (!atom || atom.bonds.includes(other)) return;
  atom.bonds.push(other);
  atom.bondOrder.push(1);
}
