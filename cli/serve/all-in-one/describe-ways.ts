import { quoteWord } from '../../../scheduler/script/safe-values.ts';

/** Where an `oact serve` of an allocation can be looked at. */
export interface Ways {
  node: string;
  /** The login node that submitted it; null: nobody knows. */
  submitHost: string | null;
  /** Of the pages, on the node's loopback; null: none. */
  boardPort: number | null;
  campaignDir: string;
  program: string;
}

/** The pages' port on the reader's own machine. */
const localPort = 3000;

/** What to type to see the campaign, one line each. */
export function describeWays({ node, submitHost, boardPort, campaignDir, program }: Ways): string[] {
  const hop = submitHost === null ? '' : `-J ${quoteWord(submitHost)} `;
  const dir = quoteWord(campaignDir);
  return [
    `oact serve runs on ${node}`,
    ...(boardPort === null
      ? []
      : [
          `pages   ssh ${hop}-L ${localPort}:127.0.0.1:${boardPort} ${quoteWord(node)}   on your own machine, then http://127.0.0.1:${localPort}; the token is in ${dir}/.oact/board.token`,
        ]),
    `top     oact top -C ${dir}   on the login node; where it does not reach the nodes: ssh -t ${quoteWord(node)} ${quoteWord(program)} top -C ${dir}`,
  ];
}
