import { type Ground, openGround } from "../ground.ts";
import type { Area, Row, RunOptions } from "../measure.ts";
import { asTable } from "../report.ts";
import { measureApply } from "./apply.ts";
import { measureFeed } from "./feed.ts";
import { measureIngest } from "./ingest.ts";
import { measureMemory } from "./memory.ts";
import { measureRich } from "./rich.ts";
import { measureSoak } from "./soak.ts";
import { measureBigSweep, measureSweep } from "./sweep.ts";

type Part = (ground: Ground, options: RunOptions) => Promise<Row[]>;

const parts: Record<string, Part> = {
  ingest: measureIngest,
  rich: measureRich,
  apply: measureApply,
  feed: measureFeed,
  memory: measureMemory,
  soak: measureSoak,
  sweep: measureSweep,
  "big-sweep": measureBigSweep,
};

export const presence: Area = {
  name: "presence",
  about: "taking events in, applying them, telling screens, reading everybody, memory",
  parts: Object.keys(parts),
  async run(options) {
    const ground = await openGround();
    try {
      const rows: Row[] = [];
      for (const [name, measure] of Object.entries(parts)) {
        if (options.only.length > 0 && !options.only.includes(name)) continue;
        const measured = await measure(ground, options);
        options.say(asTable(measured));
        rows.push(...measured);
      }
      return rows;
    } finally {
      await ground.close();
    }
  },
};
