const maxReasonLength = 300;

/**
 * ORCA's own words as one line of at most 300 characters: without the source position in front
 * (`[file orca_tools/qcmsg.cpp, line 394]:`), the frames of stars and exclamation marks, and runs of blanks.
 */
export function phraseReason(lines: readonly string[]): string {
  const words = lines.map((line) =>
    line
      .replace(/^\s*\[file [^\]]*\]:\s*/, '')
      // Control characters end lines and colour terminals; they have no place in a database column.
      .replace(/[\p{Cc}\s]+/gu, ' ')
      .replace(/^[\s*!.=>-]+|[\s*=-]+$/g, ''),
  );
  const telling = [...new Set(words)].filter((text) => text !== '');
  // It closes every module's death and says nothing beside other words.
  const specific = telling.filter((text) => text.toLowerCase() !== 'aborting the run');
  const reason = (specific.length > 0 ? specific : telling).join('; ');
  return reason.length <= maxReasonLength ? reason : `${reason.slice(0, maxReasonLength - 1)}…`;
}
