/** A call of `oact` in a document. */
export interface Call {
  /** Line of the document, from 1. */
  line: number;
  /** Its arguments. */
  words: string[];
  /** Named in the text, perhaps without its arguments; in a block it must be complete. */
  isInline: boolean;
}

/** Every `oact …` in blocks of shell and between backticks. */
export function findCalls(document: string): Call[] {
  const calls: Call[] = [];
  let block: string | undefined;
  for (const [index, text] of document.split('\n').entries()) {
    const fence = /^\s*```(\w*)/.exec(text);
    if (fence) block = block === undefined ? fence[1] : undefined;
    else if (block !== undefined) {
      if (!['sh', 'bash', 'shell', 'console'].includes(block)) continue;
      for (const words of splitLine(text)) addCall(calls, index + 1, words, false);
    } else {
      for (const [, code = ''] of text.matchAll(/`([^`]+)`/g))
        if (code.startsWith('oact ')) addCall(calls, index + 1, splitLine(code)[0] ?? [], true);
    }
  }
  return calls;
}

/** Words before the program that run it all the same. */
const before = new Set(['npx', 'nohup', 'exec', 'time']);

function addCall(calls: Call[], line: number, words: string[], isInline: boolean): void {
  const start = words.findIndex((word) => !before.has(word));
  if (words[start] !== 'oact') return;
  const rest = words.slice(start + 1);
  // `oact …` and `oact --debug …` stand for any call.
  if (rest.length > 0 && !rest.includes('…')) calls.push({ line, words: rest, isInline });
}

/** A line of shell as its commands, each as words. Knows quotes, comments, pipes, `&&` and redirections; no more is needed. */
export function splitLine(line: string): string[][] {
  const commands: string[][] = [[]];
  const token = /\s+|#.*$|'([^']*)'|"([^"]*)"|(&&|\|\||[|;&])|\d?>{1,2}(?:&\d|\s*\S+)|[^\s'"|;&>]+/g;
  let isJoined = false;
  for (const [whole, single, double, separator] of line.matchAll(token)) {
    if (/^\s/.test(whole)) {
      isJoined = false;
      continue;
    }
    if (whole.startsWith('#') && !isJoined) break;
    if (/^\d?>/.test(whole)) continue;
    if (separator !== undefined) {
      commands.push([]);
      isJoined = false;
      continue;
    }
    const words = commands.at(-1);
    const word = single ?? double ?? whole;
    if (isJoined && words && words.length > 0) words[words.length - 1] += word;
    else words?.push(word);
    isJoined = true;
  }
  return commands.filter((words) => words.length > 0);
}
