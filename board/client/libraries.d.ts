import type uPlotClass from 'uplot';

/** What the libraries' own script elements leave behind. */
declare global {
  var uPlot: typeof uPlotClass;
  var $3Dmol: {
    createViewer(place: HTMLElement, options: Record<string, unknown>): MoleculeViewer;
    notrack?: boolean;
  };
}

interface MoleculeViewer {
  addModel(text: string, format: string): void;
  setStyle(selection: object, style: object): void;
  zoomTo(): void;
  render(): void;
}
