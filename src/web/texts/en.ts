/**
 * What the pages say, in English. The other languages have the same type, so a missing key does not compile.
 * Names arrive as first names; sentences are given a capital where they are shown. Times arrive formatted.
 */
import type { Kind, Move, OfferState, Result, State, TalkingTo } from "../../consults/model.ts";
import type { CallOperation, RecordingState } from "../../platform/contract.ts";
import { pluralizer } from "../shared/plural.ts";
import { answer } from "./answer/en.ts";
import { basics } from "./basics/en.ts";
import type { Widen } from "./widen.ts";

export type Who = { expert: string; customer: string };

const count = pluralizer("en");

export const en = {
  ...basics,
  answer,

  recordingNext: {
    on: "This call is being recorded.",
    paused: "Recording is paused and stays paused.",
    off: "This call is not recorded.",
    unknown: "We cannot see whether this call is recorded.",
  } satisfies Record<RecordingState, string>,

  /** What becomes of a recording that is on, once the agent has handed over. */
  recordingAfter: {
    continues: "It goes on after you hand over.",
    stops: "It stops when you hand over.",
    unknown: "Your contact center does not tell whether it goes on after you hand over.",
  },

  kind: {
    consult: { label: "Consult", hint: (w: Who) => `Talk to ${w.expert} alone first; ${w.customer} hears music` },
    conference: { label: "Three-way call", hint: (w: Who) => `${w.customer} and you stay on while ${w.expert} joins` },
    transfer: { label: "Transfer when answered", hint: (w: Who) => `${w.expert} gets ${w.customer} once they answer` },
    "blind-transfer": {
      label: "Transfer now",
      hint: (w: Who) => `${w.customer} goes to ${w.expert} at once; you are out`,
    },
    question: { label: "Ask by chat", hint: (w: Who) => `${w.expert} answers in writing; the call goes on` },
    meeting: { label: "Video meeting", hint: (w: Who) => `${w.expert} gets a link to join` },
  } satisfies Record<Kind, { label: string; hint: (w: Who) => string }>,
  /** Why a kind of help or a move cannot be had now, by the service's code. */
  cannot: {
    "cannot-ring": "your contact center cannot ring colleagues",
    "chat-only": "they have no phone that can be rung",
    "no-card": "no card gets through to them",
    "platform-cannot": "your contact center cannot do it",
    "not-a-call": "this is not a call",
    "not-answered": "nobody has answered yet",
    "not-private": "only while you talk to one of them alone",
    "handing-over": "the hand-over is under way",
    already: "that is how it is now",
    "together-first": "bring all together first",
    "already-asking": "somebody is being added already",
    "several-experts": "with several experts all stay together",
    "not-proven": "confirm first that you heard them",
    "coming-back": "the customer is coming back to you",
    "you-left": "you have left the call",
    over: "it is over",
  } satisfies Record<string, string>,
  cannotOther: "not possible now",

  header: {
    withYou: "Talking to you",
    withExpert: (w: Who) => `Talking to ${w.expert}`,
    withBoth: (w: Who) => `Talking to you and ${w.expert}`,
    onHold: "On hold",
    ringing: "Ringing",
    left: "Has hung up",
    listening: "Waiting",
    noName: "Unknown caller",
    choose: "Your customers",
  },

  question: {
    label: "Your question",
    placeholder: "What do you need to know?",
    shares: (details: number, masked: number) =>
      masked === 0
        ? count(details, { one: "Shares # detail", other: "Shares # details" })
        : `${count(details, { one: "Shares # detail", other: "Shares # details" })}, ${count(masked, { other: "# masked" })}`,
    sharesNothing: "Shares only your question",
    see: "See what they get",
    preview: "What your colleague gets to see",
    masked: "hidden until they say yes",
    links: "Links",
    failed: "We could not fetch the details. Your question goes out without them.",
    late: "The question and its details follow in a moment.",
    empty: "A question needs words. Write what you want to know, then ask.",
  },

  finder: {
    title: "Find a colleague",
    search: "People, skills, branches",
    clear: "Clear the search",
    suggested: "Suggested",
    reachable: "Reachable now",
    all: "All",
    found: (n: number) => count(n, { one: "# person", other: "# people" }),
    more: "Show more",
    best: (skill: string) => `Ask whoever is best at ${skill}`,
    bestHint: "One after the other, until somebody says yes",
    nobody: (query: string) => `Nobody found for “${query}”. Try a skill, a place or part of a name.`,
    nobodySuggested: "Nobody is listed for this topic yet. Look under All, or search.",
    nobodyReachable: "Nobody can be reached right now. Under All you can ask to be told when somebody is free.",
    nobodyAtAll: "No colleagues here yet. They appear once an administrator has enrolled them as experts.",
    mine: "Favourites and recent",
    nobodyMine: "Nobody here yet. Choose “Keep at hand” in somebody’s menu; whom you ask shows up by itself.",
    failed: "We cannot look people up just now. Your call is not affected.",
    elsewhere: "Find somebody else",
  },

  person: {
    notify: "Notify me",
    notifyHint: (w: Who) => `We ask ${w.expert} as soon as they are free; you keep talking to ${w.customer}`,
    ring: "Ring at once",
    ringHint: (w: Who) => `Without asking first; ${w.expert} gets the question with the ring`,
    several: "Ask several at once",
    severalHint: "The first yes wins, the others are told",
    ways: (name: string) => `More ways to reach ${name}`,
    level: (skill: string, level: number) => `${skill}, level ${level} of 5`,
    noCustomer: "There is no customer to consult about.",
    pick: (name: string) => `Ask ${name} too`,
    picked: (n: number) => count(n, { one: "# picked", other: "# picked" }),
    askPicked: (n: number) => count(n, { one: "Ask", other: "Ask all #" }),
    enough: "Three at most",
    keep: "Keep at hand",
    forget: "No longer keep at hand",
    favourite: "Favourite",
  },

  consult: {
    title: (w: Who) => `Help with ${w.customer}`,
    requested: () => "We are finding the right person.",
    asking: (names: string) => `We are asking ${names}.`,
    askingNext: () => "We are asking the next one.",
    later: (w: Who, when: string) => `${w.expert} has time ${when}.`,
    waitingFree: (w: Who) => `We ask ${w.expert} as soon as they are free.`,
    waiting: () => "We are waiting for somebody to be free.",
    dialling: (w: Who) => `We are calling ${w.expert}.`,
    ringing: (w: Who) => `${w.expert} is ringing.`,
    talkingToExpert: (w: Who) => `You are talking to ${w.expert}.`,
    talkingToCustomer: (w: Who) => `You are talking to ${w.customer}. ${w.expert} waits.`,
    together: (w: Who) => `You, ${w.customer} and ${w.expert} hear each other.`,
    transferring: (w: Who) => `We are handing ${w.customer} over to ${w.expert}.`,
    answering: (w: Who) => `${w.expert} is answering by chat.`,
    meeting: (w: Who) => `${w.expert} is coming to the meeting.`,

    customerMusic: (w: Who) => `${w.customer} hears music.`,
    customerWithYou: (w: Who) => `${w.customer} is with you.`,
    customerWithExpert: (w: Who) => `${w.customer} is with ${w.expert}.`,
    customerWithBoth: (w: Who) => `${w.customer} hears you both.`,
    customerAlone: (w: Who) => `${w.customer} hears nobody.`,
    customerLeft: (w: Who) => `${w.customer} has hung up.`,

    back: (customer: string) => `Back to ${customer}`,
    backHint: {
      "not-called": () => "Nobody is asked any more.",
      ringing: (w: Who) => `${w.expert} stops ringing.`,
      talking: (w: Who) => `${w.expert} leaves the call.`,
      question: () => "The question is withdrawn.",
    },
    notProven: (w: Who) => `Your phone system cannot tell whether ${w.expert} or a machine answered.`,
    heard: (w: Who) => `I heard ${w.expert}: hand over`,
    moves: "What you can do",
    showTimeline: "What happened",
    who: "Who was asked",
    dismiss: "Done",
    askAgain: (w: Who) => `Ask ${w.expert} again`,
    againIn: "again in",
  },
  move: {
    "talk-to-customer": (w: Who) => `Talk to ${w.customer}`,
    "talk-to-expert": (w: Who) => `Talk to ${w.expert}`,
    "all-together": () => "All together",
    "hand-over": () => "Hand over",
    "add-expert": () => "Add to the call",
    "drop-expert": (w: Who) => `Let ${w.expert} go`,
    cancel: () => "Cancel the request",
  } satisfies Record<Move, (w: Who) => string>,

  /** "We asked the phone system to …" and "… and have not heard back. Checking." */
  pending: {
    asked: (what: string) => `We asked the phone system to ${what}…`,
    unknown: (what: string) => `We asked the phone system to ${what} and have not heard back. Checking.`,
    done: (what: string) => `We asked the phone system to ${what}: done.`,
    operation: {
      startConsult: (w: Who) => `ring ${w.expert}`,
      switchParty: () => "switch whom you talk to",
      mergeConference: () => "bring everybody together",
      completeTransfer: (w: Who) => `hand ${w.customer} over`,
      cancelConsult: (w: Who) => `bring you back to ${w.customer}`,
      blindTransfer: (w: Who) => `send ${w.customer} to ${w.expert}`,
      addParty: (w: Who) => `add ${w.expert}`,
      removeParty: (w: Who) => `let ${w.expert} go`,
      hold: (w: Who) => `put ${w.customer} on hold`,
      resume: (w: Who) => `take ${w.customer} off hold`,
    } satisfies Record<CallOperation, (w: Who) => string>,
  },

  /** What went wrong on the way, by the service's code. */
  trouble: {
    "expert-busy": (w) => `${w.expert} is on another call.`,
    "expert-no-answer": (w) => `${w.expert} did not pick up.`,
    "expert-declined": (w) => `${w.expert} declined the call.`,
    "expert-unreachable": (w) => `${w.expert} could not be rung.`,
    "expert-left": (w) => `${w.expert} has left the call.`,
    voicemail: (w) => `${w.expert}’s voicemail picked up, so we hung up.`,
    "chat-only": (w) => `${w.expert} can only be reached by chat.`,
    "no-reply": (w) => `${w.expert} has not written yet, so we asked on.`,
    "not-free": (w) => `${w.expert} was not free in time.`,
    "agent-left": () => "You left the call.",
    "desk-not-open": () => "Your phone in the browser was not there to do it. Open it, then try again.",
    "no-effect": () => "The phone system took a step and nothing happened.",
    platform_throttled: () => "The phone system is overloaded. We wait our turn.",
    platform_unavailable: () => "The phone system does not answer. We keep trying.",
    platform_unauthorized: () => "The phone system must be reconnected. Tell your administrator.",
    platform_refused: () => "The phone system refused that step.",
  } satisfies Record<string, (w: Who) => string>,
  troubleOther: () => "The phone system refused that step.",

  offer: {
    planned: () => "next in line",
    asked: (ago: string) => `asked ${ago}`,
    accepted: () => "said yes",
    later: (when: string) => (when ? `has time ${when}` : "has time later"),
    chat: () => "answers by chat",
    declined: (why: string) => (why ? `said no: ${why}` : "said no"),
    silent: () => "did not answer",
    undeliverable: (why: string) => (why ? `could not be asked: ${why}` : "could not be asked"),
    withdrawn: () => "no longer asked",
    taken: () => "told that somebody else has it",
  } satisfies Record<OfferState, (detail: string) => string>,
  /** Not free when they were last looked at. */
  offerAwaited: "asked as soon as they are free",
  /** They said yes, and their phone could not be rung. */
  offerNotRung: (why: string) => (why ? `could not be rung: ${why}` : "could not be rung"),
  /** Why somebody said no, could not be asked or could not be rung. */
  offerReason: {
    "not-free": "not free any more",
    busy: "busy",
    "not-my-topic": "not their topic",
    away: "away",
    declined: "declined the call",
    unreachable: "out of reach",
    refused: "the phone system refused",
    "no-answer": "no answer",
    voicemail: "voicemail",
  } satisfies Record<string, string>,

  result: {
    transferred: (w) => `${w.expert} has ${w.customer}. You are out of the call.`,
    returned: (w) => `${w.expert} has left. ${w.customer} is with you.`,
    answered: (w) => `${w.expert} has answered your question.`,
    unanswered: (w) => `Nobody answered in time. ${w.customer} is with you.`,
    declined: (w) => `Nobody could take it. ${w.customer} is with you.`,
    unreachable: (w) => `Nobody could be reached. ${w.customer} is with you.`,
    cancelled: (w) => `You took it back. ${w.customer} is with you.`,
    "customer-left": (w) => `${w.customer} has hung up. Nobody is ringing any more.`,
    failed: (w) => `The phone system would not do it. ${w.customer} is with you.`,
  } satisfies Record<Result, (w: Who) => string>,
  /** The same for requests that never touched the call. */
  resultChat: {
    answered: (w) => `${w.expert} has answered your question.`,
    unanswered: () => "Nobody answered in time.",
    declined: () => "Nobody could take it.",
    unreachable: () => "Nobody could be reached.",
    cancelled: () => "You took the question back.",
  } satisfies Partial<Record<Result, (w: Who) => string>>,

  /** Lines of the timeline. */
  event: {
    "offer-planned": (e) => `${e.name} is next in line`,
    "offer-asked": (e) => `${e.name} was asked`,
    "offer-accepted": (e) => `${e.name} said yes`,
    "offer-later": (e) => `${e.name} said: in 5 minutes`,
    "offer-chat": (e) => `${e.name} said: by chat`,
    "offer-declined": (e) => (e.detail ? `${e.name} said no: ${e.detail}` : `${e.name} said no`),
    "offer-silent": (e) => `${e.name} did not answer`,
    "offer-undeliverable": (e) => (e.detail ? `${e.name} was not reached: ${e.detail}` : `${e.name} was not reached`),
    "offer-withdrawn": (e) => `${e.name} is no longer asked`,
    "offer-taken": (e) => `${e.name} was told that somebody else has it`,
    reminded: (e) => `${e.name} was reminded`,
    requested: () => "You asked for help",
    offering: () => "Asking began",
    waiting: () => "Waiting until somebody is free",
    ringing: (e) => `${e.name}’s phone rings`,
    consulting: (e) => `${e.name} picked up`,
    conferencing: () => "All three hear each other",
    transferring: (e) => `Handing over to ${e.name}`,
    ended: (e) => e.detail || "Over",
    move: (e) => `You chose “${e.detail}”`,
    trouble: (e) => e.detail,
    "talking-to-customer": () => "You turned to the customer",
    "talking-to-expert": (e) => `You turned to ${e.name}`,
  } satisfies Record<TimelineCode, (e: EventGaps) => string>,
  eventOther: () => "Something changed",

  /** Details of the customer, by the contact center's usual keys; others are shown as they are called there. */
  field: {
    customer: "Customer",
    tier: "Tier",
    intent: "Came for",
    question: "Question",
    queue: "Queue",
    language: "Language",
    skill: "Topic",
    tried: "Tried so far",
    summary: "Summary",
    phone: "Phone",
    email: "E-mail",
    account: "Account",
    invoice: "Invoice",
    order: "Order",
    wait: "Waited",
    site: "Branch",
  } satisfies Record<string, string>,

  reply: {
    from: (name: string) => `${name} wrote`,
    copy: "Copy",
    copied: "Copied",
    join: "Join the meeting",
    copyLink: "Copy the link for the customer",
  },

  meeting: {
    here: "Join here",
    ring: (expert: string) => `Ring ${expert} from here`,
    opens: (platform: string) => `It opens in ${platform}, in a window of its own.`,
    notInstalled: "Joining from this panel is not part of this installation.",
    elsewhere: "you are in another call",
  },

  ended: {
    title: "What came of it",
    took: (time: string) => `It took ${time}`,
  },

  connection: {
    lost: "Connection lost. Your call goes on; the phone does not need this panel.",
    asOf: (time: string) => `Presence is as of ${time}.`,
    trying: "We keep trying; buttons work again as soon as we are back.",
    follows: "This panel is open in another window too, which speaks for you. Here you see the same.",
    lead: "Lead here",
  },

  empty: {
    title: "No customer with you now",
    body: "When a call or chat reaches you it shows here. You can already look for people.",
  },
  signIn: {
    lost: "Your sign-in has run out and could not be renewed.",
    own: "Sign in with your organization’s account to see your customers and colleagues.",
    open: "Sign in",
    waiting: "Waiting for your contact center to sign you in…",
    missing: "Open this panel from your contact center; it signs you in.",
    expired: "Your sign-in has run out and could not be renewed. Reload the page in your contact center.",
  },
  failed: {
    title: "We could not load your desk",
    body: "Your call is not affected: transfer and hold in your phone work as always.",
  },
};

/** The service's codes of what can happen to a consult. */
export type TimelineCode = `offer-${OfferState}` | State | "reminded" | "move" | "trouble" | `talking-to-${TalkingTo}`;
/** `name`: whom it is about. `detail`: a reason, a move, an outcome, in words. */
export type EventGaps = { name: string; detail: string };

/** The shape that every language fills. */
export type Words = Widen<typeof en>;
