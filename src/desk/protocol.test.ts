import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deskAddress, parseDeskMessage, parseHostMessage, readDeskAddress, toDesk, toHost } from "./protocol.ts";

describe("the desk's address", () => {
  test("carries the token only after the #", () => {
    const address = new URL(deskAddress("https://service.example/x", { host: "https://cc.example", token: "a+b/c=" }));
    expect(address.search).not.toContain("a%2Bb");
    expect(readDeskAddress(address.href)).toEqual({ host: "https://cc.example", token: "a+b/c=" });
  });

  test("reads back what was put in", () => {
    const given = { host: "https://cc.example:8443", language: "fr-CA", theme: "dark" } as const;
    expect(readDeskAddress(deskAddress("https://service.example", given))).toEqual(given);
  });

  test.each(["javascript:alert(1)", "null", "*", "//cc.example"])("takes no host from %s", (host) => {
    expect(readDeskAddress(`https://service.example/desk?host=${encodeURIComponent(host)}`)).toEqual({});
  });

  test("keeps only the origin of a host", () => {
    expect(readDeskAddress("https://s.example/desk?host=https://cc.example/path?x=1")).toEqual({
      host: "https://cc.example",
    });
  });
});

describe("messages", () => {
  test("reach the other side as they were sent", () => {
    expect(parseHostMessage(toDesk({ type: "interaction", interaction: null }))).toEqual({
      type: "interaction",
      interaction: null,
    });
    expect(parseDeskMessage(toHost({ type: "attention", level: "call", sentence: "x" }))).toEqual({
      type: "attention",
      level: "call",
      sentence: "x",
    });
  });

  test("carry an answer into the reply to the customer, and back whether it was taken", () => {
    const sent = { type: "insert-text", id: "ins_1", interaction: "chat-1", text: "It is one." } as const;
    expect(parseDeskMessage(toHost(sent))).toEqual(sent);
    expect(parseDeskMessage({ ...toHost(sent), text: "" })).toBeUndefined();
    expect(parseHostMessage(toDesk({ type: "reply-box", ready: true }))).toEqual({ type: "reply-box", ready: true });
    const told = { type: "inserted", id: "ins_1", outcome: "refused" } as const;
    expect(parseHostMessage(toDesk(told))).toEqual(told);
    expect(parseHostMessage({ ...toDesk(told), outcome: "unknown" })).toBeUndefined();
  });

  test.each(["itx_1", null])("carry what the agent has chosen (%s), for the host to keep", (interaction) => {
    expect(parseDeskMessage(toHost({ type: "chosen", interaction }))).toEqual({ type: "chosen", interaction });
    expect(parseDeskMessage({ ...toHost({ type: "chosen", interaction }), interaction: 7 })).toBeUndefined();
  });

  test("carry a command to the page that can drive the phone, and back what came of it", () => {
    const command = { commandId: "cmd_1", operation: "startConsult", interaction: "call-1", agent: "agent-1" } as const;
    const sent = { type: "command", command, until: "2026-03-02T09:00:04.500Z", again: false } as const;
    expect(parseDeskMessage(toHost(sent))).toEqual(sent);
    expect(parseHostMessage(toDesk({ type: "phone", ready: true }))).toEqual({ type: "phone", ready: true });
    const told = { type: "outcome", command: "cmd_1", outcome: "refused", code: "busy" } as const;
    expect(parseHostMessage(toDesk(told))).toEqual(told);
    expect(parseHostMessage({ ...toDesk(told), outcome: "perhaps" })).toBeUndefined();
    expect(parseDeskMessage({ ...toHost(sent), command: { commandId: "cmd_1" } })).toBeUndefined();
  });

  test.each([
    { type: "token", token: "t" },
    { patchcord: 2, type: "token", token: "t" },
    { patchcord: 1, type: "token", token: "" },
    { patchcord: 1, type: "token", token: { toString: (): string => "t" } },
    { patchcord: 1, type: "theme", theme: "pink" },
    { patchcord: 1, type: "interaction" },
    { patchcord: 1, type: "height", height: 12 },
  ])("that are not ours or not well formed are ignored: %j", (data) => {
    expect(parseHostMessage(data)).toBeUndefined();
  });

  test("of any shape never throw", () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        parseHostMessage(data);
        parseDeskMessage(data);
      }),
    );
  });
});
