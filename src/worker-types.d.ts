/** The little of the Workers runtime that the front door uses; the rest is the web platform's own. */
declare module "cloudflare:workers" {
  export abstract class DurableObject<Env = unknown> {
    constructor(ctx: DurableObjectState, env: Env);
    protected ctx: DurableObjectState;
    protected env: Env;
    fetch?(request: Request): Promise<Response>;
    alarm?(): Promise<void>;
  }
}
type DurableObjectState = { storage: { getAlarm(): Promise<number | null>; setAlarm(at: number): Promise<void> } };
type DurableObjectNamespace<T> = {
  idFromName(name: string): unknown;
  get(id: unknown): T & { fetch(input: string, init?: RequestInit): Promise<Response> };
};
type ExecutionContext = { waitUntil(work: Promise<unknown>): void; passThroughOnException(): void; props: unknown };
type ScheduledController = { cron: string; scheduledTime: number };
