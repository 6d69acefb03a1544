import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Words of a death, as ORCA, Open MPI, a shell or a scheduler prints them. */
interface Wording {
  readonly class: string;
  /** Of ORCA: 4, 5 or 6. */
  readonly version: string;
  readonly lines: readonly string[];
  /** The footer of this module follows. */
  readonly module: string | undefined;
}

const footerLines: Readonly<Record<string, number>> = { 4: 458, 5: 465, 6: 394 };

/** How the modules of ORCA close their death. */
export function footerOf(version: string, module: string): string[] {
  return [
    '',
    `ORCA finished by error termination in ${module}`,
    'Calling Command: mpirun -np 16  /opt/orca/orca_mpi orca.gbw orca ',
    `[file orca_tools/qcmsg.cpp, line ${footerLines[version]}]: `,
    '  .... aborting the run',
  ];
}

/** Blocks of `death-wordings.txt`: `== class version module`, then the lines. */
export function readWordings(): Wording[] {
  const blocks = readFileSync(join(import.meta.dirname, 'death-wordings.txt'), 'utf8').split(/^== /m);
  return blocks.slice(1).map((block) => {
    const [header = '', ...lines] = block.trimEnd().split('\n');
    const [name = '', version = '', ...module] = header.split(' ');
    return { class: name, version, lines, module: module.length === 0 ? undefined : module.join(' ') };
  });
}
