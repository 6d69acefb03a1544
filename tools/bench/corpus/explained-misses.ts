/** A cell of the index that oact reads otherwise, with the line of the output that shows why. */
interface ExplainedMiss {
  readonly files: readonly string[];
  readonly columns: readonly string[];
  readonly why: string;
  /** Must match a line of each of the files; null where there is no line to show. */
  readonly proof: RegExp | null;
}

export const explainedMisses: readonly ExplainedMiss[] = [
  {
    files: ['dev/comp__append_fail_then_ok.out'],
    columns: ['opt_cycles'],
    why: 'the index counts over both runs in the file, oact over the last one, which decides',
    proof: /GEOMETRY OPTIMIZATION CYCLE\s+7\b/,
  },
  {
    files: [
      'dev/orca4.0.0__arc__orca_input_error.out',
      'dev/orca4.1.2__arc__orca_multiplicity_error.out',
      'dev/orca4.2.0__arc__orca_basis_error.out',
    ],
    columns: ['kind', 'nprocs', 'nprocs_requested'],
    why: 'ORCA refused the input before it echoed it: nothing says what was asked for; the index fills in sp and 1',
    proof: /IN SIMPLE INPUT LINE|-> impossible|not available for this element/,
  },
  {
    files: ['dev/comp__orca6__bad_keyword.out'],
    columns: ['kind'],
    why: 'the same; the index knows the kind from the run whose head the file carries',
    proof: /IN SIMPLE INPUT LINE/,
  },
  {
    files: ['dev/trunc__orca6.1.0__oact__files_logs__empty.out'],
    columns: ['kind'],
    why: 'the file is empty; the index knows the kind from the file it was cut from',
    proof: null,
  },
  {
    files: ['dev/trunc__orca6.1.0__oact__quacc_example_orca__header.out'],
    columns: ['kind', 'orca_version'],
    why: 'cut inside the banner, before version and input; the index knows both from the file it was cut from',
    proof: /\* O {3}R {3}C {3}A \*/,
  },
  {
    files: ['dev/orca3.0.2__cclibdata__benzene_td_singlets.out', 'dev/orca4.1.2__arc__orca_GTOInt_error.out'],
    columns: ['natoms'],
    why: 'the index has none; the output lists the atoms',
    proof: /CARTESIAN COORDINATES \(ANGSTROEM\)/,
  },
  {
    files: ['dev/orca4.2.0__arc__orca_wavefunction_not_converge_error.out'],
    columns: ['nprocs_requested'],
    why: 'the input spells it `nproc`, which ORCA accepts and the index overlooks; two ranks ran',
    proof: /^\|\s*\d+>\s*nproc 2\b/,
  },
  {
    files: [
      'dev/orca4.2.1__otherm__CO2.out',
      'dev/orca5.0.2__autode__water_tmp_hess_orca.out',
      'dev/orca5.0.2__autode__water_tmp_opt_orca.out',
    ],
    columns: ['maxcore_mb'],
    why: 'the number stands in the line below `% maxcore`, where the index does not look',
    proof: /^\|\s*\d+>\s*% ?maxcore\s*$/i,
  },
];
