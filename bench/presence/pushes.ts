/** What a contact center pushes: who shows what, many in one signed delivery. */
import { signatureHeaders } from "../../src/platform/signature.ts";
import { externalId } from "../company.ts";

/** `number` names the event and is the sequence of the agent's state; `means` is a word of our webhook contract. */
export type StateChange = { number: number; person: number; status: string; means: string; at: Date };
export type SignedDelivery = { body: Buffer<ArrayBuffer>; headers: Record<string, string> };

export const eventOf = ({ number, person, status, means, at }: StateChange) => ({
  eventId: `push-${number}`,
  occurredAt: at.toISOString(),
  type: "agent.state.changed",
  agent: externalId(person),
  state: { status, means, routable: false, sequence: number },
});

/** `events` of our webhook contract, at most 100. */
export async function signDelivery(
  secret: string,
  events: readonly { eventId: string }[],
  sentAt: Date,
): Promise<SignedDelivery> {
  const body = Buffer.from(JSON.stringify({ events }));
  const proof = await signatureHeaders([secret], { id: events[0]?.eventId ?? "", sentAt, body });
  return { body, headers: { ...proof, "content-type": "application/json", "content-length": String(body.length) } };
}
