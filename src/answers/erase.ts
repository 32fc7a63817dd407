import { and, eq, inArray, or, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { ConsultId } from "../ids.ts";
import { savedAnswers } from "./schema.ts";
import { literally } from "./words.ts";

/**
 * Erases the answers that came from one customer's consults, and those that name the customer in so many words, whoever
 * wrote them and when. Answers how many. What was redacted of older consults names nobody, and stays.
 */
export async function eraseAnswers(ctx: Ctx, about: readonly ConsultId[], identity: string): Promise<number> {
  const named = `(^|[^[:alnum:]])${literally(identity.trim())}($|[^[:alnum:]])`;
  const gone = await ctx.db
    .delete(savedAnswers)
    .where(
      and(
        eq(savedAnswers.tenantId, ctx.tenantId),
        or(
          ...(about.length > 0 ? [inArray(savedAnswers.consultId, [...about])] : []),
          sql`${savedAnswers.question} ~* ${named} or ${savedAnswers.answer} ~* ${named}`,
        ),
      ),
    )
    .returning({ id: savedAnswers.id });
  return gone.length;
}
