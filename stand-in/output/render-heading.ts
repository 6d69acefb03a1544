/** A title between two rules of its length, as ORCA sets its sections. */
export function renderHeading(title: string): string {
  const rule = '-'.repeat(title.length);
  return `${rule}\n${title}\n${rule}\n`;
}
