/**
 * What a look at an interaction puts right. Nobody sends a command when an expert hangs up by themselves, when nobody
 * takes a blind transfer or when the agent's browser crashes, yet a customer must not be left in silence and no phone
 * must ring for nobody.
 */
import { errorFields } from "../../src/log.ts";
import { cancelRinging } from "./legs.ts";
import type { Deeds } from "./memory.ts";
import { ask } from "./request.ts";
import { customerOf, isHeld, type Leg, type Scene } from "./scene.ts";
import type { Twilio } from "./settings.ts";
import type { Past } from "./snapshot.ts";
import { endWithPartner } from "./stage.ts";

/** Answers whether somebody is no longer where they were. */
type Repair = () => Promise<boolean>;

/** Nothing here may make the look fail. True: the scene has changed by it. */
export async function mend(c: Twilio, scene: Scene, deeds: Deeds, past: readonly Past[]): Promise<boolean> {
  let hasChanged = false;
  const isOurs = deeds.dials.length > 0 || deeds.freedAgent === true;
  for (const repair of isOurs ? repairs(c, scene, deeds, past) : [])
    try {
      hasChanged = (await repair()) || hasChanged;
    } catch (error) {
      c.log.warn("a call could not be mended", errorFields(error));
    }
  return hasChanged;
}

function repairs(c: Twilio, scene: Scene, deeds: Deeds, past: readonly Past[]): Repair[] {
  const { conference, legs } = scene;
  const customer = customerOf(legs);
  if (!customer) return ghosts(legs, past).map((sid) => () => cancelRinging(c, sid));
  // Whoever begins a consult notes the dial first: as long as its fate is open, nothing is given back to anybody.
  if (!conference || past.some((one) => !one.fate && !isOld(c, one))) return [];
  if (isStranded(customer, scene, past)) return [() => backToQueue(c, scene, customer)];
  return [() => endWithPartner(c, conference.sid, legs, deeds).then(() => false)];
}

const isOld = (c: Twilio, { dial }: Past) => c.now().getTime() - dial.at > 120_000;

/**
 * The customer is alone: the agent has left or crashed while somebody was rung for them, and that somebody could not be
 * had. No reason is an expert who talked to them and hung up (that conversation is over, and ending it is the
 * customer's to do), nor whatever Flex does with the task after a consult has been wound up.
 */
function isStranded(customer: Leg, { legs, reservations }: Scene, past: readonly Past[]): boolean {
  const last = past.at(-1);
  const isAlone = legs.length === 1 && !reservations.some((one) => one.reservation_status === "pending");
  const hasFailed = last?.fate !== undefined && (isHeld(customer) || last.fate.reason !== "hung-up");
  return isAlone && hasFailed && !last.dial.settled;
}

/** Phones that we rang for a customer who has gone. */
const ghosts = (legs: readonly Leg[], past: readonly Past[]): string[] => [
  ...legs.filter((leg) => leg.role === "expert" && ["dialing", "ringing"].includes(leg.state)).map((leg) => leg.call),
  ...past.flatMap(({ dial, call }) => (dial.call && call ? [dial.call] : [])),
];

/**
 * The customer goes back into the workflow that they came from, with what was known of them. Their call leaves the
 * conference; TaskRouter makes a new task of it.
 */
async function backToQueue(c: Twilio, { task }: Scene, customer: Leg): Promise<boolean> {
  const workflow = task?.value.workflow_sid;
  if (!task || !workflow) return false;
  const { conference: _over, ...attributes } = task.attributes;
  const Twiml = `<Response><Enqueue workflowSid="${workflow}"><Task>${escapeXml(JSON.stringify(attributes))}</Task></Enqueue></Response>`;
  await ask(c, { api: "voice", method: "POST", path: `/Calls/${customer.call}.json`, form: { Twiml } });
  return true;
}

const escapeXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
