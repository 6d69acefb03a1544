// @ts-check
// The geometry in 3D by 3Dmol.js, which is loaded when its place comes into view: half a megabyte through a tunnel.

/**
 * @param {HTMLElement} place
 * @param {HTMLElement | null} origin where it says from where the geometry is
 */
export async function showMolecule(place, origin) {
  const address = place.dataset['geometry'];
  if (!address) return;
  await untilSeen(place);
  const answer = await fetch(address);
  const text = await answer.text();
  if (!answer.ok) {
    place.textContent = answer.status === 422 ? text : 'There is no geometry.';
    return;
  }
  if (origin) origin.textContent = text.split('\n')[1] ?? '';
  try {
    await loadLibrary();
    drawMolecule(place, text);
  } catch {
    // Without WebGL there are still the numbers.
    const list = document.createElement('pre');
    list.tabIndex = 0;
    list.textContent = text;
    place.replaceChildren(list);
    place.classList.add('as-text');
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

/** @returns {Promise<void>} */
function loadLibrary() {
  return new Promise((resolve, reject) => {
    // It would tell its authors that it was loaded.
    Object.assign(globalThis, { $3Dmol: { notrack: true } });
    const script = document.createElement('script');
    script.src = `${document.body.dataset['assets']}3dmol.lib.js`;
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', () => reject(new Error('the viewer could not be loaded')));
    document.head.append(script);
  });
}

/** @param {HTMLElement} place @param {string} xyz */
function drawMolecule(place, xyz) {
  if (!document.createElement('canvas').getContext('webgl2')) throw new Error('no WebGL');
  const background = getComputedStyle(document.documentElement).getPropertyValue('--card').trim();
  const viewer = $3Dmol.createViewer(place, { backgroundColor: background, disableFog: true });
  viewer.addModel(xyz, 'xyz');
  viewer.setStyle({}, { stick: { radius: 0.12 }, sphere: { scale: 0.28 } });
  viewer.zoomTo();
  viewer.render();
  const canvas = place.querySelector('canvas');
  canvas?.setAttribute('role', 'img');
  canvas?.setAttribute('aria-label', 'The molecule; drag to turn it');
  place.dataset['isDrawn'] = 'true';
}
