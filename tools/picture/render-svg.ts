/** Text with colours, as a terminal got it, as a picture. Pure. */

const colours: Readonly<Record<string, string>> = {
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#e3b341',
  '36': '#76e3ea',
};
const lineHeight = 18;
const charWidth = 7.8;
const margin = 16;

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** One line: each piece with the colour and weight that the sequences before it ask for. */
function renderLine(line: string): string {
  let style = '';
  return line
    .split('\u001B[')
    .map((part, index) => {
      const end = index === 0 ? -1 : part.indexOf('m');
      const code = part.slice(0, Math.max(0, end));
      if (index > 0) {
        const colour = colours[code];
        style = colour === undefined ? (code === '1' ? ' font-weight="bold"' : '') : ` fill="${colour}"`;
      }
      const text = escapeXml(part.slice(end + 1));
      return text === '' ? '' : `<tspan${style}>${text}</tspan>`;
    })
    .join('');
}

/** @param title for those who do not see the picture */
export function renderSvg(lines: readonly string[], columns: number, title: string): string {
  const width = Math.ceil(columns * charWidth + 2 * margin);
  const height = lines.length * lineHeight + 2 * margin;
  const rows = lines.map(
    (line, row) =>
      `<text x="${margin}" y="${margin + (row + 1) * lineHeight - 5}" xml:space="preserve">${renderLine(line)}</text>`,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="#c9d1d9">`,
    ...rows,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}
