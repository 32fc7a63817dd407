/** What a policy would have done with these events, before it is switched on. Pure. */
import type { AccountId } from "../ids.ts";
import type { Presence } from "../platform/contract.ts";
import { decide, type WishCode } from "./decide.ts";
import type { AccountFacts } from "./own.ts";
import type { Policy } from "./rules.ts";

/** What an account showed of the person's own doing from then on. */
export type Shift = { account: AccountId; at: Date; presence: Presence };
export type Consequence = { at: Date; account: AccountId; show?: Presence; code: WishCode; cause?: AccountId };

/** As if platforms answered at once and lost nothing: each change of what would be shown, and why. */
export function tryPolicy(
  accounts: readonly Omit<AccountFacts, "seen" | "hold">[],
  shifts: readonly Shift[],
  policy: Policy,
): Consequence[] {
  const facts = new Map(accounts.map((account): [AccountId, AccountFacts] => [account.account, { ...account }]));
  const shown = new Map<AccountId, string>();
  const consequences: Consequence[] = [];
  for (const { account, at, presence } of [...shifts].sort((a, b) => a.at.getTime() - b.at.getTime())) {
    const one = facts.get(account);
    if (!one) continue;
    one.seen = { presence, observedAt: at, changedAt: at, readAt: at };
    for (const known of facts.values()) if (known.seen) known.seen = { ...known.seen, readAt: at };
    for (const wish of decide([...facts.values()], policy, at).wishes) {
      const show = wish.want === "show" ? wish.show : undefined;
      const word = show ? `${show.availability}/${show.activity}` : "";
      if (word === (shown.get(wish.account) ?? "")) continue;
      shown.set(wish.account, word);
      const because = wish.cause ? { cause: wish.cause } : {};
      consequences.push({ at, account: wish.account, code: wish.code, ...(show ? { show } : {}), ...because });
    }
  }
  return consequences;
}
