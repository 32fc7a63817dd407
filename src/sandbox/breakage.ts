/** What the stage breaks on purpose, and how often it has bitten. */
import type { MiddlewareHandler } from "hono";
import type { FakeContactCenter } from "../../adapters/webhook/fake.ts";
import { phones } from "./company.ts";
import type { Fault, FaultView, PhoneView } from "./protocol.ts";

/** Faults that end by themselves, and after how many bites. The others last until they are mended. */
const bitesMax: Partial<Record<Fault, number>> = { "slow-down": 2, "answer-lost": 1 };

const retryAfterSeconds = 2;
const voicemailMs = 1_500;

/** What a request to the contact center meets, as its fake is told. */
const requestFaults = {
  "slow-down": { path: /\/commands$/, status: 429, headers: { "retry-after": String(retryAfterSeconds) } },
  "answer-lost": { path: /\/commands$/, applyThenDrop: true },
  "platform-down": { status: 503 },
} as const;
const isRequestFault = (what: Fault): what is keyof typeof requestFaults => what in requestFaults;

export type Breakage = ReturnType<typeof createBreakage>;

export function createBreakage(changed: () => void) {
  const broken = new Map<Fault, { since: Date; hits: number }>();
  let center: FakeContactCenter | undefined;

  function bite(what: Fault): boolean {
    const one = broken.get(what);
    if (!one) return false;
    one.hits++;
    if (one.hits >= (bitesMax[what] ?? Number.POSITIVE_INFINITY)) mend(what);
    changed();
    return true;
  }

  function apply(): void {
    center?.faults.clear();
    for (const [what, { hits }] of broken) {
      if (!isRequestFault(what)) continue;
      center?.faults.next({ ...requestFaults[what], times: (bitesMax[what] ?? Number.POSITIVE_INFINITY) - hits });
    }
    for (const { number } of phones) {
      if (broken.has("voicemail")) center?.setPhone(number, "voicemail", voicemailMs);
      else center?.setPhone(number, "manual");
    }
  }

  function mend(what?: Fault): void {
    if (what) broken.delete(what);
    else broken.clear();
    apply();
    changed();
  }

  /** Sees what became of a request, whoever made it fail. */
  const middleware: MiddlewareHandler = async (c, next) => {
    await next();
    if (c.res.type === "error") bite("answer-lost");
    else if (c.res.status === 429) bite("slow-down");
    else if (c.res.status === 503) bite("platform-down");
  };

  return {
    middleware,
    bite,
    mend,
    attach(to: FakeContactCenter): void {
      center = to;
      to.onRing(() => void (bite("nobody-answers") || bite("voicemail")));
    },
    break(what: Fault): void {
      broken.set(what, { since: new Date(), hits: 0 });
      // A phone cannot both ring out and go to voicemail.
      if (what === "voicemail") broken.delete("nobody-answers");
      if (what === "nobody-answers") broken.delete("voicemail");
      apply();
      changed();
    },
    has: (what: Fault): boolean => broken.has(what),
    phoneMode: (): PhoneView["mode"] => {
      if (broken.has("nobody-answers")) return "never-answers";
      return broken.has("voicemail") ? "voicemail" : "manual";
    },
    view: (): FaultView[] => [...broken].map(([what, { since, hits }]) => ({ what, since: since.toISOString(), hits })),
  };
}
