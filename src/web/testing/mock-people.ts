/** A made-up company for trying the pages without the service. */

import type { ExpertPlatform } from "../../sandbox/protocol.ts";
import type { ExpertHit, PresenceView, ReachabilityView, Reason } from "../../views.ts";

export type MockExpert = {
  personId: string;
  platform: ExpertPlatform;
  user: string;
  name: string;
  title: string;
  site: string;
  number: string;
  skills: { skill: string; level: number }[];
  languages: string[];
  /** The platform's own words. */
  availability: string;
  activity: string;
  until?: string;
  special?: Reason["code"];
};

const expert = (
  platform: ExpertPlatform,
  name: string,
  title: string,
  site: string,
  skills: Record<string, number>,
  languages: string,
  status: string,
  special?: Reason["code"],
): MockExpert => {
  const user = name.toLowerCase().replaceAll(/[^a-z]+/g, "-");
  const [availability = "Available", activity = availability] = status.split("/");
  return {
    personId: `per_${user}`,
    platform,
    user,
    name,
    title,
    site,
    number: `+4685550${100 + name.length}`,
    skills: Object.entries(skills).map(([skill, level]) => ({ skill, level })),
    languages: languages.split(" "),
    availability,
    activity,
    ...(special && { special }),
  };
};

export const mockExperts = (): MockExpert[] => [
  expert(
    "teams",
    "Jonas Sund",
    "Billing specialist",
    "Stockholm",
    { Invoicing: 5, Contracts: 2 },
    "sv en",
    "Available",
  ),
  expert(
    "teams",
    "Marta Ruiz",
    "Accounts receivable",
    "Madrid",
    { Invoicing: 4, "Direct debit": 3 },
    "es en fr",
    "Busy/InAMeeting",
  ),
  expert(
    "ringcentral",
    "Wilhelmina Fitzgerald-Montgomery",
    "Head of customer finance operations",
    "Dublin",
    { Invoicing: 4 },
    "en",
    "Available",
  ),
  expert("teams", "Ahmed Diallo", "Tax", "Lyon", { Invoicing: 3, VAT: 5 }, "fr en", "DoNotDisturb/Presenting"),
  expert(
    "ringcentral",
    "Åsa Öberg",
    "Key accounts",
    "Göteborg",
    { Contracts: 5, Invoicing: 2 },
    "sv en",
    "Busy/InACall",
  ),
  expert("teams", "Tom Okafor", "Logistics", "Leeds", { Shipping: 4, Invoicing: 1 }, "en", "Away"),
  expert("teams", "Ines Costa", "Legal", "Lisboa", { Contracts: 4 }, "pt es en", "Available", "chat-only"),
  expert("teams", "Peter Nagy", "Pensions", "Budapest", { Pensions: 3 }, "hu en", "Offline", "off-roster"),
  expert("ringcentral", "Greta Lund", "Treasury", "Malmö", { Invoicing: 2 }, "sv en", "Available", "quota-used"),
  expert("teams", "Luc Martin", "Facilities", "Nantes", { Sites: 2 }, "fr", "Away", "out-of-office"),
];

const words: Record<string, Pick<ReachabilityView, "availability" | "activity"> & { reason?: Reason["code"] }> = {
  Available: { availability: "available", activity: "none" },
  InAMeeting: { availability: "busy", activity: "in-meeting", reason: "in-meeting" },
  InACall: { availability: "busy", activity: "on-call", reason: "in-call" },
  Presenting: { availability: "do-not-disturb", activity: "presenting", reason: "presenting" },
  DoNotDisturb: { availability: "do-not-disturb", activity: "none", reason: "do-not-disturb" },
  Busy: { availability: "busy", activity: "none", reason: "busy" },
  Away: { availability: "away", activity: "none", reason: "away" },
  BeRightBack: { availability: "away", activity: "be-right-back", reason: "away" },
  Offline: { availability: "offline", activity: "none", reason: "offline" },
};
const platforms = { teams: "Microsoft Teams", ringcentral: "RingCentral" } as const;
const inMinutes = (now: Date, minutes: number) => new Date(now.getTime() + minutes * 60_000).toISOString();

export function mockHit(expert: MockExpert, observedAt: string, now: Date, consulted: boolean): ExpertHit {
  const { availability, activity, reason } = words[expert.activity] ?? {
    availability: "unknown",
    activity: "none" as const,
  };
  const platform = platforms[expert.platform];
  const isStale = now.getTime() - Date.parse(observedAt) > 60_000;
  const presence: PresenceView = {
    account: expert.user,
    platform,
    adapter: expert.platform,
    availability,
    activity: expert.special === "out-of-office" ? "out-of-office" : activity,
    observedAt,
    stale: isStale,
  };
  const code = consulted ? "in-consult" : (expert.special ?? (isStale ? "stale" : reason));
  const until =
    code === "in-meeting"
      ? inMinutes(now, 42)
      : code === "off-roster"
        ? inMinutes(now, 1100)
        : code === "out-of-office"
          ? inMinutes(now, 9000)
          : undefined;
  const onPlatform = code === "in-call" || code === "do-not-disturb" || code === "busy";
  const state = !code
    ? "call"
    : code === "chat-only" || code === "away"
      ? "chat"
      : code === "quota-used" || code === "out-of-office"
        ? "no"
        : "later";
  return {
    personId: expert.personId,
    name: expert.name,
    initials: expert.name
      .split(/[\s-]+/)
      .map((word) => word[0])
      .slice(0, 2)
      .join(""),
    title: expert.title,
    site: expert.site,
    skills: expert.skills,
    languages: expert.languages,
    reachability: {
      state,
      availability,
      activity: presence.activity,
      reasons: code ? [{ code, ...(until && { until }), ...(onPlatform && { platform }) }] : [{ code: "available" }],
      ...(state === "call" && { rung: { kind: "phone" as const, platform } }),
      ...(code === "chat-only" && { rung: { kind: "chat" as const, platform } }),
      skipped: code === "chat-only" ? [{ kind: "phone", platform, reason: "no-licence" }] : [],
      observedAt,
      presences: [presence],
    },
    score: 0,
    why: [],
  };
}
