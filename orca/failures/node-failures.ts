// Failures of the node: its set-up, its disks, its processes, the transport between ranks.
import type { NodeClass } from '../../core/job/failure-class.ts';
import { again, asBefore, type FailureRow, type FailureSign, never, ofOrca, signsOf } from './failure-row.ts';

/** Sources of Open MPI; their messages begin with `[node][[job,1],rank][btl_tcp.c:559:…]`. */
const transportSources = [
  'tcp.',
  'tcp_',
  'openib',
  'vader',
  'sm_c',
  'smcuda',
  'ofi_',
  'uct_',
  'usnic',
  'ugni',
  'portals',
];

/** An ORCA program, or the launcher that it needs; not the small tools that a job script runs behind it. */
const ownProgram = String.raw`\b(?:mpirun|mpiexec(?:\.hydra)?|prterun|orterun|hydra_pmi_proxy|orca(?:_(?!2|plot|vib|mapspc|pltvib)\w+)?(?:\.exe)?)\b`;

/** UCX says the same of its shared memory segments in runs that end well. */
const notUcx = /^(?!.*UCX)/i;

/** errno in words, as the C library, a shell or a Fortran run time adds them to a message. */
const troubles: readonly FailureSign[] = [
  'stale file handle',
  'stale nfs file handle',
  'input/output error',
  'read-only file system',
  'transport endpoint is not connected',
  'transport endpoint shutdown',
  'resource temporarily unavailable',
  'too many open files',
  'remote i/o error',
  'host is down',
  'communication error on send',
  'software caused connection abort',
].map((phrase) => ({ phrase, pattern: notUcx }));

export const nodeFailures: Readonly<Record<NodeClass, FailureRow>> = {
  env_missing: {
    ...ofOrca,
    words: 'ORCA, mpirun or a library was missing on the node',
    cure: 'Install what is missing, or set --orca-path and the environment in the consumer script.',
    command: again,
    retry: never('the node must be fixed first'),
    charged: false,
    nodeFault: true,
    scope: 'run',
    signs: signsOf(
      'error while loading shared libraries',
      'symbol lookup error',
      // Open MPI 4 and 5, whose sentences break in different places.
      'unable to launch the specified application',
      'unable to find the specified executable',
      { phrase: 'could not execute the executable' },
      { phrase: 'could not find the executable' },
      { phrase: 'via the "execve" system call' },
      // Hydra: `execvp error on file orca_scf_mpi (No such file or directory)`; slurmstepd: `execve(): orca: No such file`.
      { phrase: 'execvp error on file' },
      { phrase: 'execve(): ', pattern: /execve\(\): .*(?:No such file|Permission denied|format error)/i },
      {
        phrase: 'no such file or directory',
        pattern: new RegExp(`${ownProgram}: No such file or directory`, 'i'),
      },
      { phrase: ': permission denied', pattern: new RegExp(`${ownProgram}: Permission denied`, 'i') },
      { phrase: 'exec format error', pattern: /cannot execute|exec format error/i },
      { phrase: ': not found', pattern: new RegExp(`${ownProgram}: not found`, 'i') },
      { phrase: ': command not found', pattern: new RegExp(`${ownProgram}: command not found`, 'i') },
      { phrase: "' not found (required by", pattern: /version .* not found \(required by/ },
      'detected an attempt to run as root',
      'has to be called with full pathname',
      'failed to launch',
      // mpirun finds part of Slurm's variables, and dies of those that it misses.
      { phrase: 'allocator expects to find the following' },
      { phrase: 'ras_base_allocate.c', pattern: /(?:ORTE|PRTE)_ERROR_LOG.*ras_base_allocate\.c/ },
    ),
  },
  mpi_slots: {
    ...ofOrca,
    words: 'mpirun found too few slots',
    cure: 'Check that mpirun on the node is the one that ORCA was built for, and that no slot is larger than the node.',
    command: again,
    retry: { times: 1, ladder: [asBefore], waits: true },
    scope: 'step',
    signs: signsOf(
      'there are not enough slots available',
      'all nodes which are allocated for this job are already filled',
    ),
  },
  disk_full: {
    ...ofOrca,
    words: 'the disk was full',
    cure: 'Free space or quota on the job root, the scratch directory and /dev/shm.',
    command: again,
    retry: { times: 2, ladder: [asBefore], waits: true },
    charged: false,
    nodeFault: true,
    scope: 'step',
    signs: signsOf(
      { phrase: 'no space left on device', pattern: notUcx },
      { phrase: 'disk quota exceeded', pattern: notUcx },
      { phrase: 'file too large', pattern: /\bFile too large\b/ },
      'not enough disk space',
      // Shared memory is a file in /dev/shm; Open MPI breaks the sentence behind the name.
      { phrase: 'not enough space for /', pattern: /not enough space for \S+/i },
      // The matrices of ORCA 6 are files in its working directory.
      {
        phrase: 'tmatrixcontainer',
        pattern: /TMatrixContainers?\b.*\b(?:add|write|writing|store|append)\b/i,
      },
      { phrase: '(tmatrixcontainer', pattern: /Failed to (?:add|write|store)\b/i },
    ),
  },
  node_trouble: {
    ...ofOrca,
    words: 'the node had a fault: a file system, its processes or its memory',
    cure: 'Check the node: network file systems, limits of processes and open files (ulimit -u, -n), and /dev/shm.',
    command: again,
    retry: { times: 2, ladder: [asBefore], waits: true },
    charged: false,
    nodeFault: true,
    scope: 'step',
    signs: signsOf(
      ...troubles,
      // A page of a mapped file that the disk, or /dev/shm, has no room for.
      { phrase: 'physical address', pattern: /Signal code:\s+Non-exist[ae]nt physical address/i },
      {
        phrase: 'thread creation failed',
        pattern: /libgomp: Thread creation failed|thread creation failed/i,
      },
      { phrase: 'pthread_create failed', pattern: /pthread_create failed/i },
      { phrase: 'cannot fork', pattern: /\bcannot fork\b/i },
      { phrase: 'unable to fork', pattern: /\bunable to fork\b/i },
    ),
  },
  mpi_transport: {
    ...ofOrca,
    words: 'its MPI ranks lost contact with each other',
    cure: 'If it happens on one node only, exclude that node. Otherwise check that Open MPI is the one that ORCA was built for.',
    command: again,
    retry: { times: 2, ladder: [asBefore], waits: true },
    maySignalBeTheCause: true,
    scope: 'step',
    signs: signsOf(
      ...transportSources.map((name) => ({ phrase: `[btl_${name}`, pattern: /\[btl_\w+\.c:\d+/i })),
      'orte has lost communication',
      'prte has lost communication',
      {
        phrase: 'daemon has unexpectedly failed',
        pattern: /An (?:ORTE|PRTE) daemon has unexpectedly failed/i,
      },
      'orte was unable to reliably start',
      'unable to reliably start one or more daemons',
      { phrase: ' mpi_err_', pattern: /MPI_ERR_\w+/i },
      'transport retry count exceeded',
      // MPICH and Intel MPI.
      { phrase: 'communication error with rank' },
      // Not what mpirun says of its own help texts when a rank has ended, on a busy machine.
      { phrase: 'orte_error_log', pattern: /ORTE_ERROR_LOG(?!.*\bshow_help\.c)/i },
      { phrase: 'prte_error_log', pattern: /PRTE_ERROR_LOG(?!.*\bshow_help\.c)/i },
    ),
  },
};
