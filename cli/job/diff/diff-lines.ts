/** A line of two texts: in both, only in the first, or only in the second. */
export interface DiffLine {
  sign: ' ' | '-' | '+';
  text: string;
}

/** The shortest way from one text to another, line by line; made for inputs of some hundred lines, because time and memory grow with their product. */
export function diffLines(first: readonly string[], second: readonly string[]): DiffLine[] {
  const width = second.length + 1;
  // common[i][j]: lines that first[i…] and second[j…] have in common, in one flat array.
  const common = new Uint32Array((first.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = first.length - 1; i >= 0; i--)
    for (let j = second.length - 1; j >= 0; j--)
      common[i * width + j] =
        first[i] === second[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < first.length || j < second.length) {
    const left = first[i];
    const right = second[j];
    if (left !== undefined && left === right) {
      lines.push({ sign: ' ', text: left });
      i += 1;
      j += 1;
    } else if (right === undefined || (left !== undefined && at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: left ?? '' });
      i += 1;
    } else {
      lines.push({ sign: '+', text: right });
      j += 1;
    }
  }
  return lines;
}

/** What changed, each change with a few lines around it; `…` stands for what was left out. */
export function changesOf(lines: readonly DiffLine[], around = 1): string[] {
  const isNear = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ sign }) => sign !== ' '),
  );
  return lines.flatMap(({ sign, text }, index) => {
    if (isNear[index] === true) return [`${sign} ${text}`.trimEnd()];
    return isNear[index - 1] === true && isNear.lastIndexOf(true) > index ? ['…'] : [];
  });
}
