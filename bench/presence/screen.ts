/** A screen that looks at some people through our live feed. */
import { get } from "node:http";
import type { PersonId } from "../../src/ids.ts";
import type { Company } from "../company.ts";

export type Looking = { port: number; company: Pick<Company, "apiKey">; people: readonly PersonId[] };

/** Answers how to hang up, once the feed is open. `see` gets the view of somebody as text. */
export function openScreen({ port, company, people }: Looking, see: (view: string) => void): Promise<() => void> {
  const headers = { authorization: `Bearer ${company.apiKey}` };
  return new Promise((done, fail) => {
    const asked = get(
      `http://127.0.0.1:${port}/v1/live?people=${people.join()}`,
      { headers, agent: false },
      (answer) => {
        let rest = "";
        answer.setEncoding("utf8").on("data", (text: string) => {
          const events = (rest + text).split("\n\n");
          rest = events.pop() ?? "";
          for (const event of events)
            if (event.startsWith("event: presence\n")) see(event.slice(event.indexOf("data: ") + 6));
          if (events[0]?.includes("event: hello")) done(() => asked.destroy());
        });
        answer.on("error", () => {}); // hung up
      },
    );
    asked.once("error", fail);
  });
}
