// @ts-check
import { showMolecule } from './show-molecule.js';

for (const place of document.querySelectorAll('.molecule'))
  if (place instanceof HTMLElement) void showMolecule(place, null);
