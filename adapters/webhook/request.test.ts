import { describe, expect, it } from "vitest";
import { facts, readCalls } from "./capabilities.ts";
import { settings } from "./request.ts";
import { openFake, openStub, secret } from "./testing.ts";

describe("settings", () => {
  it.each([
    ["https://pbx.example/patchcord", true],
    ["http://127.0.0.1:8788/contact-center", true],
    ["http://localhost:8788", true],
    ["http://[::1]:8788", true],
    ["http://pbx.example", false],
    ["http://127.0.0.1.pbx.example", false],
    ["ftp://pbx.example", false],
    ["https://user:password@pbx.example", false],
    ["https://pbx.example/?key=1", false],
    ["pbx.example", false],
  ])("commandUrl %s: %s", (commandUrl, accepted) => {
    expect(settings.safeParse({ commandUrl, secret }).success).toBe(accepted);
  });

  it("wants a secret that is worth the name, and does not repeat it", () => {
    const parsed = settings.safeParse({ commandUrl: "https://pbx.example", secret: "hunter2" });
    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).not.toContain("hunter2");
  });
});

describe("capabilities", () => {
  it("are at most what the adapter can do", async () => {
    const targets = facts.calls.targets.filter((kind) => kind !== "user");
    expect(await readCalls(openFake().connection)).toEqual({ ...facts.calls, targets, partiesMax: 5 });
    const withUsers = openFake({ userPlatforms: ["teams"] });
    expect(await readCalls(withUsers.connection)).toEqual({ ...facts.calls, userPlatforms: ["teams"], partiesMax: 5 });
  });

  it("are less where the contact center does less, and no more where it claims to", async () => {
    const document = {
      version: 1,
      operations: ["hold", "resume", "juggle"],
      targets: ["phone", "fax"],
      partiesMax: 99,
      contextRefMax: 16,
    };
    const { connection } = openStub(() => Response.json(document));
    expect(await readCalls(connection)).toEqual({
      operations: { hold: "server", resume: "server" },
      targets: ["phone"],
      partiesMax: 10,
      contextRefMax: 0,
      contextSurvivesTransfer: false,
    });
  });
});
