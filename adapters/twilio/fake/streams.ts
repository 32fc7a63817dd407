/** Event Streams: where events go, and which. */
import type { Clock } from "../../../src/testing/clock.ts";
import { newSid } from "./model.ts";

export type Sink = {
  sid: string;
  description: string;
  type: string;
  configuration: Record<string, unknown>;
  status: "active" | "failed";
  createdAt: Date;
};
export type StreamSubscription = {
  sid: string;
  sink: string;
  description: string;
  types: Map<string, number>;
  createdAt: Date;
};
export type Streams = ReturnType<typeof createStreams>;

export function createStreams(clock: Clock) {
  const sinks = new Map<string, Sink>();
  const subscriptions = new Map<string, StreamSubscription>();
  return {
    sinks,
    subscriptions,
    newSink(description: string, type: string, configuration: Record<string, unknown>): Sink {
      const sink: Sink = {
        sid: newSid("DG"),
        description,
        type,
        configuration,
        status: "active",
        createdAt: clock.now(),
      };
      sinks.set(sink.sid, sink);
      return sink;
    },
    newSubscription(sink: string, description: string, types: ReadonlyMap<string, number>): StreamSubscription {
      const made = { sid: newSid("DF"), sink, description, types: new Map(types), createdAt: clock.now() };
      subscriptions.set(made.sid, made);
      return made;
    },
    /** The addresses that want events of this type. */
    destinationsOf(type: string): string[] {
      return [...subscriptions.values()]
        .filter((one) => one.types.has(type))
        .flatMap((one) => {
          const sink = sinks.get(one.sink);
          const destination = sink?.configuration.destination;
          return sink?.status === "active" && typeof destination === "string" ? [destination] : [];
        });
    },
  };
}
