/** Settings in, a running service out. The only file that knows everything. */
import { adapters } from "../adapters/index.ts";
import { enrolPlanned } from "./admin/apply.ts";
import { resealEverything, resealWhereNeeded } from "./admin/reseal.ts";
import { addAdminRoutes } from "./admin/routes.ts";
import { addAnswerRoutes } from "./answers/routes.ts";
import type { Api } from "./api.ts";
import { endForgotten } from "./consults/aged.ts";
import { askWhoIsFree } from "./consults/awaiting.ts";
import { forgetCaller } from "./consults/callers.ts";
import { lookAtConsult, lookAtInteraction, runCommand, settleConsult, tickConsult } from "./consults/commands.ts";
import { engagedPeople, engagementsOf } from "./consults/engaged.ts";
import { expireContexts } from "./consults/forget.ts";
import { takeIn } from "./consults/intake.ts";
import { addKeepAnswerRoutes, keepAnswerLater } from "./consults/keep-answer.ts";
import { followContext, storeLateContext } from "./consults/late-context.ts";
import { openMeeting } from "./consults/meeting.ts";
import { addReminderRoutes } from "./consults/remind.ts";
import { addConsultRoutes } from "./consults/routes.ts";
import { consultsForFeed, interactionsForFeed } from "./consults/view.ts";
import { openDatabase } from "./db.ts";
import { addBoardRoutes } from "./desk/board-routes.ts";
import { addColleagueRoutes } from "./desk/colleague-routes.ts";
import { addPhotoRoutes } from "./desk/photo-routes.ts";
import { addDeskRoutes } from "./desk/routes.ts";
import { addExpertRoutes } from "./experts/routes.ts";
import { expertsForFeed } from "./experts/view.ts";
import { createApp } from "./http/app.ts";
import { stillSignedIn } from "./http/auth.ts";
import { addDeskSignInRoutes } from "./http/desk-sign-in.ts";
import { createKeySets } from "./http/directory-token.ts";
import { addHealthRoutes } from "./http/health.ts";
import { createHub, type Hub, type Views } from "./http/hub.ts";
import { addLiveRoutes } from "./http/live.ts";
import { addOidcRoutes } from "./http/oidc.ts";
import { createFollowers, type Followers, keepFollowing } from "./http/streams.ts";
import { addWebhookRoutes } from "./http/webhooks.ts";
import { checkConnection, subscribeEvents, syncDirectory } from "./identity/directory.ts";
import { readPhotos } from "./identity/photos.ts";
import { addIdentityRoutes } from "./identity/routes.ts";
import { prune } from "./jobs/prune.ts";
import { type Handlers, type RunnerOptions, runDueJobs } from "./jobs/run.ts";
import { type Runner, startRunner } from "./jobs/runner.ts";
import type { Log } from "./log.ts";
import type { AnyAdapter } from "./platform/contract.ts";
import { type Metrics, noMetrics, type Operator, type Service } from "./platform/service.ts";
import { presenceJobs } from "./presence/jobs.ts";
import { readMeetings } from "./presence/meeting-ends.ts";
import { addPolicyRoutes } from "./presence/policy-routes.ts";
import { addPresenceRoutes } from "./presence/routes.ts";
import { watchedAccounts } from "./presence/sweep-people.ts";
import { followCallback } from "./routing/callbacks.ts";
import { addRoutingRoutes } from "./routing/routes.ts";
import { createKeyring } from "./seal.ts";
import { addAppRoutes } from "./teams/app/routes.ts";
import { addBotRoutes } from "./teams/bot.ts";
import { sendReply } from "./teams/bot-reply.ts";
import { showCallback } from "./teams/callbacks/deliver.ts";
import { takeCallbackPress } from "./teams/callbacks/press.ts";
import { withdrawCard } from "./teams/copies.ts";
import { deliverCard } from "./teams/deliver.ts";
import { createBotKeys } from "./teams/keys.ts";
import { addLegalRoutes } from "./teams/legal/routes.ts";
import { checkAccount } from "./teams/readiness/check-account.ts";
import { checkExperts } from "./teams/readiness/check-experts.ts";
import { addReadinessRoutes } from "./teams/readiness/routes.ts";
import { remindExpert } from "./teams/remind.ts";
import { addTabRoutes } from "./teams/tab-routes.ts";
import { addOutgoingWebhookRoutes } from "./webhooks/routes.ts";
import { sendMessages, wakeSenders } from "./webhooks/send.ts";

export type WireOptions = {
  databaseUrl: string;
  keys: string;
  publicUrl: string;
  sandbox: boolean;
  log: Log;
  now?: () => Date;
  fetch?: typeof fetch;
  /** For addresses that organizations have named. */
  fetchOutside?: typeof fetch;
  openSocket?: Service["openSocket"];
  wait?: Service["wait"];
  metrics?: Metrics;
  metricsText?: () => Promise<string>;
  metricsToken?: string;
  operatorKey?: string;
  operator?: Operator;
  connectionsMax?: number;
  /** The signing keys of others, where they outlive this wiring. */
  signingKeys?: SigningKeys;
  /** Platforms besides those of the list. */
  adapters?: readonly AnyAdapter[];
  /** Routes that only one door has, such as the screens' files. */
  more?: (api: Api, service: Service) => void;
  /** Where live feeds are served elsewhere (a Durable Object), how to reach it. */
  openFeed?: Hub["open"];
  /** Called when the last reader of the live feed has gone. */
  whenUnread?: () => void;
};

