/** What the sandbox stage says, in English; the other languages have the same type. */
import type { CallOperation, Outcome, PartyRole, PartyState } from "../../../platform/contract.ts";
import type { Fault, PhoneView } from "../../../sandbox/protocol.ts";
import type { Step } from "../../stage/next-step.ts";
import type { Widen } from "../widen.ts";

export const en = {
  title: "Patchcord sandbox",
  madeUp: "Everybody here is made up. Nothing leaves this machine.",
  language: "Language",
  theme: { dark: "Dark", light: "Light", switch: "Switch between light and dark" },
  reset: "Start over",
  loading: "The stage is being set…",
  noWorld: "The made-up world cannot be reached. Is the sandbox still running?",

  next: {
    label: "Next",
    doIt: "Do it for me",
    steps: {
      "start-call": () => "A customer rings the contact center. Start the call.",
      consult: (name) => `The agent cannot answer. In the desk on the left, press Consult beside ${name}.`,
      "press-card": (name) => `${name} has got a card on the right. Press “Take it now”.`,
      answer: (name) => `${name}’s phone rings, and the customer hears music. Answer the phone.`,
      together: (name) => `The agent and ${name} talk alone. In the desk, press All together.`,
      "hand-over": (name) => `The customer, the agent and ${name} hear each other. In the desk, press Hand over.`,
      over: (name) => `${name} has the customer, and the agent is free again. Let the customer hang up.`,
      "break-it": () => "That was the whole story. Now break something from the menu above and play it again.",
      mend: () => "Something is broken on purpose. Play on, or mend it from the menu above.",
      "wait-service": () => "Our server was killed. The call goes on; the server comes back by itself.",
    } satisfies Record<Step["key"], (name: string) => string>,
  },

  break: {
    label: "Break something",
    faults: {
      "nobody-answers": { label: "Experts do not pick up", hint: "Phones ring until we give up" },
      voicemail: { label: "Voicemail picks up", hint: "A machine is not a colleague" },
      "slow-down": { label: "The contact center says 429", hint: "Too many requests: wait, then go on" },
      "answer-lost": { label: "The next answer gets lost", hint: "The command works, but nobody tells us" },
      "platform-down": { label: "The contact center says 503", hint: "Nothing can be commanded" },
      "pushes-lost": { label: "Presence pushes are lost", hint: "Only our own looking remains" },
    } satisfies Record<Fault, { label: string; hint: string }>,
    kill: { label: "Kill our server", hint: "As hard as a power cut; it starts again by itself" },
    mend: { label: "Mend everything", hint: "" },
    hits: (times: string) => `bitten ${times}×`,
  },
  service: {
    down: "Our server is down. The call does not need it.",
    restarts: (times: string) => `restarted ${times}×`,
  },

  host: {
    title: "The contact center",
    agent: "Agent",
    status: "Status",
    start: "Start a call",
    startFrom: (name: string, intent: string) => `${name}: ${intent}`,
    customerHangsUp: "Customer hangs up",
    agentHangsUp: "Agent hangs up",
    frame: "The agent’s desk",
    noCall: "No call",
    onCall: "On a call",
  },

  call: {
    title: "The phone call, as the platform sees it",
    none: "No call yet. Start one on the left.",
    ended: "This call is over.",
    legs: "Legs",
    roles: { customer: "Customer", agent: "Agent", expert: "Expert", system: "Machine" } satisfies Record<
      PartyRole,
      string
    >,
    states: {
      dialing: "dialing",
      ringing: "ringing",
      connected: "connected",
      held: "on hold",
      left: "left",
      failed: "failed",
    } satisfies Record<PartyState, string>,
    hears: (names: string) => `hears ${names}`,
    hearsMusic: "hears music",
    hearsNobody: "hears nobody",
    wire: "Commands over the wire",
    wireNone: "Nothing has been asked of the platform yet.",
    operations: {
      startConsult: "ring the expert",
      switchParty: "switch",
      mergeConference: "bring together",
      completeTransfer: "hand over",
      cancelConsult: "take back",
      blindTransfer: "transfer",
      addParty: "add somebody",
      removeParty: "remove somebody",
      hold: "on hold",
      resume: "off hold",
    } satisfies Record<CallOperation, string>,
    outcomes: {
      asked: "no answer yet",
      done: "done",
      accepted: "accepted",
      refused: "refused",
      unknown: "answer lost",
    } satisfies Record<"asked" | Outcome["state"], string>,
    ms: (count: string) => `${count} ms`,
  },

  presence: {
    title: "Presence, as each platform has it",
    person: "Person",
    shown: "Shown",
    own: "Own choice",
    lease: "By us, until",
    automatic: "automatic",
    call: "own call",
  },

  expert: {
    title: "The expert",
    who: "Who",
    status: "Status",
    statuses: {
      Automatic: "Automatic",
      Available: "Available",
      Busy: "Busy",
      DoNotDisturb: "Do not disturb",
      BeRightBack: "Be right back",
      Away: "Away",
      Offline: "Appear offline",
    } as Record<string, string>,
    startCall: "Take another call",
    endCall: "End own call",
    chat: "Chat with Patchcord",
    views: { label: "Patchcord in Teams", chat: "Chat", tab: "Patchcord tab" },
    empty: "No messages yet. A card appears here when the agent asks.",
    say: "Write to the bot",
    send: "Send",
    edited: "updated",
    waiting: "something is waiting",
  },

  phone: {
    title: (platform: string) => `${platform} phone`,
    idle: "The phone is quiet.",
    ringing: (from: string) => `Incoming call: ${from}`,
    connected: "On the call",
    answer: "Answer",
    decline: "Decline",
    voicemail: "Let voicemail answer",
    modes: {
      manual: "",
      answers: "answers by itself",
      "never-answers": "does not pick up",
      voicemail: "voicemail picks up",
    } satisfies Record<PhoneView["mode"], string>,
  },
};

export type StageWords = Widen<typeof en>;
