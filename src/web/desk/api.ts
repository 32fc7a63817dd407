/** The service as the desk uses it. */
import type {
  ColleaguesView,
  ConsultRequest,
  ConsultView,
  ContextView,
  DeskView,
  ExpertHit,
  MoveRequest,
} from "../../views.ts";
import { ask, insist } from "../shared/http.ts";

export type ExpertSearch = {
  query?: string;
  skill?: string | undefined;
  interaction?: string | undefined;
  reachable?: boolean;
  cursor?: string;
};
export type Found = { items: ExpertHit[]; next?: string };

export type DeskApi = ReturnType<typeof createApi>;

/** `token` is asked for with every request, so that a renewed one is used at once. */
export function createApi(token: () => string | undefined) {
  const get = <Answer>(address: string, signal?: AbortSignal) =>
    ask<Answer>(address, { token: token(), ...(signal && { signal }) });
  const post = <Answer>(address: string, body: unknown) =>
    insist((idempotencyKey) => ask<Answer>(address, { method: "POST", token: token(), body, idempotencyKey }));

  return {
    desk: () => get<DeskView>("/v1/desk"),
    experts: (search: ExpertSearch, signal?: AbortSignal) => get<Found>(`/v1/experts?${searchParams(search)}`, signal),
    colleagues: () => get<ColleaguesView>("/v1/desk/colleagues"),
    keepFavourite: (person: string, keep: boolean) =>
      ask<Pick<DeskView, "favourites">>(`/v1/desk/favourites/${encodeURIComponent(person)}`, {
        method: keep ? "PUT" : "DELETE",
        token: token(),
      }),
    context: (interaction: string) => get<ContextView>(`/v1/context-preview?${new URLSearchParams({ interaction })}`),
    requestConsult: (request: ConsultRequest) => post<ConsultView>("/v1/consults", request),
    move: (consult: string, request: MoveRequest) =>
      post<ConsultView>(`/v1/consults/${encodeURIComponent(consult)}/moves`, request),
    renewToken: () =>
      ask<{ token: string; expiresAt: string }>("/v1/desk-tokens/renew", { method: "POST", token: token() }),
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
