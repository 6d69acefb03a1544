import { expect, it } from 'vitest';
import { renderSvg } from '../../../tools/picture/render-svg.ts';

it('a terminal becomes a picture: colours, bold, and nothing that XML would read', () => {
  const svg = renderSvg(['a \u001B[31mred\u001B[39m <b>', '\u001B[1mbold\u001B[22m & plain'], 20, 'x < y');
  expect(svg).toContain('<tspan>a </tspan><tspan fill="#ff7b72">red</tspan><tspan> &lt;b&gt;</tspan>');
  expect(svg).toContain('<tspan font-weight="bold">bold</tspan><tspan> &amp; plain</tspan>');
  expect(svg).toContain('<title>x &lt; y</title>');
  expect(svg).not.toContain('\u001B');
});
