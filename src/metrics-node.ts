import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Metrics } from "./platform/service.ts";

type Labels = Record<string, string>;
type Instrument = { names: readonly string[]; use(labels: Labels, value: number): void };
type Family = { gauge: Gauge; names: readonly string[] };

/** From a quick answer of our own to a platform's time limit, in seconds. */
const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics as Prometheus reads them. What is counted first under a name decides which labels it has. */
export function createMetrics(): { metrics: Metrics; text(): Promise<string> } {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const instruments = new Map<string, Instrument>();

  function instrument(
    name: string,
    labels: Labels,
    make: (labelNames: string[]) => (labels: Labels, value: number) => void,
  ) {
    const names = Object.keys(labels);
    const known = instruments.get(name) ?? { names, use: make(names) };
    instruments.set(name, known);
    return (value: number) => known.use(Object.fromEntries(known.names.map((one) => [one, labels[one] ?? ""])), value);
  }

  const describe = (name: string, labelNames: string[]) => ({
    name,
    help: name.replaceAll("_", " "),
    labelNames,
    registers: [register],
  });
  const families = new Map<string, Family>();
  const metrics: Metrics = {
    count(name, labels = {}, by = 1) {
      const use = instrument(name, labels, (names) => {
        const counter = new Counter(describe(name, names));
        return (given, value) => counter.inc(given, value);
      });
      use(by);
    },
    observe(name, seconds, labels = {}) {
      const use = instrument(name, labels, (names) => {
        const histogram = new Histogram({ ...describe(name, names), buckets });
        return (given, value) => histogram.observe(given, value);
      });
      use(seconds);
    },
    gauge(name, value, labels = {}) {
      const use = instrument(name, labels, (names) => {
        const gauge = new Gauge(describe(name, names));
        return (given, now) => gauge.set(given, now);
      });
      use(value);
    },
    gauges(name, series) {
      const names = Object.keys(series[0]?.labels ?? {});
      const known =
        families.get(name) ?? (series.length > 0 ? { gauge: new Gauge(describe(name, names)), names } : undefined);
      if (!known) return;
      families.set(name, known);
      known.gauge.reset();
      for (const { value, labels } of series)
        known.gauge.set(Object.fromEntries(known.names.map((one) => [one, labels[one] ?? ""])), value);
    },
  };
  return { metrics, text: () => register.metrics() };
}
