import { and, eq } from "drizzle-orm";
import { type Api, endpoint, z } from "../api.ts";
import { claimCommand, reportCommand } from "../consults/desk-commands.ts";
import { engagementsOf } from "../consults/engaged.ts";
import { readSnapshot } from "../consults/interactions.ts";
import { interactionFor } from "../consults/request.ts";
import { consultsOf, interactionsOf } from "../consults/view.ts";
import { allowedFields, buildPackage, viewOfPackage } from "../context/package.ts";
import type { Actor } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { skillName } from "../experts/enrol.ts";
import { skillsOfTenant } from "../experts/search.ts";
import { expertViews } from "../experts/view.ts";
import { accounts, connections, people } from "../identity/schema.ts";
import { tenantSettings } from "../identity/tenants.ts";
import type { CommandId, InteractionId, PersonId } from "../ids.ts";
import { favouritesOf } from "./colleagues.ts";
import { issueToken } from "./tokens.ts";

const agent = (actor: Actor): PersonId => {
  if (actor.kind !== "agent") throw new BridgeError("forbidden", "This is for an agent's desk.");
  return actor.personId;
};
const tokenSchema = z.object({ token: z.string(), expiresAt: z.string() });

export function addDeskRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/desk-tokens",
      summary: "A short-lived token for one agent's desk, made by the contact center's back end",
      allowed: { scope: "desk:mint" },
      body: z.strictObject({
        connection: z.string().max(120).describe("Name or id of the connection"),
        account: z.string().max(200).describe("The agent's id on that platform"),
      }),
      result: tokenSchema.extend({ personId: z.string() }),
      status: 201,
    },
    async (ctx, { body }, service) => {
      const rows = await ctx.db
        .select({ id: people.id, name: people.name, connection: connections.name, connectionId: connections.id })
        .from(accounts)
        .innerJoin(people, and(eq(people.id, accounts.personId), eq(people.active, true)))
        .innerJoin(connections, eq(connections.id, accounts.connectionId))
        .where(and(eq(accounts.externalId, body.account), eq(accounts.active, true)));
      const person = rows.find((row) => row.connection === body.connection || row.connectionId === body.connection);
      if (!person)
        throw new BridgeError(
          "not_found",
          "This agent is not known on that connection yet. New colleagues appear within five minutes.",
        );
      const { token, expiresAt } = await issueToken(service.keyring, service.now(), "desk", ctx.tenantId, {
        personId: person.id,
        name: person.name,
      });
      return { token, expiresAt: expiresAt.toISOString(), personId: person.id };
    },
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/desk-tokens/renew",
      summary: "A fresh token while the present one is still good",
      allowed: { kinds: ["agent"] },
      result: tokenSchema,
      status: 201,
    },
    async (ctx, _input, service) => {
      const personId = agent(ctx.actor);
      const [person] = await ctx.db
        .select({ name: people.name, active: people.active })
        .from(people)
        .where(eq(people.id, personId));
      if (!person?.active) throw new BridgeError("unauthenticated", "This account is no longer active.");
      const { token, expiresAt } = await issueToken(service.keyring, service.now(), "desk", ctx.tenantId, {
        personId,
        name: person.name,
      });
      return { token, expiresAt: expiresAt.toISOString() };
    },
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/desk",
      summary: "All that the desk needs to draw itself",
      allowed: { kinds: ["agent"] },
      result: z.looseObject({ serverTime: z.string() }).openapi("Desk"),
    },
    async (ctx, _input, service) => {
      const personId = agent(ctx.actor);
      const [me] = await expertViews(ctx, service, [personId], engagementsOf);
      return {
        agent: { personId, name: me?.name ?? "", reachability: me?.reachability },
        interactions: await interactionsOf(ctx, service, personId),
        consults: await consultsOf(ctx, service, personId),
        skills: await skillsOfTenant(ctx),
        favourites: await favouritesOf(ctx, personId),
        serverTime: service.now().toISOString(),
      };
    },
  );
  const commandOf = z.object({ id: z.string().max(60) });
  const desk = z.string().min(8).max(80).describe("A random name that this window of the desk has given itself");
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/desk/commands/{id}/claim",
      summary: "Take a command that only the agent's browser can carry out; of several windows one gets it",
      allowed: { kinds: ["agent"] },
      params: commandOf,
      body: z.strictObject({ desk }),
      result: z
        .object({ command: z.looseObject({ commandId: z.string() }), outcomeUntil: z.string(), again: z.boolean() })
        .openapi("DeskClaim"),
    },
    async (ctx, { params, body }) => {
      const claim = await claimCommand(ctx, params.id as CommandId, body.desk);
      return { ...claim, outcomeUntil: claim.outcomeUntil.toISOString() };
    },
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/desk/commands/{id}/outcome",
      summary: "Tell what came of a command that this window has claimed",
      allowed: { kinds: ["agent"] },
      params: commandOf,
      body: z.strictObject({
        desk,
        outcome: z.enum(["done", "refused", "unknown"]),
        code: z
          .string()
          .regex(/^[a-z][a-z0-9_-]{0,39}$/)
          .optional()
          .describe("Why it was refused, as the agent's own phone says"),
      }),
      result: z.object({ taken: z.boolean() }),
      status: 202,
    },
    async (ctx, { params, body }, service) => {
      await reportCommand(ctx, service, params.id as CommandId, body.desk, body);
      return { taken: true };
    },
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/context-preview",
      summary: "Exactly what an expert would see before saying yes",
      allowed: { kinds: ["agent"] },
      query: z.object({ interaction: z.string().max(60) }),
      result: z.looseObject({ question: z.string() }).openapi("Context"),
    },
    async (ctx, { query }) => {
      const { interaction } = await interactionFor(ctx, query.interaction as InteractionId);
      const { attributes } = readSnapshot(interaction.snapshot);
      const allowed = allowedFields(await tenantSettings(ctx), attributes.skill && skillName(attributes.skill));
      const question = attributes.question ?? attributes.intent ?? "";
      return viewOfPackage(buildPackage(question, attributes, {}, allowed), false);
    },
  );
}
