/** Calling customers back, in English. `{…}` are filled in. Other languages have the same keys; the compiler checks. */
export const en = {
  title: "Call {customer} back",
  "title.bare": "Call a customer back",
  by: "{line} · by {time}",
  asked: "Asked for it at {time}.",
  number: "Number",
  masked: "The number shows once you take it.",
  take: "I call now",
  pass: "Give to the next",
  call: "Call {phone}",
  howItWent: "When you have called, say how it went:",
  reached: "Reached",
  "not-reached": "Not reached",
  cancelled: "No longer wanted",
  "state.mine": "You call {customer}.",
  "state.taken": "{colleague} is calling {customer}. Thank you.",
  "state.moved": "{colleague} has it now. You need not do anything.",
  "state.passed": "You gave it to {colleague}.",
  "state.again": "Not reached. You are asked to try again by {time}.",
  "state.reached": "Done: {customer} was reached.",
  "state.over": "This is over. You need not do anything.",
  customer: "the customer",
  somebody: "a colleague",
  "told.alone": "There is nobody else to give it to, so it stays with you.",
} as const;
export type CallbackKey = keyof typeof en;
export type CallbackTexts = Record<CallbackKey, string>;
