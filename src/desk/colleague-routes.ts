import { type Api, endpoint, z } from "../api.ts";
import { engagementsOf } from "../consults/engaged.ts";
import { type Actor, actorLabel } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { expertViews } from "../experts/view.ts";
import type { PersonId } from "../ids.ts";
import { addFavourite, favouritesOf, recentOf, removeFavourite } from "./colleagues.ts";

const agents = { kinds: ["agent"] } as const;
const byId = z.object({ id: z.string().max(60) });
const favouritesSchema = z.object({ favourites: z.array(z.string()) });
const expertSchema = z.looseObject({ personId: z.string(), name: z.string() });

const agent = (actor: Actor): PersonId => {
  if (actor.kind !== "agent")
    throw new BridgeError("forbidden", `This is for an agent's desk, not ${actorLabel(actor)}.`);
  return actor.personId;
};

export function addColleagueRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/desk/colleagues",
      summary: "Whom this agent keeps at hand, and whom they asked lately",
      allowed: agents,
      result: z.object({ favourites: z.array(expertSchema), recent: z.array(expertSchema) }),
    },
    async (ctx, _input, service) => {
      const me = agent(ctx.actor);
      const [kept, lately] = [await favouritesOf(ctx, me), await recentOf(ctx, me)];
      const views = await expertViews(ctx, service, [...new Set([...kept, ...lately])], engagementsOf);
      const known = new Map(views.map((view) => [view.personId as PersonId, view]));
      const pick = (ids: PersonId[]) => ids.flatMap((id) => known.get(id) ?? []);
      return { favourites: pick(kept), recent: pick(lately.filter((id) => !kept.includes(id))) };
    },
  );
  endpoint(
    api,
    {
      method: "put",
      path: "/v1/desk/favourites/{id}",
      summary: "Keep a colleague at hand",
      allowed: agents,
      params: byId,
      result: favouritesSchema,
    },
    async (ctx, { params }) => {
      const me = agent(ctx.actor);
      await addFavourite(ctx, me, params.id as PersonId);
      return { favourites: await favouritesOf(ctx, me) };
    },
  );
  endpoint(
    api,
    {
      method: "delete",
      path: "/v1/desk/favourites/{id}",
      summary: "Keep a colleague at hand no longer",
      allowed: agents,
      params: byId,
      result: favouritesSchema,
    },
    async (ctx, { params }) => {
      const me = agent(ctx.actor);
      await removeFavourite(ctx, me, params.id as PersonId);
      return { favourites: await favouritesOf(ctx, me) };
    },
  );
}
