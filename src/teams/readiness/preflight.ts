/** What an admin sees of one expert before the first call: each fact green, amber or red, with the fix. Pure. */
import type { ConnectionHealth } from "../../identity/schema.ts";
import { type SkipCode, skipCodes } from "../../ladder-texts.ts";
import type { Inspection } from "../../platform/contract.ts";
import type { ReachabilityView, RungKind } from "../../views.ts";
import type { AppState } from "./schema.ts";
import type { PreflightKey } from "./texts/index.ts";

/** `unknown`: the platform does not show it, or nobody has looked yet. */
export type Level = "green" | "amber" | "red" | "unknown";
export type Line = {
  check: "account" | "connection" | "app" | "phone" | "licence" | "voicemail" | "reach" | "rung";
  level: Level;
  platform?: string;
  says: PreflightKey | RungKey;
  fix?: PreflightKey;
  /** The platform's or our own word for it. */
  code?: string;
};

/** A rung of the ladder of reach, or why it is passed over, in the words that everybody gets. */
export type RungKey = `ladder.${RungKind | SkipCode}`;

export type AccountSetUp = {
  platform: string;
  health: ConnectionHealth["state"];
  code?: string | undefined;
  phone?: string | undefined;
  /** Does this platform need an app for the cards, and can it show any? */
  needsApp: boolean;
  canCards: boolean;
  app?: AppState | undefined;
  appCode?: string | undefined;
  seen: Inspection;
  isChecked: boolean;
};

export function preflight(accounts: readonly AccountSetUp[], reach: ReachabilityView): { level: Level; lines: Line[] } {
  const able = accounts.filter(({ canCards }) => canCards);
  const lines: Line[] = [
    ...(able.length === 0
      ? [{ check: "account", level: "red", says: "account.none", fix: "account.fix" } as const]
      : []),
    ...able.flatMap(linesOf),
    reachLine(reach),
    ...rungLines(reach),
  ];
  return { level: worst(lines), lines };
}

/** What nobody can see makes nothing worse. */
const order: readonly Level[] = ["red", "amber", "green"];
const worst = (lines: readonly Line[]): Level =>
  order.find((level) => lines.some((line) => line.level === level)) ?? "unknown";

function linesOf(account: AccountSetUp): Line[] {
  const { platform } = account;
  const lines = [
    connectionLine(account),
    appLine(account),
    phoneLine(account),
    licenceLine(account),
    voicemailLine(account),
  ];
  return lines.flatMap((line) => (line ? [{ ...line, platform }] : []));
}

function connectionLine({ health, code }: AccountSetUp): Line {
  const check = "connection";
  if (health === "well") return { check, level: "green", says: "connection.well" };
  if (health === "starting") return { check, level: "unknown", says: "connection.starting" };
  const isConsent = health === "needs-attention";
  return {
    check,
    level: isConsent ? "red" : "amber",
    says: isConsent ? "connection.consent" : "connection.trouble",
    fix: isConsent ? "connection.consent.fix" : "connection.trouble.fix",
    ...(code ? { code } : {}),
  };
}

const appLevels: Record<AppState, Level> = {
  installed: "green",
  wanted: "amber",
  missing: "amber",
  failed: "red",
  blocked: "red",
};

function appLine({ needsApp, app, appCode }: AccountSetUp): Line | undefined {
  if (!needsApp) return undefined;
  if (!app) return { check: "app", level: "unknown", says: "app.unknown", fix: "app.unknown.fix" };
  const level = appLevels[app];
  return {
    check: "app",
    level,
    says: `app.${app}`,
    ...(level === "green" ? {} : { fix: `app.${app}.fix` as PreflightKey }),
    ...(appCode ? { code: appCode } : {}),
  };
}

const phoneLine = ({ phone }: AccountSetUp): Line =>
  phone
    ? { check: "phone", level: "green", says: "phone.there" }
    : { check: "phone", level: "amber", says: "phone.none", fix: "phone.fix" };

function licenceLine({ seen, phone }: AccountSetUp): Line {
  if (seen.phoneLicence === undefined) return { check: "licence", level: "unknown", says: "licence.hidden" };
  if (seen.phoneLicence) return { check: "licence", level: "green", says: "licence.there" };
  return { check: "licence", level: phone ? "amber" : "unknown", says: "licence.none", fix: "licence.fix" };
}

/** Few platforms tell where another person's calls go, none how soon voicemail answers. */
function voicemailLine({ seen }: AccountSetUp): Line {
  const check = "voicemail";
  if (seen.forwardsAll === undefined)
    return { check, level: "unknown", says: "voicemail.hidden", fix: "voicemail.fix" };
  if (seen.forwardsAll) return { check, level: "red", says: "voicemail.forwards", fix: "voicemail.forwards.fix" };
  return { check, level: "green", says: "voicemail.rings" };
}

const reachLines = {
  call: { level: "green", says: "reach.call" },
  chat: { level: "amber", says: "reach.chat", fix: "phone.fix" },
  later: { level: "green", says: "reach.later" },
  no: { level: "red", says: "reach.no", fix: "reach.no.fix" },
} as const satisfies Record<ReachabilityView["state"], Pick<Line, "level" | "says" | "fix">>;

const reachLine = ({ state, reasons, rung }: ReachabilityView): Line => ({
  check: "reach",
  ...reachLines[state],
  ...(rung ? { platform: rung.platform } : {}),
  ...(reasons[0] ? { code: reasons[0].code } : {}),
});

const skipFixes: Record<SkipCode, PreflightKey> = {
  "no-number": "phone.fix",
  "no-licence": "licence.fix",
  "forwards-all": "voicemail.forwards.fix",
  "cannot-ring": "rung.cannot-ring.fix",
  "other-center": "rung.other-center.fix",
  "app-blocked": "app.blocked.fix",
  "app-missing": "app.failed.fix",
};
const isSkipCode = (code: string): code is SkipCode => skipCodes.includes(code as SkipCode);

/** The ladder of reach, rung by rung: those that were passed over, then the one that would be used. */
function rungLines({ rung, skipped }: ReachabilityView): Line[] {
  const check = "rung";
  const passed = skipped.flatMap(({ platform, reason }): Line[] =>
    isSkipCode(reason)
      ? [
          {
            check,
            level: rung ? "amber" : "red",
            platform,
            says: `ladder.${reason}`,
            fix: skipFixes[reason],
            code: reason,
          },
        ]
      : [],
  );
  if (!rung) return passed;
  const { kind, platform } = rung;
  const used: Line = { check, level: "green", platform, says: `ladder.${kind}`, code: kind };
  return [...passed, kind === "chat" ? { ...used, level: "amber", fix: "phone.fix" } : used];
}
