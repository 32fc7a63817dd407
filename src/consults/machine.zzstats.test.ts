import fc from "fast-check";
import { it } from "vitest";
import { anyHistory, smoothHistory } from "./simulation/histories.ts";
import { play } from "./simulation/world.ts";

it("stats", () => {
  for (const [name, arb] of [
    ["any", anyHistory],
    ["smooth", smoothHistory],
  ] as const) {
    const results: Record<string, number> = {},
      ops: Record<string, number> = {},
      states: Record<string, number> = {};
    const trouble: Record<string, number> = {};
    const t = performance.now();
    for (const h of fc.sample(arb, 2000)) {
      const r = play(h);
      const k = `${r.consult.result}`;
      results[k] = (results[k] ?? 0) + 1;
      trouble[String(r.consult.trouble)] = (trouble[String(r.consult.trouble)] ?? 0) + 1;
      for (const c of r.commands) {
        const o = JSON.parse(c).operation;
        ops[o] = (ops[o] ?? 0) + 1;
      }
      for (const s of new Set(r.notes.filter((n) => n[2] === "<").map((n) => String(n[1]))))
        states[s] = (states[s] ?? 0) + 1;
    }
    console.log(name, performance.now() - t, JSON.stringify({ results, ops, states, trouble }, null, 1));
  }
});
