import { settingsFaults } from "../identity/connections.ts";
import type { Service } from "../platform/service.ts";
import { invalidPlan, type Plan } from "./plan.ts";

/** Values that stand more than once. */
function repeated(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return [...new Set(values.filter((value) => seen.has(value) || !seen.add(value)))];
}

/** Everything that the schema alone cannot tell. @throws BridgeError `invalid` with one line per mistake. */
export function checkPlan(service: Service, plan: Plan): void {
  const { connections, signIns } = plan;
  const names = connections.map((one) => one.name);
  const lines = [
    ...connections.flatMap((one, index) =>
      settingsFaults(service, one as never).map((fault) => `connections.${index} (${one.name}): ${fault}`),
    ),
    ...repeated(names).map((name) => `connections: "${name}" is there twice`),
    ...repeated(plan.experts.map((one) => one.email.toLowerCase())).map((email) => `experts: ${email} is there twice`),
    ...repeated(plan.people.map((one) => one.email.toLowerCase())).map((email) => `people: ${email} is there twice`),
    ...(repeated(plan.apiKeys.map((one) => one.key)).length > 0 ? ["apiKeys: the same key is there twice"] : []),
  ];
  for (const kind of ["experts", "agents"] as const) {
    const wanted = signIns[kind]?.connection;
    if (wanted !== undefined && !names.includes(wanted))
      lines.push(`signIns.${kind}.connection: there is no connection "${wanted}" in the file`);
  }
  if (lines.length > 0) throw invalidPlan(lines);
}
