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
      query: z.object({
        department: z
          .string()
          .min(1)
          .max(200)
          .optional()
          .describe("Only what its agents ask for and its experts are asked"),
      }),
      result: z
        .looseObject({
          departments: z.array(z.string()),
          consults: z.array(z.looseObject({ id: z.string() })),
          skills: z.array(z.looseObject({ skill: z.string() })),
          serverTime: z.string(),
        })
        .openapi("Board"),
    },
    (ctx, { query }, service) => boardOf(ctx, service, query.department),
  );
}
