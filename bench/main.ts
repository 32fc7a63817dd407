/** `npm run bench -- AREA [--json] [--rounds N] [--quick] [--only PART,…]`: what docs/benchmarks.md tells about. */
import { areas } from "./areas.ts";
import { runBench } from "./bench.ts";

// Leaving through `exit` takes the database and the programs with it.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

try {
  const status = await runBench(process.argv.slice(2), areas, {
    out: (text) => console.log(text),
    say: (sentence) => console.error(sentence),
  });
  process.exit(status);
} catch (error) {
  console.error(error);
  process.exit(1);
}
