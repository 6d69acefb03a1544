import type uPlotClass from 'uplot';

/** What the libraries' own script elements leave behind. */
declare global {
  var uPlot: typeof uPlotClass;
  var $3Dmol: {
    createViewer(place: HTMLElement, options: Record<string, unknown>): MoleculeViewer;
    notrack?: boolean;
  };
}

interface Place {
  x: number;
  y: number;
  z: number;
}

interface MoleculeViewer {
  addModel(
    text: string,
    format: string,
  ): {
    selectedAtoms(selection: object): { bonds: number[]; bondOrder: number[] }[];
  };
  setStyle(selection: object, style: object): void;
  setClickable(selection: object, isClickable: boolean, listener: (atom: { index: number }) => void): void;
  addSphere(options: { center: Place | undefined; radius: number; color: string; opacity: number }): void;
  addCylinder(options: { start: Place; end: Place; radius: number; color: string; dashed: boolean }): void;
  addLabel(text: string, options: { position: Place; fontSize: number; backgroundOpacity: number }): void;
  removeAllModels(): void;
  removeAllShapes(): void;
  removeAllLabels(): void;
  rotate(degrees: number, axis: 'x' | 'y'): void;
  zoomTo(): void;
  render(): void;
}
