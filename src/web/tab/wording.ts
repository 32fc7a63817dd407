/** Turns what is so into sentences in the expert's words. Pure: words, facts and the time come in. */
import type { ExpertView, TabEarlier, TabRequest } from "../../views.ts";
import { firstName } from "../shared/format.ts";
import type { Two } from "../texts/tab/en.ts";
import type { Speech } from "./speech.ts";

/** "Teams" is what people say. */
export const shortPlatform = (platform: string): string => platform.replace(/^Microsoft /, "");

/** How colleagues see this person, in one word or with the reason why not. */
export function statusOf({ reachability }: Pick<ExpertView, "reachability">, speech: Speech, now: number): string {
  const { words, format } = speech;
  const reason = reachability.reasons.find(({ code }) => code !== "available");
  if (!reason) return statusWord(reachability, speech);
  return words.reason[reason.code]({
    platform: reason.platform && shortPlatform(reason.platform),
    until: reason.until && format.timeOfDay(reason.until, now),
  });
}

type Status = Pick<ExpertView["reachability"], "availability" | "activity">;
export const statusWord = ({ availability, activity }: Status, { words }: Speech): string =>
  words.activity[activity] || words.availability[availability];

export const twoOf = ({ agent, customer }: TabRequest, { words }: Speech): Two => ({
  agent: firstName(agent),
  customer: customer.name ? firstName(customer.name) : words.common.customer,
});

export const capital = (sentence: string): string => sentence.charAt(0).toLocaleUpperCase() + sentence.slice(1);

export const titleOf = ({ agent, topic }: TabRequest, { words }: Speech): string =>
  topic ? words.now.topic(firstName(agent), topic) : words.now.needs(firstName(agent));

/** What is happening, and so what this person should do. */
export function requestSentence(request: TabRequest, speech: Speech, now: number): string {
  const { words, format } = speech;
  const two = twoOf(request, speech);
  if (request.isMine) return capital(mineSentence(request, two, speech));
  const { state, againAt } = request.offer;
  if (state === "later") return words.now.later(againAt ? format.when(againAt, now) : "");
  if (state === "chat") return words.now.chat(two.agent);
  const what = words.now.kind[request.kind];
  return state === "silent" ? `${words.now.silent} ${what}` : what;
}

function mineSentence({ kind, state, talkingTo, joinUrl }: TabRequest, two: Two, { words }: Speech): string {
  if (kind === "question") return words.now.writing(two.agent);
  if (kind === "meeting") return joinUrl ? words.now.meeting : words.now.meetingSoon;
  switch (state) {
    case "ringing":
      return words.now.ringing;
    case "consulting":
      return talkingTo === "expert" ? words.now.withAgent(two) : words.now.waiting(two);
    case "conferencing":
      return words.now.together(two);
    case "transferring":
      return words.now.handing(two);
    default:
      return words.now.connecting;
  }
}

/** What this person said, and what came of it where it was theirs. */
export function earlierSentence({ said, result }: TabEarlier, { words }: Speech): string {
  return capital(result ? words.earlier.result[result] : words.earlier.said[said]);
}
