/** Against a real SDK: what a Prometheus server would scrape, and what a span gets. */
import { trace } from '@opentelemetry/api';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, vi } from 'vitest';
import { createMonitor, Executor, Poll, type Context, type Future } from '../../src/index.ts';
import { findingEvent, observeSelfwake } from '../../src/otel/index.ts';

class Impatient implements Future<void> {
  poll(cx: Context): Poll<void> {
    cx.waker.wakeByRef();
    return Poll.Pending;
  }
}

/** What a scrape of the exporter answers. */
async function scrape(exporter: PrometheusExporter): Promise<string> {
  const server = createServer((request, response) =>
    exporter.getMetricsRequestHandler(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    return await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('a scrape shows self-wakes, polls without progress, the busy loop and the finding', async () => {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const meterProvider = new MeterProvider({ readers: [exporter] });
  const monitor = createMonitor({ onDetect: 'abort' });
  const end = observeSelfwake({ monitor, meterProvider });
  await new Executor({ monitor }).blockOn(new Impatient()).catch(() => {});
  const text = await scrape(exporter);
  const valueOf = (line: string): number =>
    Number(new RegExp(`^${line}[^\\n]* (\\S+?)(?: \\d+)?$`, 'm').exec(text)?.[1]);
  expect(
    valueOf('selfwake_self_wakes_total\\{selfwake_unit="Impatient"'),
    text,
  ).toBeGreaterThanOrEqual(1000);
  expect(
    valueOf('selfwake_no_progress_polls_total\\{selfwake_unit="Impatient"'),
  ).toBeGreaterThanOrEqual(1000);
  expect(valueOf('selfwake_event_loop_busy')).toBeGreaterThan(0);
  expect(text).toMatch(
    /^selfwake_findings\{selfwake_rule="self-wake",selfwake_level="error"[^}]*selfwake_unit="Impatient"/m,
  );
  end();
  monitor.close();
  await meterProvider.shutdown();
});

it('types beyond the bound are one series', async () => {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const meterProvider = new MeterProvider({ readers: [exporter] });
  const monitor = createMonitor();
  const executor = new Executor({ monitor });
  const end = observeSelfwake({ monitor, meterProvider, maxUnits: 1 });
  class One implements Future<void> {
    poll(): Poll<void> {
      return Poll.Ready(undefined);
    }
  }
  class Two extends One {}
  class Three extends One {}
  for (const future of [new One(), new Two(), new Three()]) await executor.blockOn(future);
  const text = await scrape(exporter);
  expect(text.match(/^selfwake_polls_total\{/gm)).toHaveLength(2);
  expect(text).toContain('selfwake_unit="other"');
  end();
  monitor.close();
  await meterProvider.shutdown();
});

it('the span that is active gets an event with the place', async () => {
  const spans = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const span = provider.getTracer('test').startSpan('request');
  const active = vi.spyOn(trace, 'getActiveSpan').mockReturnValue(span);
  const monitor = createMonitor({ onDetect: 'abort', onFinding: findingEvent });
  await new Executor({ monitor }).blockOn(new Impatient()).catch(() => {});
  span.end();
  active.mockRestore();
  const [event] = spans.getFinishedSpans()[0]!.events;
  expect(event).toMatchObject({
    name: 'selfwake.finding',
    attributes: {
      'selfwake.rule': 'self-wake',
      'selfwake.unit': 'Impatient',
      'code.function.name': 'Impatient.poll',
    },
  });
  monitor.close();
  await provider.shutdown();
});
