/** What axe-core finds against a page as it is now, one line each: the rule, where, and why. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Frame, Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

type Found = { id: string; nodes: { target: unknown[]; failureSummary?: string }[] };

/** WCAG 2.2 A and AA, and axe's own good practices. `within`: a selector. */
export async function axeFindings(page: Page | Frame, within = "body"): Promise<string[]> {
  // Evaluated through the debugger, so that the page's own policy stays in force.
  await page.evaluate(`if (!globalThis.axe) { ${source} }`);
  const violations = (await page.evaluate(
    `axe.run(${JSON.stringify(within)}, { resultTypes: ["violations"] }).then((found) => found.violations)`,
  )) as Found[];
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary = "" }) => `${id} ${target.join(" ")}: ${failureSummary.replace(/\s+/g, " ")}`),
  );
}