export type Wired = {
  service: Service;
  app: Api;
  hub: Hub;
  followers: Followers;
  /** Runs what is due and returns; for doors without a process of their own. */
  runDueJobs(most?: number): Promise<number>;
  /** Keeps running jobs and following event streams until closed. */
  start(): void;
  close(): Promise<void>;
};

/** Whose signatures we believe; read from their addresses and kept for a day. */
export function createSigningKeys(fetcher: typeof fetch) {
  const keySets = createKeySets(fetcher);
  return { keySets, botKeys: createBotKeys(fetcher, keySets) };
}
export type SigningKeys = ReturnType<typeof createSigningKeys>;

export function wire(options: WireOptions): Wired {
  const whenUnread = () => options.whenUnread?.();
  const service: Service = {
    database: openDatabase(options.databaseUrl, { connectionsMax: options.connectionsMax ?? 16 }),
    keyring: createKeyring(options.keys),
    adapters: new Map([...adapters, ...(options.adapters ?? [])].map((adapter) => [adapter.id, adapter])),
    now: options.now ?? (() => new Date()),
    log: options.log,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    ...(options.fetchOutside ? { fetchOutside: options.fetchOutside } : {}),
    ...(options.openSocket ? { openSocket: options.openSocket } : {}),
    ...(options.wait ? { wait: options.wait } : {}),
    publicUrl: options.publicUrl.replace(/\/+$/, ""),
    sandbox: options.sandbox,
    ...(options.operatorKey ? { operatorKey: options.operatorKey } : {}),
    ...(options.operator ? { operator: options.operator } : {}),
    metrics: options.metrics ?? noMetrics,
  };
  const views: Views = {
    presence: expertsForFeed(service, engagementsOf),
    consult: consultsForFeed(service),
    interaction: interactionsForFeed(service),
  };
  const hub = createHub({
    database: service.database,
    views,
    now: service.now,
    log: service.log,
    stillSignedIn,
    whenUnread,
  });
  const runner: { current?: Runner; following?: { stop(): Promise<void> } } = {};
  // Jobs need no telling: whoever asks for one within this process wakes it up (src/jobs).
  const moved = () => hub.wake();
  const handlers: Handlers = {
    "connection.check": checkConnection(service),
    "directory.sync": syncDirectory(service),
    "photos.read": readPhotos(service),
    "meetings.read": readMeetings(service),
    "events.subscribe": subscribeEvents(service, { watched: watchedAccounts }),
    ...presenceJobs(service, { engagedPeople }),
    "command.run": runCommand(service),
    "consult.settle": settleConsult(),
    "consult.tick": tickConsult(),
    "consult.look": lookAtConsult(service),
    "interaction.look": lookAtInteraction(service),
    "interactions.age": endForgotten(service),
    "consult.meet": openMeeting(service),
    "caller.forget": forgetCaller(service),
    "consults.await": askWhoIsFree(service),
    "context.expire": expireContexts(),
    "context.store": storeLateContext(service),
    "context.follow": followContext(service),
    "answer.keep": keepAnswerLater(service),
    "keys.reseal": resealEverything(service),
    "offer.card": deliverCard(service),
    "offer.remind": remindExpert(service),
    "card.withdraw": withdrawCard(service),
    "bot.reply": sendReply(service),
    "account.check": checkAccount(service),
    "experts.check": checkExperts(service),
    "callback.follow": followCallback(service),
    "callback.card": showCallback(service),
    "webhook.wake": wakeSenders(),
    "webhook.send": sendMessages(service),
    "house.prune": prune(resealWhereNeeded(service)),
    "plan.experts": enrolPlanned(service),
  };
  const runnerOptions: RunnerOptions = {
    database: service.database,
    handlers,
    now: service.now,
    log: service.log,
    onProgress: moved,
    observe: (name, outcome, durationMs) =>
      service.metrics.observe("patchcord_job_seconds", durationMs / 1000, { job: name, outcome }),
  };
  const intake = takeIn(service, takeCallbackPress(service));
  const followers = createFollowers(service, intake, moved);
  const { keySets, botKeys } = options.signingKeys ?? createSigningKeys(service.fetch);
  const app = createApp(service, keySets, [
    (api) =>
      api.use("/v1/*", async (c, next) => {
        await next();
        if (c.req.method !== "GET" && c.res.status < 400) moved();
      }),
    (api) => addHealthRoutes(api, options.metricsText, options.metricsToken),
    addIdentityRoutes,
    addPolicyRoutes,
    addPresenceRoutes,
    addAdminRoutes,
    (api) => addExpertRoutes(api, engagementsOf),
    addConsultRoutes,
    addAnswerRoutes,
    addKeepAnswerRoutes,
    addReminderRoutes,
    addTabRoutes,
    addReadinessRoutes,
    addAppRoutes,
    addLegalRoutes,
    addDeskRoutes,
    addColleagueRoutes,
    addPhotoRoutes,
    addBoardRoutes,
    addRoutingRoutes,
    addOutgoingWebhookRoutes,
    (api) => addWebhookRoutes(api, service, intake, moved),
    (api) => addBotRoutes(api, botKeys, moved),
    addOidcRoutes,
    addDeskSignInRoutes,
    (api) => addLiveRoutes(api, options.openFeed ?? hub.open),
    (api) => options.more?.(api, service),
  ]);
  return {
    service,
    app,
    hub,
    followers,
    runDueJobs: (most) => runDueJobs(runnerOptions, most),
    start: () => {
      runner.current = startRunner(runnerOptions);
      runner.following = keepFollowing(service, followers);
    },
    async close() {
      await hub.stop();
      await (runner.following ?? followers).stop();
      await runner.current?.stop();
      await service.database.close();
    },
  };
}
