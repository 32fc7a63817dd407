import { describe, expect, it } from "vitest";
import { type Call, hearing } from "./call.ts";
import { begun, play } from "./play.ts";

/** `A+C` hear each other; `C~` hears music; whoever is not named hears nothing. */
function audio(call: Call): string {
  const graph = hearing(call);
  const parties = Object.keys(graph);
  const pairs = parties.flatMap(
    (one) => graph[one]?.hears.filter((other) => one < other).map((other) => `${one}+${other}`) ?? [],
  );
  const music = parties.filter((one) => graph[one]?.music).map((one) => `${one}~`);
  for (const one of parties) for (const other of graph[one]?.hears ?? []) expect(graph[other]?.hears).toContain(one);
  return [...pairs.sort(), ...music].join(" ");
}

describe("who hears whom", () => {
  const consulting = () => play().run("startConsult").answer();
  const cases: [string, () => Call, string][] = [
    ["at first", () => begun, "A+C"],
    ["while the expert's phone is dialled", () => play().run("startConsult").call(), "C~"],
    ["in a private consult", () => consulting().call(), "A+E1 C~"],
    ["back with the customer", () => consulting().run("switchParty", { speakTo: "customer" }).call(), "A+C E1~"],
    [
      "and with the expert again",
      () => consulting().run("switchParty", { speakTo: "customer" }).run("switchParty", { speakTo: "expert" }).call(),
      "A+E1 C~",
    ],
    [
      "back with the customer while it rings",
      () => play().run("startConsult").run("switchParty", { speakTo: "customer" }).call(),
      "A+C",
    ],
    [
      "then the expert answers",
      () => play().run("startConsult").run("switchParty", { speakTo: "customer" }).answer().call(),
      "A+C E1~",
    ],
    ["merged", () => consulting().run("mergeConference").call(), "A+C A+E1 C+E1"],
    [
      "merged from either side",
      () => consulting().run("switchParty", { speakTo: "customer" }).run("mergeConference").call(),
      "A+C A+E1 C+E1",
    ],
    ["handed over", () => consulting().run("completeTransfer").call(), "C+E1"],
    [
      "handed over with the expert on hold",
      () => consulting().run("switchParty", { speakTo: "customer" }).run("completeTransfer").call(),
      "C+E1",
    ],
    [
      "handed over out of the conference",
      () => consulting().run("mergeConference").run("completeTransfer").call(),
      "C+E1",
    ],
    ["cancelled while it rings", () => play().run("startConsult").run("cancelConsult").call(), "A+C"],
    ["cancelled while they talk", () => consulting().run("cancelConsult").call(), "A+C"],
    ["cancelled after the merge", () => consulting().run("mergeConference").run("cancelConsult").call(), "A+C"],
    [
      "cancelled after the expert failed",
      () => play().run("startConsult").drop("E1", "busy").run("cancelConsult").call(),
      "A+C",
    ],
    ["the expert failed, nobody helps", () => play().run("startConsult").drop("E1", "no-answer").call(), "C~"],
    [
      "the expert failed, the platform helps",
      () => play({ returnsCustomer: true }).run("startConsult").drop("E1", "no-answer").call(),
      "A+C",
    ],
    [
      "the expert hung up, the platform helps",
      () => play({ returnsCustomer: true }).run("startConsult").answer().drop("E1").call(),
      "A+C",
    ],
    ["the expert hung up, we help", () => consulting().drop("E1").run("resume").call(), "A+C"],
    ["the expert left the conference", () => consulting().run("mergeConference").drop("E1").call(), "A+C"],
    ["the agent hung up in a consult", () => consulting().drop("A").call(), "C+E1"],
    ["the agent hung up in a conference", () => consulting().run("mergeConference").drop("A").call(), "C+E1"],
    ["transferred blindly, ringing", () => play().run("blindTransfer").call(), "C~"],
    ["transferred blindly, answered", () => play().run("blindTransfer").answer().call(), "C+E1"],
    ["transferred blindly, in vain", () => play().run("blindTransfer").drop("E1", "busy").call(), "A-again+C"],
    ["a party added, ringing", () => play().run("addParty").call(), "A+C"],
    ["a party added", () => play().run("addParty").answer().call(), "A+C A+E1 C+E1"],
    [
      "two parties added",
      () => play().run("addParty").answer().run("addParty").answer("E2").call(),
      "A+C A+E1 A+E2 C+E1 C+E2 E1+E2",
    ],
    ["a party removed", () => play().run("addParty").answer().run("removeParty", { party: "E1" }).call(), "A+C"],
    [
      "the agent removed from a conference",
      () => play().run("addParty").answer().run("removeParty", { party: "A" }).call(),
      "C+E1",
    ],
    ["the customer on hold", () => play().run("hold").call(), "C~"],
    ["the customer on hold twice", () => play().run("hold").run("hold").call(), "C~"],
    ["resumed", () => play().run("hold").run("resume").run("resume").call(), "A+C"],
    ["the customer on hold in a conference", () => play().run("addParty").answer().run("hold").call(), "A+E1 C~"],
    [
      "the expert on hold in a conference",
      () => play().run("addParty").answer().run("hold", { party: "E1" }).call(),
      "A+C E1~",
    ],
    [
      "handed over while the customer is on hold",
      () => play().run("addParty").answer().run("hold").run("completeTransfer").call(),
      "C+E1",
    ],
    ["a mailbox answered", () => play().run("startConsult").answer("E1", "machine").call(), "A+E1 C~"],
    [
      "a second expert is consulted",
      () => play().run("addParty").answer().run("startConsult").answer("E2").call(),
      "A+E2 C~ E1~",
    ],
    ["the customer hung up", () => consulting().drop("C").call(), ""],
    [
      "the customer hung up, the others stay",
      () => play({ endsWithCustomer: false }).run("startConsult").answer().drop("C").call(),
      "A+E1",
    ],
  ];
  it.each(cases)("%s", (_name, make, expected) => expect(audio(make())).toBe(expected));
});
