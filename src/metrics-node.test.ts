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

test("other labels than the first time never fail a request", async () => {
  const { metrics, text } = createMetrics();
  metrics.count("calls_total", { outcome: "done" });
  metrics.count("calls_total", { person: "x" });
  expect(await text()).toContain('calls_total{outcome=""} 1');
});
