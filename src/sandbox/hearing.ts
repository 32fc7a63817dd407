/** Who hears whom in a call, as questions to ask of it. */
import type { CallParty, CallView } from "./protocol.ts";

export type Parties = { customer?: CallParty; agent?: CallParty; expert?: CallParty; experts: CallParty[] };

/** The last of each role: whoever was tried before has left. */
export function partiesOf(call: CallView | undefined): Parties {
  const parties = call?.parties ?? [];
  const last = (role: CallParty["role"]) => parties.findLast((party) => party.role === role);
  const [customer, agent, expert] = [last("customer"), last("agent"), last("expert")];
  return {
    ...(customer ? { customer } : {}),
    ...(agent ? { agent } : {}),
    ...(expert ? { expert } : {}),
    experts: parties.filter(({ role }) => role === "expert"),
  };
}

const hears = (one: CallParty | undefined, ...others: (CallParty | undefined)[]): boolean =>
  one !== undefined && others.every((other) => other !== undefined && one.hears.includes(other.ref));

export const isWithAgent = ({ customer, agent }: Parties): boolean => hears(customer, agent) && hears(agent, customer);
export const isPrivate = ({ customer, agent, expert }: Parties): boolean =>
  hears(agent, expert) && hears(expert, agent) && customer?.music === true && !hears(agent, customer);
export const isTogether = ({ customer, agent, expert }: Parties): boolean =>
  hears(customer, agent, expert) && hears(agent, customer, expert) && hears(expert, customer, agent);
export const isHandedOver = ({ customer, agent, expert }: Parties): boolean =>
  hears(customer, expert) && hears(expert, customer) && agent?.state === "left";
