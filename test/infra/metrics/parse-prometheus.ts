/** One sample of the text format. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/**
 * Reads Prometheus' text format 0.0.4 and forgives nothing: HELP and TYPE before the samples of a metric, each once; no
 * metric in two places; no sample twice; a newline at the end.
 */
export function parsePrometheus(text: string): { samples: Sample[]; types: Map<string, string> } {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const types = new Map<string, string>();
  const helps = new Set<string>();
  const samples: Sample[] = [];
  const seen = new Set<string>();
  const over = new Set<string>();
  let current = '';
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const comment = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line);
    if (comment) {
      const [, kind, name = '', rest = ''] = comment;
      if (!metricName.test(name)) throw new Error(`no name: ${line}`);
      if (name !== current) over.add(current);
      if (over.has(name)) throw new Error(`in two places: ${name}`);
      current = name;
      if (kind === 'HELP') {
        if (helps.has(name)) throw new Error(`two HELP lines: ${name}`);
        helps.add(name);
      } else {
        if (types.has(name)) throw new Error(`two TYPE lines: ${name}`);
        if (!['gauge', 'counter'].includes(rest)) throw new Error(`no type: ${line}`);
        types.set(name, rest);
      }
      continue;
    }
    const sample = /^([^\s{]+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (!sample) throw new Error(`no sample: ${line}`);
    const [, name = '', inner = '', number = ''] = sample;
    if (name !== current || !types.has(name) || !helps.has(name)) throw new Error(`not announced: ${line}`);
    const labels: Record<string, string> = {};
    const rest = inner.replaceAll(
      /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(,|$)/g,
      (_, key, value) => {
        labels[String(key)] = String(value);
        return '';
      },
    );
    if (rest !== '') throw new Error(`bad labels: ${line}`);
    const value = Number(number);
    if (Number.isNaN(value)) throw new Error(`no number: ${line}`);
    if (types.get(name) === 'counter' && (value < 0 || !name.endsWith('_total')))
      throw new Error(`no counter: ${line}`);
    const key = `${name}${JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))}`;
    if (seen.has(key)) throw new Error(`twice: ${line}`);
    seen.add(key);
    samples.push({ name, labels, value });
  }
  return { samples, types };
}

/** The value of one sample; undefined when there is none. */
export function valueOf(text: string, name: string, labels: Record<string, string> = {}): number | undefined {
  return parsePrometheus(text).samples.find(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value),
  )?.value;
}
