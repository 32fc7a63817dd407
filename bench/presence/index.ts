import { areaOf } from "../parts.ts";
import { measureApply } from "./apply.ts";
import { measureFeed } from "./feed.ts";
import { measureIngest } from "./ingest.ts";
import { measureMemory } from "./memory.ts";
import { measureRich } from "./rich.ts";
import { measureSoak } from "./soak.ts";
import { measureStorm } from "./storm.ts";
import { measureBigSweep, measureSweep } from "./sweep.ts";

export const presence = areaOf(
  "presence",
  "taking events in, applying them, telling screens, reading everybody, memory",
  {
    ingest: measureIngest,
    rich: measureRich,
    apply: measureApply,
    feed: measureFeed,
    storm: measureStorm,
    memory: measureMemory,
    soak: measureSoak,
    sweep: measureSweep,
    "big-sweep": measureBigSweep,
  },
);
