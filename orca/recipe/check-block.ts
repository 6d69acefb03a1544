/** Blocks that a user recipe may not hold, with the reason. */
const reserved: Readonly<Record<string, string>> = {
  pal: 'the slot decides how many ranks run',
  maxcore: 'the slot decides the memory of each rank',
  coords: 'the geometry comes from the record',
  base: 'oact names the files',
  moinp: 'oact names the files of a restart',
  basis: "basis sets stand under 'basis' and 'ecp'",
  compound: 'one job is one calculation',
};

/** What is wrong with one input block of a user recipe, `%name … end`; undefined when nothing is. */
export function findBlockProblem(block: string): string | undefined {
  const name = blockNameOf(block);
  if (name === undefined) return "must begin with '%' and a name, such as '%geom MaxIter 200 end'";
  const reason = reserved[name];
  if (reason !== undefined) return `must not hold %${name}: ${reason}`;
  const problem = findTextProblem(block);
  if (problem !== undefined) return problem;
  if (name === 'scf' && /\bmaxiter\b/i.test(block)) return "must not hold MaxIter: use 'scfMaxIterations'";
  if ((block.split('"').length - 1) % 2 === 1) return 'holds a quote that is not closed';
  if (!/\send\s*$/i.test(block)) return "must end with 'end'";
  return undefined;
}

/** What no input block may hold, whoever wrote it: it would end the block, begin another job, or start a program. */
export function findTextProblem(block: string): string | undefined {
  if (/[^\t\n\x20-\x7e]/.test(block)) return 'holds a character that is not ASCII, which ORCA refuses';
  if (block.includes('#')) return "must not hold comments: ORCA 6.1 reads '%', '!' and '*' inside them";
  if (block.includes('%', block.indexOf('%') + 1))
    return "holds a second '%': write one list entry for each block";
  if (/^\s*[!*$[]/m.test(block)) return 'must not hold keyword lines, coordinates or a new job';
  if (/\$new_job/i.test(block)) return 'must not hold a new job: one job is one calculation';
  if (/\bprogext\b/i.test(block))
    return 'must not hold ProgExt, which starts a program: put it in the place of ORCA (orca: {path: …})';
  return undefined;
}

/** Lower case name of a block, undefined when the text does not begin with one. */
export function blockNameOf(block: string): string | undefined {
  return /^\s*%\s*([A-Za-z]\w*)/.exec(block)?.[1]?.toLowerCase();
}
