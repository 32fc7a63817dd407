/** The expert's own page over the made-up story: Jonas, with hours, a quota, a past, and something shown for him. */
import type { Answer } from "../../consults/model.ts";
import type {
  ContextView,
  SavedAnswerChange,
  SavedAnswerView,
  SetUpView,
  TabChange,
  TabRequest,
  TabView,
} from "../../views.ts";
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

const kept = (): SavedAnswerView[] =>
  (
    [
      ["ans_1", "proposed", "How long is the warranty?", "Two years from delivery.", 0],
      ["ans_2", "approved", "Does … get the March invoice twice?", "No: there are two contracts. Call her on ….", 7],
      ["ans_3", "retired", "Which form ends a contract?", "Form 1047, until last summer.", 1],
    ] as const
  ).map(([id, state, question, answer, uses]) => ({
    ...{ id, state, question, answer, uses, skill: "contracts", createdAt: iso(-9_000_000) },
    author: { personId: "", name: tabPerson },
  }));

const why = [
  [
    "follows",
    "Microsoft Teams",
    "Microsoft Teams shows “busy, in a call”, because RingCentral shows “busy, in a call”.",
  ],
  ["nothing-to-follow", "RingCentral", "We show nothing on RingCentral: nothing elsewhere asks for it."],
].map(([code = "", platform = "", sentence = ""]) => ({ account: platform, platform, code, sentence }));

const setUp = (): SetUpView => ({
  personId: "",
  name: tabPerson,
  level: "amber",
  lines: [
    { check: "connection", level: "green", says: "Microsoft Teams is connected and the consent holds." },
    { check: "app", level: "green", says: "The app is installed." },
    {
      ...{ check: "phone", level: "amber", says: "No phone number: they can be asked and answer by chat." },
      fix: "Enter a number in international form (+46…) in the directory.",
    },
    { check: "voicemail", level: "unknown", says: "Voicemail and forwarding are not visible to us." },
  ],
  checkedAt: iso(-600_000),
});

const waiting = (): TabView["callbacks"] => [
  {
    ...{ id: "cbk_1", standing: "asked", line: "Lund", customer: "Erik Kund", about: "Two invoices for March" },
    ...{ phone: "•••33", dueAt: iso(1_500_000), createdAt: iso(-300_000) },
  },
  {
    ...{ id: "cbk_2", standing: "taken", line: "Lund", customer: "Sara Alm", colleague: "Marta Ruiz" },
    ...{ phone: "•••44", dueAt: iso(600_000), createdAt: iso(-1_200_000) },
  },
];

export function createMockTab(story: Story, context: ContextView) {
  let callbacks = waiting();
  let enrolment = start();
  let skills: Record<string, number> = { invoicing: 5, contracts: 3 };
  let languages = ["sv", "en"];
  let answers = kept();
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
      callbacks,
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
      answers = kept();
      callbacks = waiting();
    },
    callback(id: string, verb: string) {
      callbacks = callbacks.flatMap((one) => {
        if (one.id !== id) return [one];
        return verb === "claim" ? [{ ...one, standing: "mine" as const, phone: "+46701112233" }] : [];
      });
      return {};
    },
    answers: () => ({ items: answers }),
    changeAnswer(id: string, change: SavedAnswerChange) {
      answers = answers.map((one) => (one.id === id ? { ...one, ...change } : one));
      return find(answers, (one) => one.id === id);
    },
    why: () => ({ presences: [], why }),
    setUp,
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
