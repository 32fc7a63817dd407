/** What can be told, by type. Data are ids and codes: who wants names or texts asks the API, which is audited. */
export const eventTypes = {
  "consult.requested": "Help was asked for",
  "consult.offering": "Colleagues are being asked",
  "consult.waiting": "A colleague is waited for",
  "consult.ringing": "A colleague's phone rings",
  "consult.consulting": "Agent and colleague talk",
  "consult.conferencing": "Customer, agent and colleague talk",
  "consult.transferring": "The customer is being handed over",
  "consult.ended": "It is over; `result` says how",
  "offer.asked": "A colleague was asked",
  "offer.accepted": "They said yes",
  "offer.later": "They said in five minutes, or are waited for",
  "offer.chat": "They said by chat",
  "offer.declined": "They said no",
  "offer.silent": "They did not answer in time",
  "offer.undeliverable": "They could not be asked",
  "offer.withdrawn": "They need not answer any more",
  "offer.taken": "Somebody else was first",
  "interaction.started": "A customer's conversation was first seen",
  "interaction.agent_changed": "Another agent has it",
  "interaction.ended": "It is over",
  "connection.health": "A platform's connection is in another state",
  "callback.requested": "A customer waits to be called back",
  "callback.claimed": "Somebody has taken it on",
  "callback.passed": "A colleague gave it on; `personId` is asked next",
  "callback.overdue": "Nobody has called in time; `personId` is asked next",
  "callback.done": "They were called, or it was given up",
  "presence.changed": "A colleague shows something else (only for endpoints that name it)",
  "webhook.test": "Sent on request, to try an endpoint",
} as const;
export type EventType = keyof typeof eventTypes;

export const groupOf = (type: string): string => type.slice(0, type.indexOf("."));
/** Only for endpoints that ask for it in so many words: there is much of it. */
const isOptIn = (type: string) => groupOf(type) === "presence";

/** What an endpoint may have asked for to get events of this type. */
export const patternsFor = (type: string): string[] => [type, `${groupOf(type)}.*`, ...(isOptIn(type) ? [] : ["*"])];

/** All that an endpoint can ask for. */
export const subscribable: readonly string[] = [...new Set(Object.keys(eventTypes).flatMap(patternsFor))];
