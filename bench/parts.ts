import { type Ground, openGround } from "./ground.ts";
import type { Area, Row, RunOptions } from "./measure.ts";
import { asTable } from "./report.ts";

export type Part = (ground: Ground, options: RunOptions) => Promise<Row[]>;

/** An area whose parts are measured one after the other on one ground; what is measured is told at once. */
export const areaOf = (name: string, about: string, parts: Record<string, Part>): Area => ({
  name,
  about,
  parts: Object.keys(parts),
  async run(options) {
    const ground = await openGround();
    try {
      const rows: Row[] = [];
      for (const [part, measure] of Object.entries(parts)) {
        if (options.only.length > 0 && !options.only.includes(part)) continue;
        const measured = await measure(ground, options);
        options.say(asTable(measured));
        rows.push(...measured);
      }
      return rows;
    } finally {
      await ground.close();
    }
  },
});
