import { type Api, endpoint, z } from "../api.ts";
import { boardOf } from "./board.ts";

export function addBoardRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/board",
      summary: "Who needs help now, who can give it per skill, and how the last hour's requests were answered",
      allowed: { scope: "consults:read", roles: ["supervisor"] },
      result: z
        .looseObject({
          consults: z.array(z.looseObject({ id: z.string() })),
          skills: z.array(z.looseObject({ skill: z.string() })),
          serverTime: z.string(),
        })
        .openapi("Board"),
    },
    (ctx, _input, service) => boardOf(ctx, service),
  );
}
