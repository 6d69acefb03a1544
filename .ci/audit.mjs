/**
 * Known vulnerabilities of what oact needs to run: fails on each that has no answer below. A registry that does not answer
 * the question (mirrors often do not) is said, and is no failure: nothing is known then, good or bad.
 */
import { spawnSync } from 'node:child_process';

/** Advisories that do not concern oact, by their address, with the reason. */
const answered = new Map([]);

const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { encoding: 'utf8' });
const report = JSON.parse(stdout || '{}');

if (report.vulnerabilities === undefined) {
  const why = report.message ?? report.error?.summary ?? 'no answer';
  process.stdout.write(`NOT CHECKED: the registry does not answer npm audit (${why})\n`);
} else {
  const advisories = Object.values(report.vulnerabilities).flatMap(({ via }) =>
    via.filter((one) => typeof one === 'object'),
  );
  const open = advisories.filter(({ url }) => !answered.has(url));
  for (const { name, severity, title, url } of open)
    process.stdout.write(`${severity}: ${name}: ${title} ${url}\n`);
  process.stdout.write(`${advisories.length} advisories, ${open.length} without an answer\n`);
  process.exitCode = open.length > 0 ? 1 : 0;
}
