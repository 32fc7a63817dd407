/** Program: finds people: our service with its screens, or one `ilike` a question. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import postgres from "postgres";
import { addScreens } from "../../src/screens-node.ts";
import type { Company } from "../company.ts";
import { answerQuestions } from "../program.ts";
import { startService } from "../service.ts";

export type FindQuestion = { kind: "ours" | "ilike"; company: Company };

/** What one would write first: no ranking, no presence, no walls between tenants; the first twenty names that fit. */
async function openPlain({ databaseUrl }: Company): Promise<number> {
  const sql = postgres(databaseUrl, { max: 16, fetch_types: false, onnotice: () => {} });
  const server = createServer(async (request, response) => {
    const asked = new URL(request.url ?? "/", "http://localhost").searchParams;
    const words = `${asked.get("q") ?? ""} ${asked.get("skill") ?? ""}`.trim().split(/[^\p{L}\p{N}]+/u);
    const fits = words.map(
      (word) => sql`and (p.name || ' ' || p.department || ' ' || p.search_skills) ilike ${`%${word}%`}`,
    );
    const items = await sql`
      select p.id, p.name, p.department, p.search_skills as skills, e.languages from people p join experts e on e.person_id = p.id
      where p.active ${fits.reduce((all, one) => sql`${all} ${one}`, sql``)} order by p.name limit 20`;
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ items }));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

answerQuestions(async ({ kind, company }: FindQuestion) => {
  if (kind === "ilike") return openPlain(company);
  const screens = { deskOf: async () => undefined };
  return (await startService({ company, jobs: false, more: (api) => addScreens(api, screens) })).port;
});
