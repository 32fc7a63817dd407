/** What we read of ARI's answers and events; the rest of them is ignored. Instants are ISO 8601 with a zone. */
import { z } from "zod";

export const channel = z.object({
  id: z.string(),
  /** Technology, endpoint and a number: `PJSIP/alice-0000002f`. */
  name: z.string(),
  /** Down, Rsrvd, OffHook, Dialing, Ring, Ringing, Up, Busy, Dialing Offhook, Pre-ring, Mute, Unknown. */
  state: z.string(),
  caller: z.object({ name: z.string(), number: z.string() }),
  connected: z.object({ name: z.string(), number: z.string() }),
  creationtime: z.string(),
  /** What the channel is doing now; under our control that is `Stasis` with the application and its arguments. */
  dialplan: z.object({ app_name: z.string().default(""), app_data: z.string().default("") }),
  /** The variables that ari.conf names in `channelvars`. */
  channelvars: z.record(z.string(), z.string()).exactOptional(),
});
export type WireChannel = z.output<typeof channel>;

export const bridge = z.object({ id: z.string(), bridge_type: z.string(), channels: z.array(z.string()) });

export const variable = z.object({ value: z.string() });

export const endpoint = z.object({
  technology: z.string(),
  resource: z.string(),
  /** unknown, offline, online. */
  state: z.string().default("unknown"),
  channel_ids: z.array(z.string()).default([]),
});
export type WireEndpoint = z.output<typeof endpoint>;

export const info = z.object({ system: z.object({ version: z.string() }) });

/** Every event, whatever its type. */
export const event = z.object({
  type: z.string(),
  timestamp: z.string().default(""),
  asterisk_id: z.string().default(""),
  application: z.string().default(""),
  channel: channel.exactOptional(),
  bridge: z.object({ id: z.string() }).exactOptional(),
  /** EndpointStateChange, PeerStatusChange, ContactStatusChange. */
  endpoint: z.object({ technology: z.string(), resource: z.string() }).exactOptional(),
  /** ChannelDestroyed: the Q.850 cause, and since 22.7 the SIP status. */
  cause: z.number().exactOptional(),
  tech_cause: z.number().exactOptional(),
  /** ChannelUserevent. */
  eventname: z.string().exactOptional(),
});
export type WireEvent = z.output<typeof event>;
