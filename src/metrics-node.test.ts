import { expect, test } from "vitest";
import { createMetrics } from "./metrics-node.ts";

test("what is counted, observed and gauged can be read", async () => {
  const { metrics, text } = createMetrics();
  metrics.count("calls_total", { outcome: "done" });
  metrics.count("calls_total", { outcome: "done" }, 2);
  metrics.observe("call_seconds", 0.03, { job: "a" });
  metrics.gauge("jobs_waiting", 4);
  const shown = await text();
  expect(shown).toContain('calls_total{outcome="done"} 3');
  expect(shown).toContain('call_seconds_bucket{le="0.05",job="a"} 1');
  expect(shown).toContain("jobs_waiting 4");
});

test("of gauges that are told together, what is not told any more is gone", async () => {
  const { metrics, text } = createMetrics();
  metrics.gauges("connections", []);
  metrics.gauges("connections", [
    { value: 1, labels: { state: "well" } },
    { value: 2, labels: { state: "degraded" } },
  ]);
  metrics.gauges("connections", [{ value: 3, labels: { state: "well" } }]);
  const shown = await text();
  expect(shown).toContain('connections{state="well"} 3');
  expect(shown).not.toContain("degraded");
});

test("other labels than the first time never fail a request", async () => {
  const { metrics, text } = createMetrics();
  metrics.count("calls_total", { outcome: "done" });
  metrics.count("calls_total", { person: "x" });
  expect(await text()).toContain('calls_total{outcome=""} 1');
});
