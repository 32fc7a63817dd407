import { count, eq } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { aboutInteraction } from "../experts/search.ts";
import { type ConsultId, newId, type OfferId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import { chooseExperts } from "./choose.ts";
import { isOnLine } from "./guests.ts";
import type { Offer } from "./model.ts";
import { moveConsult, readMachine } from "./move.ts";
import { consultFor } from "./request.ts";
import { offers } from "./schema.ts";

/**
 * Asks one more expert to join those who hear each other already: a named person, or the best at a skill who says yes.
 * @throws BridgeError `invalid`, `unreachable`, `conflict` with what to do instead.
 */
export async function addExpert(
  ctx: Ctx,
  service: Service,
  id: ConsultId,
  whom: { personId?: string | undefined; skill?: string | undefined },
): Promise<void> {
  const row = await consultFor(ctx, id);
  await moveConsult(ctx, id, { type: "move", move: "add-expert" }); // refused before anybody is looked for
  const about = await aboutInteraction(ctx, service, row.interactionId);
  const personIds = whom.personId ? [whom.personId] : undefined;
  const { experts } = await chooseExperts(
    ctx,
    service,
    { kind: "conference", mode: "ask", personIds, skill: whom.skill, wait: false, about },
    row.agentPersonId,
  );
  const { winner, offers: known } = readMachine(row);
  const isHere = (person: string) =>
    known.some((offer) => offer.person === person && (offer.id === winner || isOnLine(offer)));
  const others = experts.filter(({ personId }) => !isHere(personId));
  if (others.length === 0)
    throw new BridgeError("conflict", "This person is in the call already. Choose somebody else.");
  const planned = others.map(
    ({ personId, target }): Offer => ({
      id: newId("off", ctx.now()) as OfferId,
      person: personId,
      state: "planned",
      ...(target ? { target } : {}),
    }),
  );
  const [before] = await ctx.db.select({ offers: count() }).from(offers).where(eq(offers.consultId, id));
  await ctx.db.insert(offers).values(
    planned.map((offer, index) => ({
      id: offer.id,
      tenantId: ctx.tenantId,
      consultId: id,
      personId: offer.person,
      position: (before?.offers ?? 0) + index,
      state: offer.state,
      joins: true,
      why: others[index]?.why ?? [],
    })),
  );
  await recordAudit(ctx, "consult.add", id, { people: planned.map(({ person }) => person) });
  await moveConsult(ctx, id, { type: "move", move: "add-expert", offers: planned });
}
