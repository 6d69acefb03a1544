const maxReasonLength = 300;

/** They close a death and say nothing beside other words. */
const closingWords = /^(?:Error \(ORCA_\w+\): *[. ]*)?aborting the run$/i;

/**
 * ORCA's own words as one line of at most 300 characters: without the source position in front
 * (`[file orca_tools/qcmsg.cpp, line 394]:`), the frames of stars and exclamation marks, and runs of blanks.
 * @param lines those that gave the failure away
 * @param lastLines of the output: what stands in front of bare closing words is the reason
 */
export function phraseReason(lines: readonly string[], lastLines: readonly string[] = []): string {
  const telling = tidy(lines);
  const specific = telling.filter((text) => !closingWords.test(text));
  const before = tidy(lastLines).filter((text) => !closingWords.test(text));
  const found = [specific, before.slice(-3), telling].find((words) => words.length > 0) ?? [];
  const reason = found.join('; ');
  return reason.length <= maxReasonLength ? reason : `${reason.slice(0, maxReasonLength - 1)}…`;
}

function tidy(lines: readonly string[]): string[] {
  const words = lines.map((line) =>
    line
      .replace(/^\s*\[file [^\]]*\]:\s*/, '')
      // Control characters end lines and colour terminals; they have no place in a database column.
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .replace(/^[\s*!.=>-]+|[\s*=-]+$/g, ''),
  );
  return [...new Set(words)].filter((text) => text !== '');
}
