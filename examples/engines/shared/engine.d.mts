import type { Job } from './parse-input.mjs';

export interface Plan {
  /** What the engine computes with, whatever the input asks for. */
  method: string;
  /** What a reader of the output must know besides. */
  remarks: string[];
}

export interface Start {
  program: string;
  args: string[];
  /** By path: written before the start. */
  files: Record<string, string>;
  /** Beside the inherited one. */
  env?: Record<string, string>;
  /** Where it works; the job directory unless given. */
  cwd?: string;
}

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Of the engine's output, at most 200. */
  lastLines: string[];
}

/** Another program that computes in ORCA's place. */
export interface Engine {
  /** In the banner; one word. */
  name: string;
  /** They must be on PATH. */
  programs: string[];
  /** Keeps the engine's own output. */
  outputName: string;
  /** Throws an InputError for what the engine cannot do. */
  plan(job: Job): Plan;
  prepare(job: Job, call: { scratch: string; mpiArguments: string[] }): Start;
  /** Reads the engine's output line by line. */
  createReader(): (line: string) => Event[];
  /** What it left in files, after a good end. */
  collect?(scratch: string): Event[];
  /** In words whose class a reader of ORCA's outputs knows. */
  explainDeath(ending: Ending): string;
}

/** An atom in ångström. */
export interface Place {
  symbol: string;
  x: number;
  y: number;
  z: number;
}

export interface ScfRow {
  kind: 'iteration';
  number: number;
  energy: number;
  change: number;
  density: number;
  error: number;
  seconds: number;
}

/** What an engine did, in Eh, bohr and seconds; geometries in ångström. */
export type Event =
  | { kind: 'version'; version: string }
  | { kind: 'ranks'; count: number }
  | { kind: 'cycle'; number: number }
  | { kind: 'geometry'; atoms: Place[] }
  | ScfRow
  | { kind: 'scf'; converged: boolean; energy: number }
  | { kind: 'spin'; s2: number; ideal: number }
  | { kind: 'gradient begins' }
  | { kind: 'gradient'; vectors: [number, number, number][] }
  | { kind: 'step'; rows: { item: string; value: number; tolerance: number }[] }
  | { kind: 'optimization'; converged: boolean }
  | { kind: 'time'; seconds: number };
