/** The expert's own page over the made-up story: Jonas, with hours, a quota, a past, and something shown for him. */
import type { Answer } from "../../consults/model.ts";
import type { ContextView, TabChange, TabRequest, TabView } from "../../views.ts";
import { find, iso } from "./mock-state.ts";
import type { Story } from "./mock-story.ts";

export const tabPerson = "Jonas Sund";

const start = (): NonNullable<TabView["enrolment"]> => ({
  accepting: true,
  roster: {
    timeZone: "Europe/Stockholm",
    hours: [
      { days: [1, 2, 3, 4], from: "08:30", to: "12:00" },
      { days: [1, 2, 3, 4, 5], from: "13:00", to: "16:30" },
      { days: [5], from: "09:00", to: "12:00", skill: "contracts" },
    ],
    exceptions: [{ date: "2031-12-24", hours: [] }],
  },
  onRoster: { on: true },
  quota: { perMonth: 20, concurrent: 1, used: 11 },
});

const earlier: TabView["earlier"] = [
  ["off_e1", "consult", "accepted", "transferred", "invoicing", -3_600_000],
  ["off_e2", "question", "accepted", "answered", "contracts", -90_000_000],
  ["off_e3", "consult", "taken", undefined, "invoicing", -180_000_000],
  ["off_e4", "consult", "silent", undefined, undefined, -400_000_000],
].map(([offerId, kind, said, result, topic, ms]) => ({
  offerId,
  kind,
  said,
  agent: "Ana Lind",
  ...(topic ? { topic } : {}),
  ...(result ? { result } : {}),
  askedAt: iso(Number(ms)),
})) as TabView["earlier"];

export function createMockTab(story: Story, context: ContextView) {
  let enrolment = start();
  let skills: Record<string, number> = { invoicing: 5, contracts: 3 };
  let languages = ["sv", "en"];
  const me = () => find(story.hits(), ({ name }) => name === tabPerson);

  const requests = (): TabRequest[] =>
    story.consults().flatMap((consult) => {
      const offer = consult.offers.find(({ personId }) => personId === me().personId);
      if (!offer || consult.state === "ended" || ["declined", "taken", "withdrawn", "planned"].includes(offer.state))
        return [];
      const isMine = consult.expert?.personId === me().personId;
      const fields = context.fields.map((field) => (isMine ? { ...field, masked: false } : field));
      return [
        {
          offer,
          consultId: consult.id,
          kind: consult.kind,
          state: consult.state,
          talkingTo: consult.talkingTo,
          agent: consult.agent.name,
          customer: consult.interaction?.customer ?? {},
          channel: "voice",
          ...(consult.interaction?.intent ? { topic: consult.interaction.intent } : {}),
          context: { ...context, question: consult.question || context.question, fields },
          isMine,
          canReply: consult.kind === "question",
          parties: isMine ? (consult.interaction?.parties ?? []) : [],
          timeline: isMine ? consult.timeline.filter(({ what }) => !what.startsWith("offer")) : [],
          replies: [],
          requestedAt: consult.requestedAt,
        },
      ];
    });

  const view = (): TabView => {
    const hit = me();
    const levels = Object.entries(skills).map(([skill, level]) => ({ skill, level }));
    return {
      me: { ...hit, skills: levels.toSorted((a, b) => b.level - a.level), languages },
      enrolment,
      now: requests(),
      earlier,
      holds: [
        {
          account: "acc_teams",
          platform: "Microsoft Teams",
          availability: "busy",
          activity: "on-call",
          state: "held",
          since: iso(-60_000),
          until: iso(240_000),
          because: { platform: "RingCentral", availability: "busy", activity: "on-call" },
        },
      ],
      skills: ["contracts", "invoicing", "shipping", "vat"],
      serverTime: iso(),
    };
  };

  return {
    view,
    reset() {
      enrolment = start();
      skills = { invoicing: 5, contracts: 3 };
      languages = ["sv", "en"];
    },
    change(change: TabChange): TabView {
      const { pausedUntil: _, ...rest } = enrolment;
      const isAboutAsking = change.accepting !== undefined || change.pausedUntil !== undefined;
      enrolment = isAboutAsking
        ? {
            ...rest,
            accepting: change.accepting ?? rest.accepting,
            ...(change.pausedUntil ? { pausedUntil: change.pausedUntil } : {}),
          }
        : { ...enrolment, ...(change.roster ? { roster: change.roster } : {}) };
      skills = change.skills ?? skills;
      languages = change.languages ?? languages;
      return view();
    },
    answer(offer: string, answer: Answer) {
      story.press(offer, answer);
      return { consultId: "", state: answer === "now" ? "yours" : "noted" };
    },
  };
}
