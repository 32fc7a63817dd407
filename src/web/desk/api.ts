/** The service as the desk uses it. */
import type { CommandOutcome } from "../../desk/protocol.ts";
import type {
  CallerView,
  ColleaguesView,
  ConsultRequest,
  ConsultView,
  ContextView,
  DeskClaim,
  DeskView,
  ExpertHit,
  MoveRequest,
} from "../../views.ts";
import { ask, insist, Refused } from "../shared/http.ts";

export type ExpertSearch = {
  query?: string;
  skill?: string | undefined;
  interaction?: string | undefined;
  reachable?: boolean;
  cursor?: string;
};
export type Found = { items: ExpertHit[]; next?: string };

export type DeskApi = ReturnType<typeof createApi>;

type Tokens = {
  /** Asked for with every request, so that a renewed one is used at once. */
  get(): string | undefined;
  /** A token was refused: is there another, after a while? */
  replaced(old: string | undefined): Promise<boolean>;
  accepted(): void;
};

/** `first`: the facts, where they were asked for with this token already. */
export function createApi(tokens: Tokens, first: (token: string | undefined) => Promise<DeskView> | undefined) {
  /** A token that runs out in the middle of a call costs a moment, not what the agent pressed. */
  async function signed<Answer>(run: (token: string | undefined) => Promise<Answer>): Promise<Answer> {
    const token = tokens.get();
    try {
      return await taken(run(token));
    } catch (error) {
      if (!(error instanceof Refused && error.status === 401 && (await tokens.replaced(token)))) throw error;
      return taken(run(tokens.get()));
    }
  }
  async function taken<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const given = await answer;
    tokens.accepted();
    return given;
  }
  const get = <Answer>(address: string, signal?: AbortSignal) =>
    signed((token) => ask<Answer>(address, { token, ...(signal && { signal }) }));
  const post = <Answer>(address: string, body: unknown) =>
    signed((token) =>
      insist((idempotencyKey) => ask<Answer>(address, { method: "POST", token, body, idempotencyKey })),
    );

  return {
    desk: () => signed((token) => first(token) ?? ask<DeskView>("/v1/desk", { token })),
    experts: (search: ExpertSearch, signal?: AbortSignal) => get<Found>(`/v1/experts?${searchParams(search)}`, signal),
    colleagues: () => get<ColleaguesView>("/v1/desk/colleagues"),
    keepFavourite: (person: string, keep: boolean) =>
      signed((token) =>
        ask<Pick<DeskView, "favourites">>(`/v1/desk/favourites/${encodeURIComponent(person)}`, {
          method: keep ? "PUT" : "DELETE",
          token,
        }),
      ),
    context: (interaction: string) => get<ContextView>(`/v1/context-preview?${new URLSearchParams({ interaction })}`),
    requestConsult: (request: ConsultRequest) => post<ConsultView>("/v1/consults", request),
    move: (consult: string, request: MoveRequest) =>
      post<ConsultView>(`/v1/consults/${encodeURIComponent(consult)}/moves`, request),
    photos: (people: readonly string[]) =>
      get<{ photos: { personId: string; source: string }[]; pending: string[] }>(
        `/v1/desk/photos?${new URLSearchParams({ people: people.join(",") })}`,
      ),
    remind: (consult: string) => post<ConsultView>(`/v1/consults/${encodeURIComponent(consult)}/reminders`, {}),
    /** Not repeated by itself: the agent waits for it, and presses again. */
    caller: (consult: string, way: CallerView["place"]["way"]) =>
      signed((token) =>
        ask<CallerView>(`/v1/consults/${encodeURIComponent(consult)}/callers`, {
          method: "POST",
          token,
          body: { way },
        }),
      ),
    claim: (command: string, desk: string) =>
      post<DeskClaim>(`/v1/desk/commands/${encodeURIComponent(command)}/claim`, { desk }),
    report: (command: string, body: { desk: string; outcome: CommandOutcome; code?: string }) =>
      post<unknown>(`/v1/desk/commands/${encodeURIComponent(command)}/outcome`, body),
    platformSignIn: (body: { tenant: string; connection: string; token: string }) =>
      ask<{ token: string }>("/auth/desk", { method: "POST", body }),
    renewToken: () =>
      ask<{ token: string; expiresAt: string }>("/v1/desk-tokens/renew", { method: "POST", token: tokens.get() }),
  };
}

const pageSize = 20;

function searchParams({ query, skill, interaction, reachable, cursor }: ExpertSearch): URLSearchParams {
  return new URLSearchParams({
    ...(query && { q: query }),
    ...(skill && { skill }),
    ...(interaction && { interaction }),
    ...(reachable && { reachable: "true" }),
    ...(cursor && { cursor }),
    limit: String(pageSize),
  });
}
