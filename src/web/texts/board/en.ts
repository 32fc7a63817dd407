/** What the supervisor's board says, in English. The other languages have the same type. */
import type { Kind, State } from "../../../consults/model.ts";
import { pluralizer } from "../../shared/plural.ts";
import { basics } from "../basics/en.ts";
import type { Widen } from "../widen.ts";

const count = pluralizer("en");

export const board = {
  ...basics,
  title: "Help right now",
  updated: (age: string) => `Seen ${age} ago`,
  department: "Department",
  everybody: "All",
  signIn: {
    body: "Sign in as a supervisor of your organization.",
    organization: "Organization",
    go: "Sign in",
    refused: "You are signed in, but this board is for supervisors. Ask for the role Patchcord.Supervisor.",
  },
  failed: "The board cannot be read just now. What you see is the last known.",
  now: {
    title: "Under way",
    none: "Nobody needs help at the moment.",
    count: (n: number) => count(n, { one: "# request", other: "# requests" }),
    longest: (time: string) => `longest ${time}`,
    asks: (agent: string, expert: string | undefined) => (expert ? `${agent} and ${expert}` : agent),
  },
  kind: {
    consult: "Consult",
    conference: "Three-way call",
    transfer: "Transfer",
    "blind-transfer": "Transfer at once",
    question: "Question",
    meeting: "Meeting",
  } satisfies Record<Kind, string>,
  state: {
    requested: "looking for somebody",
    offering: "asking",
    waiting: "waiting for somebody",
    ringing: "ringing",
    consulting: "talking",
    conferencing: "all together",
    transferring: "handing over",
    ended: "over",
  } satisfies Record<State, string>,
  skills: {
    title: "Who can be reached",
    none: "No experts are enrolled yet.",
    call: "by phone now",
    chat: "by chat",
    later: "later",
    no: "not at all",
    nobody: "nobody now",
    row: (skill: string, call: number, chat: number, later: number, no: number) =>
      `${skill}: ${call} by phone now, ${chat} by chat, ${later} later, ${no} not at all`,
    looked: (looked: number, total: number) => `Counted from ${looked} of ${total} experts, those asked lately first.`,
  },
  service: {
    title: "How the last hour’s requests were answered",
    none: "Nobody was asked in the last hour.",
    yes: (share: string) => `${share} said yes`,
    prompt: (seconds: number) => `within ${seconds} s`,
    other: "later",
    later: "“in 5 minutes”",
    declined: "said no",
    silent: "no answer",
    open: "not answered yet",
    dropped: "no longer needed",
    median: (time: string) => `Half of the yeses came within ${time}.`,
  },
};

export type BoardWords = Widen<typeof board>;
