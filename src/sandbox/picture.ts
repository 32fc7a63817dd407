/** The world in words, for the demo's table. */
import { colleagues } from "./company.ts";
import type { CallParty, CallView, WorldView } from "./protocol.ts";

const firstName = (name: string) => name.split(" ")[0] ?? name;

/** `Ana + Marta · Lucía ♪`: who talks with whom, and who hears music. */
export function soundOf(call: CallView | undefined): string {
  if (!call) return "";
  const say = ({ name }: CallParty) => firstName(name);
  const talking = call.parties.filter((party) => party.state === "connected");
  const words = [
    talking.map(say).join(" + "),
    ...call.parties.filter(({ music }) => music).map((party) => `${say(party)} ♪`),
    ...call.parties
      .filter(({ state }) => state === "ringing" || state === "dialing")
      .map((party) => `${say(party)} rings`),
  ].filter(Boolean);
  return words.join(" · ") || "nobody";
}

/** What this person shows on each platform where they have an account. */
export function presencesOf(view: WorldView, name: string): Record<string, string> {
  const person = colleagues.find((one) => one.name === name);
  const agent = view.agents.find(({ account }) => account === person?.agent?.account);
  const user = view.teams.users.find(({ id }) => id === person?.teams?.id);
  const extension = view.ringcentral.extensions.find(({ id }) => id === person?.ringcentral?.id);
  const words = ({ availability, activity }: { availability: string; activity: string }) =>
    availability === activity ? availability : `${availability}/${activity}`;
  return {
    ...(agent ? { "contact center": agent.status } : {}),
    ...(user ? { Teams: words(user.presence) } : {}),
    ...(extension ? { RingCentral: words(extension.presence) } : {}),
  };
}
