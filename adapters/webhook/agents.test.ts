import { describe, expect, it } from "vitest";
import { people, presence } from "./agents.ts";
import { webhook } from "./index.ts";
import { openFake, openStub } from "./testing.ts";

const someone = (id: string, change: object = {}) => ({
  id,
  name: `Agent ${id}`,
  state: { status: "Available", means: "available", routable: false, since: "2026-03-01T08:00:00Z" },
  ...change,
});
const answering = (...pages: object[]) => openStub(() => Response.json(pages.length > 1 ? pages.shift() : pages[0]));

describe("reading states", () => {
  it("asks for all of them at once, each once", async () => {
    const { connection, requests } = answering({ agents: [someone("a"), someone("b")] });
    const reports = await presence.read(connection, ["a", "b", "a", "c"]);
    expect(reports.map(({ account }) => account)).toEqual(["a", "b"]);
    expect(requests.map(({ url }) => url)).toEqual(["https://contact-center.example/agents?id=a&id=b&id=c"]);
  });

  it("asks nothing about nobody: no id would mean everybody", async () => {
    const { connection, requests } = answering({ agents: [someone("a")] });
    expect(await presence.read(connection, [])).toEqual([]);
    expect(requests).toEqual([]);
  });

  it("ignores agents that it did not ask for", async () => {
    const { connection } = answering({ agents: [someone("a"), someone("z")] });
    expect(await presence.read(connection, ["a"])).toHaveLength(1);
  });

  it("is as fresh as the reading, by the contact center's clock where it tells", async () => {
    const asOf = "2026-03-02T08:59:59.000Z";
    const [told] = await presence.read(answering({ agents: [someone("a")], asOf }).connection, ["a"]);
    expect(told?.observedAt).toEqual(new Date(asOf));
    const silent = answering({ agents: [someone("a")] });
    const [untold] = await presence.read(silent.connection, ["a"]);
    expect(untold?.observedAt).toEqual(silent.clock.now());
  });

  it("reads everybody over all pages, and once, though somebody moved between the pages", async () => {
    const { connection } = answering(
      { agents: [someone("a"), someone("b")], next: "2" },
      { agents: [someone("b"), someone("c")] },
    );
    expect((await presence.readAll?.(connection))?.map(({ account }) => account)).toEqual(["a", "b", "c"]);
  });

  it("does not read for ever", async () => {
    const { connection, requests } = answering({ agents: [someone("a")], next: "again" });
    expect(await presence.readAll?.(connection)).toHaveLength(1);
    expect(requests).toHaveLength(1_000);
  });

  it("says what is wrong with an answer, not what is in it", async () => {
    const { connection } = answering({ agents: [someone("a", { name: 7, emails: ["ada@example.com"] })] });
    const error = await presence.read(connection, ["a"]).catch((fault: unknown) => fault);
    expect(error).toMatchObject({
      code: "platform_refused",
      details: { problems: [expect.stringContaining("agents.0.name")] },
    });
    expect(JSON.stringify(error)).not.toContain("ada@");
  });
});

describe("setting a state", () => {
  const away = { availability: "away", activity: "none" } as const;

  it("names what is meant, and leaves the choice of status to the contact center", async () => {
    const { fake, connection } = openFake();
    expect(await presence.setState?.(connection, "agent-1", { availability: "busy", activity: "in-meeting" })).toBe(
      "set",
    );
    expect(fake.agents()[0]?.state).toMatchObject({ status: "Meeting", means: "meeting" });
  });

  it("leaves alone who is on queue or on a call", async () => {
    const { fake, connection } = openFake();
    fake.chooseStatus("agent-1", "On Queue");
    expect(await presence.setState?.(connection, "agent-1", away)).toBe("kept");
    fake.chooseStatus("agent-2", "Available");
    fake.startCall({ customer: { name: "Cleo" }, agent: "agent-2" });
    expect(await presence.setState?.(connection, "agent-2", away)).toBe("kept");
    expect(fake.agents().map(({ state }) => state.status)).toEqual(["On Queue", "On call"]);
  });

  it("says what cannot be shown, and who is not there", async () => {
    const { connection } = openFake();
    const unknown = { availability: "unknown", activity: "none" } as const;
    await expect(presence.setState?.(connection, "agent-1", unknown)).rejects.toMatchObject({ code: "unsupported" });
    await expect(presence.setState?.(connection, "agent-9", away)).rejects.toMatchObject({ code: "platform_refused" });
  });
});

describe("listing people", () => {
  it("passes on what the contact center knows of them", async () => {
    const known = { emails: ["ada@example.com"], phone: "+33123456789", department: "Claims", active: false };
    const { connection, requests } = answering({ agents: [someone("a", known), someone("b")], next: "p 2" });
    expect(await people.list(connection, "p&1")).toEqual({
      people: [
        { account: "a", name: "Agent a", ...known },
        { account: "b", name: "Agent b", emails: [], active: true },
      ],
      next: "p 2",
    });
    expect(requests[0]?.url).toBe("https://contact-center.example/agents?cursor=p%261");
  });

  it("refuses a number that is none", async () => {
    const { connection } = answering({ agents: [someone("a", { phone: "01 23 45 67 89" })] });
    await expect(people.list(connection)).rejects.toMatchObject({ code: "platform_refused" });
  });
});

describe("checking the settings", () => {
  it.each([
    [404, "not found", /capability document/],
    [200, "{}", /not as described/],
    [200, '{"version":2,"operations":[],"targets":[]}', /not as described/],
    [500, "", /500/],
  ])("%i %s is told with the fix", async (status, body, said) => {
    const { connection } = openStub(() => new Response(body, { status }));
    await expect(webhook.check(connection)).rejects.toThrow(said);
  });
});
