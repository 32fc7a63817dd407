/** What a policy would have done with these events, before it is switched on. Pure. */
import type { AccountId } from "../ids.ts";
import type { Presence } from "../platform/contract.ts";
import { type Decision, decide, type WishCode } from "./decide.ts";
import type { AccountFacts } from "./own.ts";
import type { Policy } from "./rules.ts";

/** What an account showed of the person's own doing from then on. */
export type Shift = { account: AccountId; at: Date; presence: Presence };
export type TriedCode = WishCode | "not-routed" | "routed-again";
export type Consequence = {
  at: Date;
  account: AccountId;
  show?: Presence;
  code: TriedCode;
  cause?: AccountId;
  /** What the account that is decisive showed then. */
  because?: Presence;
};

/** As if platforms answered at once and lost nothing: each change of what would be shown, and why. */
export function tryPolicy(
  accounts: readonly Omit<AccountFacts, "seen" | "hold">[],
  shifts: readonly Shift[],
  policy: Policy,
): Consequence[] {
  const facts = new Map(accounts.map((account): [AccountId, AccountFacts] => [account.account, { ...account }]));
  const shown = new Map<AccountId, string>();
  const consequences: Consequence[] = [];
  let unrouted: AccountId | undefined;
  const sight = (id: AccountId | undefined) => {
    const presence = id && facts.get(id)?.seen?.presence;
    return presence ? { because: presence } : {};
  };
  for (const { account, at, presence } of [...shifts].sort((a, b) => a.at.getTime() - b.at.getTime())) {
    const one = facts.get(account);
    if (!one) continue;
    one.seen = { presence, observedAt: at, changedAt: at, readAt: at };
    for (const known of facts.values()) if (known.seen) known.seen = { ...known.seen, readAt: at };
    const { wishes, doNotRoute }: Decision = decide([...facts.values()], policy, at);
    for (const wish of wishes) {
      const show = wish.want === "show" ? wish.show : undefined;
      const word = show ? `${show.availability}/${show.activity}` : "";
      if (word === (shown.get(wish.account) ?? "")) continue;
      shown.set(wish.account, word);
      const cause = wish.cause ? { cause: wish.cause, ...sight(wish.cause) } : {};
      consequences.push({ at, account: wish.account, code: wish.code, ...(show ? { show } : {}), ...cause });
    }
    const stopped = unrouted !== undefined && doNotRoute === undefined;
    if (stopped) consequences.push({ at, account: unrouted ?? account, code: "routed-again", ...sight(unrouted) });
    if (doNotRoute && !unrouted)
      consequences.push({ at, account: doNotRoute, code: "not-routed", ...sight(doNotRoute) });
    unrouted = doNotRoute;
  }
  return consequences;
}
