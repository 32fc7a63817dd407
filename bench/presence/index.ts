import { type Ground, openGround } from "../ground.ts";
import type { Area, Row, RunOptions } from "../measure.ts";
import { asTable } from "../report.ts";
import { measureApply } from "./apply.ts";
import { measureFeed } from "./feed.ts";
import { measureIngest } from "./ingest.ts";
import { measureMemory } from "./memory.ts";
import { measureSweep } from "./sweep.ts";

type Part = (ground: Ground, options: RunOptions) => Promise<Row[]>;

const parts: readonly Part[] = [measureIngest, measureApply, measureFeed, measureMemory, measureSweep];

export const presence: Area = {
  name: "presence",
  about: "taking events in, applying them, telling screens, reading everybody, memory",
  async run(options) {
    const ground = await openGround();
    try {
      const rows: Row[] = [];
      for (const measure of parts) {
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
