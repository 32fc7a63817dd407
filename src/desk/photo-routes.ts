import { type Api, endpoint, z } from "../api.ts";
import { photosOf } from "../identity/photos.ts";
import type { PersonId } from "../ids.ts";

/** So many people are on a desk's screen at most, a few pages of them. */
const peopleMax = 40;

export function addPhotoRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/desk/photos",
      summary: "Colleagues' pictures, as far as they are known here; those still to be looked for are `pending`",
      allowed: { kinds: ["agent"] },
      query: z.object({
        people: z
          .string()
          .max(60 * peopleMax)
          .describe(`Ids of people, separated by commas; at most ${peopleMax}`),
      }),
      result: z
        .object({
          photos: z.array(z.object({ personId: z.string(), source: z.string().describe("A data: address") })),
          pending: z.array(z.string()),
        })
        .openapi("Photos"),
    },
    async (ctx, { query }) => {
      const ids = query.people.split(",").filter(Boolean).slice(0, peopleMax) as PersonId[];
      return photosOf(ctx, ids);
    },
  );
}
