/** What the admin's screens say, in English. The other languages have the same type. */
import type { SetUpLevel } from "../../../views.ts";
import { pluralizer } from "../../shared/plural.ts";
import { basics } from "../basics/en.ts";
import type { Widen } from "../widen.ts";

const count = pluralizer("en");

export const admin = {
  ...basics,
  problem: {
    ...basics.problem,
    bad_request: "We sent something unreadable. Load this page again and try once more.",
    invalid: "Something in it is not right. Check it and try again.",
    unauthenticated: "Your sign-in has run out. Load this page again.",
    forbidden: "This needs the role Patchcord.Admin.",
    conflict: "Somebody else has changed this meanwhile. Look again, then decide.",
    too_large: "That is too long.",
    unsupported: "This platform cannot do this.",
    platform_unauthorized: "The platform no longer lets us in. Give the consent again or enter a new secret.",
    platform_refused: "The platform refused. Try again in a moment.",
    platform_throttled: "The platform asked us to slow down. Try again in a moment.",
    platform_unavailable: "The platform does not answer. Try again in a moment.",
  },
  offline: "We cannot be reached. Try again in a moment.",

  title: "Administration",
  signIn: {
    body: "Sign in as an administrator of your organization.",
    organization: "Organization",
    go: "Sign in",
    refused: "You are signed in, but have no role here. Ask for Patchcord.Admin or Patchcord.Supervisor.",
  },
  rail: {
    label: "Tasks",
    experts: "Experts",
    rules: "Presence rules",
    app: "Teams app",
    health: "Health",
    audit: "Audit",
  },
  list: {
    search: "Search",
    csv: "Download as CSV",
    found: (n: number) => count(n, { one: "# row", other: "# rows" }),
    none: "Nothing matches. Change the search or the filter.",
    more: "Show more",
    select: (name: string) => `Select ${name}`,
    selectAll: "Select all that are shown",
  },

  health: {
    title: "Health",
    well: "Every connection works.",
    trouble: (n: number) => count(n, { one: "# connection needs you.", other: "# connections need you." }),
    none: "Nothing is connected yet. Connections are set in patchcord.yaml or with PUT /v1/connections/{name}.",
    state: {
      starting: "Being checked for the first time",
      well: "Works",
      degraded: "Works in part",
      "needs-attention": "Needs you",
      off: "Switched off",
    } as Record<string, string>,
    code: {
      platform_unauthorized: "The platform no longer lets us in: the consent or the secret is gone.",
      platform_unavailable: "The platform does not answer. Presence there is shown with its age.",
      platform_throttled: "The platform asked us to slow down.",
      platform_refused: "The platform refuses what we ask.",
      throttled: "The platform asked us to be silent for more than a minute. Presence there is older than usual.",
      stretched: "There are more people than the platform's limits allow to read every few seconds.",
      "push-silent":
        "The platform has pushed nothing for ten minutes although there were changes. We read them ourselves.",
      "push-blocked":
        "The platform had stopped pushing because our answers failed or came late. We have subscribed anew.",
      "push-refused": "The platform does not let us subscribe to pushes. We read presence ourselves.",
      stream_taken: "Another program has taken our event stream there, so news comes late.",
    } as Record<string, string>,
    fix: {
      platform_unauthorized: "Give the consent again, or enter a new secret for this connection.",
      platform_unavailable: "Look at the platform's own status page, and whether this service can reach it.",
      platform_throttled: "Nothing: it recovers by itself. If it stays, another application uses up the same limits.",
      platform_refused: "Read what the platform says below, and correct the connection's settings.",
      throttled: "Nothing: it recovers by itself. If it stays, another application uses up the same limits.",
      stretched: "Switch on push notifications, or enrol fewer people on this connection.",
      "push-silent": "Check that the platform can reach the address below.",
      "push-blocked": "Look why deliveries failed: the database, the network, or a proxy in front of this service.",
      "push-refused": "Read what the platform says below; presence is right meanwhile, only a little later.",
      stream_taken: "Give Patchcord an application name of its own in this connection's settings.",
    } as Record<string, string>,
    elseFix: "Read what the platform says below.",
    says: "What the platform says",
    missing: "Permissions to grant",
    since: (age: string) => `for ${age}`,
    swept: (age: string) => `Presence read ${age} ago`,
    synced: (age: string) => `Directory read ${age} ago`,
    never: "Not read yet",
    address: "Address for its events",
    copy: "Copy the address",
    copied: "Copied",
    check: "Check now",
    checking: "Asked. The answer shows here in a moment.",
    consent: "To the consent",
  },

  experts: {
    title: "Experts",
    intro: "Can requests reach them? Each line says what to mend.",
    none: "No experts are enrolled yet. Enrol them in patchcord.yaml or with PUT /v1/experts/{id}.",
    level: { green: "In order", amber: "Could be better", red: "To be mended", unknown: "Not known" } satisfies Record<
      SetUpLevel,
      string
    >,
    all: "All",
    filter: "Show",
    name: "Name",
    state: "State",
    what: "What to do",
    checked: "Checked",
    unchecked: "not yet",
    ladder: "How a request reaches them, step by step",
    lines: (name: string) => `All that was looked at for ${name}`,
    check: (n: number) => count(n, { one: "Check # expert again", other: "Check # experts again" }),
    asked: (n: number) =>
      count(n, { one: "The platforms are asked about # expert.", other: "The platforms are asked about # experts." }),
  },

  app: {
    title: "Teams app",
    intro: "Three steps, once: make the package and upload it, give the consent, install it for the experts.",
    none: "There is no connection to Microsoft Teams yet. Set one in patchcord.yaml, then come back.",
    connection: "Connection",
    packaging: {
      title: "1 · The package",
      body: "Or by hand: download it and upload it in the Teams admin center under Teams apps, Manage apps, Upload new app.",
      center: "Open the Teams admin center",
      make: "Make and download",
      made: (name: string, size: string) => `${name}, ${size}. Checked by our rules: nothing to correct.`,
      schema:
        "Microsoft's own schemas are checked by the command npm run teams:package, which makes the same file byte for byte.",
      wrong: (n: number) =>
        count(n, { one: "No package: # thing to correct.", other: "No package: # things to correct." }),
      more: "More settings",
      field: {
        baseUrl: "Address of this deployment",
        appId: "Application (client) ID",
        botId: "Client ID of the bot, when it is another one",
        appVersion: "Version of the app; raise it with every upload",
        manifestVersion: "Manifest version",
        developerName: "Who runs this",
        websiteUrl: "Where people find help",
        privacyUrl: "Privacy policy",
        termsUrl: "Terms of use",
      } as Record<string, string>,
      newest: (version: string) => `${version} (newest)`,
    },
    upload: {
      go: "Upload to Teams",
      reviewed: "Somebody else reviews it first",
      who: "You then sign in with an account that may manage Teams apps (role Teams Administrator; for a review any account). Its permission is used for this one upload and kept nowhere.",
      leaving: "To the sign-in…",
      last: "Last upload",
      state: {
        new: (version: string) => `Version ${version} is in the catalogue. Go on with the consent.`,
        updated: (version: string) => `Version ${version} has taken the place of the one before.`,
        submitted: (version: string) =>
          `Version ${version} waits for its review: Teams admin center, Manage apps, Pending approval.`,
      } as Record<string, (version: string) => string>,
      refused: (version: string) => `Version ${version} was not uploaded.`,
      why: {
        "sign-in":
          "The sign-in was not completed, or the consent for uploading was not given. Try again; if your organization wants an administrator's consent, let one upload it.",
        forbidden:
          "This account may not upload apps. Sign in as a Teams Administrator, or choose the review. Check too that Org-wide app settings allow custom apps.",
        exists:
          "An app with this ID is there already and cannot be seen, mostly because it waits for a review. Let it be approved or rejected in the Teams admin center, then upload again.",
        invalid: "Teams refuses the package. What it says is below; correct that and upload again.",
        platform_unauthorized:
          "Entra does not accept this connection's client secret. Enter a new one, then upload again.",
        platform_throttled: "Microsoft asked us to slow down. Upload again in a minute.",
        platform_unavailable: "Microsoft does not answer. Upload again in a minute: nothing is uploaded twice.",
      } as Record<string, string>,
      version: (there: string) =>
        `The catalogue has ${there} already, and takes only a higher version. If nothing has changed, there is nothing to do; else upload the version that is filled in now.`,
      elseWhy: (code: string) => `Teams refused (${code}). Upload again, or by hand.`,
      says: "What Teams says",
    },
    consent: {
      title: "2 · The consent",
      body: "One consent for all that the registration asks for. Each permission unlocks one thing; leave out what you do not want.",
      give: "Give the consent",
      check: "Check the consent",
      permission: "Permission",
      unlocks: "Unlocks",
      level: "Level",
      state: "State",
      reads: "reading only",
      writes: "changes something in Teams",
      feature: {
        presence: "seeing who is free",
        directory: "finding colleagues by name, department and number",
        photos: "seeing faces beside names",
        calendar: "knowing until when somebody is in a meeting",
        hold: "showing “In a call” while somebody talks to a customer",
        meetings: "opening a video meeting with an expert",
        install: "installing this app, and no other, for the experts",
      } as Record<string, string>,
      granted: "granted",
      missing: "missing",
      unknown: "not known yet",
      unused: "not used by this connection",
      readOnly:
        "The read-only level needs the first two alone: set features: [] in the connection. The app then reaches the experts by a setup policy.",
    },
    install: {
      title: "3 · Install for the experts",
      noCatalog:
        "Upload the app first: its ID in the catalogue is then known here. Uploaded by hand, put that ID into the connection as catalogAppId; or use a setup policy.",
      start: (n: number) => count(n, { one: "Install for # expert", other: "Install for # experts" }),
      started: (n: number) =>
        n === 0
          ? "Everybody has it already."
          : count(n, { one: "# installation begun.", other: "# installations begun." }),
      progress: (done: number, all: number) => `${done} of ${all} experts have the app`,
      state: {
        installed: "installed",
        wanted: "being installed",
        missing: "not installed",
        failed: "could not be installed",
        blocked: "blocked by this person",
        unknown: "not looked at yet",
      } as Record<string, string>,
      reason: {
        platform_unauthorized: "The permission to install is missing. Give the consent, then install again.",
        platform_refused: "Teams refused. Check that the app is allowed for this person.",
        unreachable:
          "Teams says that this app may not be installed for this person. Check the app's permission policy.",
        unsupported: "The connection lacks catalogAppId.",
        not_found: "Teams does not know this person any more.",
      } as Record<string, string>,
      elseReason: (code: string) => `Teams did not say why (${code}). Try again.`,
      result: "Result",
      none: "No expert has an account on this connection.",
    },
  },

  rules: {
    title: "Presence rules",
    intro:
      "What somebody shows on one platform can follow on the others. Try rules on a day before you switch them on.",
    now: "In force",
    preset: {
      "in-call-both-ways": "In-call both ways",
      "full-two-way": "Full two-way",
      "read-only": "Read only",
    } as Record<string, string>,
    about: {
      "in-call-both-ways": "A call on one side shows on the other. Nothing else does.",
      "full-two-way": "Busy, undisturbed and breaks show on the other side too.",
      "read-only": "Nothing is ever written. Who is busy is not asked.",
    } as Record<string, string>,
    own: "Rules of your own",
    ownCount: (n: number) => count(n, { one: "# rule of your own", other: "# rules of your own" }),
    version: (version: number, when: string) =>
      when ? `Version ${version}, ${when}.` : "The default, which nobody has changed.",
    exceptions: (teams: number, people: number) =>
      `Exceptions: ${count(teams, { one: "# department", other: "# departments" })}, ${count(people, { one: "# person", other: "# people" })}.`,
    tryOut: "Try out",
    choose: "Which rules",
    rule: {
      where: "When",
      availability: "shows",
      activity: "and",
      effect: "then",
      show: "as",
      any: "anything",
      sides: { uc: "an office platform", "contact-center": "a contact center", "*": "any platform" } as Record<
        string,
        string
      >,
      effects: {
        hold: "show it on the other side",
        "set-state": "set the contact-center state",
        "do-not-route": "offer no work",
        ignore: "nothing",
      } as Record<string, string>,
      add: "Add a rule",
      remove: (n: number) => `Remove rule ${n}`,
      label: (n: number, what: string) => `Rule ${n}: ${what}`,
    },
    recorded: {
      which: "Which day",
      supplied: "A day that I make up below",
      recorded: "A day as it was",
      off: "Your organization keeps no history of presence, which is the default: it is data about employees. An admin can have it kept, for 30 days at most, with historyDays in patchcord.yaml or PUT /v1/presence-settings.",
      day: "Day",
      who: "Add a person by name",
      nobody: "Nobody of that name.",
      add: (name: string) => `Add ${name}`,
      remove: (name: string) => `Remove ${name}`,
      noted: "That you looked at somebody’s records is noted in the audit log.",
      nothing: "Nothing was recorded on this day.",
      cut: "More happened on this day than is looked at.",
    },
    day: {
      title: "The day",
      at: "At",
      platform: "platform",
      add: "Add an event",
      remove: (n: number) => `Remove event ${n}`,
      label: (n: number, what: string) => `Event ${n}: ${what}`,
      onQueue: "on queue",
      sample: "A sample day",
    },
    result: {
      title: "What would have been",
      writes: (n: number) =>
        count(n, {
          one: "# time something would have been written.",
          other: "# times something would have been written.",
        }),
      nothing: "Nothing would have been written.",
      own: "shows itself",
      ours: "we show",
      why: "Why",
      faulty: "These rules cannot be switched on:",
    },
    apply: "Switch on for everybody",
    confirm: (name: string, teams: number, people: number) =>
      `“${name}” then holds within ten seconds for everybody but ${count(teams, { one: "# department", other: "# departments" })} and ${count(people, { one: "# person", other: "# people" })} with rules of their own.`,
    confirmed: "Yes, switch on",
    applied: "Switched on.",
    same: "These rules are in force already.",
  },

  audit: {
    title: "Audit",
    intro: "Who did what, newest first. Texts and numbers of customers are not in it.",
    at: "When",
    actor: "Who",
    action: "What",
    target: "About",
    none: "Nothing has been done yet.",
  },
};

export type AdminWords = Widen<typeof admin>;
