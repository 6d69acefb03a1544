import { html } from 'hono/html';
import type { OutputPart } from '../../files/search-output.ts';
import { formatCount } from '../format-values.ts';
import { renderPage, type Html, type Shell } from '../page-shell.ts';

/** A file of a run with search, and links from cycle to cycle. */
export function renderOutputPage(
  shell: Shell,
  options: {
    id: number;
    attempt: number;
    file: 'output' | 'input';
    words: string;
    part: OutputPart;
    formKey: string;
  },
): Html {
  const { id, attempt, file, words, part, formKey } = options;
  const to = (changes: Record<string, string>): string =>
    `/jobs/${id}/read/${file}?${new URLSearchParams({ attempt: String(attempt), ...(words !== '' && { q: words }), ...changes }).toString()}`;
  const last = part.from + part.lines.length - 1;
  const at = part.cycles.findLastIndex(({ line }) => line <= part.from);
  const cycleLink = (index: number, name: string): Html => {
    const found = part.cycles[index];
    return found
      ? html`<a href="${to({ from: String(found.line) })}#text">${name}: cycle ${found.cycle}</a>`
      : html``;
  };
  return renderPage(shell, {
    heading: `#${id} ${file}`,
    place: 'jobs',
    stream: null,
    scripts: [],
    formKey,
    body: html`<h1><a href="/jobs/${id}?attempt=${attempt}">#${id}</a>, attempt ${attempt}: ${file}</h1>
      <form class="search" role="search" action="/jobs/${id}/read/${file}">
        <p class="main">
          <input type="hidden" name="attempt" value="${attempt}" />
          <label for="q">Search</label> <input id="q" name="q" type="search" value="${words}" />
          <button>Search</button>
          <a href="/jobs/${id}/files/${file}?attempt=${attempt}">the whole file</a>
        </p>
      </form>
      ${
        words === ''
          ? ''
          : html`<details class="matches" ${part.matches.length <= 20 ? 'open' : ''}>
              <summary>
                ${formatCount(part.matches.length)}${part.hasMore ? ' or more' : ''} lines hold “${words}”
              </summary>
              <ol>
                ${part.matches.map(({ line, text }) => html`<li><a href="${to({ from: String(line) })}#text">${line}</a> <code>${text}</code></li>`)}
              </ol>
            </details>`
      }
      <nav class="pager" aria-label="Places in the file" id="text">
        <a href="${to({ from: '1' })}">Beginning</a>
        ${part.from > 1 ? html`<a href="${to({ from: String(Math.max(1, part.from - 500)) })}">Earlier</a>` : ''}
        <span>Lines ${formatCount(part.from)} to ${formatCount(last)} of ${formatCount(part.total)}</span>
        ${last < part.total ? html`<a href="${to({ from: String(last + 1) })}">Later</a> <a href="${to({ from: String(Math.max(1, part.total - 499)) })}">End</a>` : ''}
        ${at > 0 ? cycleLink(at - 1, 'Previous') : ''} ${cycleLink(at + 1, 'Next')}
      </nav>
      <pre class="output" tabindex="0">
${part.lines.map((text, index) => renderLine(text, part.from + index, words))}</pre>`,
  });
}

function renderLine(text: string, line: number, words: string): Html {
  const at = words === '' ? -1 : text.toLowerCase().indexOf(words.toLowerCase());
  const shown =
    at < 0
      ? html`${text}`
      : html`${text.slice(0, at)}<mark>${text.slice(at, at + words.length)}</mark>${text.slice(at + words.length)}`;
  return html`<span class="line-number">${line}</span> ${shown}${'\n'}`;
}
