/** What the expert's own page says, in English; the other languages have the same type. Names arrive as first names. */
import type { Kind, OfferState, Result } from "../../../consults/model.ts";
import type { SavedAnswerView, SetUpLevel, TabHold } from "../../../views.ts";
import { pluralizer } from "../../shared/plural.ts";
import { basics } from "../basics/en.ts";
import type { Widen } from "../widen.ts";

export type Two = { agent: string; customer: string };
const count = pluralizer("en");

export const en = {
  ...basics,
  problem: {
    ...basics.problem,
    bad_request: "We sent something unreadable. Open this page again and try once more.",
    invalid: "Something in it is not right. Check it and try again.",
    unauthenticated: "Your sign-in has run out. Open this page again.",
  },
  offline: "We cannot be reached. Try again in a moment.",

  signIn: {
    waiting: "Signing you in…",
    outside: "Open this page in Microsoft Teams: Patchcord, then this tab. Teams signs you in.",
    refused: "Teams could not sign you in. Open this tab again; if that does not help, ask your administrator.",
    unknown: "You are not known here yet. New colleagues appear within five minutes.",
  },
  failed: { title: "We could not load your page", body: "Requests still reach you as cards in your chat." },
  lost: (time: string) => `Connection lost. What you see is as of ${time}; requests still reach you in your chat.`,
  saved: "Saved",

  accept: {
    label: "Colleagues may ask me",
    on: "Requests reach you during your hours.",
    off: "Nobody asks you until you switch it on again.",
    paused: (until: string) => `Nobody asks you until ${until}.`,
    offRoster: (until: string) => (until ? `Outside your hours. Requests begin ${until}.` : "Outside your hours."),
    pause: "Pause",
    halfHour: "For 30 minutes",
    hour: "For an hour",
    tomorrow: "Until tomorrow morning",
    nextWeek: "Until Monday morning",
    resume: "Resume now",
  },
  notEnrolled: {
    title: "You are not an expert yet",
    body: "Colleagues cannot ask you before an administrator has enrolled you. Ask yours if you would like to help.",
  },
  see: "Colleagues see you as",
  sections: {
    label: "Sections",
    now: "Now",
    earlier: "Earlier",
    hours: "Availability",
    skills: "Skills",
    answers: "Answers",
    shown: "Shown for you",
  },

  now: {
    empty: "Nobody needs you now.",
    emptyHint: "When a colleague asks, it shows here and as a card in your chat.",
    needs: (agent: string) => `${agent} needs you`,
    topic: (agent: string, topic: string) => `${agent} needs you: ${topic}`,
    waits: "waiting",
    question: "The question",
    details: "Details",
    links: "Links",
    masked: "hidden until you say yes",
    answers: { now: "Take it now", later: "In 5 minutes", chat: "By chat", no: "Not me" },
    kind: {
      consult: "Your phone rings when you take it; the customer hears music meanwhile.",
      conference: "You join a call of three when you take it.",
      transfer: "The customer comes to you when you take it.",
      "blind-transfer": "The customer comes to you when you take it.",
      question: "Answer in writing; the call goes on without you.",
      meeting: "You get a link to join when you take it.",
    } satisfies Record<Kind, string>,
    silent: "You can still take it.",
    later: (when: string) => (when ? `You said: in 5 minutes. We ask again ${when}.` : "You said: in 5 minutes."),
    chat: (agent: string) => `You said: by chat. ${agent} knows and writes to you.`,
    ringing: "Your phone is ringing. Pick it up.",
    connecting: "We are connecting you.",
    withAgent: (t: Two) => `You are talking to ${t.agent}. ${t.customer} hears music.`,
    waiting: (t: Two) => `${t.agent} is talking to ${t.customer}. You wait.`,
    together: (t: Two) => `You, ${t.agent} and ${t.customer} hear each other.`,
    handing: (t: Two) => `${t.agent} is handing ${t.customer} over to you.`,
    meeting: "The meeting is open.",
    meetingSoon: "The meeting is being opened.",
    writing: (agent: string) => `${agent} waits for your answer.`,
    join: "Join the meeting",
    reply: "Your answer",
    replyHint: "As you would say it to your colleague",
    send: "Send the answer",
    sent: "You wrote",
    happened: "What happened",
    steps: {
      ringing: "Your phone rang",
      consulting: "You picked up",
      conferencing: "All three heard each other",
      transferring: "The customer is handed over to you",
      "talking-to-customer": "Your colleague turned to the customer",
      "talking-to-expert": "Your colleague turned to you",
    } as Record<string, string>,
    late: "A colleague was faster. Thank you all the same.",
  },

  earlier: {
    empty: "Nothing yet. What you have been asked stands here afterwards.",
    kind: {
      consult: "call",
      conference: "three-way call",
      transfer: "transfer",
      "blind-transfer": "transfer",
      question: "question",
      meeting: "meeting",
    } satisfies Record<Kind, string>,
    said: {
      planned: "not asked",
      asked: "no answer",
      accepted: "you said yes",
      later: "you said: in 5 minutes",
      chat: "you said: by chat",
      declined: "you said no",
      silent: "no answer",
      undeliverable: "could not be delivered",
      withdrawn: "taken back",
      taken: "a colleague was faster",
    } satisfies Record<OfferState, string>,
    result: {
      transferred: "you got the customer",
      returned: "you helped",
      answered: "you answered",
      unanswered: "nobody answered",
      declined: "not taken",
      unreachable: "could not be connected",
      cancelled: "taken back",
      "customer-left": "the customer hung up",
      failed: "the phone system refused",
    } satisfies Record<Result, string>,
  },

  hours: {
    used: (used: number, most: number) => `You have helped ${used} of ${most} times this month.`,
    usedOnly: (used: number) =>
      count(used, { one: "You have helped # time this month.", other: "You have helped # times this month." }),
    concurrent: (n: number) => count(n, { one: "One request at a time.", other: "Up to # requests at a time." }),
    quotaFrom: "Your administrator sets these limits.",
    week: "Your week",
    zone: (zone: string) => `Times in ${zone}`,
    always: "No hours are set: you can be asked at any time.",
    free: "off",
    edit: "Change the hours",
    from: (day: string) => `${day} from`,
    to: (day: string) => `${day} until`,
    add: (day: string) => `Add hours on ${day}`,
    remove: (day: string, hours: string) => `Remove ${hours} on ${day}`,
    wrong: "The end must come after the beginning.",
    only: (skill: string) => `only ${skill}`,
    holidays: "Days off",
    noHolidays: "No days off are planned.",
    dayOff: "Day off",
    addHoliday: "Add this day",
    removeHoliday: (day: string) => `Remove the day off on ${day}`,
    changed: (hours: string) => `changed hours: ${hours}`,
  },

  skills: {
    title: "What you can be asked about",
    none: "No skills yet. Without any you are found by name only.",
    level: (skill: string) => `How well you know ${skill}`,
    levels: ["", "1 · a little", "2 · some", "3 · well", "4 · very well", "5 · expert"] as string[],
    add: "Add a skill",
    name: "Skill",
    remove: (what: string) => `Remove ${what}`,
    languages: "Languages you help in",
    addLanguage: "Add a language",
  },

  setUp: {
    title: "Can requests reach you?",
    all: {
      green: "Everything is in order.",
      amber: "Requests reach you, but something could be better.",
      red: "Something keeps requests from reaching you.",
      unknown: "We cannot tell yet.",
    } satisfies Record<SetUpLevel, string>,
    level: {
      green: "In order",
      amber: "Could be better",
      red: "To be mended",
      unknown: "Not known",
    } satisfies Record<SetUpLevel, string>,
    lines: "What we looked at",
    whose: "What you cannot mend yourself, your administrator can.",
    checked: (when: string) => `Last checked ${when}.`,
    again: "Check again",
  },

  answers: {
    empty: "Nothing yet. An answer that you keep when you reply stands here, for you to change or withdraw.",
    intro: "Agents and experts find what you have approved, with your name, the next time somebody asks.",
    group: {
      proposed: "Waiting for your approval",
      approved: "Approved: colleagues find these",
      retired: "Withdrawn: nobody finds these",
    } satisfies Record<SavedAnswerView["state"], string>,
    uses: (n: number) =>
      n === 0 ? "has not helped yet" : count(n, { one: "has helped once", other: "has helped # times" }),
    approve: "Approve",
    edit: "Change",
    retire: "Withdraw",
    about: (what: string, question: string) => `${what}: ${question}`,
    question: "The question",
    answer: "The answer",
    redacted: "E-mail addresses and long numbers are taken out when you save. Leave out whatever names a customer.",
    whole: "Write a question and an answer.",
    save: "Save and approve",
  },

  shown: {
    intro:
      "While you are busy on one platform, Patchcord shows it on the others for a few minutes, so that nobody disturbs you. It never changes what you chose yourself.",
    none: "Nothing is shown on your behalf now.",
    state: {
      asked: "on its way",
      held: "shown now",
      releasing: "being taken away",
      refused: "could not be shown",
    } satisfies Record<TabHold["state"], string>,
    because: (status: string, platform: string) => `because you are “${status}” on ${platform}`,
    until: (time: string) => `ends by itself at ${time} unless it is renewed`,
    why: "Why that is so",
    seen: "What your platforms show",
    unseen: "None of your platforms tells us how you are.",
    how: "To take it away at once, set your status yourself on that platform.",
  },
};

export type TabWords = Widen<typeof en>;
