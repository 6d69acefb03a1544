import type { SnapshotSource } from '../../infra/metrics/take-snapshot.ts';

/** Serves the metrics while a command runs; undefined when no port was asked for. @throws OactError PORT_IN_USE */
export async function serveMetrics(
  campaignDir: string,
  port: number | undefined,
  source: SnapshotSource,
): Promise<{ stop(): Promise<void> } | undefined> {
  if (port === undefined) return undefined;
  const { createMetricsApp, ensureMetricsToken, metricsTokenPath } =
    await import('../../infra/metrics/metrics-app.ts');
  const { startMetrics } = await import('../../infra/metrics/start-metrics.ts');
  const { createSnapshotTaker } = await import('../../infra/metrics/take-snapshot.ts');
  const token = ensureMetricsToken(campaignDir);
  const app = createMetricsApp({ takeSnapshot: createSnapshotTaker(source), token });
  const metrics = await startMetrics(app, port);
  source.log.info({ url: metrics.url, tokenFile: metricsTokenPath(campaignDir) }, 'metrics are served');
  return metrics;
}
