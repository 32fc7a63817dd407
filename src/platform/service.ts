import type { Database } from "../db.ts";
import type { Log } from "../log.ts";
import type { Keyring } from "../seal.ts";
import type { AnyAdapter, Connection } from "./contract.ts";

/** What the whole service shares, made once at the front door (wire.ts) and passed down as an argument. */
export type Service = {
  database: Database;
  keyring: Keyring;
  adapters: ReadonlyMap<string, AnyAdapter>;
  now: () => Date;
  log: Log;
  /** The network. Tests and Workers bring their own. */
  fetch: typeof fetch;
  /**
   * For addresses that an organization has named and we do not know: never into the network that we run in. Absent:
   * `fetch`, where that reaches the open internet alone.
   */
  fetchOutside?: typeof fetch;
  /** The same for event streams, and how time passes in them. Absent: the machine's own. */
  openSocket?: Connection["openSocket"];
  wait?: Connection["wait"];
  /** How platforms and browsers reach us, without a trailing slash. */
  publicUrl: string;
  sandbox: boolean;
  /** Of whoever runs this deployment; without it nobody is. */
  operatorKey?: string;
  /** Who runs this deployment, and whom people write to about it. */
  operator?: Operator;
  metrics: Metrics;
};
/** `contact`: a mail address or the address of a page. */
export type Operator = { name?: string; contact?: string };

/** Counters and durations by name; labels are codes, never ids of people. */
export type Metrics = {
  count(name: string, labels?: Record<string, string>, by?: number): void;
  observe(name: string, seconds: number, labels?: Record<string, string>): void;
  gauge(name: string, value: number, labels?: Record<string, string>): void;
  /** All there is to tell under a name: what is not among it any more is gone. */
  gauges(name: string, series: readonly { value: number; labels: Record<string, string> }[]): void;
};
export const noMetrics: Metrics = { count() {}, observe() {}, gauge() {}, gauges() {} };
