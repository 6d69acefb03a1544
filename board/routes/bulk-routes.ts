import { type Context, Hono } from 'hono';
import { messageOf } from '../../core/errors.ts';
import type { IdRange } from '../../workflow/records/list-candidates.ts';
import { searchIds } from '../../workflow/lookup/search-jobs.ts';
import { renderErrorPage } from '../pages/error-page.ts';
import { bulkVerbs, renderBulkPreview } from '../pages/jobs/bulk-forms.ts';
import { parseRanges } from '../reading/parse-search.ts';
import type { BulkVerb } from '../server/board-ports.ts';
import { keepFlash } from './flash-message.ts';
import { queryOf } from './jobs-routes.ts';
import type { PageContext } from './page-context.ts';

/** Many records at once: first what would happen, then, after a yes, that it happens. */
export function createBulkRoutes(pages: PageContext): Hono {
  const { source, shell, guard, actions } = pages;
  const app = new Hono();

  /** The ids that a form means: those it lists, or those that its search finds now. */
  const idsOf = (form: Form): IdRange[] => {
    if (form.scope !== 'all') return joinRanges(form.ids.flatMap((text) => parseRanges(text) ?? []));
    const { filter } = queryOf(pages, (field) => form.search.get(field) ?? undefined);
    return joinRanges(searchIds(source.workflow, filter).map((id) => ({ from: id, to: id })));
  };

  app.post('/actions/preview', guard.demandOwnForm, async (context) => {
    const form = await formOf(context);
    if (!actions.bulk) return refuse(context);
    const back = form.search.size === 0 ? '/jobs' : `/jobs?${form.search.toString()}`;
    const ids = idsOf(form);
    if (form.verb === undefined || ids.length === 0) {
      keepFlash(context, 'No record is marked: mark some in the first column, or choose “all that match”.');
      return context.redirect(back, 303);
    }
    const preview = await actions.bulk.preview(form.verb, ids);
    const fields: Record<string, string> =
      form.scope === 'all'
        ? { scope: 'all', search: form.search.toString(), count: String(preview.count) }
        : {
            scope: 'selected',
            search: form.search.toString(),
            id: ids.map(({ from, to }) => `${from}-${to}`).join(','),
          };
    return context.html(
      renderBulkPreview(shell, { verb: form.verb, preview, fields, back, formKey: guard.formKeyOf(context) }),
    );
  });

  app.post('/actions/bulk', guard.demandOwnForm, async (context) => {
    const form = await formOf(context);
    if (!actions.bulk || form.verb === undefined) return refuse(context);
    const { bulk } = actions;
    const ids = idsOf(form);
    const act = async (verb: BulkVerb): Promise<string> => {
      // What was shown is what is done: a list that grew meanwhile is shown again first.
      if (form.scope === 'all') {
        const { count } = await bulk.preview(verb, ids);
        if (String(count) !== form.count)
          return `Nothing was changed: the search finds ${count} records now, it was ${form.count}. Look at them again.`;
      }
      return (await bulk.act(verb, ids)).sentence;
    };
    keepFlash(context, await act(form.verb).catch(messageOf));
    return context.redirect(form.search.size === 0 ? '/jobs' : `/jobs?${form.search.toString()}`, 303);
  });
  return app;
}

/** What follows one another is one range. */
function joinRanges(given: readonly IdRange[]): IdRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const { from, to } of given.toSorted((one, other) => one.from - other.from)) {
    const last = ranges.at(-1);
    if (last && from <= last.to + 1) last.to = Math.max(last.to, to);
    else ranges.push({ from, to });
  }
  return ranges;
}

interface Form {
  verb: BulkVerb | undefined;
  scope: string;
  ids: string[];
  search: URLSearchParams;
  count: string;
}

async function formOf(context: Context): Promise<Form> {
  const body = await context.req.formData();
  const textOf = (name: string): string => {
    const value = body.get(name);
    return typeof value === 'string' ? value : '';
  };
  return {
    verb: Object.keys(bulkVerbs).find((known): known is BulkVerb => known === textOf('verb')),
    scope: textOf('scope'),
    ids: body.getAll('id').filter((one) => typeof one === 'string'),
    search: new URLSearchParams(textOf('search')),
    count: textOf('count'),
  };
}

function refuse(context: Context): Response | Promise<Response> {
  return context.html(
    renderErrorPage(
      'Not allowed',
      'This board is read-only.',
      'Start it with --allow-actions to let it requeue, cancel and move records.',
    ),
    403,
  );
}
